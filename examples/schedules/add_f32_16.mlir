// c = a + b on sixteen f32: what a call costs.
func.func @add(%a: memref<16xf32>, %b: memref<16xf32>, %c: memref<16xf32>) {
  linalg.add ins(%a, %b : memref<16xf32>, memref<16xf32>) outs(%c : memref<16xf32>)
  return
}

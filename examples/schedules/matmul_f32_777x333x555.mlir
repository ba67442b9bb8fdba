// C = A B, f32, 777 x 333 x 555.
func.func @matmul(%a: memref<777x555xf32>, %b: memref<555x333xf32>, %c: memref<777x333xf32>) {
  %zero = arith.constant 0.0 : f32
  linalg.fill ins(%zero : f32) outs(%c : memref<777x333xf32>)
  linalg.matmul ins(%a, %b : memref<777x555xf32>, memref<555x333xf32>) outs(%c : memref<777x333xf32>)
  return
}

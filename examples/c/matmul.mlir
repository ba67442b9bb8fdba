func.func @matmul(%a: memref<64x96xf32> {morello.name = "a"},
                  %b: memref<96x80xf32> {morello.name = "b"},
                  %c: memref<64x80xf32> {morello.name = "c"}) {
  linalg.matmul ins(%a, %b : memref<64x96xf32>, memref<96x80xf32>)
                outs(%c : memref<64x80xf32>)
  return
}

// AVX-512: sixteen f32 lanes. The format is described in __init__.py.
module @avx512 attributes {morello.lanes = {"arith.addf" = 0.5, "arith.mulf" = 0.5}} {

module @fma_f32x16 attributes {morello.features = "avx512f", morello.throughput = 0.5, morello.latency = 4.0, morello.ports = "p0|p5"} {
  func.func @semantics(%a: memref<f32>, %b: memref<16xf32>, %c: memref<16xf32>) {
    linalg.generic {indexing_maps = [affine_map<(n) -> ()>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
                    iterator_types = ["parallel"]}
        ins(%a, %b : memref<f32>, memref<16xf32>) outs(%c : memref<16xf32>) {
    ^bb0(%x: f32, %y: f32, %z: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: memref<f32>, %b: vector<16xf32>, %c: vector<16xf32>) -> vector<16xf32> {
    %x = memref.load %a[] : memref<f32>
    %v = vector.broadcast %x : f32 to vector<16xf32>
    %r = vector.fma %v, %b, %c : vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @load_f32x16 attributes {morello.features = "avx512f", morello.throughput = 0.5, morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<16xf32>) {
    linalg.copy ins(%a : memref<16xf32>) outs(%c : memref<16xf32>)
    return
  }
  func.func @emission(%a: memref<16xf32>, %c: vector<16xf32>) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<16xf32>, vector<16xf32>
    return %r : vector<16xf32>
  }
  func.func @masked(%a: memref<16xf32>, %c: vector<16xf32>, %m: vector<16xi1> {morello.mask = 0}) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %p = arith.constant dense<0.0> : vector<16xf32>
    %r = vector.maskedload %a[%z], %m, %p : memref<16xf32>, vector<16xi1>, vector<16xf32> into vector<16xf32>
    return %r : vector<16xf32>
  }
}

}

// AVX512-FP16: arithmetic on 32 halves, for ops whose own type is f16: sums are rounded to it.
// Loads, stores and broadcasts of 32 halves need no more than AVX512BW and are in avx512_move.mlir.
// Cycles as in avx512.mlir.

#axpy = {
  indexing_maps = [affine_map<(n) -> ()>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#lanes = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#into = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#reduce = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> ()>],
  iterator_types = ["reduction"]
}

module @avx512fp16 {

// Multiply-add. The first operand is one element in memory for all lanes, or (`lanes`) a register.

module @fma_f16x32 attributes {
    morello.features = "avx512fp16", morello.throughput = 0.5, morello.latency = 4.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<f16>, %b: memref<32xf16>, %c: memref<32xf16>) {
    linalg.generic #axpy ins(%a, %b : memref<f16>, memref<32xf16>)
        outs(%c : memref<32xf16>) {
    ^bb0(%x: f16, %y: f16, %z: f16):
      %p = arith.mulf %x, %y : f16
      %s = arith.addf %z, %p : f16
      linalg.yield %s : f16
    }
    return
  }
  func.func @emission(%a: memref<f16>, %b: vector<32xf16>, %c: vector<32xf16>) -> vector<32xf16> {
    %x = memref.load %a[] : memref<f16>
    %v = vector.broadcast %x : f16 to vector<32xf16>
    %r = vector.fma %v, %b, %c : vector<32xf16>
    return %r : vector<32xf16>
  }
}

module @fma_lanes_f16x32 attributes {
    morello.features = "avx512fp16", morello.throughput = 0.5, morello.latency = 4.0,
    morello.ports = "p0|p5"} {
  func.func @semantics(%a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>) {
    linalg.generic #lanes ins(%a, %b : memref<32xf16>, memref<32xf16>)
        outs(%c : memref<32xf16>) {
    ^bb0(%x: f16, %y: f16, %z: f16):
      %p = arith.mulf %x, %y : f16
      %s = arith.addf %z, %p : f16
      linalg.yield %s : f16
    }
    return
  }
  func.func @emission(
      %a: vector<32xf16>, %b: vector<32xf16>, %c: vector<32xf16>) -> vector<32xf16> {
    %r = vector.fma %a, %b, %c : vector<32xf16>
    return %r : vector<32xf16>
  }
}

// Element by element, from memory to memory.

module @add_f16x32 attributes {
    morello.features = "avx512fp16", morello.throughput = 1.0, morello.latency = 4.0,
    morello.ports = "p0|p5 + 2*p2|p3 + 2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>) {
    linalg.generic #lanes ins(%a, %b : memref<32xf16>, memref<32xf16>)
        outs(%c : memref<32xf16>) {
    ^bb0(%x: f16, %y: f16, %z: f16):
      %s = arith.addf %x, %y : f16
      linalg.yield %s : f16
    }
    return
  }
  func.func @emission(%a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>) {
    %z = arith.constant 0 : index
    %u = vector.load %a[%z] : memref<32xf16>, vector<32xf16>
    %v = vector.load %b[%z] : memref<32xf16>, vector<32xf16>
    %r = arith.addf %u, %v : vector<32xf16>
    vector.store %r, %c[%z] : memref<32xf16>, vector<32xf16>
    return
  }
  func.func @masked(
      %a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>,
      %m: vector<32xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<32xf16>
    %u = vector.maskedload %a[%z], %m, %f : memref<32xf16>, vector<32xi1>, vector<32xf16> into
        vector<32xf16>
    %v = vector.maskedload %b[%z], %m, %f : memref<32xf16>, vector<32xi1>, vector<32xf16> into
        vector<32xf16>
    %r = arith.addf %u, %v : vector<32xf16>
    vector.maskedstore %c[%z], %m, %r : memref<32xf16>, vector<32xi1>, vector<32xf16>
    return
  }
}

module @maximum_f16x32 attributes {
    morello.features = "avx512fp16", morello.throughput = 1.0, morello.latency = 4.0,
    morello.ports = "p0|p5 + 2*p2|p3 + 2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>) {
    linalg.generic #lanes ins(%a, %b : memref<32xf16>, memref<32xf16>)
        outs(%c : memref<32xf16>) {
    ^bb0(%x: f16, %y: f16, %z: f16):
      %s = arith.maximumf %x, %y : f16
      linalg.yield %s : f16
    }
    return
  }
  func.func @emission(%a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>) {
    %z = arith.constant 0 : index
    %u = vector.load %a[%z] : memref<32xf16>, vector<32xf16>
    %v = vector.load %b[%z] : memref<32xf16>, vector<32xf16>
    %r = arith.maximumf %u, %v : vector<32xf16>
    vector.store %r, %c[%z] : memref<32xf16>, vector<32xf16>
    return
  }
  func.func @masked(
      %a: memref<32xf16>, %b: memref<32xf16>, %c: memref<32xf16>,
      %m: vector<32xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<32xf16>
    %u = vector.maskedload %a[%z], %m, %f : memref<32xf16>, vector<32xi1>, vector<32xf16> into
        vector<32xf16>
    %v = vector.maskedload %b[%z], %m, %f : memref<32xf16>, vector<32xi1>, vector<32xf16> into
        vector<32xf16>
    %r = arith.maximumf %u, %v : vector<32xf16>
    vector.maskedstore %c[%z], %m, %r : memref<32xf16>, vector<32xi1>, vector<32xf16>
    return
  }
}

// What registers hold is added to what is in memory.

module @add_into_f16x32 attributes {
    morello.features = "avx512fp16", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p0|p5 + p2|p3 + 2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<32xf16>, %c: memref<32xf16>) {
    linalg.generic #into ins(%a : memref<32xf16>) outs(%c : memref<32xf16>) {
    ^bb0(%x: f16, %z: f16):
      %s = arith.addf %z, %x : f16
      linalg.yield %s : f16
    }
    return
  }
  func.func @emission(%a: vector<32xf16>, %c: memref<32xf16>) {
    %z = arith.constant 0 : index
    %u = vector.load %c[%z] : memref<32xf16>, vector<32xf16>
    %r = arith.addf %u, %a : vector<32xf16>
    vector.store %r, %c[%z] : memref<32xf16>, vector<32xf16>
    return
  }
  func.func @masked(
      %a: vector<32xf16>, %c: memref<32xf16>, %m: vector<32xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<32xf16>
    %u = vector.maskedload %c[%z], %m, %f : memref<32xf16>, vector<32xi1>, vector<32xf16> into
        vector<32xf16>
    %r = arith.addf %u, %a : vector<32xf16>
    vector.maskedstore %c[%z], %m, %r : memref<32xf16>, vector<32xi1>, vector<32xf16>
    return
  }
}

// The lanes of a register combined into one, in no particular order.

module @sum_f16x32 attributes {
    morello.features = "avx512fp16", morello.throughput = 8.0, morello.latency = 30.0,
    morello.ports = "5*p5 + 5*p0|p5"} {
  func.func @semantics(%a: memref<32xf16>, %c: memref<f16>) {
    linalg.generic #reduce ins(%a : memref<32xf16>) outs(%c : memref<f16>) {
    ^bb0(%x: f16, %z: f16):
      %s = arith.addf %z, %x : f16
      linalg.yield %s : f16
    }
    return
  }
  func.func @emission(%a: vector<32xf16>, %c: f16) -> f16 {
    %r = vector.reduction <add>, %a, %c fastmath<reassoc> : vector<32xf16> into f16
    return %r : f16
  }
}

}

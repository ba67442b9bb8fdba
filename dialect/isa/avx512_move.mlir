// AVX-512: loads, stores, broadcasts and conversions on the way to and from memory. Each has a
// masked form, which leaves what lies beyond alone and reads it as zero. Cycles as in avx512.mlir;
// a 512-bit store takes a cycle there, two on Zen 4.

#copy = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#fill = {
  indexing_maps = [affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}

module @avx512_move {

// Full registers, and half ones of the narrow types that widening instructions take.

module @load_f32x16 attributes {
    morello.features = "avx512f", morello.also = "i32", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<16xf32>) {
    linalg.copy ins(%a : memref<16xf32>) outs(%c : memref<16xf32>)
    return
  }
  func.func @emission(%a: memref<16xf32>, %c: vector<16xf32>) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<16xf32>, vector<16xf32>
    return %r : vector<16xf32>
  }
  func.func @masked(
      %a: memref<16xf32>, %c: vector<16xf32>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xf32>
    %r = vector.maskedload %a[%z], %m, %f : memref<16xf32>, vector<16xi1>, vector<16xf32> into
        vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @store_f32x16 attributes {
    morello.features = "avx512f", morello.also = "i32", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<16xf32>) {
    linalg.copy ins(%a : memref<16xf32>) outs(%c : memref<16xf32>)
    return
  }
  func.func @emission(%a: vector<16xf32>, %c: memref<16xf32>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<16xf32>, vector<16xf32>
    return
  }
  func.func @masked(%a: vector<16xf32>, %c: memref<16xf32>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<16xf32>, vector<16xi1>, vector<16xf32>
    return
  }
}

module @load_f64x8 attributes {
    morello.features = "avx512f", morello.also = "i64", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<8xf64>, %c: memref<8xf64>) {
    linalg.copy ins(%a : memref<8xf64>) outs(%c : memref<8xf64>)
    return
  }
  func.func @emission(%a: memref<8xf64>, %c: vector<8xf64>) -> vector<8xf64> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<8xf64>, vector<8xf64>
    return %r : vector<8xf64>
  }
  func.func @masked(
      %a: memref<8xf64>, %c: vector<8xf64>, %m: vector<8xi1> {morello.mask = 0}) -> vector<8xf64> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<8xf64>
    %r = vector.maskedload %a[%z], %m, %f : memref<8xf64>, vector<8xi1>, vector<8xf64> into
        vector<8xf64>
    return %r : vector<8xf64>
  }
}

module @store_f64x8 attributes {
    morello.features = "avx512f", morello.also = "i64", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8xf64>, %c: memref<8xf64>) {
    linalg.copy ins(%a : memref<8xf64>) outs(%c : memref<8xf64>)
    return
  }
  func.func @emission(%a: vector<8xf64>, %c: memref<8xf64>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<8xf64>, vector<8xf64>
    return
  }
  func.func @masked(%a: vector<8xf64>, %c: memref<8xf64>, %m: vector<8xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<8xf64>, vector<8xi1>, vector<8xf64>
    return
  }
}

module @load_bf16x32 attributes {
    morello.features = "avx512bw", morello.also = "f16 i16", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<32xbf16>, %c: memref<32xbf16>) {
    linalg.copy ins(%a : memref<32xbf16>) outs(%c : memref<32xbf16>)
    return
  }
  func.func @emission(%a: memref<32xbf16>, %c: vector<32xbf16>) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<32xbf16>, vector<32xbf16>
    return %r : vector<32xbf16>
  }
  func.func @masked(
      %a: memref<32xbf16>, %c: vector<32xbf16>,
      %m: vector<32xi1> {morello.mask = 0}) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<32xbf16>
    %r = vector.maskedload %a[%z], %m, %f : memref<32xbf16>, vector<32xi1>, vector<32xbf16> into
        vector<32xbf16>
    return %r : vector<32xbf16>
  }
}

module @store_bf16x32 attributes {
    morello.features = "avx512bw", morello.also = "f16 i16", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<32xbf16>, %c: memref<32xbf16>) {
    linalg.copy ins(%a : memref<32xbf16>) outs(%c : memref<32xbf16>)
    return
  }
  func.func @emission(%a: vector<32xbf16>, %c: memref<32xbf16>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<32xbf16>, vector<32xbf16>
    return
  }
  func.func @masked(
      %a: vector<32xbf16>, %c: memref<32xbf16>, %m: vector<32xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<32xbf16>, vector<32xi1>, vector<32xbf16>
    return
  }
}

module @load_i8x64 attributes {
    morello.features = "avx512bw", morello.also = "u8", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<64xi8>, %c: memref<64xi8>) {
    linalg.copy ins(%a : memref<64xi8>) outs(%c : memref<64xi8>)
    return
  }
  func.func @emission(%a: memref<64xi8>, %c: vector<64xi8>) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<64xi8>, vector<64xi8>
    return %r : vector<64xi8>
  }
  func.func @masked(
      %a: memref<64xi8>, %c: vector<64xi8>, %m: vector<64xi1> {morello.mask = 0}) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<64xi8>
    %r = vector.maskedload %a[%z], %m, %f : memref<64xi8>, vector<64xi1>, vector<64xi8> into
        vector<64xi8>
    return %r : vector<64xi8>
  }
}

module @store_i8x64 attributes {
    morello.features = "avx512bw", morello.also = "u8", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<64xi8>, %c: memref<64xi8>) {
    linalg.copy ins(%a : memref<64xi8>) outs(%c : memref<64xi8>)
    return
  }
  func.func @emission(%a: vector<64xi8>, %c: memref<64xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<64xi8>, vector<64xi8>
    return
  }
  func.func @masked(%a: vector<64xi8>, %c: memref<64xi8>, %m: vector<64xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<64xi8>, vector<64xi1>, vector<64xi8>
    return
  }
}

module @load_bf16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "f16 i16", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16xbf16>, %c: memref<16xbf16>) {
    linalg.copy ins(%a : memref<16xbf16>) outs(%c : memref<16xbf16>)
    return
  }
  func.func @emission(%a: memref<16xbf16>, %c: vector<16xbf16>) -> vector<16xbf16> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<16xbf16>, vector<16xbf16>
    return %r : vector<16xbf16>
  }
  func.func @masked(
      %a: memref<16xbf16>, %c: vector<16xbf16>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xbf16> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xbf16>
    %r = vector.maskedload %a[%z], %m, %f : memref<16xbf16>, vector<16xi1>, vector<16xbf16> into
        vector<16xbf16>
    return %r : vector<16xbf16>
  }
}

module @store_bf16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "f16 i16", morello.throughput = 0.5,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xbf16>, %c: memref<16xbf16>) {
    linalg.copy ins(%a : memref<16xbf16>) outs(%c : memref<16xbf16>)
    return
  }
  func.func @emission(%a: vector<16xbf16>, %c: memref<16xbf16>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<16xbf16>, vector<16xbf16>
    return
  }
  func.func @masked(
      %a: vector<16xbf16>, %c: memref<16xbf16>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<16xbf16>, vector<16xi1>, vector<16xbf16>
    return
  }
}

module @load_i8x32 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<32xi8>, %c: memref<32xi8>) {
    linalg.copy ins(%a : memref<32xi8>) outs(%c : memref<32xi8>)
    return
  }
  func.func @emission(%a: memref<32xi8>, %c: vector<32xi8>) -> vector<32xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<32xi8>, vector<32xi8>
    return %r : vector<32xi8>
  }
  func.func @masked(
      %a: memref<32xi8>, %c: vector<32xi8>, %m: vector<32xi1> {morello.mask = 0}) -> vector<32xi8> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<32xi8>
    %r = vector.maskedload %a[%z], %m, %f : memref<32xi8>, vector<32xi1>, vector<32xi8> into
        vector<32xi8>
    return %r : vector<32xi8>
  }
}

module @store_i8x32 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 0.5,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<32xi8>, %c: memref<32xi8>) {
    linalg.copy ins(%a : memref<32xi8>) outs(%c : memref<32xi8>)
    return
  }
  func.func @emission(%a: vector<32xi8>, %c: memref<32xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<32xi8>, vector<32xi8>
    return
  }
  func.func @masked(%a: vector<32xi8>, %c: memref<32xi8>, %m: vector<32xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<32xi8>, vector<32xi1>, vector<32xi8>
    return
  }
}

module @load_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi8>) {
    linalg.copy ins(%a : memref<16xi8>) outs(%c : memref<16xi8>)
    return
  }
  func.func @emission(%a: memref<16xi8>, %c: vector<16xi8>) -> vector<16xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<16xi8>, vector<16xi8>
    return %r : vector<16xi8>
  }
  func.func @masked(
      %a: memref<16xi8>, %c: vector<16xi8>, %m: vector<16xi1> {morello.mask = 0}) -> vector<16xi8> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<16xi8>
    %r = vector.maskedload %a[%z], %m, %f : memref<16xi8>, vector<16xi1>, vector<16xi8> into
        vector<16xi8>
    return %r : vector<16xi8>
  }
}

module @store_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 0.5,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi8>) {
    linalg.copy ins(%a : memref<16xi8>) outs(%c : memref<16xi8>)
    return
  }
  func.func @emission(%a: vector<16xi8>, %c: memref<16xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<16xi8>, vector<16xi8>
    return
  }
  func.func @masked(%a: vector<16xi8>, %c: memref<16xi8>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<16xi8>, vector<16xi1>, vector<16xi8>
    return
  }
}

// Registers of 16 pairs or quads, packed in memory.

module @load2_bf16x16 attributes {
    morello.features = "avx512bw", morello.also = "i16", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16x2xbf16>, %c: memref<16x2xbf16>) {
    linalg.copy ins(%a : memref<16x2xbf16>) outs(%c : memref<16x2xbf16>)
    return
  }
  func.func @emission(%a: memref<16x2xbf16>, %c: vector<32xbf16>) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z, %z] : memref<16x2xbf16>, vector<32xbf16>
    return %r : vector<32xbf16>
  }
  func.func @masked(
      %a: memref<16x2xbf16>, %c: vector<32xbf16>,
      %m: vector<16xi1> {morello.mask = 0},
      %q: vector<2xi1> {morello.mask = 1}) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %k = vector.shuffle %q, %q [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0,
        1, 0, 1, 0, 1, 0, 1, 0, 1] : vector<2xi1>, vector<2xi1>
    %g = arith.andi %n32, %k : vector<32xi1>
    %f = arith.constant dense<0.0> : vector<32xbf16>
    %r = vector.maskedload %a[%z, %z], %g, %f : memref<16x2xbf16>, vector<32xi1>, vector<32xbf16>
        into vector<32xbf16>
    return %r : vector<32xbf16>
  }
}

module @store2_bf16x16 attributes {
    morello.features = "avx512bw", morello.also = "i16", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16x2xbf16>, %c: memref<16x2xbf16>) {
    linalg.copy ins(%a : memref<16x2xbf16>) outs(%c : memref<16x2xbf16>)
    return
  }
  func.func @emission(%a: vector<32xbf16>, %c: memref<16x2xbf16>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z, %z] : memref<16x2xbf16>, vector<32xbf16>
    return
  }
  func.func @masked(
      %a: vector<32xbf16>, %c: memref<16x2xbf16>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<2xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %k = vector.shuffle %q, %q [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0,
        1, 0, 1, 0, 1, 0, 1, 0, 1] : vector<2xi1>, vector<2xi1>
    %g = arith.andi %n32, %k : vector<32xi1>
    vector.maskedstore %c[%z, %z], %g, %a : memref<16x2xbf16>, vector<32xi1>, vector<32xbf16>
    return
  }
}

module @load4_i8x16 attributes {
    morello.features = "avx512bw", morello.also = "u8", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16x4xi8>, %c: memref<16x4xi8>) {
    linalg.copy ins(%a : memref<16x4xi8>) outs(%c : memref<16x4xi8>)
    return
  }
  func.func @emission(%a: memref<16x4xi8>, %c: vector<64xi8>) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z, %z] : memref<16x4xi8>, vector<64xi8>
    return %r : vector<64xi8>
  }
  func.func @masked(
      %a: memref<16x4xi8>, %c: vector<64xi8>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<4xi1> {morello.mask = 1}) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %n64 = vector.interleave %n32, %n32 : vector<32xi1> -> vector<64xi1>
    %k = vector.shuffle %q, %q [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2,
        3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1,
        2, 3, 0, 1, 2, 3, 0, 1, 2, 3] : vector<4xi1>, vector<4xi1>
    %g = arith.andi %n64, %k : vector<64xi1>
    %f = arith.constant dense<0> : vector<64xi8>
    %r = vector.maskedload %a[%z, %z], %g, %f : memref<16x4xi8>, vector<64xi1>, vector<64xi8> into
        vector<64xi8>
    return %r : vector<64xi8>
  }
}

module @store4_i8x16 attributes {
    morello.features = "avx512bw", morello.also = "u8", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "2*p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16x4xi8>, %c: memref<16x4xi8>) {
    linalg.copy ins(%a : memref<16x4xi8>) outs(%c : memref<16x4xi8>)
    return
  }
  func.func @emission(%a: vector<64xi8>, %c: memref<16x4xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z, %z] : memref<16x4xi8>, vector<64xi8>
    return
  }
  func.func @masked(
      %a: vector<64xi8>, %c: memref<16x4xi8>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<4xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %n64 = vector.interleave %n32, %n32 : vector<32xi1> -> vector<64xi1>
    %k = vector.shuffle %q, %q [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2,
        3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1,
        2, 3, 0, 1, 2, 3, 0, 1, 2, 3] : vector<4xi1>, vector<4xi1>
    %g = arith.andi %n64, %k : vector<64xi1>
    vector.maskedstore %c[%z, %z], %g, %a : memref<16x4xi8>, vector<64xi1>, vector<64xi8>
    return
  }
}

// One element of memory in all lanes.

module @broadcast_f32x16 attributes {
    morello.features = "avx512f", morello.also = "i32", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<f32>, %c: memref<16xf32>) {
    linalg.broadcast ins(%a : memref<f32>) outs(%c : memref<16xf32>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<f32>, %c: vector<16xf32>) -> vector<16xf32> {
    %x = memref.load %a[] : memref<f32>
    %r = vector.broadcast %x : f32 to vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @broadcast_f64x8 attributes {
    morello.features = "avx512f", morello.also = "i64", morello.throughput = 0.5,
    morello.latency = 8.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<f64>, %c: memref<8xf64>) {
    linalg.broadcast ins(%a : memref<f64>) outs(%c : memref<8xf64>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<f64>, %c: vector<8xf64>) -> vector<8xf64> {
    %x = memref.load %a[] : memref<f64>
    %r = vector.broadcast %x : f64 to vector<8xf64>
    return %r : vector<8xf64>
  }
}

module @broadcast_bf16x32 attributes {
    morello.features = "avx512bw", morello.also = "f16 i16", morello.throughput = 1.0,
    morello.latency = 8.0, morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<bf16>, %c: memref<32xbf16>) {
    linalg.broadcast ins(%a : memref<bf16>) outs(%c : memref<32xbf16>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<bf16>, %c: vector<32xbf16>) -> vector<32xbf16> {
    %x = memref.load %a[] : memref<bf16>
    %i = arith.bitcast %x : bf16 to i16
    %v = vector.broadcast %i : i16 to vector<32xi16>
    %r = vector.bitcast %v : vector<32xi16> to vector<32xbf16>
    return %r : vector<32xbf16>
  }
}

module @broadcast_i8x64 attributes {
    morello.features = "avx512bw", morello.also = "u8", morello.throughput = 1.0,
    morello.latency = 8.0, morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<i8>, %c: memref<64xi8>) {
    linalg.broadcast ins(%a : memref<i8>) outs(%c : memref<64xi8>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<i8>, %c: vector<64xi8>) -> vector<64xi8> {
    %x = memref.load %a[] : memref<i8>
    %r = vector.broadcast %x : i8 to vector<64xi8>
    return %r : vector<64xi8>
  }
}

// Zero in all lanes.

module @zero_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<16xf32>) {
    linalg.generic #fill outs(%c : memref<16xf32>) {
    ^bb0(%z: f32):
      %v = arith.constant 0.0 : f32
      linalg.yield %v : f32
    }
    return
  }
  func.func @emission(%c: vector<16xf32>) -> vector<16xf32> {
    %r = arith.constant dense<0.0> : vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @zero_f64x8 attributes {
    morello.features = "avx512f", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<8xf64>) {
    linalg.generic #fill outs(%c : memref<8xf64>) {
    ^bb0(%z: f64):
      %v = arith.constant 0.0 : f64
      linalg.yield %v : f64
    }
    return
  }
  func.func @emission(%c: vector<8xf64>) -> vector<8xf64> {
    %r = arith.constant dense<0.0> : vector<8xf64>
    return %r : vector<8xf64>
  }
}

module @zero_i32x16 attributes {
    morello.features = "avx512f", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<16xi32>) {
    linalg.generic #fill outs(%c : memref<16xi32>) {
    ^bb0(%z: i32):
      %v = arith.constant 0 : i32
      linalg.yield %v : i32
    }
    return
  }
  func.func @emission(%c: vector<16xi32>) -> vector<16xi32> {
    %r = arith.constant dense<0> : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @zero_i64x8 attributes {
    morello.features = "avx512f", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<8xi64>) {
    linalg.generic #fill outs(%c : memref<8xi64>) {
    ^bb0(%z: i64):
      %v = arith.constant 0 : i64
      linalg.yield %v : i64
    }
    return
  }
  func.func @emission(%c: vector<8xi64>) -> vector<8xi64> {
    %r = arith.constant dense<0> : vector<8xi64>
    return %r : vector<8xi64>
  }
}

// Wider on the way in.

module @widen_bf16_f32x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p0 + p2|p3"} {
  func.func @semantics(%a: memref<16xbf16>, %c: memref<16xf32>) {
    linalg.generic #copy ins(%a : memref<16xbf16>) outs(%c : memref<16xf32>) {
    ^bb0(%x: bf16, %z: f32):
      %y = arith.extf %x : bf16 to f32
      linalg.yield %y : f32
    }
    return
  }
  func.func @emission(%a: memref<16xbf16>, %c: vector<16xf32>) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xbf16>, vector<16xbf16>
    %r = arith.extf %x : vector<16xbf16> to vector<16xf32>
    return %r : vector<16xf32>
  }
  func.func @masked(
      %a: memref<16xbf16>, %c: vector<16xf32>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xbf16>
    %x = vector.maskedload %a[%z], %m, %f : memref<16xbf16>, vector<16xi1>, vector<16xbf16> into
        vector<16xbf16>
    %r = arith.extf %x : vector<16xbf16> to vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @widen_f16_f32x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 11.0,
    morello.ports = "p0 + p5 + p2|p3"} {
  func.func @semantics(%a: memref<16xf16>, %c: memref<16xf32>) {
    linalg.generic #copy ins(%a : memref<16xf16>) outs(%c : memref<16xf32>) {
    ^bb0(%x: f16, %z: f32):
      %y = arith.extf %x : f16 to f32
      linalg.yield %y : f32
    }
    return
  }
  func.func @emission(%a: memref<16xf16>, %c: vector<16xf32>) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xf16>, vector<16xf16>
    %r = arith.extf %x : vector<16xf16> to vector<16xf32>
    return %r : vector<16xf32>
  }
  func.func @masked(
      %a: memref<16xf16>, %c: vector<16xf32>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xf16>
    %x = vector.maskedload %a[%z], %m, %f : memref<16xf16>, vector<16xi1>, vector<16xf16> into
        vector<16xf16>
    %r = arith.extf %x : vector<16xf16> to vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @widen_f32_f64x8 attributes {
    morello.features = "avx512f avx512vl", morello.throughput = 1.0, morello.latency = 11.0,
    morello.ports = "p0 + p5 + p2|p3"} {
  func.func @semantics(%a: memref<8xf32>, %c: memref<8xf64>) {
    linalg.generic #copy ins(%a : memref<8xf32>) outs(%c : memref<8xf64>) {
    ^bb0(%x: f32, %z: f64):
      %y = arith.extf %x : f32 to f64
      linalg.yield %y : f64
    }
    return
  }
  func.func @emission(%a: memref<8xf32>, %c: vector<8xf64>) -> vector<8xf64> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xf32>, vector<8xf32>
    %r = arith.extf %x : vector<8xf32> to vector<8xf64>
    return %r : vector<8xf64>
  }
  func.func @masked(
      %a: memref<8xf32>, %c: vector<8xf64>, %m: vector<8xi1> {morello.mask = 0}) -> vector<8xf64> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<8xf32>
    %x = vector.maskedload %a[%z], %m, %f : memref<8xf32>, vector<8xi1>, vector<8xf32> into
        vector<8xf32>
    %r = arith.extf %x : vector<8xf32> to vector<8xf64>
    return %r : vector<8xf64>
  }
}

module @widen_i8_i32x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi32>) {
    linalg.generic #copy ins(%a : memref<16xi8>) outs(%c : memref<16xi32>) {
    ^bb0(%x: i8, %z: i32):
      %y = arith.extsi %x : i8 to i32
      linalg.yield %y : i32
    }
    return
  }
  func.func @emission(%a: memref<16xi8>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xi8>, vector<16xi8>
    %r = arith.extsi %x : vector<16xi8> to vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<16xi8>, %c: vector<16xi32>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<16xi8>
    %x = vector.maskedload %a[%z], %m, %f : memref<16xi8>, vector<16xi1>, vector<16xi8> into
        vector<16xi8>
    %r = arith.extsi %x : vector<16xi8> to vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @widen_u8_i32x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi32>) {
    linalg.generic #copy ins(%a : memref<16xi8>) outs(%c : memref<16xi32>) {
    ^bb0(%x: i8, %z: i32):
      %y = arith.extui %x : i8 to i32
      linalg.yield %y : i32
    }
    return
  }
  func.func @emission(%a: memref<16xi8>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xi8>, vector<16xi8>
    %r = arith.extui %x : vector<16xi8> to vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<16xi8>, %c: vector<16xi32>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<16xi8>
    %x = vector.maskedload %a[%z], %m, %f : memref<16xi8>, vector<16xi1>, vector<16xi8> into
        vector<16xi8>
    %r = arith.extui %x : vector<16xi8> to vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @widen_i16_i32x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<16xi16>, %c: memref<16xi32>) {
    linalg.generic #copy ins(%a : memref<16xi16>) outs(%c : memref<16xi32>) {
    ^bb0(%x: i16, %z: i32):
      %y = arith.extsi %x : i16 to i32
      linalg.yield %y : i32
    }
    return
  }
  func.func @emission(%a: memref<16xi16>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xi16>, vector<16xi16>
    %r = arith.extsi %x : vector<16xi16> to vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<16xi16>, %c: vector<16xi32>,
      %m: vector<16xi1> {morello.mask = 0}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<16xi16>
    %x = vector.maskedload %a[%z], %m, %f : memref<16xi16>, vector<16xi1>, vector<16xi16> into
        vector<16xi16>
    %r = arith.extsi %x : vector<16xi16> to vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @widen_i32_i64x8 attributes {
    morello.features = "avx512f avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<8xi32>, %c: memref<8xi64>) {
    linalg.generic #copy ins(%a : memref<8xi32>) outs(%c : memref<8xi64>) {
    ^bb0(%x: i32, %z: i64):
      %y = arith.extsi %x : i32 to i64
      linalg.yield %y : i64
    }
    return
  }
  func.func @emission(%a: memref<8xi32>, %c: vector<8xi64>) -> vector<8xi64> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xi32>, vector<8xi32>
    %r = arith.extsi %x : vector<8xi32> to vector<8xi64>
    return %r : vector<8xi64>
  }
  func.func @masked(
      %a: memref<8xi32>, %c: vector<8xi64>, %m: vector<8xi1> {morello.mask = 0}) -> vector<8xi64> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<8xi32>
    %x = vector.maskedload %a[%z], %m, %f : memref<8xi32>, vector<8xi1>, vector<8xi32> into
        vector<8xi32>
    %r = arith.extsi %x : vector<8xi32> to vector<8xi64>
    return %r : vector<8xi64>
  }
}

module @widen_i8_i16x32 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<32xi8>, %c: memref<32xi16>) {
    linalg.generic #copy ins(%a : memref<32xi8>) outs(%c : memref<32xi16>) {
    ^bb0(%x: i8, %z: i16):
      %y = arith.extsi %x : i8 to i16
      linalg.yield %y : i16
    }
    return
  }
  func.func @emission(%a: memref<32xi8>, %c: vector<32xi16>) -> vector<32xi16> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<32xi8>, vector<32xi8>
    %r = arith.extsi %x : vector<32xi8> to vector<32xi16>
    return %r : vector<32xi16>
  }
  func.func @masked(
      %a: memref<32xi8>, %c: vector<32xi16>,
      %m: vector<32xi1> {morello.mask = 0}) -> vector<32xi16> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<32xi8>
    %x = vector.maskedload %a[%z], %m, %f : memref<32xi8>, vector<32xi1>, vector<32xi8> into
        vector<32xi8>
    %r = arith.extsi %x : vector<32xi8> to vector<32xi16>
    return %r : vector<32xi16>
  }
}

module @widen_u8_i16x32 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<32xi8>, %c: memref<32xi16>) {
    linalg.generic #copy ins(%a : memref<32xi8>) outs(%c : memref<32xi16>) {
    ^bb0(%x: i8, %z: i16):
      %y = arith.extui %x : i8 to i16
      linalg.yield %y : i16
    }
    return
  }
  func.func @emission(%a: memref<32xi8>, %c: vector<32xi16>) -> vector<32xi16> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<32xi8>, vector<32xi8>
    %r = arith.extui %x : vector<32xi8> to vector<32xi16>
    return %r : vector<32xi16>
  }
  func.func @masked(
      %a: memref<32xi8>, %c: vector<32xi16>,
      %m: vector<32xi1> {morello.mask = 0}) -> vector<32xi16> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<32xi8>
    %x = vector.maskedload %a[%z], %m, %f : memref<32xi8>, vector<32xi1>, vector<32xi8> into
        vector<32xi8>
    %r = arith.extui %x : vector<32xi8> to vector<32xi16>
    return %r : vector<32xi16>
  }
}

// Narrower on the way out; floats round to nearest even (bf16 denormals become zero).

module @narrow_f32_bf16x16 attributes {
    morello.features = "avx512bf16 avx512bw avx512vl", morello.throughput = 1.0,
    morello.latency = 9.0, morello.ports = "p0 + p5 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<16xbf16>) {
    linalg.generic #copy ins(%a : memref<16xf32>) outs(%c : memref<16xbf16>) {
    ^bb0(%x: f32, %z: bf16):
      %y = arith.truncf %x : f32 to bf16
      linalg.yield %y : bf16
    }
    return
  }
  func.func @emission(%a: vector<16xf32>, %c: memref<16xbf16>) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<16xf32> to vector<16xbf16>
    vector.store %x, %c[%z] : memref<16xbf16>, vector<16xbf16>
    return
  }
  func.func @masked(
      %a: vector<16xf32>, %c: memref<16xbf16>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<16xf32> to vector<16xbf16>
    vector.maskedstore %c[%z], %m, %x : memref<16xbf16>, vector<16xi1>, vector<16xbf16>
    return
  }
}

module @narrow_f32_f16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 1.0, morello.latency = 10.0,
    morello.ports = "p0 + p5 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<16xf16>) {
    linalg.generic #copy ins(%a : memref<16xf32>) outs(%c : memref<16xf16>) {
    ^bb0(%x: f32, %z: f16):
      %y = arith.truncf %x : f32 to f16
      linalg.yield %y : f16
    }
    return
  }
  func.func @emission(%a: vector<16xf32>, %c: memref<16xf16>) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<16xf32> to vector<16xf16>
    vector.store %x, %c[%z] : memref<16xf16>, vector<16xf16>
    return
  }
  func.func @masked(%a: vector<16xf32>, %c: memref<16xf16>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<16xf32> to vector<16xf16>
    vector.maskedstore %c[%z], %m, %x : memref<16xf16>, vector<16xi1>, vector<16xf16>
    return
  }
}

module @narrow_f64_f32x8 attributes {
    morello.features = "avx512f avx512vl", morello.throughput = 1.0, morello.latency = 10.0,
    morello.ports = "p0 + p5 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8xf64>, %c: memref<8xf32>) {
    linalg.generic #copy ins(%a : memref<8xf64>) outs(%c : memref<8xf32>) {
    ^bb0(%x: f64, %z: f32):
      %y = arith.truncf %x : f64 to f32
      linalg.yield %y : f32
    }
    return
  }
  func.func @emission(%a: vector<8xf64>, %c: memref<8xf32>) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<8xf64> to vector<8xf32>
    vector.store %x, %c[%z] : memref<8xf32>, vector<8xf32>
    return
  }
  func.func @masked(%a: vector<8xf64>, %c: memref<8xf32>, %m: vector<8xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<8xf64> to vector<8xf32>
    vector.maskedstore %c[%z], %m, %x : memref<8xf32>, vector<8xi1>, vector<8xf32>
    return
  }
}

module @narrow_i32_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 2.0, morello.latency = 9.0,
    morello.ports = "2*p5 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xi32>, %c: memref<16xi8>) {
    linalg.generic #copy ins(%a : memref<16xi32>) outs(%c : memref<16xi8>) {
    ^bb0(%x: i32, %z: i8):
      %y = arith.trunci %x : i32 to i8
      linalg.yield %y : i8
    }
    return
  }
  func.func @emission(%a: vector<16xi32>, %c: memref<16xi8>) {
    %z = arith.constant 0 : index
    %x = arith.trunci %a : vector<16xi32> to vector<16xi8>
    vector.store %x, %c[%z] : memref<16xi8>, vector<16xi8>
    return
  }
  func.func @masked(%a: vector<16xi32>, %c: memref<16xi8>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %x = arith.trunci %a : vector<16xi32> to vector<16xi8>
    vector.maskedstore %c[%z], %m, %x : memref<16xi8>, vector<16xi1>, vector<16xi8>
    return
  }
}

module @narrow_i32_i16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.throughput = 2.0, morello.latency = 9.0,
    morello.ports = "2*p5 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xi32>, %c: memref<16xi16>) {
    linalg.generic #copy ins(%a : memref<16xi32>) outs(%c : memref<16xi16>) {
    ^bb0(%x: i32, %z: i16):
      %y = arith.trunci %x : i32 to i16
      linalg.yield %y : i16
    }
    return
  }
  func.func @emission(%a: vector<16xi32>, %c: memref<16xi16>) {
    %z = arith.constant 0 : index
    %x = arith.trunci %a : vector<16xi32> to vector<16xi16>
    vector.store %x, %c[%z] : memref<16xi16>, vector<16xi16>
    return
  }
  func.func @masked(%a: vector<16xi32>, %c: memref<16xi16>, %m: vector<16xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %x = arith.trunci %a : vector<16xi32> to vector<16xi16>
    vector.maskedstore %c[%z], %m, %x : memref<16xi16>, vector<16xi1>, vector<16xi16>
    return
  }
}

}

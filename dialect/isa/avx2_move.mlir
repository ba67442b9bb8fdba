// AVX2: loads, stores, broadcasts and conversions on the way to and from memory. The hardware masks
// 32- and 64-bit elements only, so that the others have no masked form. Cycles as in avx2.mlir.

#copy = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#fill = {
  indexing_maps = [affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}

module @avx2_move {

// Full registers.

module @load_f32x8 attributes {
    morello.features = "avx2", morello.also = "i32", morello.throughput = 0.5,
    morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<8xf32>, %c: memref<8xf32>) {
    linalg.copy ins(%a : memref<8xf32>) outs(%c : memref<8xf32>)
    return
  }
  func.func @emission(%a: memref<8xf32>, %c: vector<8xf32>) -> vector<8xf32> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<8xf32>, vector<8xf32>
    return %r : vector<8xf32>
  }
  func.func @masked(
      %a: memref<8xf32>, %c: vector<8xf32>, %m: vector<8xi1> {morello.mask = 0}) -> vector<8xf32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<8xf32>
    %r = vector.maskedload %a[%z], %m, %f : memref<8xf32>, vector<8xi1>, vector<8xf32> into
        vector<8xf32>
    return %r : vector<8xf32>
  }
}

module @store_f32x8 attributes {
    morello.features = "avx2", morello.also = "i32", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8xf32>, %c: memref<8xf32>) {
    linalg.copy ins(%a : memref<8xf32>) outs(%c : memref<8xf32>)
    return
  }
  func.func @emission(%a: vector<8xf32>, %c: memref<8xf32>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<8xf32>, vector<8xf32>
    return
  }
  func.func @masked(%a: vector<8xf32>, %c: memref<8xf32>, %m: vector<8xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<8xf32>, vector<8xi1>, vector<8xf32>
    return
  }
}

module @load_f64x4 attributes {
    morello.features = "avx2", morello.also = "i64", morello.throughput = 0.5,
    morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<4xf64>, %c: memref<4xf64>) {
    linalg.copy ins(%a : memref<4xf64>) outs(%c : memref<4xf64>)
    return
  }
  func.func @emission(%a: memref<4xf64>, %c: vector<4xf64>) -> vector<4xf64> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<4xf64>, vector<4xf64>
    return %r : vector<4xf64>
  }
  func.func @masked(
      %a: memref<4xf64>, %c: vector<4xf64>, %m: vector<4xi1> {morello.mask = 0}) -> vector<4xf64> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<4xf64>
    %r = vector.maskedload %a[%z], %m, %f : memref<4xf64>, vector<4xi1>, vector<4xf64> into
        vector<4xf64>
    return %r : vector<4xf64>
  }
}

module @store_f64x4 attributes {
    morello.features = "avx2", morello.also = "i64", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<4xf64>, %c: memref<4xf64>) {
    linalg.copy ins(%a : memref<4xf64>) outs(%c : memref<4xf64>)
    return
  }
  func.func @emission(%a: vector<4xf64>, %c: memref<4xf64>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<4xf64>, vector<4xf64>
    return
  }
  func.func @masked(%a: vector<4xf64>, %c: memref<4xf64>, %m: vector<4xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    vector.maskedstore %c[%z], %m, %a : memref<4xf64>, vector<4xi1>, vector<4xf64>
    return
  }
}

module @load_bf16x16 attributes {
    morello.features = "avx2", morello.also = "f16 i16", morello.throughput = 0.5,
    morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16xbf16>, %c: memref<16xbf16>) {
    linalg.copy ins(%a : memref<16xbf16>) outs(%c : memref<16xbf16>)
    return
  }
  func.func @emission(%a: memref<16xbf16>, %c: vector<16xbf16>) -> vector<16xbf16> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<16xbf16>, vector<16xbf16>
    return %r : vector<16xbf16>
  }
}

module @store_bf16x16 attributes {
    morello.features = "avx2", morello.also = "f16 i16", morello.throughput = 1.0,
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
}

module @load_i8x32 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 0.5, morello.latency = 7.0,
    morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<32xi8>, %c: memref<32xi8>) {
    linalg.copy ins(%a : memref<32xi8>) outs(%c : memref<32xi8>)
    return
  }
  func.func @emission(%a: memref<32xi8>, %c: vector<32xi8>) -> vector<32xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<32xi8>, vector<32xi8>
    return %r : vector<32xi8>
  }
}

module @store_i8x32 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 1.0, morello.latency = 5.0,
    morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<32xi8>, %c: memref<32xi8>) {
    linalg.copy ins(%a : memref<32xi8>) outs(%c : memref<32xi8>)
    return
  }
  func.func @emission(%a: vector<32xi8>, %c: memref<32xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<32xi8>, vector<32xi8>
    return
  }
}

// Half registers, of the narrow types that widening instructions take.

module @load_bf16x8 attributes {
    morello.features = "avx2", morello.also = "f16 i16", morello.throughput = 0.5,
    morello.latency = 6.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<8xbf16>, %c: memref<8xbf16>) {
    linalg.copy ins(%a : memref<8xbf16>) outs(%c : memref<8xbf16>)
    return
  }
  func.func @emission(%a: memref<8xbf16>, %c: vector<8xbf16>) -> vector<8xbf16> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<8xbf16>, vector<8xbf16>
    return %r : vector<8xbf16>
  }
}

module @store_bf16x8 attributes {
    morello.features = "avx2", morello.also = "f16 i16", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8xbf16>, %c: memref<8xbf16>) {
    linalg.copy ins(%a : memref<8xbf16>) outs(%c : memref<8xbf16>)
    return
  }
  func.func @emission(%a: vector<8xbf16>, %c: memref<8xbf16>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<8xbf16>, vector<8xbf16>
    return
  }
}

module @load_i8x16 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 0.5, morello.latency = 6.0,
    morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi8>) {
    linalg.copy ins(%a : memref<16xi8>) outs(%c : memref<16xi8>)
    return
  }
  func.func @emission(%a: memref<16xi8>, %c: vector<16xi8>) -> vector<16xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z] : memref<16xi8>, vector<16xi8>
    return %r : vector<16xi8>
  }
}

module @store_i8x16 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 1.0, morello.latency = 5.0,
    morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi8>) {
    linalg.copy ins(%a : memref<16xi8>) outs(%c : memref<16xi8>)
    return
  }
  func.func @emission(%a: vector<16xi8>, %c: memref<16xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z] : memref<16xi8>, vector<16xi8>
    return
  }
}

// Registers of 8 pairs or quads, packed in memory.

module @load2_bf16x8 attributes {
    morello.features = "avx2", morello.also = "i16", morello.throughput = 0.5,
    morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<8x2xbf16>, %c: memref<8x2xbf16>) {
    linalg.copy ins(%a : memref<8x2xbf16>) outs(%c : memref<8x2xbf16>)
    return
  }
  func.func @emission(%a: memref<8x2xbf16>, %c: vector<16xbf16>) -> vector<16xbf16> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z, %z] : memref<8x2xbf16>, vector<16xbf16>
    return %r : vector<16xbf16>
  }
}

module @store2_bf16x8 attributes {
    morello.features = "avx2", morello.also = "i16", morello.throughput = 1.0,
    morello.latency = 5.0, morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8x2xbf16>, %c: memref<8x2xbf16>) {
    linalg.copy ins(%a : memref<8x2xbf16>) outs(%c : memref<8x2xbf16>)
    return
  }
  func.func @emission(%a: vector<16xbf16>, %c: memref<8x2xbf16>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z, %z] : memref<8x2xbf16>, vector<16xbf16>
    return
  }
}

module @load4_i8x8 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 0.5, morello.latency = 7.0,
    morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<8x4xi8>, %c: memref<8x4xi8>) {
    linalg.copy ins(%a : memref<8x4xi8>) outs(%c : memref<8x4xi8>)
    return
  }
  func.func @emission(%a: memref<8x4xi8>, %c: vector<32xi8>) -> vector<32xi8> {
    %z = arith.constant 0 : index
    %r = vector.load %a[%z, %z] : memref<8x4xi8>, vector<32xi8>
    return %r : vector<32xi8>
  }
}

module @store4_i8x8 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 1.0, morello.latency = 5.0,
    morello.ports = "p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8x4xi8>, %c: memref<8x4xi8>) {
    linalg.copy ins(%a : memref<8x4xi8>) outs(%c : memref<8x4xi8>)
    return
  }
  func.func @emission(%a: vector<32xi8>, %c: memref<8x4xi8>) {
    %z = arith.constant 0 : index
    vector.store %a, %c[%z, %z] : memref<8x4xi8>, vector<32xi8>
    return
  }
}

// One element of memory in all lanes.

module @broadcast_f32x8 attributes {
    morello.features = "avx2", morello.also = "i32", morello.throughput = 0.5,
    morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<f32>, %c: memref<8xf32>) {
    linalg.broadcast ins(%a : memref<f32>) outs(%c : memref<8xf32>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<f32>, %c: vector<8xf32>) -> vector<8xf32> {
    %x = memref.load %a[] : memref<f32>
    %r = vector.broadcast %x : f32 to vector<8xf32>
    return %r : vector<8xf32>
  }
}

module @broadcast_f64x4 attributes {
    morello.features = "avx2", morello.also = "i64", morello.throughput = 0.5,
    morello.latency = 7.0, morello.ports = "p2|p3"} {
  func.func @semantics(%a: memref<f64>, %c: memref<4xf64>) {
    linalg.broadcast ins(%a : memref<f64>) outs(%c : memref<4xf64>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<f64>, %c: vector<4xf64>) -> vector<4xf64> {
    %x = memref.load %a[] : memref<f64>
    %r = vector.broadcast %x : f64 to vector<4xf64>
    return %r : vector<4xf64>
  }
}

module @broadcast_bf16x16 attributes {
    morello.features = "avx2", morello.also = "f16 i16", morello.throughput = 1.0,
    morello.latency = 8.0, morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<bf16>, %c: memref<16xbf16>) {
    linalg.broadcast ins(%a : memref<bf16>) outs(%c : memref<16xbf16>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<bf16>, %c: vector<16xbf16>) -> vector<16xbf16> {
    %x = memref.load %a[] : memref<bf16>
    %i = arith.bitcast %x : bf16 to i16
    %v = vector.broadcast %i : i16 to vector<16xi16>
    %r = vector.bitcast %v : vector<16xi16> to vector<16xbf16>
    return %r : vector<16xbf16>
  }
}

module @broadcast_i8x32 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 1.0, morello.latency = 8.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<i8>, %c: memref<32xi8>) {
    linalg.broadcast ins(%a : memref<i8>) outs(%c : memref<32xi8>) dimensions = [0]
    return
  }
  func.func @emission(%a: memref<i8>, %c: vector<32xi8>) -> vector<32xi8> {
    %x = memref.load %a[] : memref<i8>
    %r = vector.broadcast %x : i8 to vector<32xi8>
    return %r : vector<32xi8>
  }
}

// Zero in all lanes.

module @zero_f32x8 attributes {
    morello.features = "avx2", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<8xf32>) {
    linalg.generic #fill outs(%c : memref<8xf32>) {
    ^bb0(%z: f32):
      %v = arith.constant 0.0 : f32
      linalg.yield %v : f32
    }
    return
  }
  func.func @emission(%c: vector<8xf32>) -> vector<8xf32> {
    %r = arith.constant dense<0.0> : vector<8xf32>
    return %r : vector<8xf32>
  }
}

module @zero_f64x4 attributes {
    morello.features = "avx2", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<4xf64>) {
    linalg.generic #fill outs(%c : memref<4xf64>) {
    ^bb0(%z: f64):
      %v = arith.constant 0.0 : f64
      linalg.yield %v : f64
    }
    return
  }
  func.func @emission(%c: vector<4xf64>) -> vector<4xf64> {
    %r = arith.constant dense<0.0> : vector<4xf64>
    return %r : vector<4xf64>
  }
}

module @zero_i32x8 attributes {
    morello.features = "avx2", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<8xi32>) {
    linalg.generic #fill outs(%c : memref<8xi32>) {
    ^bb0(%z: i32):
      %v = arith.constant 0 : i32
      linalg.yield %v : i32
    }
    return
  }
  func.func @emission(%c: vector<8xi32>) -> vector<8xi32> {
    %r = arith.constant dense<0> : vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @zero_i64x4 attributes {
    morello.features = "avx2", morello.throughput = 0.25, morello.latency = 0.0,
    morello.ports = "p0|p1|p5"} {
  func.func @semantics(%c: memref<4xi64>) {
    linalg.generic #fill outs(%c : memref<4xi64>) {
    ^bb0(%z: i64):
      %v = arith.constant 0 : i64
      linalg.yield %v : i64
    }
    return
  }
  func.func @emission(%c: vector<4xi64>) -> vector<4xi64> {
    %r = arith.constant dense<0> : vector<4xi64>
    return %r : vector<4xi64>
  }
}

// Wider on the way in.

module @widen_bf16_f32x8 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 8.0,
    morello.ports = "p5 + p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<8xbf16>, %c: memref<8xf32>) {
    linalg.generic #copy ins(%a : memref<8xbf16>) outs(%c : memref<8xf32>) {
    ^bb0(%x: bf16, %z: f32):
      %y = arith.extf %x : bf16 to f32
      linalg.yield %y : f32
    }
    return
  }
  func.func @emission(%a: memref<8xbf16>, %c: vector<8xf32>) -> vector<8xf32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xbf16>, vector<8xbf16>
    %r = arith.extf %x : vector<8xbf16> to vector<8xf32>
    return %r : vector<8xf32>
  }
}

module @widen_f16_f32x8 attributes {
    morello.features = "avx2 f16c", morello.throughput = 1.0, morello.latency = 10.0,
    morello.ports = "p5 + p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<8xf16>, %c: memref<8xf32>) {
    linalg.generic #copy ins(%a : memref<8xf16>) outs(%c : memref<8xf32>) {
    ^bb0(%x: f16, %z: f32):
      %y = arith.extf %x : f16 to f32
      linalg.yield %y : f32
    }
    return
  }
  func.func @emission(%a: memref<8xf16>, %c: vector<8xf32>) -> vector<8xf32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xf16>, vector<8xf16>
    %r = arith.extf %x : vector<8xf16> to vector<8xf32>
    return %r : vector<8xf32>
  }
}

module @widen_f32_f64x4 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 10.0,
    morello.ports = "p5 + p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<4xf32>, %c: memref<4xf64>) {
    linalg.generic #copy ins(%a : memref<4xf32>) outs(%c : memref<4xf64>) {
    ^bb0(%x: f32, %z: f64):
      %y = arith.extf %x : f32 to f64
      linalg.yield %y : f64
    }
    return
  }
  func.func @emission(%a: memref<4xf32>, %c: vector<4xf64>) -> vector<4xf64> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<4xf32>, vector<4xf32>
    %r = arith.extf %x : vector<4xf32> to vector<4xf64>
    return %r : vector<4xf64>
  }
  func.func @masked(
      %a: memref<4xf32>, %c: vector<4xf64>, %m: vector<4xi1> {morello.mask = 0}) -> vector<4xf64> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<4xf32>
    %x = vector.maskedload %a[%z], %m, %f : memref<4xf32>, vector<4xi1>, vector<4xf32> into
        vector<4xf32>
    %r = arith.extf %x : vector<4xf32> to vector<4xf64>
    return %r : vector<4xf64>
  }
}

module @widen_i8_i32x8 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<8xi8>, %c: memref<8xi32>) {
    linalg.generic #copy ins(%a : memref<8xi8>) outs(%c : memref<8xi32>) {
    ^bb0(%x: i8, %z: i32):
      %y = arith.extsi %x : i8 to i32
      linalg.yield %y : i32
    }
    return
  }
  func.func @emission(%a: memref<8xi8>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xi8>, vector<8xi8>
    %r = arith.extsi %x : vector<8xi8> to vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @widen_u8_i32x8 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<8xi8>, %c: memref<8xi32>) {
    linalg.generic #copy ins(%a : memref<8xi8>) outs(%c : memref<8xi32>) {
    ^bb0(%x: i8, %z: i32):
      %y = arith.extui %x : i8 to i32
      linalg.yield %y : i32
    }
    return
  }
  func.func @emission(%a: memref<8xi8>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xi8>, vector<8xi8>
    %r = arith.extui %x : vector<8xi8> to vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @widen_i16_i32x8 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<8xi16>, %c: memref<8xi32>) {
    linalg.generic #copy ins(%a : memref<8xi16>) outs(%c : memref<8xi32>) {
    ^bb0(%x: i16, %z: i32):
      %y = arith.extsi %x : i16 to i32
      linalg.yield %y : i32
    }
    return
  }
  func.func @emission(%a: memref<8xi16>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<8xi16>, vector<8xi16>
    %r = arith.extsi %x : vector<8xi16> to vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @widen_i32_i64x4 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi32>, %c: memref<4xi64>) {
    linalg.generic #copy ins(%a : memref<4xi32>) outs(%c : memref<4xi64>) {
    ^bb0(%x: i32, %z: i64):
      %y = arith.extsi %x : i32 to i64
      linalg.yield %y : i64
    }
    return
  }
  func.func @emission(%a: memref<4xi32>, %c: vector<4xi64>) -> vector<4xi64> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<4xi32>, vector<4xi32>
    %r = arith.extsi %x : vector<4xi32> to vector<4xi64>
    return %r : vector<4xi64>
  }
  func.func @masked(
      %a: memref<4xi32>, %c: vector<4xi64>, %m: vector<4xi1> {morello.mask = 0}) -> vector<4xi64> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi32>
    %x = vector.maskedload %a[%z], %m, %f : memref<4xi32>, vector<4xi1>, vector<4xi32> into
        vector<4xi32>
    %r = arith.extsi %x : vector<4xi32> to vector<4xi64>
    return %r : vector<4xi64>
  }
}

module @widen_i8_i16x16 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi16>) {
    linalg.generic #copy ins(%a : memref<16xi8>) outs(%c : memref<16xi16>) {
    ^bb0(%x: i8, %z: i16):
      %y = arith.extsi %x : i8 to i16
      linalg.yield %y : i16
    }
    return
  }
  func.func @emission(%a: memref<16xi8>, %c: vector<16xi16>) -> vector<16xi16> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xi8>, vector<16xi8>
    %r = arith.extsi %x : vector<16xi8> to vector<16xi16>
    return %r : vector<16xi16>
  }
}

module @widen_u8_i16x16 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 9.0,
    morello.ports = "p5 + p2|p3"} {
  func.func @semantics(%a: memref<16xi8>, %c: memref<16xi16>) {
    linalg.generic #copy ins(%a : memref<16xi8>) outs(%c : memref<16xi16>) {
    ^bb0(%x: i8, %z: i16):
      %y = arith.extui %x : i8 to i16
      linalg.yield %y : i16
    }
    return
  }
  func.func @emission(%a: memref<16xi8>, %c: vector<16xi16>) -> vector<16xi16> {
    %z = arith.constant 0 : index
    %x = vector.load %a[%z] : memref<16xi8>, vector<16xi8>
    %r = arith.extui %x : vector<16xi8> to vector<16xi16>
    return %r : vector<16xi16>
  }
}

// Narrower on the way out.

module @narrow_f32_f16x8 attributes {
    morello.features = "avx2 f16c", morello.throughput = 1.0, morello.latency = 10.0,
    morello.ports = "p5 + p0|p1 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<8xf32>, %c: memref<8xf16>) {
    linalg.generic #copy ins(%a : memref<8xf32>) outs(%c : memref<8xf16>) {
    ^bb0(%x: f32, %z: f16):
      %y = arith.truncf %x : f32 to f16
      linalg.yield %y : f16
    }
    return
  }
  func.func @emission(%a: vector<8xf32>, %c: memref<8xf16>) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<8xf32> to vector<8xf16>
    vector.store %x, %c[%z] : memref<8xf16>, vector<8xf16>
    return
  }
}

module @narrow_f64_f32x4 attributes {
    morello.features = "avx2", morello.throughput = 1.0, morello.latency = 10.0,
    morello.ports = "p5 + p0|p1 + p4|p9 + p7|p8"} {
  func.func @semantics(%a: memref<4xf64>, %c: memref<4xf32>) {
    linalg.generic #copy ins(%a : memref<4xf64>) outs(%c : memref<4xf32>) {
    ^bb0(%x: f64, %z: f32):
      %y = arith.truncf %x : f64 to f32
      linalg.yield %y : f32
    }
    return
  }
  func.func @emission(%a: vector<4xf64>, %c: memref<4xf32>) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<4xf64> to vector<4xf32>
    vector.store %x, %c[%z] : memref<4xf32>, vector<4xf32>
    return
  }
  func.func @masked(%a: vector<4xf64>, %c: memref<4xf32>, %m: vector<4xi1> {morello.mask = 0}) {
    %z = arith.constant 0 : index
    %x = arith.truncf %a : vector<4xf64> to vector<4xf32>
    vector.maskedstore %c[%z], %m, %x : memref<4xf32>, vector<4xi1>, vector<4xf32>
    return
  }
}

}

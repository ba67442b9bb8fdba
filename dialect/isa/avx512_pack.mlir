// AVX-512: operands of pair and quad dot products, packed from k rows of n elements, n contiguous:
// to a register (`interleave`), or to memory (`pack`). Cycles as in avx512.mlir.

module @avx512_pack {

module @interleave2_bf16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "i16", morello.throughput = 2.0,
    morello.latency = 12.0, morello.ports = "2*p5 + 2*p2|p3"} {
  func.func @semantics(%a: memref<2x16xbf16>, %c: memref<16x2xbf16>) {
    linalg.transpose ins(%a : memref<2x16xbf16>) outs(%c : memref<16x2xbf16>) permutation = [1, 0]
    return
  }
  func.func @emission(
      %a: memref<2x16xbf16, strided<[?, 1]>>, %c: vector<32xbf16>) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %r0 = vector.load %a[%z, %z] : memref<2x16xbf16, strided<[?, 1]>>, vector<16xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<2x16xbf16, strided<[?, 1]>>, vector<16xbf16>
    %e = vector.bitcast %r0 : vector<16xbf16> to vector<16xi16>
    %o = vector.bitcast %r1 : vector<16xbf16> to vector<16xi16>
    %p = vector.interleave %e, %o : vector<16xi16> -> vector<32xi16>
    %r = vector.bitcast %p : vector<32xi16> to vector<32xbf16>
    return %r : vector<32xbf16>
  }
  func.func @masked(
      %a: memref<2x16xbf16, strided<[?, 1]>>, %c: vector<32xbf16>,
      %m: vector<16xi1> {morello.mask = 0},
      %q: vector<2xi1> {morello.mask = 1}) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xbf16>
    %i1 = arith.constant 1 : index
    %x0 = vector.extract %q[0] : i1 from vector<2xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<16xi1>
    %m0 = arith.andi %b0, %m : vector<16xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<2x16xbf16, strided<[?, 1]>>, vector<16xi1>,
        vector<16xbf16> into vector<16xbf16>
    %x1 = vector.extract %q[1] : i1 from vector<2xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<16xi1>
    %m1 = arith.andi %b1, %m : vector<16xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<2x16xbf16, strided<[?, 1]>>,
        vector<16xi1>, vector<16xbf16> into vector<16xbf16>
    %e = vector.bitcast %r0 : vector<16xbf16> to vector<16xi16>
    %o = vector.bitcast %r1 : vector<16xbf16> to vector<16xi16>
    %p = vector.interleave %e, %o : vector<16xi16> -> vector<32xi16>
    %r = vector.bitcast %p : vector<32xi16> to vector<32xbf16>
    return %r : vector<32xbf16>
  }
}

module @pack2_bf16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "i16", morello.throughput = 2.5,
    morello.latency = 12.0, morello.ports = "2*p5 + 2*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<2x16xbf16>, %c: memref<16x2xbf16>) {
    linalg.transpose ins(%a : memref<2x16xbf16>) outs(%c : memref<16x2xbf16>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<2x16xbf16, strided<[?, 1]>>, %c: memref<16x2xbf16>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %r0 = vector.load %a[%z, %z] : memref<2x16xbf16, strided<[?, 1]>>, vector<16xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<2x16xbf16, strided<[?, 1]>>, vector<16xbf16>
    %e = vector.bitcast %r0 : vector<16xbf16> to vector<16xi16>
    %o = vector.bitcast %r1 : vector<16xbf16> to vector<16xi16>
    %p = vector.interleave %e, %o : vector<16xi16> -> vector<32xi16>
    %r = vector.bitcast %p : vector<32xi16> to vector<32xbf16>
    vector.store %r, %c[%z, %z] : memref<16x2xbf16>, vector<32xbf16>
    return
  }
  func.func @masked(
      %a: memref<2x16xbf16, strided<[?, 1]>>, %c: memref<16x2xbf16>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<2xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xbf16>
    %i1 = arith.constant 1 : index
    %x0 = vector.extract %q[0] : i1 from vector<2xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<16xi1>
    %m0 = arith.andi %b0, %m : vector<16xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<2x16xbf16, strided<[?, 1]>>, vector<16xi1>,
        vector<16xbf16> into vector<16xbf16>
    %x1 = vector.extract %q[1] : i1 from vector<2xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<16xi1>
    %m1 = arith.andi %b1, %m : vector<16xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<2x16xbf16, strided<[?, 1]>>,
        vector<16xi1>, vector<16xbf16> into vector<16xbf16>
    %e = vector.bitcast %r0 : vector<16xbf16> to vector<16xi16>
    %o = vector.bitcast %r1 : vector<16xbf16> to vector<16xi16>
    %p = vector.interleave %e, %o : vector<16xi16> -> vector<32xi16>
    %r = vector.bitcast %p : vector<32xi16> to vector<32xbf16>
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %k = vector.shuffle %q, %q [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0,
        1, 0, 1, 0, 1, 0, 1, 0, 1] : vector<2xi1>, vector<2xi1>
    %g = arith.andi %n32, %k : vector<32xi1>
    vector.maskedstore %c[%z, %z], %g, %r : memref<16x2xbf16>, vector<32xi1>, vector<32xbf16>
    return
  }
}

module @interleave4_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 4.0,
    morello.latency = 16.0, morello.ports = "4*p5 + 4*p2|p3"} {
  func.func @semantics(%a: memref<4x16xi8>, %c: memref<16x4xi8>) {
    linalg.transpose ins(%a : memref<4x16xi8>) outs(%c : memref<16x4xi8>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<4x16xi8, strided<[?, 1]>>, %c: vector<64xi8>) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %r0 = vector.load %a[%z, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r1 = vector.load %a[%i1, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r2 = vector.load %a[%i2, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r3 = vector.load %a[%i3, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %even = vector.interleave %r0, %r2 : vector<16xi8> -> vector<32xi8>
    %odd = vector.interleave %r1, %r3 : vector<16xi8> -> vector<32xi8>
    %r = vector.interleave %even, %odd : vector<32xi8> -> vector<64xi8>
    return %r : vector<64xi8>
  }
  func.func @masked(
      %a: memref<4x16xi8, strided<[?, 1]>>, %c: vector<64xi8>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<4xi1> {morello.mask = 1}) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<16xi8>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %x0 = vector.extract %q[0] : i1 from vector<4xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<16xi1>
    %m0 = arith.andi %b0, %m : vector<16xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %x1 = vector.extract %q[1] : i1 from vector<4xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<16xi1>
    %m1 = arith.andi %b1, %m : vector<16xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %x2 = vector.extract %q[2] : i1 from vector<4xi1>
    %b2 = vector.broadcast %x2 : i1 to vector<16xi1>
    %m2 = arith.andi %b2, %m : vector<16xi1>
    %r2 = vector.maskedload %a[%i2, %z], %m2, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %x3 = vector.extract %q[3] : i1 from vector<4xi1>
    %b3 = vector.broadcast %x3 : i1 to vector<16xi1>
    %m3 = arith.andi %b3, %m : vector<16xi1>
    %r3 = vector.maskedload %a[%i3, %z], %m3, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %even = vector.interleave %r0, %r2 : vector<16xi8> -> vector<32xi8>
    %odd = vector.interleave %r1, %r3 : vector<16xi8> -> vector<32xi8>
    %r = vector.interleave %even, %odd : vector<32xi8> -> vector<64xi8>
    return %r : vector<64xi8>
  }
}

module @pack4_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 4.5,
    morello.latency = 16.0, morello.ports = "4*p5 + 4*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<4x16xi8>, %c: memref<16x4xi8>) {
    linalg.transpose ins(%a : memref<4x16xi8>) outs(%c : memref<16x4xi8>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<4x16xi8, strided<[?, 1]>>, %c: memref<16x4xi8>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %r0 = vector.load %a[%z, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r1 = vector.load %a[%i1, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r2 = vector.load %a[%i2, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r3 = vector.load %a[%i3, %z] : memref<4x16xi8, strided<[?, 1]>>, vector<16xi8>
    %even = vector.interleave %r0, %r2 : vector<16xi8> -> vector<32xi8>
    %odd = vector.interleave %r1, %r3 : vector<16xi8> -> vector<32xi8>
    %r = vector.interleave %even, %odd : vector<32xi8> -> vector<64xi8>
    vector.store %r, %c[%z, %z] : memref<16x4xi8>, vector<64xi8>
    return
  }
  func.func @masked(
      %a: memref<4x16xi8, strided<[?, 1]>>, %c: memref<16x4xi8>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<4xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<16xi8>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %x0 = vector.extract %q[0] : i1 from vector<4xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<16xi1>
    %m0 = arith.andi %b0, %m : vector<16xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %x1 = vector.extract %q[1] : i1 from vector<4xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<16xi1>
    %m1 = arith.andi %b1, %m : vector<16xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %x2 = vector.extract %q[2] : i1 from vector<4xi1>
    %b2 = vector.broadcast %x2 : i1 to vector<16xi1>
    %m2 = arith.andi %b2, %m : vector<16xi1>
    %r2 = vector.maskedload %a[%i2, %z], %m2, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %x3 = vector.extract %q[3] : i1 from vector<4xi1>
    %b3 = vector.broadcast %x3 : i1 to vector<16xi1>
    %m3 = arith.andi %b3, %m : vector<16xi1>
    %r3 = vector.maskedload %a[%i3, %z], %m3, %f : memref<4x16xi8, strided<[?, 1]>>, vector<16xi1>,
        vector<16xi8> into vector<16xi8>
    %even = vector.interleave %r0, %r2 : vector<16xi8> -> vector<32xi8>
    %odd = vector.interleave %r1, %r3 : vector<16xi8> -> vector<32xi8>
    %r = vector.interleave %even, %odd : vector<32xi8> -> vector<64xi8>
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %n64 = vector.interleave %n32, %n32 : vector<32xi1> -> vector<64xi1>
    %k = vector.shuffle %q, %q [0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2,
        3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1,
        2, 3, 0, 1, 2, 3, 0, 1, 2, 3] : vector<4xi1>, vector<4xi1>
    %g = arith.andi %n64, %k : vector<64xi1>
    vector.maskedstore %c[%z, %z], %g, %r : memref<16x4xi8>, vector<64xi1>, vector<64xi8>
    return
  }
}

}

// AVX-512: operands of pair and quad dot products, packed from n rows of k elements, k contiguous,
// row by row: to a register (`gather`), or to memory (`gather_pack`). Cycles as in avx512.mlir.

module @avx512_gather {

module @gather2_bf16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "i16", morello.throughput = 16.0,
    morello.latency = 25.0, morello.ports = "15*p5 + 16*p2|p3"} {
  func.func @semantics(%a: memref<16x2xbf16>, %c: memref<16x2xbf16>) {
    linalg.copy ins(%a : memref<16x2xbf16>) outs(%c : memref<16x2xbf16>)
    return
  }
  func.func @emission(
      %a: memref<16x2xbf16, strided<[?, 1]>>, %c: vector<32xbf16>) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %r0 = vector.load %a[%z, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r2 = vector.load %a[%i2, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r3 = vector.load %a[%i3, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r4 = vector.load %a[%i4, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r5 = vector.load %a[%i5, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r6 = vector.load %a[%i6, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r7 = vector.load %a[%i7, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r8 = vector.load %a[%i8, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r9 = vector.load %a[%i9, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r10 = vector.load %a[%i10, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r11 = vector.load %a[%i11, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r12 = vector.load %a[%i12, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r13 = vector.load %a[%i13, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r14 = vector.load %a[%i14, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r15 = vector.load %a[%i15, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %w0 = vector.bitcast %r0 : vector<2xbf16> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<2xbf16> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<2xbf16> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<2xbf16> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<2xbf16> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<2xbf16> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<2xbf16> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<2xbf16> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<2xbf16> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<2xbf16> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<2xbf16> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<2xbf16> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<2xbf16> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<2xbf16> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<2xbf16> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<2xbf16> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<32xbf16>
    return %r : vector<32xbf16>
  }
  func.func @masked(
      %a: memref<16x2xbf16, strided<[?, 1]>>, %c: vector<32xbf16>,
      %m: vector<16xi1> {morello.mask = 0},
      %q: vector<2xi1> {morello.mask = 1}) -> vector<32xbf16> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<2xbf16>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %x0 = vector.extract %m[0] : i1 from vector<16xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<2xi1>
    %m0 = arith.andi %b0, %q : vector<2xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x1 = vector.extract %m[1] : i1 from vector<16xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<2xi1>
    %m1 = arith.andi %b1, %q : vector<2xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x2 = vector.extract %m[2] : i1 from vector<16xi1>
    %b2 = vector.broadcast %x2 : i1 to vector<2xi1>
    %m2 = arith.andi %b2, %q : vector<2xi1>
    %r2 = vector.maskedload %a[%i2, %z], %m2, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x3 = vector.extract %m[3] : i1 from vector<16xi1>
    %b3 = vector.broadcast %x3 : i1 to vector<2xi1>
    %m3 = arith.andi %b3, %q : vector<2xi1>
    %r3 = vector.maskedload %a[%i3, %z], %m3, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x4 = vector.extract %m[4] : i1 from vector<16xi1>
    %b4 = vector.broadcast %x4 : i1 to vector<2xi1>
    %m4 = arith.andi %b4, %q : vector<2xi1>
    %r4 = vector.maskedload %a[%i4, %z], %m4, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x5 = vector.extract %m[5] : i1 from vector<16xi1>
    %b5 = vector.broadcast %x5 : i1 to vector<2xi1>
    %m5 = arith.andi %b5, %q : vector<2xi1>
    %r5 = vector.maskedload %a[%i5, %z], %m5, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x6 = vector.extract %m[6] : i1 from vector<16xi1>
    %b6 = vector.broadcast %x6 : i1 to vector<2xi1>
    %m6 = arith.andi %b6, %q : vector<2xi1>
    %r6 = vector.maskedload %a[%i6, %z], %m6, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x7 = vector.extract %m[7] : i1 from vector<16xi1>
    %b7 = vector.broadcast %x7 : i1 to vector<2xi1>
    %m7 = arith.andi %b7, %q : vector<2xi1>
    %r7 = vector.maskedload %a[%i7, %z], %m7, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x8 = vector.extract %m[8] : i1 from vector<16xi1>
    %b8 = vector.broadcast %x8 : i1 to vector<2xi1>
    %m8 = arith.andi %b8, %q : vector<2xi1>
    %r8 = vector.maskedload %a[%i8, %z], %m8, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x9 = vector.extract %m[9] : i1 from vector<16xi1>
    %b9 = vector.broadcast %x9 : i1 to vector<2xi1>
    %m9 = arith.andi %b9, %q : vector<2xi1>
    %r9 = vector.maskedload %a[%i9, %z], %m9, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x10 = vector.extract %m[10] : i1 from vector<16xi1>
    %b10 = vector.broadcast %x10 : i1 to vector<2xi1>
    %m10 = arith.andi %b10, %q : vector<2xi1>
    %r10 = vector.maskedload %a[%i10, %z], %m10, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x11 = vector.extract %m[11] : i1 from vector<16xi1>
    %b11 = vector.broadcast %x11 : i1 to vector<2xi1>
    %m11 = arith.andi %b11, %q : vector<2xi1>
    %r11 = vector.maskedload %a[%i11, %z], %m11, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x12 = vector.extract %m[12] : i1 from vector<16xi1>
    %b12 = vector.broadcast %x12 : i1 to vector<2xi1>
    %m12 = arith.andi %b12, %q : vector<2xi1>
    %r12 = vector.maskedload %a[%i12, %z], %m12, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x13 = vector.extract %m[13] : i1 from vector<16xi1>
    %b13 = vector.broadcast %x13 : i1 to vector<2xi1>
    %m13 = arith.andi %b13, %q : vector<2xi1>
    %r13 = vector.maskedload %a[%i13, %z], %m13, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x14 = vector.extract %m[14] : i1 from vector<16xi1>
    %b14 = vector.broadcast %x14 : i1 to vector<2xi1>
    %m14 = arith.andi %b14, %q : vector<2xi1>
    %r14 = vector.maskedload %a[%i14, %z], %m14, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x15 = vector.extract %m[15] : i1 from vector<16xi1>
    %b15 = vector.broadcast %x15 : i1 to vector<2xi1>
    %m15 = arith.andi %b15, %q : vector<2xi1>
    %r15 = vector.maskedload %a[%i15, %z], %m15, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %w0 = vector.bitcast %r0 : vector<2xbf16> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<2xbf16> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<2xbf16> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<2xbf16> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<2xbf16> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<2xbf16> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<2xbf16> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<2xbf16> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<2xbf16> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<2xbf16> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<2xbf16> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<2xbf16> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<2xbf16> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<2xbf16> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<2xbf16> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<2xbf16> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<32xbf16>
    return %r : vector<32xbf16>
  }
}

module @gather_pack2_bf16x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "i16", morello.throughput = 16.0,
    morello.latency = 25.0, morello.ports = "15*p5 + 16*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<16x2xbf16>, %c: memref<16x2xbf16>) {
    linalg.copy ins(%a : memref<16x2xbf16>) outs(%c : memref<16x2xbf16>)
    return
  }
  func.func @emission(%a: memref<16x2xbf16, strided<[?, 1]>>, %c: memref<16x2xbf16>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %r0 = vector.load %a[%z, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r2 = vector.load %a[%i2, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r3 = vector.load %a[%i3, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r4 = vector.load %a[%i4, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r5 = vector.load %a[%i5, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r6 = vector.load %a[%i6, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r7 = vector.load %a[%i7, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r8 = vector.load %a[%i8, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r9 = vector.load %a[%i9, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r10 = vector.load %a[%i10, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r11 = vector.load %a[%i11, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r12 = vector.load %a[%i12, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r13 = vector.load %a[%i13, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r14 = vector.load %a[%i14, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r15 = vector.load %a[%i15, %z] : memref<16x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %w0 = vector.bitcast %r0 : vector<2xbf16> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<2xbf16> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<2xbf16> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<2xbf16> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<2xbf16> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<2xbf16> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<2xbf16> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<2xbf16> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<2xbf16> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<2xbf16> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<2xbf16> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<2xbf16> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<2xbf16> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<2xbf16> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<2xbf16> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<2xbf16> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<32xbf16>
    vector.store %r, %c[%z, %z] : memref<16x2xbf16>, vector<32xbf16>
    return
  }
  func.func @masked(
      %a: memref<16x2xbf16, strided<[?, 1]>>, %c: memref<16x2xbf16>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<2xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<2xbf16>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %x0 = vector.extract %m[0] : i1 from vector<16xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<2xi1>
    %m0 = arith.andi %b0, %q : vector<2xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x1 = vector.extract %m[1] : i1 from vector<16xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<2xi1>
    %m1 = arith.andi %b1, %q : vector<2xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x2 = vector.extract %m[2] : i1 from vector<16xi1>
    %b2 = vector.broadcast %x2 : i1 to vector<2xi1>
    %m2 = arith.andi %b2, %q : vector<2xi1>
    %r2 = vector.maskedload %a[%i2, %z], %m2, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x3 = vector.extract %m[3] : i1 from vector<16xi1>
    %b3 = vector.broadcast %x3 : i1 to vector<2xi1>
    %m3 = arith.andi %b3, %q : vector<2xi1>
    %r3 = vector.maskedload %a[%i3, %z], %m3, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x4 = vector.extract %m[4] : i1 from vector<16xi1>
    %b4 = vector.broadcast %x4 : i1 to vector<2xi1>
    %m4 = arith.andi %b4, %q : vector<2xi1>
    %r4 = vector.maskedload %a[%i4, %z], %m4, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x5 = vector.extract %m[5] : i1 from vector<16xi1>
    %b5 = vector.broadcast %x5 : i1 to vector<2xi1>
    %m5 = arith.andi %b5, %q : vector<2xi1>
    %r5 = vector.maskedload %a[%i5, %z], %m5, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x6 = vector.extract %m[6] : i1 from vector<16xi1>
    %b6 = vector.broadcast %x6 : i1 to vector<2xi1>
    %m6 = arith.andi %b6, %q : vector<2xi1>
    %r6 = vector.maskedload %a[%i6, %z], %m6, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x7 = vector.extract %m[7] : i1 from vector<16xi1>
    %b7 = vector.broadcast %x7 : i1 to vector<2xi1>
    %m7 = arith.andi %b7, %q : vector<2xi1>
    %r7 = vector.maskedload %a[%i7, %z], %m7, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x8 = vector.extract %m[8] : i1 from vector<16xi1>
    %b8 = vector.broadcast %x8 : i1 to vector<2xi1>
    %m8 = arith.andi %b8, %q : vector<2xi1>
    %r8 = vector.maskedload %a[%i8, %z], %m8, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x9 = vector.extract %m[9] : i1 from vector<16xi1>
    %b9 = vector.broadcast %x9 : i1 to vector<2xi1>
    %m9 = arith.andi %b9, %q : vector<2xi1>
    %r9 = vector.maskedload %a[%i9, %z], %m9, %f : memref<16x2xbf16, strided<[?, 1]>>, vector<2xi1>,
        vector<2xbf16> into vector<2xbf16>
    %x10 = vector.extract %m[10] : i1 from vector<16xi1>
    %b10 = vector.broadcast %x10 : i1 to vector<2xi1>
    %m10 = arith.andi %b10, %q : vector<2xi1>
    %r10 = vector.maskedload %a[%i10, %z], %m10, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x11 = vector.extract %m[11] : i1 from vector<16xi1>
    %b11 = vector.broadcast %x11 : i1 to vector<2xi1>
    %m11 = arith.andi %b11, %q : vector<2xi1>
    %r11 = vector.maskedload %a[%i11, %z], %m11, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x12 = vector.extract %m[12] : i1 from vector<16xi1>
    %b12 = vector.broadcast %x12 : i1 to vector<2xi1>
    %m12 = arith.andi %b12, %q : vector<2xi1>
    %r12 = vector.maskedload %a[%i12, %z], %m12, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x13 = vector.extract %m[13] : i1 from vector<16xi1>
    %b13 = vector.broadcast %x13 : i1 to vector<2xi1>
    %m13 = arith.andi %b13, %q : vector<2xi1>
    %r13 = vector.maskedload %a[%i13, %z], %m13, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x14 = vector.extract %m[14] : i1 from vector<16xi1>
    %b14 = vector.broadcast %x14 : i1 to vector<2xi1>
    %m14 = arith.andi %b14, %q : vector<2xi1>
    %r14 = vector.maskedload %a[%i14, %z], %m14, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %x15 = vector.extract %m[15] : i1 from vector<16xi1>
    %b15 = vector.broadcast %x15 : i1 to vector<2xi1>
    %m15 = arith.andi %b15, %q : vector<2xi1>
    %r15 = vector.maskedload %a[%i15, %z], %m15, %f : memref<16x2xbf16, strided<[?, 1]>>,
        vector<2xi1>, vector<2xbf16> into vector<2xbf16>
    %w0 = vector.bitcast %r0 : vector<2xbf16> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<2xbf16> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<2xbf16> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<2xbf16> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<2xbf16> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<2xbf16> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<2xbf16> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<2xbf16> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<2xbf16> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<2xbf16> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<2xbf16> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<2xbf16> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<2xbf16> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<2xbf16> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<2xbf16> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<2xbf16> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<32xbf16>
    %n32 = vector.interleave %m, %m : vector<16xi1> -> vector<32xi1>
    %k = vector.shuffle %q, %q [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0,
        1, 0, 1, 0, 1, 0, 1, 0, 1] : vector<2xi1>, vector<2xi1>
    %g = arith.andi %n32, %k : vector<32xi1>
    vector.maskedstore %c[%z, %z], %g, %r : memref<16x2xbf16>, vector<32xi1>, vector<32xbf16>
    return
  }
}

module @gather4_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 16.0,
    morello.latency = 25.0, morello.ports = "15*p5 + 16*p2|p3"} {
  func.func @semantics(%a: memref<16x4xi8>, %c: memref<16x4xi8>) {
    linalg.copy ins(%a : memref<16x4xi8>) outs(%c : memref<16x4xi8>)
    return
  }
  func.func @emission(%a: memref<16x4xi8, strided<[?, 1]>>, %c: vector<64xi8>) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %r0 = vector.load %a[%z, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r1 = vector.load %a[%i1, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r2 = vector.load %a[%i2, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r3 = vector.load %a[%i3, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r4 = vector.load %a[%i4, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r5 = vector.load %a[%i5, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r6 = vector.load %a[%i6, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r7 = vector.load %a[%i7, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r8 = vector.load %a[%i8, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r9 = vector.load %a[%i9, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r10 = vector.load %a[%i10, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r11 = vector.load %a[%i11, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r12 = vector.load %a[%i12, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r13 = vector.load %a[%i13, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r14 = vector.load %a[%i14, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r15 = vector.load %a[%i15, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %w0 = vector.bitcast %r0 : vector<4xi8> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<4xi8> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<4xi8> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<4xi8> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<4xi8> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<4xi8> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<4xi8> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<4xi8> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<4xi8> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<4xi8> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<4xi8> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<4xi8> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<4xi8> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<4xi8> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<4xi8> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<4xi8> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<64xi8>
    return %r : vector<64xi8>
  }
  func.func @masked(
      %a: memref<16x4xi8, strided<[?, 1]>>, %c: vector<64xi8>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<4xi1> {morello.mask = 1}) -> vector<64xi8> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %x0 = vector.extract %m[0] : i1 from vector<16xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<4xi1>
    %m0 = arith.andi %b0, %q : vector<4xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x1 = vector.extract %m[1] : i1 from vector<16xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<4xi1>
    %m1 = arith.andi %b1, %q : vector<4xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x2 = vector.extract %m[2] : i1 from vector<16xi1>
    %b2 = vector.broadcast %x2 : i1 to vector<4xi1>
    %m2 = arith.andi %b2, %q : vector<4xi1>
    %r2 = vector.maskedload %a[%i2, %z], %m2, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x3 = vector.extract %m[3] : i1 from vector<16xi1>
    %b3 = vector.broadcast %x3 : i1 to vector<4xi1>
    %m3 = arith.andi %b3, %q : vector<4xi1>
    %r3 = vector.maskedload %a[%i3, %z], %m3, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x4 = vector.extract %m[4] : i1 from vector<16xi1>
    %b4 = vector.broadcast %x4 : i1 to vector<4xi1>
    %m4 = arith.andi %b4, %q : vector<4xi1>
    %r4 = vector.maskedload %a[%i4, %z], %m4, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x5 = vector.extract %m[5] : i1 from vector<16xi1>
    %b5 = vector.broadcast %x5 : i1 to vector<4xi1>
    %m5 = arith.andi %b5, %q : vector<4xi1>
    %r5 = vector.maskedload %a[%i5, %z], %m5, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x6 = vector.extract %m[6] : i1 from vector<16xi1>
    %b6 = vector.broadcast %x6 : i1 to vector<4xi1>
    %m6 = arith.andi %b6, %q : vector<4xi1>
    %r6 = vector.maskedload %a[%i6, %z], %m6, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x7 = vector.extract %m[7] : i1 from vector<16xi1>
    %b7 = vector.broadcast %x7 : i1 to vector<4xi1>
    %m7 = arith.andi %b7, %q : vector<4xi1>
    %r7 = vector.maskedload %a[%i7, %z], %m7, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x8 = vector.extract %m[8] : i1 from vector<16xi1>
    %b8 = vector.broadcast %x8 : i1 to vector<4xi1>
    %m8 = arith.andi %b8, %q : vector<4xi1>
    %r8 = vector.maskedload %a[%i8, %z], %m8, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x9 = vector.extract %m[9] : i1 from vector<16xi1>
    %b9 = vector.broadcast %x9 : i1 to vector<4xi1>
    %m9 = arith.andi %b9, %q : vector<4xi1>
    %r9 = vector.maskedload %a[%i9, %z], %m9, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x10 = vector.extract %m[10] : i1 from vector<16xi1>
    %b10 = vector.broadcast %x10 : i1 to vector<4xi1>
    %m10 = arith.andi %b10, %q : vector<4xi1>
    %r10 = vector.maskedload %a[%i10, %z], %m10, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x11 = vector.extract %m[11] : i1 from vector<16xi1>
    %b11 = vector.broadcast %x11 : i1 to vector<4xi1>
    %m11 = arith.andi %b11, %q : vector<4xi1>
    %r11 = vector.maskedload %a[%i11, %z], %m11, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x12 = vector.extract %m[12] : i1 from vector<16xi1>
    %b12 = vector.broadcast %x12 : i1 to vector<4xi1>
    %m12 = arith.andi %b12, %q : vector<4xi1>
    %r12 = vector.maskedload %a[%i12, %z], %m12, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x13 = vector.extract %m[13] : i1 from vector<16xi1>
    %b13 = vector.broadcast %x13 : i1 to vector<4xi1>
    %m13 = arith.andi %b13, %q : vector<4xi1>
    %r13 = vector.maskedload %a[%i13, %z], %m13, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x14 = vector.extract %m[14] : i1 from vector<16xi1>
    %b14 = vector.broadcast %x14 : i1 to vector<4xi1>
    %m14 = arith.andi %b14, %q : vector<4xi1>
    %r14 = vector.maskedload %a[%i14, %z], %m14, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x15 = vector.extract %m[15] : i1 from vector<16xi1>
    %b15 = vector.broadcast %x15 : i1 to vector<4xi1>
    %m15 = arith.andi %b15, %q : vector<4xi1>
    %r15 = vector.maskedload %a[%i15, %z], %m15, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %w0 = vector.bitcast %r0 : vector<4xi8> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<4xi8> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<4xi8> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<4xi8> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<4xi8> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<4xi8> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<4xi8> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<4xi8> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<4xi8> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<4xi8> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<4xi8> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<4xi8> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<4xi8> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<4xi8> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<4xi8> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<4xi8> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<64xi8>
    return %r : vector<64xi8>
  }
}

module @gather_pack4_i8x16 attributes {
    morello.features = "avx512bw avx512vl", morello.also = "u8", morello.throughput = 16.0,
    morello.latency = 25.0, morello.ports = "15*p5 + 16*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<16x4xi8>, %c: memref<16x4xi8>) {
    linalg.copy ins(%a : memref<16x4xi8>) outs(%c : memref<16x4xi8>)
    return
  }
  func.func @emission(%a: memref<16x4xi8, strided<[?, 1]>>, %c: memref<16x4xi8>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %r0 = vector.load %a[%z, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r1 = vector.load %a[%i1, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r2 = vector.load %a[%i2, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r3 = vector.load %a[%i3, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r4 = vector.load %a[%i4, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r5 = vector.load %a[%i5, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r6 = vector.load %a[%i6, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r7 = vector.load %a[%i7, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r8 = vector.load %a[%i8, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r9 = vector.load %a[%i9, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r10 = vector.load %a[%i10, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r11 = vector.load %a[%i11, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r12 = vector.load %a[%i12, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r13 = vector.load %a[%i13, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r14 = vector.load %a[%i14, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r15 = vector.load %a[%i15, %z] : memref<16x4xi8, strided<[?, 1]>>, vector<4xi8>
    %w0 = vector.bitcast %r0 : vector<4xi8> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<4xi8> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<4xi8> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<4xi8> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<4xi8> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<4xi8> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<4xi8> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<4xi8> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<4xi8> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<4xi8> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<4xi8> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<4xi8> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<4xi8> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<4xi8> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<4xi8> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<4xi8> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<64xi8>
    vector.store %r, %c[%z, %z] : memref<16x4xi8>, vector<64xi8>
    return
  }
  func.func @masked(
      %a: memref<16x4xi8, strided<[?, 1]>>, %c: memref<16x4xi8>,
      %m: vector<16xi1> {morello.mask = 0}, %q: vector<4xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %i8 = arith.constant 8 : index
    %i9 = arith.constant 9 : index
    %i10 = arith.constant 10 : index
    %i11 = arith.constant 11 : index
    %i12 = arith.constant 12 : index
    %i13 = arith.constant 13 : index
    %i14 = arith.constant 14 : index
    %i15 = arith.constant 15 : index
    %x0 = vector.extract %m[0] : i1 from vector<16xi1>
    %b0 = vector.broadcast %x0 : i1 to vector<4xi1>
    %m0 = arith.andi %b0, %q : vector<4xi1>
    %r0 = vector.maskedload %a[%z, %z], %m0, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x1 = vector.extract %m[1] : i1 from vector<16xi1>
    %b1 = vector.broadcast %x1 : i1 to vector<4xi1>
    %m1 = arith.andi %b1, %q : vector<4xi1>
    %r1 = vector.maskedload %a[%i1, %z], %m1, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x2 = vector.extract %m[2] : i1 from vector<16xi1>
    %b2 = vector.broadcast %x2 : i1 to vector<4xi1>
    %m2 = arith.andi %b2, %q : vector<4xi1>
    %r2 = vector.maskedload %a[%i2, %z], %m2, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x3 = vector.extract %m[3] : i1 from vector<16xi1>
    %b3 = vector.broadcast %x3 : i1 to vector<4xi1>
    %m3 = arith.andi %b3, %q : vector<4xi1>
    %r3 = vector.maskedload %a[%i3, %z], %m3, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x4 = vector.extract %m[4] : i1 from vector<16xi1>
    %b4 = vector.broadcast %x4 : i1 to vector<4xi1>
    %m4 = arith.andi %b4, %q : vector<4xi1>
    %r4 = vector.maskedload %a[%i4, %z], %m4, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x5 = vector.extract %m[5] : i1 from vector<16xi1>
    %b5 = vector.broadcast %x5 : i1 to vector<4xi1>
    %m5 = arith.andi %b5, %q : vector<4xi1>
    %r5 = vector.maskedload %a[%i5, %z], %m5, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x6 = vector.extract %m[6] : i1 from vector<16xi1>
    %b6 = vector.broadcast %x6 : i1 to vector<4xi1>
    %m6 = arith.andi %b6, %q : vector<4xi1>
    %r6 = vector.maskedload %a[%i6, %z], %m6, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x7 = vector.extract %m[7] : i1 from vector<16xi1>
    %b7 = vector.broadcast %x7 : i1 to vector<4xi1>
    %m7 = arith.andi %b7, %q : vector<4xi1>
    %r7 = vector.maskedload %a[%i7, %z], %m7, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x8 = vector.extract %m[8] : i1 from vector<16xi1>
    %b8 = vector.broadcast %x8 : i1 to vector<4xi1>
    %m8 = arith.andi %b8, %q : vector<4xi1>
    %r8 = vector.maskedload %a[%i8, %z], %m8, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x9 = vector.extract %m[9] : i1 from vector<16xi1>
    %b9 = vector.broadcast %x9 : i1 to vector<4xi1>
    %m9 = arith.andi %b9, %q : vector<4xi1>
    %r9 = vector.maskedload %a[%i9, %z], %m9, %f : memref<16x4xi8, strided<[?, 1]>>, vector<4xi1>,
        vector<4xi8> into vector<4xi8>
    %x10 = vector.extract %m[10] : i1 from vector<16xi1>
    %b10 = vector.broadcast %x10 : i1 to vector<4xi1>
    %m10 = arith.andi %b10, %q : vector<4xi1>
    %r10 = vector.maskedload %a[%i10, %z], %m10, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x11 = vector.extract %m[11] : i1 from vector<16xi1>
    %b11 = vector.broadcast %x11 : i1 to vector<4xi1>
    %m11 = arith.andi %b11, %q : vector<4xi1>
    %r11 = vector.maskedload %a[%i11, %z], %m11, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x12 = vector.extract %m[12] : i1 from vector<16xi1>
    %b12 = vector.broadcast %x12 : i1 to vector<4xi1>
    %m12 = arith.andi %b12, %q : vector<4xi1>
    %r12 = vector.maskedload %a[%i12, %z], %m12, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x13 = vector.extract %m[13] : i1 from vector<16xi1>
    %b13 = vector.broadcast %x13 : i1 to vector<4xi1>
    %m13 = arith.andi %b13, %q : vector<4xi1>
    %r13 = vector.maskedload %a[%i13, %z], %m13, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x14 = vector.extract %m[14] : i1 from vector<16xi1>
    %b14 = vector.broadcast %x14 : i1 to vector<4xi1>
    %m14 = arith.andi %b14, %q : vector<4xi1>
    %r14 = vector.maskedload %a[%i14, %z], %m14, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %x15 = vector.extract %m[15] : i1 from vector<16xi1>
    %b15 = vector.broadcast %x15 : i1 to vector<4xi1>
    %m15 = arith.andi %b15, %q : vector<4xi1>
    %r15 = vector.maskedload %a[%i15, %z], %m15, %f : memref<16x4xi8, strided<[?, 1]>>,
        vector<4xi1>, vector<4xi8> into vector<4xi8>
    %w0 = vector.bitcast %r0 : vector<4xi8> to vector<1xi32>
    %s0 = vector.extract %w0[0] : i32 from vector<1xi32>
    %w1 = vector.bitcast %r1 : vector<4xi8> to vector<1xi32>
    %s1 = vector.extract %w1[0] : i32 from vector<1xi32>
    %w2 = vector.bitcast %r2 : vector<4xi8> to vector<1xi32>
    %s2 = vector.extract %w2[0] : i32 from vector<1xi32>
    %w3 = vector.bitcast %r3 : vector<4xi8> to vector<1xi32>
    %s3 = vector.extract %w3[0] : i32 from vector<1xi32>
    %w4 = vector.bitcast %r4 : vector<4xi8> to vector<1xi32>
    %s4 = vector.extract %w4[0] : i32 from vector<1xi32>
    %w5 = vector.bitcast %r5 : vector<4xi8> to vector<1xi32>
    %s5 = vector.extract %w5[0] : i32 from vector<1xi32>
    %w6 = vector.bitcast %r6 : vector<4xi8> to vector<1xi32>
    %s6 = vector.extract %w6[0] : i32 from vector<1xi32>
    %w7 = vector.bitcast %r7 : vector<4xi8> to vector<1xi32>
    %s7 = vector.extract %w7[0] : i32 from vector<1xi32>
    %w8 = vector.bitcast %r8 : vector<4xi8> to vector<1xi32>
    %s8 = vector.extract %w8[0] : i32 from vector<1xi32>
    %w9 = vector.bitcast %r9 : vector<4xi8> to vector<1xi32>
    %s9 = vector.extract %w9[0] : i32 from vector<1xi32>
    %w10 = vector.bitcast %r10 : vector<4xi8> to vector<1xi32>
    %s10 = vector.extract %w10[0] : i32 from vector<1xi32>
    %w11 = vector.bitcast %r11 : vector<4xi8> to vector<1xi32>
    %s11 = vector.extract %w11[0] : i32 from vector<1xi32>
    %w12 = vector.bitcast %r12 : vector<4xi8> to vector<1xi32>
    %s12 = vector.extract %w12[0] : i32 from vector<1xi32>
    %w13 = vector.bitcast %r13 : vector<4xi8> to vector<1xi32>
    %s13 = vector.extract %w13[0] : i32 from vector<1xi32>
    %w14 = vector.bitcast %r14 : vector<4xi8> to vector<1xi32>
    %s14 = vector.extract %w14[0] : i32 from vector<1xi32>
    %w15 = vector.bitcast %r15 : vector<4xi8> to vector<1xi32>
    %s15 = vector.extract %w15[0] : i32 from vector<1xi32>
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7, %s8, %s9, %s10, %s11, %s12,
        %s13, %s14, %s15 : vector<16xi32>
    %r = vector.bitcast %w : vector<16xi32> to vector<64xi8>
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

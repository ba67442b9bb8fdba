// AVX2: blocks of memory rearranged in registers, for packing. Cycles as in avx2.mlir; shuffles go
// through p5 on Intel, newer cores and Zen have a second port for those inside 128-bit lanes.

module @avx2_pack {

// Rows into columns: unpack inside 128-bit lanes, then exchange lanes.

module @transpose_f32_8x8 attributes {
    morello.features = "avx2", morello.also = "i32", morello.throughput = 24.0,
    morello.latency = 40.0, morello.ports = "24*p5 + 8*p2|p3 + 8*p4"} {
  func.func @semantics(%a: memref<8x8xf32>, %c: memref<8x8xf32>) {
    linalg.transpose ins(%a : memref<8x8xf32>) outs(%c : memref<8x8xf32>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<8x8xf32, strided<[?, 1]>>, %c: memref<8x8xf32, strided<[?, 1]>>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r1 = vector.load %a[%i1, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r2 = vector.load %a[%i2, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r3 = vector.load %a[%i3, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r4 = vector.load %a[%i4, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r5 = vector.load %a[%i5, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r6 = vector.load %a[%i6, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %r7 = vector.load %a[%i7, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    %t1 = vector.shuffle %r0, %r1 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t2 = vector.shuffle %r0, %r1 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t3 = vector.shuffle %r2, %r3 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t4 = vector.shuffle %r2, %r3 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t5 = vector.shuffle %r4, %r5 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t6 = vector.shuffle %r4, %r5 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t7 = vector.shuffle %r6, %r7 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t8 = vector.shuffle %r6, %r7 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t9 = vector.shuffle %t1, %t3 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t10 = vector.shuffle %t1, %t3 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %t11 = vector.shuffle %t2, %t4 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t12 = vector.shuffle %t2, %t4 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %t13 = vector.shuffle %t5, %t7 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t14 = vector.shuffle %t5, %t7 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %t15 = vector.shuffle %t6, %t8 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t16 = vector.shuffle %t6, %t8 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %u1 = vector.shuffle %t9, %t13 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u2 = vector.shuffle %t9, %t13 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %u3 = vector.shuffle %t11, %t15 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u4 = vector.shuffle %t11, %t15 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %u5 = vector.shuffle %t10, %t14 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u6 = vector.shuffle %t10, %t14 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %u7 = vector.shuffle %t12, %t16 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u8 = vector.shuffle %t12, %t16 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    vector.store %u1, %c[%z, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u5, %c[%i1, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u3, %c[%i2, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u7, %c[%i3, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u2, %c[%i4, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u6, %c[%i5, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u4, %c[%i6, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    vector.store %u8, %c[%i7, %z] : memref<8x8xf32, strided<[?, 1]>>, vector<8xf32>
    return
  }
  func.func @masked(
      %a: memref<8x8xf32, strided<[?, 1]>>, %c: memref<8x8xf32, strided<[?, 1]>>,
      %cols: vector<8xi1> {morello.mask = 0}, %rows: vector<8xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<8xf32>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %lx0 = vector.extract %rows[0] : i1 from vector<8xi1>
    %lb0 = vector.broadcast %lx0 : i1 to vector<8xi1>
    %lm0 = arith.andi %lb0, %cols : vector<8xi1>
    %r0 = vector.maskedload %a[%z, %z], %lm0, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx1 = vector.extract %rows[1] : i1 from vector<8xi1>
    %lb1 = vector.broadcast %lx1 : i1 to vector<8xi1>
    %lm1 = arith.andi %lb1, %cols : vector<8xi1>
    %r1 = vector.maskedload %a[%i1, %z], %lm1, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx2 = vector.extract %rows[2] : i1 from vector<8xi1>
    %lb2 = vector.broadcast %lx2 : i1 to vector<8xi1>
    %lm2 = arith.andi %lb2, %cols : vector<8xi1>
    %r2 = vector.maskedload %a[%i2, %z], %lm2, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx3 = vector.extract %rows[3] : i1 from vector<8xi1>
    %lb3 = vector.broadcast %lx3 : i1 to vector<8xi1>
    %lm3 = arith.andi %lb3, %cols : vector<8xi1>
    %r3 = vector.maskedload %a[%i3, %z], %lm3, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx4 = vector.extract %rows[4] : i1 from vector<8xi1>
    %lb4 = vector.broadcast %lx4 : i1 to vector<8xi1>
    %lm4 = arith.andi %lb4, %cols : vector<8xi1>
    %r4 = vector.maskedload %a[%i4, %z], %lm4, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx5 = vector.extract %rows[5] : i1 from vector<8xi1>
    %lb5 = vector.broadcast %lx5 : i1 to vector<8xi1>
    %lm5 = arith.andi %lb5, %cols : vector<8xi1>
    %r5 = vector.maskedload %a[%i5, %z], %lm5, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx6 = vector.extract %rows[6] : i1 from vector<8xi1>
    %lb6 = vector.broadcast %lx6 : i1 to vector<8xi1>
    %lm6 = arith.andi %lb6, %cols : vector<8xi1>
    %r6 = vector.maskedload %a[%i6, %z], %lm6, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %lx7 = vector.extract %rows[7] : i1 from vector<8xi1>
    %lb7 = vector.broadcast %lx7 : i1 to vector<8xi1>
    %lm7 = arith.andi %lb7, %cols : vector<8xi1>
    %r7 = vector.maskedload %a[%i7, %z], %lm7, %f : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32> into vector<8xf32>
    %t1 = vector.shuffle %r0, %r1 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t2 = vector.shuffle %r0, %r1 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t3 = vector.shuffle %r2, %r3 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t4 = vector.shuffle %r2, %r3 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t5 = vector.shuffle %r4, %r5 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t6 = vector.shuffle %r4, %r5 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t7 = vector.shuffle %r6, %r7 [0, 8, 1, 9, 4, 12, 5, 13] : vector<8xf32>, vector<8xf32>
    %t8 = vector.shuffle %r6, %r7 [2, 10, 3, 11, 6, 14, 7, 15] : vector<8xf32>, vector<8xf32>
    %t9 = vector.shuffle %t1, %t3 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t10 = vector.shuffle %t1, %t3 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %t11 = vector.shuffle %t2, %t4 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t12 = vector.shuffle %t2, %t4 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %t13 = vector.shuffle %t5, %t7 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t14 = vector.shuffle %t5, %t7 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %t15 = vector.shuffle %t6, %t8 [0, 1, 8, 9, 4, 5, 12, 13] : vector<8xf32>, vector<8xf32>
    %t16 = vector.shuffle %t6, %t8 [2, 3, 10, 11, 6, 7, 14, 15] : vector<8xf32>, vector<8xf32>
    %u1 = vector.shuffle %t9, %t13 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u2 = vector.shuffle %t9, %t13 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %u3 = vector.shuffle %t11, %t15 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u4 = vector.shuffle %t11, %t15 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %u5 = vector.shuffle %t10, %t14 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u6 = vector.shuffle %t10, %t14 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %u7 = vector.shuffle %t12, %t16 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xf32>, vector<8xf32>
    %u8 = vector.shuffle %t12, %t16 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xf32>, vector<8xf32>
    %sx0 = vector.extract %cols[0] : i1 from vector<8xi1>
    %sb0 = vector.broadcast %sx0 : i1 to vector<8xi1>
    %sm0 = arith.andi %sb0, %rows : vector<8xi1>
    vector.maskedstore %c[%z, %z], %sm0, %u1 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx1 = vector.extract %cols[1] : i1 from vector<8xi1>
    %sb1 = vector.broadcast %sx1 : i1 to vector<8xi1>
    %sm1 = arith.andi %sb1, %rows : vector<8xi1>
    vector.maskedstore %c[%i1, %z], %sm1, %u5 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx2 = vector.extract %cols[2] : i1 from vector<8xi1>
    %sb2 = vector.broadcast %sx2 : i1 to vector<8xi1>
    %sm2 = arith.andi %sb2, %rows : vector<8xi1>
    vector.maskedstore %c[%i2, %z], %sm2, %u3 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx3 = vector.extract %cols[3] : i1 from vector<8xi1>
    %sb3 = vector.broadcast %sx3 : i1 to vector<8xi1>
    %sm3 = arith.andi %sb3, %rows : vector<8xi1>
    vector.maskedstore %c[%i3, %z], %sm3, %u7 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx4 = vector.extract %cols[4] : i1 from vector<8xi1>
    %sb4 = vector.broadcast %sx4 : i1 to vector<8xi1>
    %sm4 = arith.andi %sb4, %rows : vector<8xi1>
    vector.maskedstore %c[%i4, %z], %sm4, %u2 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx5 = vector.extract %cols[5] : i1 from vector<8xi1>
    %sb5 = vector.broadcast %sx5 : i1 to vector<8xi1>
    %sm5 = arith.andi %sb5, %rows : vector<8xi1>
    vector.maskedstore %c[%i5, %z], %sm5, %u6 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx6 = vector.extract %cols[6] : i1 from vector<8xi1>
    %sb6 = vector.broadcast %sx6 : i1 to vector<8xi1>
    %sm6 = arith.andi %sb6, %rows : vector<8xi1>
    vector.maskedstore %c[%i6, %z], %sm6, %u4 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    %sx7 = vector.extract %cols[7] : i1 from vector<8xi1>
    %sb7 = vector.broadcast %sx7 : i1 to vector<8xi1>
    %sm7 = arith.andi %sb7, %rows : vector<8xi1>
    vector.maskedstore %c[%i7, %z], %sm7, %u8 : memref<8x8xf32, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf32>
    return
  }
}

module @transpose_f64_4x4 attributes {
    morello.features = "avx2", morello.also = "i64", morello.throughput = 8.0,
    morello.latency = 20.0, morello.ports = "8*p5 + 4*p2|p3 + 4*p4"} {
  func.func @semantics(%a: memref<4x4xf64>, %c: memref<4x4xf64>) {
    linalg.transpose ins(%a : memref<4x4xf64>) outs(%c : memref<4x4xf64>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<4x4xf64, strided<[?, 1]>>, %c: memref<4x4xf64, strided<[?, 1]>>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %r0 = vector.load %a[%z, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    %r1 = vector.load %a[%i1, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    %r2 = vector.load %a[%i2, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    %r3 = vector.load %a[%i3, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    %t1 = vector.shuffle %r0, %r1 [0, 4, 2, 6] : vector<4xf64>, vector<4xf64>
    %t2 = vector.shuffle %r0, %r1 [1, 5, 3, 7] : vector<4xf64>, vector<4xf64>
    %t3 = vector.shuffle %r2, %r3 [0, 4, 2, 6] : vector<4xf64>, vector<4xf64>
    %t4 = vector.shuffle %r2, %r3 [1, 5, 3, 7] : vector<4xf64>, vector<4xf64>
    %u1 = vector.shuffle %t1, %t3 [0, 1, 4, 5] : vector<4xf64>, vector<4xf64>
    %u2 = vector.shuffle %t1, %t3 [2, 3, 6, 7] : vector<4xf64>, vector<4xf64>
    %u3 = vector.shuffle %t2, %t4 [0, 1, 4, 5] : vector<4xf64>, vector<4xf64>
    %u4 = vector.shuffle %t2, %t4 [2, 3, 6, 7] : vector<4xf64>, vector<4xf64>
    vector.store %u1, %c[%z, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    vector.store %u3, %c[%i1, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    vector.store %u2, %c[%i2, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    vector.store %u4, %c[%i3, %z] : memref<4x4xf64, strided<[?, 1]>>, vector<4xf64>
    return
  }
  func.func @masked(
      %a: memref<4x4xf64, strided<[?, 1]>>, %c: memref<4x4xf64, strided<[?, 1]>>,
      %cols: vector<4xi1> {morello.mask = 0}, %rows: vector<4xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<4xf64>
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %lx0 = vector.extract %rows[0] : i1 from vector<4xi1>
    %lb0 = vector.broadcast %lx0 : i1 to vector<4xi1>
    %lm0 = arith.andi %lb0, %cols : vector<4xi1>
    %r0 = vector.maskedload %a[%z, %z], %lm0, %f : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64> into vector<4xf64>
    %lx1 = vector.extract %rows[1] : i1 from vector<4xi1>
    %lb1 = vector.broadcast %lx1 : i1 to vector<4xi1>
    %lm1 = arith.andi %lb1, %cols : vector<4xi1>
    %r1 = vector.maskedload %a[%i1, %z], %lm1, %f : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64> into vector<4xf64>
    %lx2 = vector.extract %rows[2] : i1 from vector<4xi1>
    %lb2 = vector.broadcast %lx2 : i1 to vector<4xi1>
    %lm2 = arith.andi %lb2, %cols : vector<4xi1>
    %r2 = vector.maskedload %a[%i2, %z], %lm2, %f : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64> into vector<4xf64>
    %lx3 = vector.extract %rows[3] : i1 from vector<4xi1>
    %lb3 = vector.broadcast %lx3 : i1 to vector<4xi1>
    %lm3 = arith.andi %lb3, %cols : vector<4xi1>
    %r3 = vector.maskedload %a[%i3, %z], %lm3, %f : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64> into vector<4xf64>
    %t1 = vector.shuffle %r0, %r1 [0, 4, 2, 6] : vector<4xf64>, vector<4xf64>
    %t2 = vector.shuffle %r0, %r1 [1, 5, 3, 7] : vector<4xf64>, vector<4xf64>
    %t3 = vector.shuffle %r2, %r3 [0, 4, 2, 6] : vector<4xf64>, vector<4xf64>
    %t4 = vector.shuffle %r2, %r3 [1, 5, 3, 7] : vector<4xf64>, vector<4xf64>
    %u1 = vector.shuffle %t1, %t3 [0, 1, 4, 5] : vector<4xf64>, vector<4xf64>
    %u2 = vector.shuffle %t1, %t3 [2, 3, 6, 7] : vector<4xf64>, vector<4xf64>
    %u3 = vector.shuffle %t2, %t4 [0, 1, 4, 5] : vector<4xf64>, vector<4xf64>
    %u4 = vector.shuffle %t2, %t4 [2, 3, 6, 7] : vector<4xf64>, vector<4xf64>
    %sx0 = vector.extract %cols[0] : i1 from vector<4xi1>
    %sb0 = vector.broadcast %sx0 : i1 to vector<4xi1>
    %sm0 = arith.andi %sb0, %rows : vector<4xi1>
    vector.maskedstore %c[%z, %z], %sm0, %u1 : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64>
    %sx1 = vector.extract %cols[1] : i1 from vector<4xi1>
    %sb1 = vector.broadcast %sx1 : i1 to vector<4xi1>
    %sm1 = arith.andi %sb1, %rows : vector<4xi1>
    vector.maskedstore %c[%i1, %z], %sm1, %u3 : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64>
    %sx2 = vector.extract %cols[2] : i1 from vector<4xi1>
    %sb2 = vector.broadcast %sx2 : i1 to vector<4xi1>
    %sm2 = arith.andi %sb2, %rows : vector<4xi1>
    vector.maskedstore %c[%i2, %z], %sm2, %u2 : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64>
    %sx3 = vector.extract %cols[3] : i1 from vector<4xi1>
    %sb3 = vector.broadcast %sx3 : i1 to vector<4xi1>
    %sm3 = arith.andi %sb3, %rows : vector<4xi1>
    vector.maskedstore %c[%i3, %z], %sm3, %u4 : memref<4x4xf64, strided<[?, 1]>>, vector<4xi1>,
        vector<4xf64>
    return
  }
}

module @transpose_bf16_8x8 attributes {
    morello.features = "avx2", morello.also = "f16 i16", morello.throughput = 24.0,
    morello.latency = 40.0, morello.ports = "24*p1|p5 + 8*p2|p3 + 8*p4"} {
  func.func @semantics(%a: memref<8x8xbf16>, %c: memref<8x8xbf16>) {
    linalg.transpose ins(%a : memref<8x8xbf16>) outs(%c : memref<8x8xbf16>) permutation = [1, 0]
    return
  }
  func.func @emission(
      %a: memref<8x8xbf16, strided<[?, 1]>>, %c: memref<8x8xbf16, strided<[?, 1]>>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r2 = vector.load %a[%i2, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r3 = vector.load %a[%i3, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r4 = vector.load %a[%i4, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r5 = vector.load %a[%i5, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r6 = vector.load %a[%i6, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r7 = vector.load %a[%i7, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %q0 = vector.bitcast %r0 : vector<8xbf16> to vector<8xi16>
    %q1 = vector.bitcast %r1 : vector<8xbf16> to vector<8xi16>
    %q2 = vector.bitcast %r2 : vector<8xbf16> to vector<8xi16>
    %q3 = vector.bitcast %r3 : vector<8xbf16> to vector<8xi16>
    %q4 = vector.bitcast %r4 : vector<8xbf16> to vector<8xi16>
    %q5 = vector.bitcast %r5 : vector<8xbf16> to vector<8xi16>
    %q6 = vector.bitcast %r6 : vector<8xbf16> to vector<8xi16>
    %q7 = vector.bitcast %r7 : vector<8xbf16> to vector<8xi16>
    %t1 = vector.shuffle %q0, %q1 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xi16>, vector<8xi16>
    %t2 = vector.shuffle %q0, %q1 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xi16>, vector<8xi16>
    %t3 = vector.shuffle %q2, %q3 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xi16>, vector<8xi16>
    %t4 = vector.shuffle %q2, %q3 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xi16>, vector<8xi16>
    %t5 = vector.shuffle %q4, %q5 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xi16>, vector<8xi16>
    %t6 = vector.shuffle %q4, %q5 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xi16>, vector<8xi16>
    %t7 = vector.shuffle %q6, %q7 [0, 8, 1, 9, 2, 10, 3, 11] : vector<8xi16>, vector<8xi16>
    %t8 = vector.shuffle %q6, %q7 [4, 12, 5, 13, 6, 14, 7, 15] : vector<8xi16>, vector<8xi16>
    %t9 = vector.shuffle %t1, %t3 [0, 1, 8, 9, 2, 3, 10, 11] : vector<8xi16>, vector<8xi16>
    %t10 = vector.shuffle %t1, %t3 [4, 5, 12, 13, 6, 7, 14, 15] : vector<8xi16>, vector<8xi16>
    %t11 = vector.shuffle %t2, %t4 [0, 1, 8, 9, 2, 3, 10, 11] : vector<8xi16>, vector<8xi16>
    %t12 = vector.shuffle %t2, %t4 [4, 5, 12, 13, 6, 7, 14, 15] : vector<8xi16>, vector<8xi16>
    %t13 = vector.shuffle %t5, %t7 [0, 1, 8, 9, 2, 3, 10, 11] : vector<8xi16>, vector<8xi16>
    %t14 = vector.shuffle %t5, %t7 [4, 5, 12, 13, 6, 7, 14, 15] : vector<8xi16>, vector<8xi16>
    %t15 = vector.shuffle %t6, %t8 [0, 1, 8, 9, 2, 3, 10, 11] : vector<8xi16>, vector<8xi16>
    %t16 = vector.shuffle %t6, %t8 [4, 5, 12, 13, 6, 7, 14, 15] : vector<8xi16>, vector<8xi16>
    %t17 = vector.shuffle %t9, %t13 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xi16>, vector<8xi16>
    %t18 = vector.shuffle %t9, %t13 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xi16>, vector<8xi16>
    %t19 = vector.shuffle %t11, %t15 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xi16>, vector<8xi16>
    %t20 = vector.shuffle %t11, %t15 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xi16>, vector<8xi16>
    %t21 = vector.shuffle %t10, %t14 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xi16>, vector<8xi16>
    %t22 = vector.shuffle %t10, %t14 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xi16>, vector<8xi16>
    %t23 = vector.shuffle %t12, %t16 [0, 1, 2, 3, 8, 9, 10, 11] : vector<8xi16>, vector<8xi16>
    %t24 = vector.shuffle %t12, %t16 [4, 5, 6, 7, 12, 13, 14, 15] : vector<8xi16>, vector<8xi16>
    %o0 = vector.bitcast %t17 : vector<8xi16> to vector<8xbf16>
    %o1 = vector.bitcast %t18 : vector<8xi16> to vector<8xbf16>
    %o2 = vector.bitcast %t21 : vector<8xi16> to vector<8xbf16>
    %o3 = vector.bitcast %t22 : vector<8xi16> to vector<8xbf16>
    %o4 = vector.bitcast %t19 : vector<8xi16> to vector<8xbf16>
    %o5 = vector.bitcast %t20 : vector<8xi16> to vector<8xbf16>
    %o6 = vector.bitcast %t23 : vector<8xi16> to vector<8xbf16>
    %o7 = vector.bitcast %t24 : vector<8xi16> to vector<8xbf16>
    vector.store %o0, %c[%z, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o1, %c[%i1, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o2, %c[%i2, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o3, %c[%i3, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o4, %c[%i4, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o5, %c[%i5, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o6, %c[%i6, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    vector.store %o7, %c[%i7, %z] : memref<8x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    return
  }
}

module @transpose_i8_16x16 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 64.0,
    morello.latency = 80.0, morello.ports = "64*p1|p5 + 16*p2|p3 + 16*p4"} {
  func.func @semantics(%a: memref<16x16xi8>, %c: memref<16x16xi8>) {
    linalg.transpose ins(%a : memref<16x16xi8>) outs(%c : memref<16x16xi8>) permutation = [1, 0]
    return
  }
  func.func @emission(
      %a: memref<16x16xi8, strided<[?, 1]>>, %c: memref<16x16xi8, strided<[?, 1]>>) {
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
    %r0 = vector.load %a[%z, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r1 = vector.load %a[%i1, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r2 = vector.load %a[%i2, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r3 = vector.load %a[%i3, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r4 = vector.load %a[%i4, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r5 = vector.load %a[%i5, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r6 = vector.load %a[%i6, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r7 = vector.load %a[%i7, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r8 = vector.load %a[%i8, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r9 = vector.load %a[%i9, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r10 = vector.load %a[%i10, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r11 = vector.load %a[%i11, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r12 = vector.load %a[%i12, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r13 = vector.load %a[%i13, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r14 = vector.load %a[%i14, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %r15 = vector.load %a[%i15, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    %t1 = vector.shuffle %r0, %r1 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t2 = vector.shuffle %r0, %r1 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] :
        vector<16xi8>, vector<16xi8>
    %t3 = vector.shuffle %r2, %r3 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t4 = vector.shuffle %r2, %r3 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] :
        vector<16xi8>, vector<16xi8>
    %t5 = vector.shuffle %r4, %r5 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t6 = vector.shuffle %r4, %r5 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] :
        vector<16xi8>, vector<16xi8>
    %t7 = vector.shuffle %r6, %r7 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t8 = vector.shuffle %r6, %r7 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] :
        vector<16xi8>, vector<16xi8>
    %t9 = vector.shuffle %r8, %r9 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t10 = vector.shuffle %r8, %r9 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31] :
        vector<16xi8>, vector<16xi8>
    %t11 = vector.shuffle %r10, %r11 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t12 = vector.shuffle %r10, %r11 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]
        : vector<16xi8>, vector<16xi8>
    %t13 = vector.shuffle %r12, %r13 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t14 = vector.shuffle %r12, %r13 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]
        : vector<16xi8>, vector<16xi8>
    %t15 = vector.shuffle %r14, %r15 [0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23] :
        vector<16xi8>, vector<16xi8>
    %t16 = vector.shuffle %r14, %r15 [8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31]
        : vector<16xi8>, vector<16xi8>
    %t17 = vector.shuffle %t1, %t3 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t18 = vector.shuffle %t1, %t3 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31] :
        vector<16xi8>, vector<16xi8>
    %t19 = vector.shuffle %t2, %t4 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t20 = vector.shuffle %t2, %t4 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31] :
        vector<16xi8>, vector<16xi8>
    %t21 = vector.shuffle %t5, %t7 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t22 = vector.shuffle %t5, %t7 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31] :
        vector<16xi8>, vector<16xi8>
    %t23 = vector.shuffle %t6, %t8 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t24 = vector.shuffle %t6, %t8 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31] :
        vector<16xi8>, vector<16xi8>
    %t25 = vector.shuffle %t9, %t11 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t26 = vector.shuffle %t9, %t11 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31] :
        vector<16xi8>, vector<16xi8>
    %t27 = vector.shuffle %t10, %t12 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t28 = vector.shuffle %t10, %t12 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t29 = vector.shuffle %t13, %t15 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t30 = vector.shuffle %t13, %t15 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t31 = vector.shuffle %t14, %t16 [0, 1, 16, 17, 2, 3, 18, 19, 4, 5, 20, 21, 6, 7, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t32 = vector.shuffle %t14, %t16 [8, 9, 24, 25, 10, 11, 26, 27, 12, 13, 28, 29, 14, 15, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t33 = vector.shuffle %t17, %t21 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t34 = vector.shuffle %t17, %t21 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t35 = vector.shuffle %t19, %t23 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t36 = vector.shuffle %t19, %t23 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t37 = vector.shuffle %t18, %t22 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t38 = vector.shuffle %t18, %t22 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t39 = vector.shuffle %t20, %t24 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t40 = vector.shuffle %t20, %t24 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t41 = vector.shuffle %t25, %t29 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t42 = vector.shuffle %t25, %t29 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t43 = vector.shuffle %t27, %t31 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t44 = vector.shuffle %t27, %t31 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t45 = vector.shuffle %t26, %t30 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t46 = vector.shuffle %t26, %t30 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t47 = vector.shuffle %t28, %t32 [0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t48 = vector.shuffle %t28, %t32 [8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t49 = vector.shuffle %t33, %t41 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t50 = vector.shuffle %t33, %t41 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t51 = vector.shuffle %t35, %t43 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t52 = vector.shuffle %t35, %t43 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t53 = vector.shuffle %t37, %t45 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t54 = vector.shuffle %t37, %t45 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t55 = vector.shuffle %t39, %t47 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t56 = vector.shuffle %t39, %t47 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t57 = vector.shuffle %t34, %t42 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t58 = vector.shuffle %t34, %t42 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t59 = vector.shuffle %t36, %t44 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t60 = vector.shuffle %t36, %t44 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t61 = vector.shuffle %t38, %t46 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t62 = vector.shuffle %t38, %t46 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    %t63 = vector.shuffle %t40, %t48 [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23] :
        vector<16xi8>, vector<16xi8>
    %t64 = vector.shuffle %t40, %t48 [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31]
        : vector<16xi8>, vector<16xi8>
    vector.store %t49, %c[%z, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t50, %c[%i1, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t57, %c[%i2, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t58, %c[%i3, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t53, %c[%i4, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t54, %c[%i5, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t61, %c[%i6, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t62, %c[%i7, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t51, %c[%i8, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t52, %c[%i9, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t59, %c[%i10, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t60, %c[%i11, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t55, %c[%i12, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t56, %c[%i13, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t63, %c[%i14, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    vector.store %t64, %c[%i15, %z] : memref<16x16xi8, strided<[?, 1]>>, vector<16xi8>
    return
  }
}

// k rows of n, n contiguous, to n groups of k: how pair and quad dot products read their operand.
// To a register (`interleave`), or to memory (`pack`).

module @interleave2_bf16x8 attributes {
    morello.features = "avx2", morello.also = "i16", morello.throughput = 2.0,
    morello.latency = 10.0, morello.ports = "3*p5 + 2*p2|p3"} {
  func.func @semantics(%a: memref<2x8xbf16>, %c: memref<8x2xbf16>) {
    linalg.transpose ins(%a : memref<2x8xbf16>) outs(%c : memref<8x2xbf16>) permutation = [1, 0]
    return
  }
  func.func @emission(
      %a: memref<2x8xbf16, strided<[?, 1]>>, %c: vector<16xbf16>) -> vector<16xbf16> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %r0 = vector.load %a[%z, %z] : memref<2x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<2x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %e = vector.bitcast %r0 : vector<8xbf16> to vector<8xi16>
    %o = vector.bitcast %r1 : vector<8xbf16> to vector<8xi16>
    %p = vector.interleave %e, %o : vector<8xi16> -> vector<16xi16>
    %r = vector.bitcast %p : vector<16xi16> to vector<16xbf16>
    return %r : vector<16xbf16>
  }
}

module @pack2_bf16x8 attributes {
    morello.features = "avx2", morello.also = "i16", morello.throughput = 2.5,
    morello.latency = 10.0, morello.ports = "3*p5 + 2*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<2x8xbf16>, %c: memref<8x2xbf16>) {
    linalg.transpose ins(%a : memref<2x8xbf16>) outs(%c : memref<8x2xbf16>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<2x8xbf16, strided<[?, 1]>>, %c: memref<8x2xbf16>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %r0 = vector.load %a[%z, %z] : memref<2x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<2x8xbf16, strided<[?, 1]>>, vector<8xbf16>
    %e = vector.bitcast %r0 : vector<8xbf16> to vector<8xi16>
    %o = vector.bitcast %r1 : vector<8xbf16> to vector<8xi16>
    %p = vector.interleave %e, %o : vector<8xi16> -> vector<16xi16>
    %r = vector.bitcast %p : vector<16xi16> to vector<16xbf16>
    vector.store %r, %c[%z, %z] : memref<8x2xbf16>, vector<16xbf16>
    return
  }
}

module @interleave4_i8x8 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 3.0,
    morello.latency = 12.0, morello.ports = "4*p5 + 4*p2|p3"} {
  func.func @semantics(%a: memref<4x8xi8>, %c: memref<8x4xi8>) {
    linalg.transpose ins(%a : memref<4x8xi8>) outs(%c : memref<8x4xi8>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<4x8xi8, strided<[?, 1]>>, %c: vector<32xi8>) -> vector<32xi8> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %r0 = vector.load %a[%z, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %r1 = vector.load %a[%i1, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %r2 = vector.load %a[%i2, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %r3 = vector.load %a[%i3, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %even = vector.interleave %r0, %r2 : vector<8xi8> -> vector<16xi8>
    %odd = vector.interleave %r1, %r3 : vector<8xi8> -> vector<16xi8>
    %r = vector.interleave %even, %odd : vector<16xi8> -> vector<32xi8>
    return %r : vector<32xi8>
  }
}

module @pack4_i8x8 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 3.5,
    morello.latency = 12.0, morello.ports = "4*p5 + 4*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<4x8xi8>, %c: memref<8x4xi8>) {
    linalg.transpose ins(%a : memref<4x8xi8>) outs(%c : memref<8x4xi8>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<4x8xi8, strided<[?, 1]>>, %c: memref<8x4xi8>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %r0 = vector.load %a[%z, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %r1 = vector.load %a[%i1, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %r2 = vector.load %a[%i2, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %r3 = vector.load %a[%i3, %z] : memref<4x8xi8, strided<[?, 1]>>, vector<8xi8>
    %even = vector.interleave %r0, %r2 : vector<8xi8> -> vector<16xi8>
    %odd = vector.interleave %r1, %r3 : vector<8xi8> -> vector<16xi8>
    %r = vector.interleave %even, %odd : vector<16xi8> -> vector<32xi8>
    vector.store %r, %c[%z, %z] : memref<8x4xi8>, vector<32xi8>
    return
  }
}

// The same from n rows of k, k contiguous, row by row.

module @gather2_bf16x8 attributes {
    morello.features = "avx2", morello.also = "i16", morello.throughput = 8.0,
    morello.latency = 20.0, morello.ports = "8*p5 + 8*p2|p3"} {
  func.func @semantics(%a: memref<8x2xbf16>, %c: memref<8x2xbf16>) {
    linalg.copy ins(%a : memref<8x2xbf16>) outs(%c : memref<8x2xbf16>)
    return
  }
  func.func @emission(
      %a: memref<8x2xbf16, strided<[?, 1]>>, %c: vector<16xbf16>) -> vector<16xbf16> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r2 = vector.load %a[%i2, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r3 = vector.load %a[%i3, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r4 = vector.load %a[%i4, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r5 = vector.load %a[%i5, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r6 = vector.load %a[%i6, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r7 = vector.load %a[%i7, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
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
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7 : vector<8xi32>
    %r = vector.bitcast %w : vector<8xi32> to vector<16xbf16>
    return %r : vector<16xbf16>
  }
}

module @gather_pack2_bf16x8 attributes {
    morello.features = "avx2", morello.also = "i16", morello.throughput = 8.0,
    morello.latency = 20.0, morello.ports = "8*p5 + 8*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<8x2xbf16>, %c: memref<8x2xbf16>) {
    linalg.copy ins(%a : memref<8x2xbf16>) outs(%c : memref<8x2xbf16>)
    return
  }
  func.func @emission(%a: memref<8x2xbf16, strided<[?, 1]>>, %c: memref<8x2xbf16>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r1 = vector.load %a[%i1, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r2 = vector.load %a[%i2, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r3 = vector.load %a[%i3, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r4 = vector.load %a[%i4, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r5 = vector.load %a[%i5, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r6 = vector.load %a[%i6, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
    %r7 = vector.load %a[%i7, %z] : memref<8x2xbf16, strided<[?, 1]>>, vector<2xbf16>
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
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7 : vector<8xi32>
    %r = vector.bitcast %w : vector<8xi32> to vector<16xbf16>
    vector.store %r, %c[%z, %z] : memref<8x2xbf16>, vector<16xbf16>
    return
  }
}

module @gather4_i8x8 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 8.0,
    morello.latency = 20.0, morello.ports = "8*p5 + 8*p2|p3"} {
  func.func @semantics(%a: memref<8x4xi8>, %c: memref<8x4xi8>) {
    linalg.copy ins(%a : memref<8x4xi8>) outs(%c : memref<8x4xi8>)
    return
  }
  func.func @emission(%a: memref<8x4xi8, strided<[?, 1]>>, %c: vector<32xi8>) -> vector<32xi8> {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r1 = vector.load %a[%i1, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r2 = vector.load %a[%i2, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r3 = vector.load %a[%i3, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r4 = vector.load %a[%i4, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r5 = vector.load %a[%i5, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r6 = vector.load %a[%i6, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r7 = vector.load %a[%i7, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
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
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7 : vector<8xi32>
    %r = vector.bitcast %w : vector<8xi32> to vector<32xi8>
    return %r : vector<32xi8>
  }
}

module @gather_pack4_i8x8 attributes {
    morello.features = "avx2", morello.also = "u8", morello.throughput = 8.0,
    morello.latency = 20.0, morello.ports = "8*p5 + 8*p2|p3 + p4|p9"} {
  func.func @semantics(%a: memref<8x4xi8>, %c: memref<8x4xi8>) {
    linalg.copy ins(%a : memref<8x4xi8>) outs(%c : memref<8x4xi8>)
    return
  }
  func.func @emission(%a: memref<8x4xi8, strided<[?, 1]>>, %c: memref<8x4xi8>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r1 = vector.load %a[%i1, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r2 = vector.load %a[%i2, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r3 = vector.load %a[%i3, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r4 = vector.load %a[%i4, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r5 = vector.load %a[%i5, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r6 = vector.load %a[%i6, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
    %r7 = vector.load %a[%i7, %z] : memref<8x4xi8, strided<[?, 1]>>, vector<4xi8>
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
    %w = vector.from_elements %s0, %s1, %s2, %s3, %s4, %s5, %s6, %s7 : vector<8xi32>
    %r = vector.bitcast %w : vector<8xi32> to vector<32xi8>
    vector.store %r, %c[%z, %z] : memref<8x4xi8>, vector<32xi8>
    return
  }
}

}

// AVX-512: square blocks of memory transposed in registers: rows are unpacked into each other
// inside 128-bit lanes, then lanes are exchanged. Cycles as in avx512.mlir; every shuffle takes p5
// there.

module @avx512_transpose {

module @transpose_f32_16x16 attributes {
    morello.features = "avx512f", morello.also = "i32", morello.throughput = 64.0,
    morello.latency = 90.0, morello.ports = "64*p5 + 16*p2|p3 + 16*p4"} {
  func.func @semantics(%a: memref<16x16xf32>, %c: memref<16x16xf32>) {
    linalg.transpose ins(%a : memref<16x16xf32>) outs(%c : memref<16x16xf32>) permutation = [1, 0]
    return
  }
  func.func @emission(
      %a: memref<16x16xf32, strided<[?, 1]>>, %c: memref<16x16xf32, strided<[?, 1]>>) {
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
    %r0 = vector.load %a[%z, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r1 = vector.load %a[%i1, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r2 = vector.load %a[%i2, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r3 = vector.load %a[%i3, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r4 = vector.load %a[%i4, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r5 = vector.load %a[%i5, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r6 = vector.load %a[%i6, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r7 = vector.load %a[%i7, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r8 = vector.load %a[%i8, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r9 = vector.load %a[%i9, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r10 = vector.load %a[%i10, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r11 = vector.load %a[%i11, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r12 = vector.load %a[%i12, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r13 = vector.load %a[%i13, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r14 = vector.load %a[%i14, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %r15 = vector.load %a[%i15, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    %t1 = vector.shuffle %r0, %r1 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t2 = vector.shuffle %r0, %r1 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t3 = vector.shuffle %r2, %r3 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t4 = vector.shuffle %r2, %r3 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t5 = vector.shuffle %r4, %r5 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t6 = vector.shuffle %r4, %r5 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t7 = vector.shuffle %r6, %r7 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t8 = vector.shuffle %r6, %r7 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t9 = vector.shuffle %r8, %r9 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t10 = vector.shuffle %r8, %r9 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t11 = vector.shuffle %r10, %r11 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t12 = vector.shuffle %r10, %r11 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t13 = vector.shuffle %r12, %r13 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t14 = vector.shuffle %r12, %r13 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t15 = vector.shuffle %r14, %r15 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t16 = vector.shuffle %r14, %r15 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t17 = vector.shuffle %t1, %t3 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t18 = vector.shuffle %t1, %t3 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t19 = vector.shuffle %t2, %t4 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t20 = vector.shuffle %t2, %t4 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t21 = vector.shuffle %t5, %t7 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t22 = vector.shuffle %t5, %t7 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t23 = vector.shuffle %t6, %t8 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t24 = vector.shuffle %t6, %t8 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t25 = vector.shuffle %t9, %t11 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t26 = vector.shuffle %t9, %t11 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t27 = vector.shuffle %t10, %t12 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t28 = vector.shuffle %t10, %t12 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t29 = vector.shuffle %t13, %t15 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t30 = vector.shuffle %t13, %t15 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t31 = vector.shuffle %t14, %t16 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t32 = vector.shuffle %t14, %t16 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u1 = vector.shuffle %t17, %t21 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u2 = vector.shuffle %t17, %t21 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u3 = vector.shuffle %t19, %t23 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u4 = vector.shuffle %t19, %t23 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u5 = vector.shuffle %t18, %t22 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u6 = vector.shuffle %t18, %t22 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u7 = vector.shuffle %t20, %t24 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u8 = vector.shuffle %t20, %t24 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u9 = vector.shuffle %t25, %t29 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u10 = vector.shuffle %t25, %t29 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u11 = vector.shuffle %t27, %t31 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u12 = vector.shuffle %t27, %t31 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u13 = vector.shuffle %t26, %t30 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u14 = vector.shuffle %t26, %t30 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u15 = vector.shuffle %t28, %t32 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u16 = vector.shuffle %t28, %t32 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u17 = vector.shuffle %u1, %u9 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u18 = vector.shuffle %u1, %u9 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u19 = vector.shuffle %u2, %u10 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u20 = vector.shuffle %u2, %u10 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u21 = vector.shuffle %u3, %u11 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u22 = vector.shuffle %u3, %u11 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u23 = vector.shuffle %u4, %u12 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u24 = vector.shuffle %u4, %u12 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u25 = vector.shuffle %u5, %u13 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u26 = vector.shuffle %u5, %u13 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u27 = vector.shuffle %u6, %u14 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u28 = vector.shuffle %u6, %u14 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u29 = vector.shuffle %u7, %u15 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u30 = vector.shuffle %u7, %u15 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u31 = vector.shuffle %u8, %u16 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u32 = vector.shuffle %u8, %u16 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    vector.store %u17, %c[%z, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u25, %c[%i1, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u21, %c[%i2, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u29, %c[%i3, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u19, %c[%i4, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u27, %c[%i5, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u23, %c[%i6, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u31, %c[%i7, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u18, %c[%i8, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u26, %c[%i9, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u22, %c[%i10, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u30, %c[%i11, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u20, %c[%i12, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u28, %c[%i13, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u24, %c[%i14, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    vector.store %u32, %c[%i15, %z] : memref<16x16xf32, strided<[?, 1]>>, vector<16xf32>
    return
  }
  func.func @masked(
      %a: memref<16x16xf32, strided<[?, 1]>>, %c: memref<16x16xf32, strided<[?, 1]>>,
      %cols: vector<16xi1> {morello.mask = 0}, %rows: vector<16xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<16xf32>
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
    %lx0 = vector.extract %rows[0] : i1 from vector<16xi1>
    %lb0 = vector.broadcast %lx0 : i1 to vector<16xi1>
    %lm0 = arith.andi %lb0, %cols : vector<16xi1>
    %r0 = vector.maskedload %a[%z, %z], %lm0, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx1 = vector.extract %rows[1] : i1 from vector<16xi1>
    %lb1 = vector.broadcast %lx1 : i1 to vector<16xi1>
    %lm1 = arith.andi %lb1, %cols : vector<16xi1>
    %r1 = vector.maskedload %a[%i1, %z], %lm1, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx2 = vector.extract %rows[2] : i1 from vector<16xi1>
    %lb2 = vector.broadcast %lx2 : i1 to vector<16xi1>
    %lm2 = arith.andi %lb2, %cols : vector<16xi1>
    %r2 = vector.maskedload %a[%i2, %z], %lm2, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx3 = vector.extract %rows[3] : i1 from vector<16xi1>
    %lb3 = vector.broadcast %lx3 : i1 to vector<16xi1>
    %lm3 = arith.andi %lb3, %cols : vector<16xi1>
    %r3 = vector.maskedload %a[%i3, %z], %lm3, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx4 = vector.extract %rows[4] : i1 from vector<16xi1>
    %lb4 = vector.broadcast %lx4 : i1 to vector<16xi1>
    %lm4 = arith.andi %lb4, %cols : vector<16xi1>
    %r4 = vector.maskedload %a[%i4, %z], %lm4, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx5 = vector.extract %rows[5] : i1 from vector<16xi1>
    %lb5 = vector.broadcast %lx5 : i1 to vector<16xi1>
    %lm5 = arith.andi %lb5, %cols : vector<16xi1>
    %r5 = vector.maskedload %a[%i5, %z], %lm5, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx6 = vector.extract %rows[6] : i1 from vector<16xi1>
    %lb6 = vector.broadcast %lx6 : i1 to vector<16xi1>
    %lm6 = arith.andi %lb6, %cols : vector<16xi1>
    %r6 = vector.maskedload %a[%i6, %z], %lm6, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx7 = vector.extract %rows[7] : i1 from vector<16xi1>
    %lb7 = vector.broadcast %lx7 : i1 to vector<16xi1>
    %lm7 = arith.andi %lb7, %cols : vector<16xi1>
    %r7 = vector.maskedload %a[%i7, %z], %lm7, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx8 = vector.extract %rows[8] : i1 from vector<16xi1>
    %lb8 = vector.broadcast %lx8 : i1 to vector<16xi1>
    %lm8 = arith.andi %lb8, %cols : vector<16xi1>
    %r8 = vector.maskedload %a[%i8, %z], %lm8, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx9 = vector.extract %rows[9] : i1 from vector<16xi1>
    %lb9 = vector.broadcast %lx9 : i1 to vector<16xi1>
    %lm9 = arith.andi %lb9, %cols : vector<16xi1>
    %r9 = vector.maskedload %a[%i9, %z], %lm9, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx10 = vector.extract %rows[10] : i1 from vector<16xi1>
    %lb10 = vector.broadcast %lx10 : i1 to vector<16xi1>
    %lm10 = arith.andi %lb10, %cols : vector<16xi1>
    %r10 = vector.maskedload %a[%i10, %z], %lm10, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx11 = vector.extract %rows[11] : i1 from vector<16xi1>
    %lb11 = vector.broadcast %lx11 : i1 to vector<16xi1>
    %lm11 = arith.andi %lb11, %cols : vector<16xi1>
    %r11 = vector.maskedload %a[%i11, %z], %lm11, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx12 = vector.extract %rows[12] : i1 from vector<16xi1>
    %lb12 = vector.broadcast %lx12 : i1 to vector<16xi1>
    %lm12 = arith.andi %lb12, %cols : vector<16xi1>
    %r12 = vector.maskedload %a[%i12, %z], %lm12, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx13 = vector.extract %rows[13] : i1 from vector<16xi1>
    %lb13 = vector.broadcast %lx13 : i1 to vector<16xi1>
    %lm13 = arith.andi %lb13, %cols : vector<16xi1>
    %r13 = vector.maskedload %a[%i13, %z], %lm13, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx14 = vector.extract %rows[14] : i1 from vector<16xi1>
    %lb14 = vector.broadcast %lx14 : i1 to vector<16xi1>
    %lm14 = arith.andi %lb14, %cols : vector<16xi1>
    %r14 = vector.maskedload %a[%i14, %z], %lm14, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %lx15 = vector.extract %rows[15] : i1 from vector<16xi1>
    %lb15 = vector.broadcast %lx15 : i1 to vector<16xi1>
    %lm15 = arith.andi %lb15, %cols : vector<16xi1>
    %r15 = vector.maskedload %a[%i15, %z], %lm15, %f : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32> into vector<16xf32>
    %t1 = vector.shuffle %r0, %r1 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t2 = vector.shuffle %r0, %r1 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t3 = vector.shuffle %r2, %r3 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t4 = vector.shuffle %r2, %r3 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t5 = vector.shuffle %r4, %r5 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t6 = vector.shuffle %r4, %r5 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t7 = vector.shuffle %r6, %r7 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t8 = vector.shuffle %r6, %r7 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t9 = vector.shuffle %r8, %r9 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t10 = vector.shuffle %r8, %r9 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t11 = vector.shuffle %r10, %r11 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t12 = vector.shuffle %r10, %r11 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t13 = vector.shuffle %r12, %r13 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t14 = vector.shuffle %r12, %r13 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t15 = vector.shuffle %r14, %r15 [0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29] :
        vector<16xf32>, vector<16xf32>
    %t16 = vector.shuffle %r14, %r15 [2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31] :
        vector<16xf32>, vector<16xf32>
    %t17 = vector.shuffle %t1, %t3 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t18 = vector.shuffle %t1, %t3 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t19 = vector.shuffle %t2, %t4 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t20 = vector.shuffle %t2, %t4 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t21 = vector.shuffle %t5, %t7 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t22 = vector.shuffle %t5, %t7 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t23 = vector.shuffle %t6, %t8 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t24 = vector.shuffle %t6, %t8 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t25 = vector.shuffle %t9, %t11 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t26 = vector.shuffle %t9, %t11 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t27 = vector.shuffle %t10, %t12 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t28 = vector.shuffle %t10, %t12 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t29 = vector.shuffle %t13, %t15 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t30 = vector.shuffle %t13, %t15 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %t31 = vector.shuffle %t14, %t16 [0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29] :
        vector<16xf32>, vector<16xf32>
    %t32 = vector.shuffle %t14, %t16 [2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u1 = vector.shuffle %t17, %t21 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u2 = vector.shuffle %t17, %t21 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u3 = vector.shuffle %t19, %t23 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u4 = vector.shuffle %t19, %t23 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u5 = vector.shuffle %t18, %t22 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u6 = vector.shuffle %t18, %t22 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u7 = vector.shuffle %t20, %t24 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u8 = vector.shuffle %t20, %t24 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u9 = vector.shuffle %t25, %t29 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u10 = vector.shuffle %t25, %t29 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u11 = vector.shuffle %t27, %t31 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u12 = vector.shuffle %t27, %t31 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u13 = vector.shuffle %t26, %t30 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u14 = vector.shuffle %t26, %t30 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u15 = vector.shuffle %t28, %t32 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u16 = vector.shuffle %t28, %t32 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u17 = vector.shuffle %u1, %u9 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u18 = vector.shuffle %u1, %u9 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u19 = vector.shuffle %u2, %u10 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u20 = vector.shuffle %u2, %u10 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u21 = vector.shuffle %u3, %u11 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u22 = vector.shuffle %u3, %u11 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u23 = vector.shuffle %u4, %u12 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u24 = vector.shuffle %u4, %u12 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u25 = vector.shuffle %u5, %u13 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u26 = vector.shuffle %u5, %u13 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u27 = vector.shuffle %u6, %u14 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u28 = vector.shuffle %u6, %u14 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u29 = vector.shuffle %u7, %u15 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u30 = vector.shuffle %u7, %u15 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %u31 = vector.shuffle %u8, %u16 [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27] :
        vector<16xf32>, vector<16xf32>
    %u32 = vector.shuffle %u8, %u16 [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31] :
        vector<16xf32>, vector<16xf32>
    %sx0 = vector.extract %cols[0] : i1 from vector<16xi1>
    %sb0 = vector.broadcast %sx0 : i1 to vector<16xi1>
    %sm0 = arith.andi %sb0, %rows : vector<16xi1>
    vector.maskedstore %c[%z, %z], %sm0, %u17 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx1 = vector.extract %cols[1] : i1 from vector<16xi1>
    %sb1 = vector.broadcast %sx1 : i1 to vector<16xi1>
    %sm1 = arith.andi %sb1, %rows : vector<16xi1>
    vector.maskedstore %c[%i1, %z], %sm1, %u25 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx2 = vector.extract %cols[2] : i1 from vector<16xi1>
    %sb2 = vector.broadcast %sx2 : i1 to vector<16xi1>
    %sm2 = arith.andi %sb2, %rows : vector<16xi1>
    vector.maskedstore %c[%i2, %z], %sm2, %u21 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx3 = vector.extract %cols[3] : i1 from vector<16xi1>
    %sb3 = vector.broadcast %sx3 : i1 to vector<16xi1>
    %sm3 = arith.andi %sb3, %rows : vector<16xi1>
    vector.maskedstore %c[%i3, %z], %sm3, %u29 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx4 = vector.extract %cols[4] : i1 from vector<16xi1>
    %sb4 = vector.broadcast %sx4 : i1 to vector<16xi1>
    %sm4 = arith.andi %sb4, %rows : vector<16xi1>
    vector.maskedstore %c[%i4, %z], %sm4, %u19 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx5 = vector.extract %cols[5] : i1 from vector<16xi1>
    %sb5 = vector.broadcast %sx5 : i1 to vector<16xi1>
    %sm5 = arith.andi %sb5, %rows : vector<16xi1>
    vector.maskedstore %c[%i5, %z], %sm5, %u27 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx6 = vector.extract %cols[6] : i1 from vector<16xi1>
    %sb6 = vector.broadcast %sx6 : i1 to vector<16xi1>
    %sm6 = arith.andi %sb6, %rows : vector<16xi1>
    vector.maskedstore %c[%i6, %z], %sm6, %u23 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx7 = vector.extract %cols[7] : i1 from vector<16xi1>
    %sb7 = vector.broadcast %sx7 : i1 to vector<16xi1>
    %sm7 = arith.andi %sb7, %rows : vector<16xi1>
    vector.maskedstore %c[%i7, %z], %sm7, %u31 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx8 = vector.extract %cols[8] : i1 from vector<16xi1>
    %sb8 = vector.broadcast %sx8 : i1 to vector<16xi1>
    %sm8 = arith.andi %sb8, %rows : vector<16xi1>
    vector.maskedstore %c[%i8, %z], %sm8, %u18 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx9 = vector.extract %cols[9] : i1 from vector<16xi1>
    %sb9 = vector.broadcast %sx9 : i1 to vector<16xi1>
    %sm9 = arith.andi %sb9, %rows : vector<16xi1>
    vector.maskedstore %c[%i9, %z], %sm9, %u26 : memref<16x16xf32, strided<[?, 1]>>, vector<16xi1>,
        vector<16xf32>
    %sx10 = vector.extract %cols[10] : i1 from vector<16xi1>
    %sb10 = vector.broadcast %sx10 : i1 to vector<16xi1>
    %sm10 = arith.andi %sb10, %rows : vector<16xi1>
    vector.maskedstore %c[%i10, %z], %sm10, %u22 : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32>
    %sx11 = vector.extract %cols[11] : i1 from vector<16xi1>
    %sb11 = vector.broadcast %sx11 : i1 to vector<16xi1>
    %sm11 = arith.andi %sb11, %rows : vector<16xi1>
    vector.maskedstore %c[%i11, %z], %sm11, %u30 : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32>
    %sx12 = vector.extract %cols[12] : i1 from vector<16xi1>
    %sb12 = vector.broadcast %sx12 : i1 to vector<16xi1>
    %sm12 = arith.andi %sb12, %rows : vector<16xi1>
    vector.maskedstore %c[%i12, %z], %sm12, %u20 : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32>
    %sx13 = vector.extract %cols[13] : i1 from vector<16xi1>
    %sb13 = vector.broadcast %sx13 : i1 to vector<16xi1>
    %sm13 = arith.andi %sb13, %rows : vector<16xi1>
    vector.maskedstore %c[%i13, %z], %sm13, %u28 : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32>
    %sx14 = vector.extract %cols[14] : i1 from vector<16xi1>
    %sb14 = vector.broadcast %sx14 : i1 to vector<16xi1>
    %sm14 = arith.andi %sb14, %rows : vector<16xi1>
    vector.maskedstore %c[%i14, %z], %sm14, %u24 : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32>
    %sx15 = vector.extract %cols[15] : i1 from vector<16xi1>
    %sb15 = vector.broadcast %sx15 : i1 to vector<16xi1>
    %sm15 = arith.andi %sb15, %rows : vector<16xi1>
    vector.maskedstore %c[%i15, %z], %sm15, %u32 : memref<16x16xf32, strided<[?, 1]>>,
        vector<16xi1>, vector<16xf32>
    return
  }
}

module @transpose_f64_8x8 attributes {
    morello.features = "avx512f", morello.also = "i64", morello.throughput = 24.0,
    morello.latency = 50.0, morello.ports = "24*p5 + 8*p2|p3 + 8*p4"} {
  func.func @semantics(%a: memref<8x8xf64>, %c: memref<8x8xf64>) {
    linalg.transpose ins(%a : memref<8x8xf64>) outs(%c : memref<8x8xf64>) permutation = [1, 0]
    return
  }
  func.func @emission(%a: memref<8x8xf64, strided<[?, 1]>>, %c: memref<8x8xf64, strided<[?, 1]>>) {
    %z = arith.constant 0 : index
    %i1 = arith.constant 1 : index
    %i2 = arith.constant 2 : index
    %i3 = arith.constant 3 : index
    %i4 = arith.constant 4 : index
    %i5 = arith.constant 5 : index
    %i6 = arith.constant 6 : index
    %i7 = arith.constant 7 : index
    %r0 = vector.load %a[%z, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r1 = vector.load %a[%i1, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r2 = vector.load %a[%i2, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r3 = vector.load %a[%i3, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r4 = vector.load %a[%i4, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r5 = vector.load %a[%i5, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r6 = vector.load %a[%i6, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %r7 = vector.load %a[%i7, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    %t1 = vector.shuffle %r0, %r1 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t2 = vector.shuffle %r0, %r1 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %t3 = vector.shuffle %r2, %r3 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t4 = vector.shuffle %r2, %r3 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %t5 = vector.shuffle %r4, %r5 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t6 = vector.shuffle %r4, %r5 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %t7 = vector.shuffle %r6, %r7 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t8 = vector.shuffle %r6, %r7 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %u1 = vector.shuffle %t1, %t3 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u2 = vector.shuffle %t1, %t3 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u3 = vector.shuffle %t2, %t4 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u4 = vector.shuffle %t2, %t4 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u5 = vector.shuffle %t5, %t7 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u6 = vector.shuffle %t5, %t7 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u7 = vector.shuffle %t6, %t8 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u8 = vector.shuffle %t6, %t8 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u9 = vector.shuffle %u1, %u5 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u10 = vector.shuffle %u1, %u5 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u11 = vector.shuffle %u2, %u6 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u12 = vector.shuffle %u2, %u6 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u13 = vector.shuffle %u3, %u7 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u14 = vector.shuffle %u3, %u7 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u15 = vector.shuffle %u4, %u8 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u16 = vector.shuffle %u4, %u8 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    vector.store %u9, %c[%z, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u13, %c[%i1, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u11, %c[%i2, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u15, %c[%i3, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u10, %c[%i4, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u14, %c[%i5, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u12, %c[%i6, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    vector.store %u16, %c[%i7, %z] : memref<8x8xf64, strided<[?, 1]>>, vector<8xf64>
    return
  }
  func.func @masked(
      %a: memref<8x8xf64, strided<[?, 1]>>, %c: memref<8x8xf64, strided<[?, 1]>>,
      %cols: vector<8xi1> {morello.mask = 0}, %rows: vector<8xi1> {morello.mask = 1}) {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<8xf64>
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
    %r0 = vector.maskedload %a[%z, %z], %lm0, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx1 = vector.extract %rows[1] : i1 from vector<8xi1>
    %lb1 = vector.broadcast %lx1 : i1 to vector<8xi1>
    %lm1 = arith.andi %lb1, %cols : vector<8xi1>
    %r1 = vector.maskedload %a[%i1, %z], %lm1, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx2 = vector.extract %rows[2] : i1 from vector<8xi1>
    %lb2 = vector.broadcast %lx2 : i1 to vector<8xi1>
    %lm2 = arith.andi %lb2, %cols : vector<8xi1>
    %r2 = vector.maskedload %a[%i2, %z], %lm2, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx3 = vector.extract %rows[3] : i1 from vector<8xi1>
    %lb3 = vector.broadcast %lx3 : i1 to vector<8xi1>
    %lm3 = arith.andi %lb3, %cols : vector<8xi1>
    %r3 = vector.maskedload %a[%i3, %z], %lm3, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx4 = vector.extract %rows[4] : i1 from vector<8xi1>
    %lb4 = vector.broadcast %lx4 : i1 to vector<8xi1>
    %lm4 = arith.andi %lb4, %cols : vector<8xi1>
    %r4 = vector.maskedload %a[%i4, %z], %lm4, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx5 = vector.extract %rows[5] : i1 from vector<8xi1>
    %lb5 = vector.broadcast %lx5 : i1 to vector<8xi1>
    %lm5 = arith.andi %lb5, %cols : vector<8xi1>
    %r5 = vector.maskedload %a[%i5, %z], %lm5, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx6 = vector.extract %rows[6] : i1 from vector<8xi1>
    %lb6 = vector.broadcast %lx6 : i1 to vector<8xi1>
    %lm6 = arith.andi %lb6, %cols : vector<8xi1>
    %r6 = vector.maskedload %a[%i6, %z], %lm6, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %lx7 = vector.extract %rows[7] : i1 from vector<8xi1>
    %lb7 = vector.broadcast %lx7 : i1 to vector<8xi1>
    %lm7 = arith.andi %lb7, %cols : vector<8xi1>
    %r7 = vector.maskedload %a[%i7, %z], %lm7, %f : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64> into vector<8xf64>
    %t1 = vector.shuffle %r0, %r1 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t2 = vector.shuffle %r0, %r1 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %t3 = vector.shuffle %r2, %r3 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t4 = vector.shuffle %r2, %r3 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %t5 = vector.shuffle %r4, %r5 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t6 = vector.shuffle %r4, %r5 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %t7 = vector.shuffle %r6, %r7 [0, 8, 2, 10, 4, 12, 6, 14] : vector<8xf64>, vector<8xf64>
    %t8 = vector.shuffle %r6, %r7 [1, 9, 3, 11, 5, 13, 7, 15] : vector<8xf64>, vector<8xf64>
    %u1 = vector.shuffle %t1, %t3 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u2 = vector.shuffle %t1, %t3 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u3 = vector.shuffle %t2, %t4 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u4 = vector.shuffle %t2, %t4 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u5 = vector.shuffle %t5, %t7 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u6 = vector.shuffle %t5, %t7 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u7 = vector.shuffle %t6, %t8 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u8 = vector.shuffle %t6, %t8 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u9 = vector.shuffle %u1, %u5 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u10 = vector.shuffle %u1, %u5 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u11 = vector.shuffle %u2, %u6 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u12 = vector.shuffle %u2, %u6 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u13 = vector.shuffle %u3, %u7 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u14 = vector.shuffle %u3, %u7 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %u15 = vector.shuffle %u4, %u8 [0, 1, 4, 5, 8, 9, 12, 13] : vector<8xf64>, vector<8xf64>
    %u16 = vector.shuffle %u4, %u8 [2, 3, 6, 7, 10, 11, 14, 15] : vector<8xf64>, vector<8xf64>
    %sx0 = vector.extract %cols[0] : i1 from vector<8xi1>
    %sb0 = vector.broadcast %sx0 : i1 to vector<8xi1>
    %sm0 = arith.andi %sb0, %rows : vector<8xi1>
    vector.maskedstore %c[%z, %z], %sm0, %u9 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx1 = vector.extract %cols[1] : i1 from vector<8xi1>
    %sb1 = vector.broadcast %sx1 : i1 to vector<8xi1>
    %sm1 = arith.andi %sb1, %rows : vector<8xi1>
    vector.maskedstore %c[%i1, %z], %sm1, %u13 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx2 = vector.extract %cols[2] : i1 from vector<8xi1>
    %sb2 = vector.broadcast %sx2 : i1 to vector<8xi1>
    %sm2 = arith.andi %sb2, %rows : vector<8xi1>
    vector.maskedstore %c[%i2, %z], %sm2, %u11 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx3 = vector.extract %cols[3] : i1 from vector<8xi1>
    %sb3 = vector.broadcast %sx3 : i1 to vector<8xi1>
    %sm3 = arith.andi %sb3, %rows : vector<8xi1>
    vector.maskedstore %c[%i3, %z], %sm3, %u15 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx4 = vector.extract %cols[4] : i1 from vector<8xi1>
    %sb4 = vector.broadcast %sx4 : i1 to vector<8xi1>
    %sm4 = arith.andi %sb4, %rows : vector<8xi1>
    vector.maskedstore %c[%i4, %z], %sm4, %u10 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx5 = vector.extract %cols[5] : i1 from vector<8xi1>
    %sb5 = vector.broadcast %sx5 : i1 to vector<8xi1>
    %sm5 = arith.andi %sb5, %rows : vector<8xi1>
    vector.maskedstore %c[%i5, %z], %sm5, %u14 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx6 = vector.extract %cols[6] : i1 from vector<8xi1>
    %sb6 = vector.broadcast %sx6 : i1 to vector<8xi1>
    %sm6 = arith.andi %sb6, %rows : vector<8xi1>
    vector.maskedstore %c[%i6, %z], %sm6, %u12 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    %sx7 = vector.extract %cols[7] : i1 from vector<8xi1>
    %sb7 = vector.broadcast %sx7 : i1 to vector<8xi1>
    %sm7 = arith.andi %sb7, %rows : vector<8xi1>
    vector.maskedstore %c[%i7, %z], %sm7, %u16 : memref<8x8xf64, strided<[?, 1]>>, vector<8xi1>,
        vector<8xf64>
    return
  }
}

}

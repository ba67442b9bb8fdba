// AVX-512 VNNI and BF16: dot products of pairs and quads. A machine without them finds entries of
// the same names and meanings in avx512.mlir, so that schedules need not care. Cycles as there.

#dot = {
  indexing_maps = [
    affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>],
  iterator_types = ["parallel", "reduction"]
}

module @avx512_dot {

// Pairs of bf16: `vdpbf16ps`, which flushes denormals. Half a cycle is Zen 5's; Zen 4 takes one,
// Intel's cores with AMX two (measured), half the products a cycle that f32 gets there.

module @dot2_bf16_f32x16 attributes {
    morello.features = "avx512bf16", morello.throughput = 0.5, morello.latency = 6.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<2xbf16>, %b: memref<16x2xbf16>, %c: memref<16xf32>) {
    linalg.generic #dot ins(%a, %b : memref<2xbf16>, memref<16x2xbf16>)
        outs(%c : memref<16xf32>) {
    ^bb0(%x: bf16, %y: bf16, %z: f32):
      %u = arith.extf %x : bf16 to f32
      %v = arith.extf %y : bf16 to f32
      %p = arith.mulf %u, %v : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(
      %a: memref<2xbf16>, %b: vector<32xbf16>, %c: vector<16xf32>) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<2xbf16>, vector<2xbf16>
    %i = vector.bitcast %l : vector<2xbf16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<32xbf16>
    %r = llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"(%c, %w, %b) : (vector<16xf32>,
        vector<32xbf16>, vector<32xbf16>) -> vector<16xf32>
    return %r : vector<16xf32>
  }
  func.func @masked(
      %a: memref<2xbf16>, %b: vector<32xbf16>, %c: vector<16xf32>,
      %m: vector<2xi1> {morello.mask = 1}) -> vector<16xf32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<2xbf16>
    %l = vector.maskedload %a[%z], %m, %f : memref<2xbf16>, vector<2xi1>, vector<2xbf16> into
        vector<2xbf16>
    %i = vector.bitcast %l : vector<2xbf16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<32xbf16>
    %r = llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"(%c, %w, %b) : (vector<16xf32>,
        vector<32xbf16>, vector<32xbf16>) -> vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @dot2_bf16_f32x8 attributes {
    morello.features = "avx512bf16 avx512vl", morello.throughput = 0.5, morello.latency = 6.0,
    morello.ports = "p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<2xbf16>, %b: memref<8x2xbf16>, %c: memref<8xf32>) {
    linalg.generic #dot ins(%a, %b : memref<2xbf16>, memref<8x2xbf16>)
        outs(%c : memref<8xf32>) {
    ^bb0(%x: bf16, %y: bf16, %z: f32):
      %u = arith.extf %x : bf16 to f32
      %v = arith.extf %y : bf16 to f32
      %p = arith.mulf %u, %v : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(
      %a: memref<2xbf16>, %b: vector<16xbf16>, %c: vector<8xf32>) -> vector<8xf32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<2xbf16>, vector<2xbf16>
    %i = vector.bitcast %l : vector<2xbf16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<16xbf16>
    %r = llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.256"(%c, %w, %b) : (vector<8xf32>,
        vector<16xbf16>, vector<16xbf16>) -> vector<8xf32>
    return %r : vector<8xf32>
  }
  func.func @masked(
      %a: memref<2xbf16>, %b: vector<16xbf16>, %c: vector<8xf32>,
      %m: vector<2xi1> {morello.mask = 1}) -> vector<8xf32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0.0> : vector<2xbf16>
    %l = vector.maskedload %a[%z], %m, %f : memref<2xbf16>, vector<2xi1>, vector<2xbf16> into
        vector<2xbf16>
    %i = vector.bitcast %l : vector<2xbf16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<16xbf16>
    %r = llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.256"(%c, %w, %b) : (vector<8xf32>,
        vector<16xbf16>, vector<16xbf16>) -> vector<8xf32>
    return %r : vector<8xf32>
  }
}

// Pairs of i16, exact modulo 2^32.

module @dot2_i16_i32x16 attributes {
    morello.features = "avx512vnni", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<2xi16>, %b: memref<16x2xi16>, %c: memref<16xi32>) {
    linalg.generic #dot ins(%a, %b : memref<2xi16>, memref<16x2xi16>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i16, %y: i16, %z: i32):
      %u = arith.extsi %x : i16 to i32
      %v = arith.extsi %y : i16 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(
      %a: memref<2xi16>, %b: vector<32xi16>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<2xi16>, vector<2xi16>
    %i = vector.bitcast %l : vector<2xi16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.512"(%c, %w, %b) : (vector<16xi32>,
        vector<32xi16>, vector<32xi16>) -> vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<2xi16>, %b: vector<32xi16>, %c: vector<16xi32>,
      %m: vector<2xi1> {morello.mask = 1}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<2xi16>
    %l = vector.maskedload %a[%z], %m, %f : memref<2xi16>, vector<2xi1>, vector<2xi16> into
        vector<2xi16>
    %i = vector.bitcast %l : vector<2xi16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.512"(%c, %w, %b) : (vector<16xi32>,
        vector<32xi16>, vector<32xi16>) -> vector<16xi32>
    return %r : vector<16xi32>
  }
}

// Quads of bytes, none of which saturates. `vpdpbusd` wants unsigned by signed. With two signed
// operands the first is offset by 128 and the surplus, 128 times the second, is taken off again: it
// depends on the second operand alone, so that rows of a tile share it. With two unsigned ones the
// second is offset, and the surplus is shared by the columns.

module @dot4_u8s8_i32x16 attributes {
    morello.features = "avx512vnni", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<16x4xi8>, %c: memref<16xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<16x4xi8>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extui %x : i8 to i32
      %v = arith.extsi %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<64xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %w, %b) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<64xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %w, %b) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @dot4_s8u8_i32x16 attributes {
    morello.features = "avx512vnni", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<16x4xi8>, %c: memref<16xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<16x4xi8>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extsi %x : i8 to i32
      %v = arith.extui %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<64xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %b, %w) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<64xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %b, %w) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @dot4_s8s8_i32x16 attributes {
    morello.features = "avx512vnni", morello.throughput = 1.0, morello.latency = 6.0,
    morello.ports = "2*p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<16x4xi8>, %c: memref<16xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<16x4xi8>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extsi %x : i8 to i32
      %v = arith.extsi %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %o = arith.constant dense<0x80808080> : vector<16xi32>
    %x = arith.xori %v, %o : vector<16xi32>
    %w = vector.bitcast %x : vector<16xi32> to vector<64xi8>
    %g = arith.constant dense<-128> : vector<64xi8>
    %n = arith.constant dense<0> : vector<16xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %w, %b) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%n, %g, %b) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %r = arith.subi %d, %t : vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %o = arith.constant dense<0x80808080> : vector<16xi32>
    %x = arith.xori %v, %o : vector<16xi32>
    %w = vector.bitcast %x : vector<16xi32> to vector<64xi8>
    %g = arith.constant dense<-128> : vector<64xi8>
    %n = arith.constant dense<0> : vector<16xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %w, %b) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%n, %g, %b) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %r = arith.subi %d, %t : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @dot4_u8u8_i32x16 attributes {
    morello.features = "avx512vnni", morello.throughput = 1.0, morello.latency = 6.0,
    morello.ports = "2*p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<16x4xi8>, %c: memref<16xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<16x4xi8>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extui %x : i8 to i32
      %v = arith.extui %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<64xi8>
    %g = arith.constant dense<-128> : vector<64xi8>
    %y = arith.xori %b, %g : vector<64xi8>
    %h = arith.constant dense<64> : vector<64xi8>
    %n = arith.constant dense<0> : vector<16xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%n, %w, %h) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%t, %w, %h) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %w, %y) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %r = arith.addi %d, %q : vector<16xi32>
    return %r : vector<16xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<64xi8>, %c: vector<16xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<16xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<16xi32>
    %w = vector.bitcast %v : vector<16xi32> to vector<64xi8>
    %g = arith.constant dense<-128> : vector<64xi8>
    %y = arith.xori %b, %g : vector<64xi8>
    %h = arith.constant dense<64> : vector<64xi8>
    %n = arith.constant dense<0> : vector<16xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%n, %w, %h) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%t, %w, %h) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %w, %y) : (vector<16xi32>,
        vector<64xi8>, vector<64xi8>) -> vector<16xi32>
    %r = arith.addi %d, %q : vector<16xi32>
    return %r : vector<16xi32>
  }
}

}

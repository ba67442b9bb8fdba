// AVX-VNNI: integer dot products on 256-bit registers. They have the names and meanings of the
// entries in avx2.mlir, which does it in more steps; for bytes of equal signs, see avx512_dot.mlir.

#dot = {
  indexing_maps = [
    affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>],
  iterator_types = ["parallel", "reduction"]
}

module @avxvnni {

module @dot2_i16_i32x8 attributes {
    morello.features = "avxvnni", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<2xi16>, %b: memref<8x2xi16>, %c: memref<8xi32>) {
    linalg.generic #dot ins(%a, %b : memref<2xi16>, memref<8x2xi16>)
        outs(%c : memref<8xi32>) {
    ^bb0(%x: i16, %y: i16, %z: i32):
      %u = arith.extsi %x : i16 to i32
      %v = arith.extsi %y : i16 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<2xi16>, %b: vector<16xi16>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<2xi16>, vector<2xi16>
    %i = vector.bitcast %l : vector<2xi16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<16xi16>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<16xi16>, vector<16xi16>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
  func.func @masked(
      %a: memref<2xi16>, %b: vector<16xi16>, %c: vector<8xi32>,
      %m: vector<2xi1> {morello.mask = 1}) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<2xi16>
    %l = vector.maskedload %a[%z], %m, %f : memref<2xi16>, vector<2xi1>, vector<2xi16> into
        vector<2xi16>
    %i = vector.bitcast %l : vector<2xi16> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<16xi16>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpwssd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<16xi16>, vector<16xi16>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @dot4_u8s8_i32x8 attributes {
    morello.features = "avxvnni", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<8x4xi8>, %c: memref<8xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<8x4xi8>)
        outs(%c : memref<8xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extui %x : i8 to i32
      %v = arith.extsi %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @dot4_s8u8_i32x8 attributes {
    morello.features = "avxvnni", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p1 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<8x4xi8>, %c: memref<8xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<8x4xi8>)
        outs(%c : memref<8xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extsi %x : i8 to i32
      %v = arith.extui %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %b, %w) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %b, %w) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @dot4_s8s8_i32x8 attributes {
    morello.features = "avxvnni", morello.throughput = 0.83, morello.latency = 6.0,
    morello.ports = "p0|p1 + p0|p1|p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<8x4xi8>, %c: memref<8xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<8x4xi8>)
        outs(%c : memref<8xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extsi %x : i8 to i32
      %v = arith.extsi %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %o = arith.constant dense<0x80808080> : vector<8xi32>
    %x = arith.xori %v, %o : vector<8xi32>
    %w = vector.bitcast %x : vector<8xi32> to vector<32xi8>
    %g = arith.constant dense<-128> : vector<32xi8>
    %n = arith.constant dense<0> : vector<8xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%n, %g, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %r = arith.subi %d, %t : vector<8xi32>
    return %r : vector<8xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %o = arith.constant dense<0x80808080> : vector<8xi32>
    %x = arith.xori %v, %o : vector<8xi32>
    %w = vector.bitcast %x : vector<8xi32> to vector<32xi8>
    %g = arith.constant dense<-128> : vector<32xi8>
    %n = arith.constant dense<0> : vector<8xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%n, %g, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %r = arith.subi %d, %t : vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @dot4_u8u8_i32x8 attributes {
    morello.features = "avxvnni", morello.throughput = 0.83, morello.latency = 6.0,
    morello.ports = "p0|p1 + p0|p1|p5 + p2|p3"} {
  func.func @semantics(%a: memref<4xi8>, %b: memref<8x4xi8>, %c: memref<8xi32>) {
    linalg.generic #dot ins(%a, %b : memref<4xi8>, memref<8x4xi8>)
        outs(%c : memref<8xi32>) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extui %x : i8 to i32
      %v = arith.extui %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %l = vector.load %a[%z] : memref<4xi8>, vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %g = arith.constant dense<-128> : vector<32xi8>
    %y = arith.xori %b, %g : vector<32xi8>
    %h = arith.constant dense<64> : vector<32xi8>
    %n = arith.constant dense<0> : vector<8xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%n, %w, %h) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%t, %w, %h) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %w, %y) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %r = arith.addi %d, %q : vector<8xi32>
    return %r : vector<8xi32>
  }
  func.func @masked(
      %a: memref<4xi8>, %b: vector<32xi8>, %c: vector<8xi32>,
      %m: vector<4xi1> {morello.mask = 1}) -> vector<8xi32> {
    %z = arith.constant 0 : index
    %f = arith.constant dense<0> : vector<4xi8>
    %l = vector.maskedload %a[%z], %m, %f : memref<4xi8>, vector<4xi1>, vector<4xi8> into
        vector<4xi8>
    %i = vector.bitcast %l : vector<4xi8> to vector<1xi32>
    %s = vector.extract %i[0] : i32 from vector<1xi32>
    %v = vector.broadcast %s : i32 to vector<8xi32>
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %g = arith.constant dense<-128> : vector<32xi8>
    %y = arith.xori %b, %g : vector<32xi8>
    %h = arith.constant dense<64> : vector<32xi8>
    %n = arith.constant dense<0> : vector<8xi32>
    %t = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%n, %w, %h) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%t, %w, %h) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %d = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %w, %y) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    %r = arith.addi %d, %q : vector<8xi32>
    return %r : vector<8xi32>
  }
}

}

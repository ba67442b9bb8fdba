// AVX-VNNI-INT8: quad dot products of bytes of equal signs, in one step.

#dot = {
  indexing_maps = [
    affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>],
  iterator_types = ["parallel", "reduction"]
}

module @avxvnniint8 {

module @dot4_s8s8_i32x8 attributes {
    morello.features = "avxvnniint8", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p1 + p2|p3"} {
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
    %w = vector.bitcast %v : vector<8xi32> to vector<32xi8>
    %r = llvm.call_intrinsic "llvm.x86.avx2.vpdpbssd.256"(%c, %w, %b) : (vector<8xi32>,
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
    %r = llvm.call_intrinsic "llvm.x86.avx2.vpdpbssd.256"(%c, %w, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
}

module @dot4_u8u8_i32x8 attributes {
    morello.features = "avxvnniint8", morello.throughput = 0.5, morello.latency = 5.0,
    morello.ports = "p0|p1 + p2|p3"} {
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
    %r = llvm.call_intrinsic "llvm.x86.avx2.vpdpbuud.256"(%c, %w, %b) : (vector<8xi32>,
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
    %r = llvm.call_intrinsic "llvm.x86.avx2.vpdpbuud.256"(%c, %w, %b) : (vector<8xi32>,
        vector<32xi8>, vector<32xi8>) -> vector<8xi32>
    return %r : vector<8xi32>
  }
}

}

// AVX-512: arithmetic on 512-bit registers. The format is described in __init__.py, loads and
// stores are in avx512_move.mlir, packing in avx512_pack.mlir.
//
// Cycles are those of Golden Cove server cores (Sapphire Rapids) with two 512-bit ports, p0 and p5.
// Zen 4 splits 512-bit operations in two on 256-bit pipes, Zen 5 does two a cycle as here. Cascade
// Lake and older have client parts without the second port.

#axpy = {
  indexing_maps = [affine_map<(n) -> ()>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#lanes = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> (n)>, affine_map<(n) -> (n)>],
  iterator_types = ["parallel"]
}
#dot = {
  indexing_maps = [
    affine_map<(n, k) -> (k)>, affine_map<(n, k) -> (n, k)>, affine_map<(n, k) -> (n)>],
  iterator_types = ["parallel", "reduction"]
}
#reduce = {
  indexing_maps = [affine_map<(n) -> (n)>, affine_map<(n) -> ()>],
  iterator_types = ["reduction"]
}

module @avx512 attributes {morello.lanes = {
    "arith.addf" = 0.5, "arith.subf" = 0.5, "arith.mulf" = 0.5, "arith.divf" = 10.0,
    "arith.negf" = 0.5, "arith.maximumf" = 1.5, "arith.minimumf" = 1.5, "arith.maxnumf" = 1.5,
    "arith.minnumf" = 1.5, "arith.cmpf" = 1.0, "arith.cmpi" = 1.0, "arith.select" = 0.5,
    "arith.addi" = 0.5, "arith.subi" = 0.5, "arith.muli" = 1.0, "arith.maxsi" = 0.5,
    "arith.maxui" = 0.5, "arith.minsi" = 0.5, "arith.minui" = 0.5, "arith.andi" = 0.5,
    "arith.ori" = 0.5, "arith.xori" = 0.5, "arith.shli" = 0.5, "arith.shrsi" = 0.5,
    "arith.shrui" = 0.5, "arith.extf" = 1.0, "arith.truncf" = 2.0, "arith.extsi" = 1.0,
    "arith.extui" = 1.0, "arith.trunci" = 2.0, "arith.sitofp" = 0.5, "arith.uitofp" = 0.5,
    "arith.fptosi" = 0.5, "arith.fptoui" = 0.5, "arith.bitcast" = 0.0, "math.absf" = 0.5,
    "math.sqrt" = 12.0, "math.rsqrt" = 4.0, "math.fma" = 0.5, "math.floor" = 1.0,
    "math.ceil" = 1.0, "math.round" = 2.0, "math.roundeven" = 1.0, "math.trunc" = 1.0,
    "math.exp" = 7.0, "math.exp2" = 7.0, "math.expm1" = 12.0, "math.log" = 10.0,
    "math.log2" = 10.0, "math.log1p" = 14.0, "math.tanh" = 14.0, "math.erf" = 13.0,
    "math.sin" = 14.0, "math.cos" = 14.0, "math.powf" = 24.0
}} {

// Multiply-add. The first operand is one element in memory for all lanes, or (`lanes`) a register.

module @fma_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 0.5, morello.latency = 4.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<f32>, %b: memref<16xf32>, %c: memref<16xf32>) {
    linalg.generic #axpy ins(%a, %b : memref<f32>, memref<16xf32>)
        outs(%c : memref<16xf32>) {
    ^bb0(%x: f32, %y: f32, %z: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: memref<f32>, %b: vector<16xf32>, %c: vector<16xf32>) -> vector<16xf32> {
    %x = memref.load %a[] : memref<f32>
    %v = vector.broadcast %x : f32 to vector<16xf32>
    %r = vector.fma %v, %b, %c : vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @fma_lanes_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 0.5, morello.latency = 4.0,
    morello.ports = "p0|p5"} {
  func.func @semantics(%a: memref<16xf32>, %b: memref<16xf32>, %c: memref<16xf32>) {
    linalg.generic #lanes ins(%a, %b : memref<16xf32>, memref<16xf32>)
        outs(%c : memref<16xf32>) {
    ^bb0(%x: f32, %y: f32, %z: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(
      %a: vector<16xf32>, %b: vector<16xf32>, %c: vector<16xf32>) -> vector<16xf32> {
    %r = vector.fma %a, %b, %c : vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @fma_f64x8 attributes {
    morello.features = "avx512f", morello.throughput = 0.5, morello.latency = 4.0,
    morello.ports = "p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<f64>, %b: memref<8xf64>, %c: memref<8xf64>) {
    linalg.generic #axpy ins(%a, %b : memref<f64>, memref<8xf64>)
        outs(%c : memref<8xf64>) {
    ^bb0(%x: f64, %y: f64, %z: f64):
      %p = arith.mulf %x, %y : f64
      %s = arith.addf %z, %p : f64
      linalg.yield %s : f64
    }
    return
  }
  func.func @emission(%a: memref<f64>, %b: vector<8xf64>, %c: vector<8xf64>) -> vector<8xf64> {
    %x = memref.load %a[] : memref<f64>
    %v = vector.broadcast %x : f64 to vector<8xf64>
    %r = vector.fma %v, %b, %c : vector<8xf64>
    return %r : vector<8xf64>
  }
}

module @fma_lanes_f64x8 attributes {
    morello.features = "avx512f", morello.throughput = 0.5, morello.latency = 4.0,
    morello.ports = "p0|p5"} {
  func.func @semantics(%a: memref<8xf64>, %b: memref<8xf64>, %c: memref<8xf64>) {
    linalg.generic #lanes ins(%a, %b : memref<8xf64>, memref<8xf64>)
        outs(%c : memref<8xf64>) {
    ^bb0(%x: f64, %y: f64, %z: f64):
      %p = arith.mulf %x, %y : f64
      %s = arith.addf %z, %p : f64
      linalg.yield %s : f64
    }
    return
  }
  func.func @emission(%a: vector<8xf64>, %b: vector<8xf64>, %c: vector<8xf64>) -> vector<8xf64> {
    %r = vector.fma %a, %b, %c : vector<8xf64>
    return %r : vector<8xf64>
  }
}

module @mla_i32x16 attributes {
    morello.features = "avx512f", morello.throughput = 1.0, morello.latency = 11.0,
    morello.ports = "2*p0 + p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<i32>, %b: memref<16xi32>, %c: memref<16xi32>) {
    linalg.generic #axpy ins(%a, %b : memref<i32>, memref<16xi32>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i32, %y: i32, %z: i32):
      %p = arith.muli %x, %y : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: memref<i32>, %b: vector<16xi32>, %c: vector<16xi32>) -> vector<16xi32> {
    %x = memref.load %a[] : memref<i32>
    %v = vector.broadcast %x : i32 to vector<16xi32>
    %p = arith.muli %v, %b : vector<16xi32>
    %r = arith.addi %c, %p : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @mla_lanes_i32x16 attributes {
    morello.features = "avx512f", morello.throughput = 1.0, morello.latency = 11.0,
    morello.ports = "2*p0 + p0|p5"} {
  func.func @semantics(%a: memref<16xi32>, %b: memref<16xi32>, %c: memref<16xi32>) {
    linalg.generic #lanes ins(%a, %b : memref<16xi32>, memref<16xi32>)
        outs(%c : memref<16xi32>) {
    ^bb0(%x: i32, %y: i32, %z: i32):
      %p = arith.muli %x, %y : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(
      %a: vector<16xi32>, %b: vector<16xi32>, %c: vector<16xi32>) -> vector<16xi32> {
    %p = arith.muli %a, %b : vector<16xi32>
    %r = arith.addi %c, %p : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @mla_i64x8 attributes {
    morello.features = "avx512dq", morello.throughput = 1.5, morello.latency = 16.0,
    morello.ports = "3*p0 + p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<i64>, %b: memref<8xi64>, %c: memref<8xi64>) {
    linalg.generic #axpy ins(%a, %b : memref<i64>, memref<8xi64>)
        outs(%c : memref<8xi64>) {
    ^bb0(%x: i64, %y: i64, %z: i64):
      %p = arith.muli %x, %y : i64
      %s = arith.addi %z, %p : i64
      linalg.yield %s : i64
    }
    return
  }
  func.func @emission(%a: memref<i64>, %b: vector<8xi64>, %c: vector<8xi64>) -> vector<8xi64> {
    %x = memref.load %a[] : memref<i64>
    %v = vector.broadcast %x : i64 to vector<8xi64>
    %p = arith.muli %v, %b : vector<8xi64>
    %r = arith.addi %c, %p : vector<8xi64>
    return %r : vector<8xi64>
  }
}

module @mla_lanes_i64x8 attributes {
    morello.features = "avx512dq", morello.throughput = 1.5, morello.latency = 16.0,
    morello.ports = "3*p0 + p0|p5"} {
  func.func @semantics(%a: memref<8xi64>, %b: memref<8xi64>, %c: memref<8xi64>) {
    linalg.generic #lanes ins(%a, %b : memref<8xi64>, memref<8xi64>)
        outs(%c : memref<8xi64>) {
    ^bb0(%x: i64, %y: i64, %z: i64):
      %p = arith.muli %x, %y : i64
      %s = arith.addi %z, %p : i64
      linalg.yield %s : i64
    }
    return
  }
  func.func @emission(%a: vector<8xi64>, %b: vector<8xi64>, %c: vector<8xi64>) -> vector<8xi64> {
    %p = arith.muli %a, %b : vector<8xi64>
    %r = arith.addi %c, %p : vector<8xi64>
    return %r : vector<8xi64>
  }
}

module @mla_i16x32 attributes {
    morello.features = "avx512bw", morello.throughput = 0.5, morello.latency = 6.0,
    morello.ports = "p0 + p0|p5 + p2|p3"} {
  func.func @semantics(%a: memref<i16>, %b: memref<32xi16>, %c: memref<32xi16>) {
    linalg.generic #axpy ins(%a, %b : memref<i16>, memref<32xi16>)
        outs(%c : memref<32xi16>) {
    ^bb0(%x: i16, %y: i16, %z: i16):
      %p = arith.muli %x, %y : i16
      %s = arith.addi %z, %p : i16
      linalg.yield %s : i16
    }
    return
  }
  func.func @emission(%a: memref<i16>, %b: vector<32xi16>, %c: vector<32xi16>) -> vector<32xi16> {
    %x = memref.load %a[] : memref<i16>
    %v = vector.broadcast %x : i16 to vector<32xi16>
    %p = arith.muli %v, %b : vector<32xi16>
    %r = arith.addi %c, %p : vector<32xi16>
    return %r : vector<32xi16>
  }
}

module @mla_lanes_i16x32 attributes {
    morello.features = "avx512bw", morello.throughput = 0.5, morello.latency = 6.0,
    morello.ports = "p0 + p0|p5"} {
  func.func @semantics(%a: memref<32xi16>, %b: memref<32xi16>, %c: memref<32xi16>) {
    linalg.generic #lanes ins(%a, %b : memref<32xi16>, memref<32xi16>)
        outs(%c : memref<32xi16>) {
    ^bb0(%x: i16, %y: i16, %z: i16):
      %p = arith.muli %x, %y : i16
      %s = arith.addi %z, %p : i16
      linalg.yield %s : i16
    }
    return
  }
  func.func @emission(
      %a: vector<32xi16>, %b: vector<32xi16>, %c: vector<32xi16>) -> vector<32xi16> {
    %p = arith.muli %a, %b : vector<32xi16>
    %r = arith.addi %c, %p : vector<32xi16>
    return %r : vector<32xi16>
  }
}

// Half-width elements widened to f32, one step of the reduction at a time.

module @fma_f16_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 1.0, morello.latency = 11.0,
    morello.ports = "p0|p5 + p0 + p5 + p2|p3"} {
  func.func @semantics(%a: memref<f16>, %b: memref<16xf16>, %c: memref<16xf32>) {
    linalg.generic #axpy ins(%a, %b : memref<f16>, memref<16xf16>)
        outs(%c : memref<16xf32>) {
    ^bb0(%x: f16, %y: f16, %z: f32):
      %u = arith.extf %x : f16 to f32
      %v = arith.extf %y : f16 to f32
      %p = arith.mulf %u, %v : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: memref<f16>, %b: vector<16xf16>, %c: vector<16xf32>) -> vector<16xf32> {
    %x = memref.load %a[] : memref<f16>
    %e = vector.broadcast %x : f16 to vector<16xf16>
    %v = arith.extf %e : vector<16xf16> to vector<16xf32>
    %w = arith.extf %b : vector<16xf16> to vector<16xf32>
    %r = vector.fma %v, %w, %c : vector<16xf32>
    return %r : vector<16xf32>
  }
}

module @fma_bf16_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 1.0, morello.latency = 11.0,
    morello.ports = "p0|p5 + p0 + p5 + p2|p3"} {
  func.func @semantics(%a: memref<bf16>, %b: memref<16xbf16>, %c: memref<16xf32>) {
    linalg.generic #axpy ins(%a, %b : memref<bf16>, memref<16xbf16>)
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
      %a: memref<bf16>, %b: vector<16xbf16>, %c: vector<16xf32>) -> vector<16xf32> {
    %x = memref.load %a[] : memref<bf16>
    %i = arith.bitcast %x : bf16 to i16
    %j = vector.broadcast %i : i16 to vector<32xi16>
    %h = vector.bitcast %j : vector<32xi16> to vector<16xi32>
    %half = arith.constant dense<16> : vector<16xi32>
    %s = arith.shli %h, %half : vector<16xi32>
    %v = vector.bitcast %s : vector<16xi32> to vector<16xf32>
    %w = arith.extf %b : vector<16xbf16> to vector<16xf32>
    %r = vector.fma %v, %w, %c : vector<16xf32>
    return %r : vector<16xf32>
  }
}

// Pair dot products of bf16: even and odd elements taken apart by a shift and a mask.

module @dot2_bf16_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 1.0, morello.latency = 8.0,
    morello.ports = "2*p0|p5 + p2|p3"} {
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
    %half = arith.constant dense<16> : vector<16xi32>
    %top = arith.constant dense<0xFFFF0000> : vector<16xi32>
    %bi = vector.bitcast %b : vector<32xbf16> to vector<16xi32>
    %as = arith.shli %v, %half : vector<16xi32>
    %ae = vector.bitcast %as : vector<16xi32> to vector<16xf32>
    %ah = arith.andi %v, %top : vector<16xi32>
    %ao = vector.bitcast %ah : vector<16xi32> to vector<16xf32>
    %bs = arith.shli %bi, %half : vector<16xi32>
    %be = vector.bitcast %bs : vector<16xi32> to vector<16xf32>
    %bh = arith.andi %bi, %top : vector<16xi32>
    %bo = vector.bitcast %bh : vector<16xi32> to vector<16xf32>
    %t = vector.fma %ae, %be, %c : vector<16xf32>
    %r = vector.fma %ao, %bo, %t : vector<16xf32>
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
    %half = arith.constant dense<16> : vector<16xi32>
    %top = arith.constant dense<0xFFFF0000> : vector<16xi32>
    %bi = vector.bitcast %b : vector<32xbf16> to vector<16xi32>
    %as = arith.shli %v, %half : vector<16xi32>
    %ae = vector.bitcast %as : vector<16xi32> to vector<16xf32>
    %ah = arith.andi %v, %top : vector<16xi32>
    %ao = vector.bitcast %ah : vector<16xi32> to vector<16xf32>
    %bs = arith.shli %bi, %half : vector<16xi32>
    %be = vector.bitcast %bs : vector<16xi32> to vector<16xf32>
    %bh = arith.andi %bi, %top : vector<16xi32>
    %bo = vector.bitcast %bh : vector<16xi32> to vector<16xf32>
    %t = vector.fma %ae, %be, %c : vector<16xf32>
    %r = vector.fma %ao, %bo, %t : vector<16xf32>
    return %r : vector<16xf32>
  }
}

// Pair dot products of i16, exact modulo 2^32.

module @dot2_i16_i32x16 attributes {
    morello.features = "avx512bw", morello.throughput = 1.0, morello.latency = 6.0,
    morello.ports = "2*p0|p5 + p2|p3"} {
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
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%w, %b) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %r = arith.addi %c, %p : vector<16xi32>
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
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%w, %b) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %r = arith.addi %c, %p : vector<16xi32>
    return %r : vector<16xi32>
  }
}

// Quad dot products of bytes, none of which saturates: even and odd bytes widened to i16.

module @dot4_u8s8_i32x16 attributes {
    morello.features = "avx512bw", morello.throughput = 2.0, morello.latency = 7.0,
    morello.ports = "4*p0|p5 + p2|p3"} {
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrui %as, %eight : vector<32xi16>
    %ao = arith.shrui %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrsi %bs, %eight : vector<32xi16>
    %bo = arith.shrsi %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrui %as, %eight : vector<32xi16>
    %ao = arith.shrui %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrsi %bs, %eight : vector<32xi16>
    %bo = arith.shrsi %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @dot4_s8u8_i32x16 attributes {
    morello.features = "avx512bw", morello.throughput = 2.0, morello.latency = 7.0,
    morello.ports = "4*p0|p5 + p2|p3"} {
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrsi %as, %eight : vector<32xi16>
    %ao = arith.shrsi %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrui %bs, %eight : vector<32xi16>
    %bo = arith.shrui %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrsi %as, %eight : vector<32xi16>
    %ao = arith.shrsi %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrui %bs, %eight : vector<32xi16>
    %bo = arith.shrui %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @dot4_s8s8_i32x16 attributes {
    morello.features = "avx512bw", morello.throughput = 2.0, morello.latency = 7.0,
    morello.ports = "4*p0|p5 + p2|p3"} {
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrsi %as, %eight : vector<32xi16>
    %ao = arith.shrsi %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrsi %bs, %eight : vector<32xi16>
    %bo = arith.shrsi %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrsi %as, %eight : vector<32xi16>
    %ao = arith.shrsi %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrsi %bs, %eight : vector<32xi16>
    %bo = arith.shrsi %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
    return %r : vector<16xi32>
  }
}

module @dot4_u8u8_i32x16 attributes {
    morello.features = "avx512bw", morello.throughput = 2.0, morello.latency = 7.0,
    morello.ports = "4*p0|p5 + p2|p3"} {
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrui %as, %eight : vector<32xi16>
    %ao = arith.shrui %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrui %bs, %eight : vector<32xi16>
    %bo = arith.shrui %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
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
    %eight = arith.constant dense<8> : vector<32xi16>
    %ah = vector.bitcast %v : vector<16xi32> to vector<32xi16>
    %bh = vector.bitcast %b : vector<64xi8> to vector<32xi16>
    %as = arith.shli %ah, %eight : vector<32xi16>
    %ae = arith.shrui %as, %eight : vector<32xi16>
    %ao = arith.shrui %ah, %eight : vector<32xi16>
    %bs = arith.shli %bh, %eight : vector<32xi16>
    %be = arith.shrui %bs, %eight : vector<32xi16>
    %bo = arith.shrui %bh, %eight : vector<32xi16>
    %p = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ae, %be) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %q = llvm.call_intrinsic "llvm.x86.avx512.pmaddw.d.512"(%ao, %bo) : (vector<32xi16>,
        vector<32xi16>) -> vector<16xi32>
    %t = arith.addi %p, %q : vector<16xi32>
    %r = arith.addi %c, %t : vector<16xi32>
    return %r : vector<16xi32>
  }
}

// The lanes of one register combined into a scalar, in no particular order.

module @sum_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 4.0, morello.latency = 20.0,
    morello.ports = "4*p5 + 4*p0|p1"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<f32>) {
    linalg.generic #reduce ins(%a : memref<16xf32>) outs(%c : memref<f32>) {
    ^bb0(%x: f32, %z: f32):
      %s = arith.addf %z, %x : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: vector<16xf32>, %c: f32) -> f32 {
    %r = vector.reduction <add>, %a, %c fastmath<reassoc> : vector<16xf32> into f32
    return %r : f32
  }
}

module @max_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 14.0, morello.latency = 40.0,
    morello.ports = "8*p5 + 24*p0|p1"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<f32>) {
    linalg.generic #reduce ins(%a : memref<16xf32>) outs(%c : memref<f32>) {
    ^bb0(%x: f32, %z: f32):
      %s = arith.maximumf %z, %x : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: vector<16xf32>, %c: f32) -> f32 {
    %l8 = vector.shuffle %a, %a [0, 1, 2, 3, 4, 5, 6, 7] : vector<16xf32>, vector<16xf32>
    %h8 = vector.shuffle %a, %a [8, 9, 10, 11, 12, 13, 14, 15] : vector<16xf32>, vector<16xf32>
    %m8 = arith.maximumf %l8, %h8 : vector<8xf32>
    %l4 = vector.shuffle %m8, %m8 [0, 1, 2, 3] : vector<8xf32>, vector<8xf32>
    %h4 = vector.shuffle %m8, %m8 [4, 5, 6, 7] : vector<8xf32>, vector<8xf32>
    %m4 = arith.maximumf %l4, %h4 : vector<4xf32>
    %l2 = vector.shuffle %m4, %m4 [0, 1] : vector<4xf32>, vector<4xf32>
    %h2 = vector.shuffle %m4, %m4 [2, 3] : vector<4xf32>, vector<4xf32>
    %m2 = arith.maximumf %l2, %h2 : vector<2xf32>
    %x = vector.extract %m2[0] : f32 from vector<2xf32>
    %y = vector.extract %m2[1] : f32 from vector<2xf32>
    %m = arith.maximumf %x, %y : f32
    %r = arith.maximumf %c, %m : f32
    return %r : f32
  }
}

module @maxnum_f32x16 attributes {
    morello.features = "avx512f", morello.throughput = 10.0, morello.latency = 32.0,
    morello.ports = "4*p5 + 12*p0|p1"} {
  func.func @semantics(%a: memref<16xf32>, %c: memref<f32>) {
    linalg.generic #reduce ins(%a : memref<16xf32>) outs(%c : memref<f32>) {
    ^bb0(%x: f32, %z: f32):
      %s = arith.maxnumf %z, %x : f32
      linalg.yield %s : f32
    }
    return
  }
  func.func @emission(%a: vector<16xf32>, %c: f32) -> f32 {
    %l8 = vector.shuffle %a, %a [0, 1, 2, 3, 4, 5, 6, 7] : vector<16xf32>, vector<16xf32>
    %h8 = vector.shuffle %a, %a [8, 9, 10, 11, 12, 13, 14, 15] : vector<16xf32>, vector<16xf32>
    %m8 = arith.maxnumf %l8, %h8 : vector<8xf32>
    %l4 = vector.shuffle %m8, %m8 [0, 1, 2, 3] : vector<8xf32>, vector<8xf32>
    %h4 = vector.shuffle %m8, %m8 [4, 5, 6, 7] : vector<8xf32>, vector<8xf32>
    %m4 = arith.maxnumf %l4, %h4 : vector<4xf32>
    %l2 = vector.shuffle %m4, %m4 [0, 1] : vector<4xf32>, vector<4xf32>
    %h2 = vector.shuffle %m4, %m4 [2, 3] : vector<4xf32>, vector<4xf32>
    %m2 = arith.maxnumf %l2, %h2 : vector<2xf32>
    %x = vector.extract %m2[0] : f32 from vector<2xf32>
    %y = vector.extract %m2[1] : f32 from vector<2xf32>
    %m = arith.maxnumf %x, %y : f32
    %r = arith.maxnumf %c, %m : f32
    return %r : f32
  }
}

module @sum_f64x8 attributes {
    morello.features = "avx512f", morello.throughput = 3.0, morello.latency = 16.0,
    morello.ports = "3*p5 + 3*p0|p1"} {
  func.func @semantics(%a: memref<8xf64>, %c: memref<f64>) {
    linalg.generic #reduce ins(%a : memref<8xf64>) outs(%c : memref<f64>) {
    ^bb0(%x: f64, %z: f64):
      %s = arith.addf %z, %x : f64
      linalg.yield %s : f64
    }
    return
  }
  func.func @emission(%a: vector<8xf64>, %c: f64) -> f64 {
    %r = vector.reduction <add>, %a, %c fastmath<reassoc> : vector<8xf64> into f64
    return %r : f64
  }
}

module @max_f64x8 attributes {
    morello.features = "avx512f", morello.throughput = 10.0, morello.latency = 30.0,
    morello.ports = "6*p5 + 18*p0|p1"} {
  func.func @semantics(%a: memref<8xf64>, %c: memref<f64>) {
    linalg.generic #reduce ins(%a : memref<8xf64>) outs(%c : memref<f64>) {
    ^bb0(%x: f64, %z: f64):
      %s = arith.maximumf %z, %x : f64
      linalg.yield %s : f64
    }
    return
  }
  func.func @emission(%a: vector<8xf64>, %c: f64) -> f64 {
    %l4 = vector.shuffle %a, %a [0, 1, 2, 3] : vector<8xf64>, vector<8xf64>
    %h4 = vector.shuffle %a, %a [4, 5, 6, 7] : vector<8xf64>, vector<8xf64>
    %m4 = arith.maximumf %l4, %h4 : vector<4xf64>
    %l2 = vector.shuffle %m4, %m4 [0, 1] : vector<4xf64>, vector<4xf64>
    %h2 = vector.shuffle %m4, %m4 [2, 3] : vector<4xf64>, vector<4xf64>
    %m2 = arith.maximumf %l2, %h2 : vector<2xf64>
    %x = vector.extract %m2[0] : f64 from vector<2xf64>
    %y = vector.extract %m2[1] : f64 from vector<2xf64>
    %m = arith.maximumf %x, %y : f64
    %r = arith.maximumf %c, %m : f64
    return %r : f64
  }
}

module @maxnum_f64x8 attributes {
    morello.features = "avx512f", morello.throughput = 8.0, morello.latency = 24.0,
    morello.ports = "3*p5 + 9*p0|p1"} {
  func.func @semantics(%a: memref<8xf64>, %c: memref<f64>) {
    linalg.generic #reduce ins(%a : memref<8xf64>) outs(%c : memref<f64>) {
    ^bb0(%x: f64, %z: f64):
      %s = arith.maxnumf %z, %x : f64
      linalg.yield %s : f64
    }
    return
  }
  func.func @emission(%a: vector<8xf64>, %c: f64) -> f64 {
    %l4 = vector.shuffle %a, %a [0, 1, 2, 3] : vector<8xf64>, vector<8xf64>
    %h4 = vector.shuffle %a, %a [4, 5, 6, 7] : vector<8xf64>, vector<8xf64>
    %m4 = arith.maxnumf %l4, %h4 : vector<4xf64>
    %l2 = vector.shuffle %m4, %m4 [0, 1] : vector<4xf64>, vector<4xf64>
    %h2 = vector.shuffle %m4, %m4 [2, 3] : vector<4xf64>, vector<4xf64>
    %m2 = arith.maxnumf %l2, %h2 : vector<2xf64>
    %x = vector.extract %m2[0] : f64 from vector<2xf64>
    %y = vector.extract %m2[1] : f64 from vector<2xf64>
    %m = arith.maxnumf %x, %y : f64
    %r = arith.maxnumf %c, %m : f64
    return %r : f64
  }
}

module @sum_i32x16 attributes {
    morello.features = "avx512f", morello.throughput = 4.0, morello.latency = 12.0,
    morello.ports = "4*p5 + 4*p0|p1"} {
  func.func @semantics(%a: memref<16xi32>, %c: memref<i32>) {
    linalg.generic #reduce ins(%a : memref<16xi32>) outs(%c : memref<i32>) {
    ^bb0(%x: i32, %z: i32):
      %s = arith.addi %z, %x : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: vector<16xi32>, %c: i32) -> i32 {
    %r = vector.reduction <add>, %a, %c : vector<16xi32> into i32
    return %r : i32
  }
}

module @max_i32x16 attributes {
    morello.features = "avx512f", morello.throughput = 4.0, morello.latency = 12.0,
    morello.ports = "4*p5 + 4*p0|p1"} {
  func.func @semantics(%a: memref<16xi32>, %c: memref<i32>) {
    linalg.generic #reduce ins(%a : memref<16xi32>) outs(%c : memref<i32>) {
    ^bb0(%x: i32, %z: i32):
      %s = arith.maxsi %z, %x : i32
      linalg.yield %s : i32
    }
    return
  }
  func.func @emission(%a: vector<16xi32>, %c: i32) -> i32 {
    %r = vector.reduction <maxsi>, %a, %c : vector<16xi32> into i32
    return %r : i32
  }
}

}

// A made-up accelerator: a unit that multiplies 4x4 matrices of f32, once a cycle. It reads and
// writes tiles of a scratch memory of 4 KiB, each of 64 bytes; copies bring them there and back.
// Beside it is a plain vector processor, for whatever no instruction does: `morello.lanes`.

#ij = affine_map<(i, j) -> (i, j)>
#copy = {indexing_maps = [#ij, #ij], iterator_types = ["parallel", "parallel"]}

module @matrix4 attributes {
    morello.memories = [
      {name = "mem", line = 1.0, back = 1.0, copied = 1.0},
      {name = "tiles", bytes = 4096, granule = 64}],
    morello.costs = {loop_step = 1.0, lane_op = 4.0},
    morello.lanes = {"arith.addf" = 4.0, "arith.mulf" = 4.0}} {

module @mma_f32_4x4x4 attributes {morello.throughput = 1.0, morello.latency = 4.0} {
  func.func @semantics(
      %a: memref<4x4xf32, "tiles">, %b: memref<4x4xf32, "tiles">, %c: memref<4x4xf32, "tiles">) {
    linalg.generic {
      indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (k, n)>,
                       affine_map<(m, n, k) -> (m, n)>],
      iterator_types = ["parallel", "parallel", "reduction"]
    } ins(%a, %b : memref<4x4xf32, "tiles">, memref<4x4xf32, "tiles">)
      outs(%c : memref<4x4xf32, "tiles">) {
    ^bb0(%x: f32, %y: f32, %z: f32):
      %p = arith.mulf %x, %y : f32
      %s = arith.addf %z, %p : f32
      linalg.yield %s : f32
    }
    return
  }
}

// Rows of a tile lie in memory at any distance from each other; `gather` takes elements so, too.

module @load_f32_4x4 attributes {
    morello.throughput = 4.0, morello.latency = 20.0, morello.masks = [0, 1]} {
  func.func @semantics(%a: memref<4x4xf32, strided<[?, 1]>>, %c: memref<4x4xf32, "tiles">) {
    linalg.generic #copy ins(%a : memref<4x4xf32, strided<[?, 1]>>)
        outs(%c : memref<4x4xf32, "tiles">) {
    ^bb0(%x: f32, %z: f32):
      linalg.yield %x : f32
    }
    return
  }
}

module @gather_f32_4x4 attributes {
    morello.throughput = 16.0, morello.latency = 30.0, morello.masks = [0, 1]} {
  func.func @semantics(%a: memref<4x4xf32, strided<[?, ?]>>, %c: memref<4x4xf32, "tiles">) {
    linalg.generic #copy ins(%a : memref<4x4xf32, strided<[?, ?]>>)
        outs(%c : memref<4x4xf32, "tiles">) {
    ^bb0(%x: f32, %z: f32):
      linalg.yield %x : f32
    }
    return
  }
}

module @store_f32_4x4 attributes {
    morello.throughput = 4.0, morello.latency = 20.0, morello.masks = [0, 1]} {
  func.func @semantics(%a: memref<4x4xf32, "tiles">, %c: memref<4x4xf32, strided<[?, 1]>>) {
    linalg.generic #copy ins(%a : memref<4x4xf32, "tiles">)
        outs(%c : memref<4x4xf32, strided<[?, 1]>>) {
    ^bb0(%x: f32, %z: f32):
      linalg.yield %x : f32
    }
    return
  }
}

// What a tile holds is added to what is in memory.

module @add_f32_4x4 attributes {
    morello.throughput = 8.0, morello.latency = 40.0, morello.masks = [0, 1]} {
  func.func @semantics(%a: memref<4x4xf32, "tiles">, %c: memref<4x4xf32, strided<[?, 1]>>) {
    linalg.generic #copy ins(%a : memref<4x4xf32, "tiles">)
        outs(%c : memref<4x4xf32, strided<[?, 1]>>) {
    ^bb0(%x: f32, %z: f32):
      %s = arith.addf %z, %x : f32
      linalg.yield %s : f32
    }
    return
  }
}

module @zero_f32_4x4 attributes {morello.throughput = 1.0, morello.latency = 1.0} {
  func.func @semantics(%c: memref<4x4xf32, "tiles">) {
    linalg.generic {indexing_maps = [#ij], iterator_types = ["parallel", "parallel"]}
        outs(%c : memref<4x4xf32, "tiles">) {
    ^bb0(%z: f32):
      %f = arith.constant 0.0 : f32
      linalg.yield %f : f32
    }
    return
  }
}

}

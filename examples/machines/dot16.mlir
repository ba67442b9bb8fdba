// A made-up accelerator: an engine that multiplies 16 pairs of bytes and adds the products to a sum
// of 32 bits, once a cycle. It works on 32 lines of 16 bytes, each of which holds a vector or a sum.
// Beside it is a plain vector processor, for whatever no instruction does: `morello.lanes`.

#n = affine_map<(n) -> (n)>
#one = affine_map<(n) -> ()>
#copy = {indexing_maps = [#n, #n], iterator_types = ["parallel"]}
#scalar = {indexing_maps = [affine_map<() -> ()>, affine_map<() -> ()>], iterator_types = []}

module @dot16 attributes {
    morello.memories = [
      {name = "mem", line = 1.0, back = 1.0, copied = 1.0},
      {name = "lines", registers = 32, granule = 16}],
    morello.costs = {loop_step = 1.0, lane_op = 4.0},
    morello.lanes = {"arith.addi" = 4.0, "arith.muli" = 4.0}} {

module @dot_s8s8_i32_16 attributes {morello.throughput = 1.0, morello.latency = 2.0} {
  func.func @semantics(
      %a: memref<16xi8, "lines">, %b: memref<16xi8, "lines">, %c: memref<i32, "lines">) {
    linalg.generic {indexing_maps = [#n, #n, #one], iterator_types = ["reduction"]}
        ins(%a, %b : memref<16xi8, "lines">, memref<16xi8, "lines">) outs(%c : memref<i32, "lines">) {
    ^bb0(%x: i8, %y: i8, %z: i32):
      %u = arith.extsi %x : i8 to i32
      %v = arith.extsi %y : i8 to i32
      %p = arith.muli %u, %v : i32
      %s = arith.addi %z, %p : i32
      linalg.yield %s : i32
    }
    return
  }
}

// Bytes of a line lie in memory at any distance from each other; those side by side come faster.

module @load_i8x16 attributes {
    morello.throughput = 1.0, morello.latency = 10.0, morello.masks = [0]} {
  func.func @semantics(%a: memref<16xi8, strided<[1]>>, %c: memref<16xi8, "lines">) {
    linalg.generic #copy ins(%a : memref<16xi8, strided<[1]>>) outs(%c : memref<16xi8, "lines">) {
    ^bb0(%x: i8, %z: i8):
      linalg.yield %x : i8
    }
    return
  }
}

module @gather_i8x16 attributes {
    morello.throughput = 4.0, morello.latency = 20.0, morello.masks = [0]} {
  func.func @semantics(%a: memref<16xi8, strided<[?]>>, %c: memref<16xi8, "lines">) {
    linalg.generic #copy ins(%a : memref<16xi8, strided<[?]>>) outs(%c : memref<16xi8, "lines">) {
    ^bb0(%x: i8, %z: i8):
      linalg.yield %x : i8
    }
    return
  }
}

module @store_i32 attributes {morello.throughput = 1.0, morello.latency = 10.0} {
  func.func @semantics(%a: memref<i32, "lines">, %c: memref<i32>) {
    linalg.generic #scalar ins(%a : memref<i32, "lines">) outs(%c : memref<i32>) {
    ^bb0(%x: i32, %z: i32):
      linalg.yield %x : i32
    }
    return
  }
}

module @add_i32 attributes {morello.throughput = 2.0, morello.latency = 20.0} {
  func.func @semantics(%a: memref<i32, "lines">, %c: memref<i32>) {
    linalg.generic #scalar ins(%a : memref<i32, "lines">) outs(%c : memref<i32>) {
    ^bb0(%x: i32, %z: i32):
      %s = arith.addi %z, %x : i32
      linalg.yield %s : i32
    }
    return
  }
}

}

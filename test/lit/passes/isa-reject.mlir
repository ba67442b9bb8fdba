// Wrong files of instructions: errors that point at the line to change.
// RUN: split-file %s %t
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/none.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: isa={{.*}}none.mlir: No such file or directory
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/syntax.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=SYNTAX
// SYNTAX: syntax.mlir:2:{{[0-9]+}}: error: expected
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/memory.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=MEMORY
// MEMORY: memory.mlir:1:1: error: memory tiles: has no granule
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/order.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=ORDER
// ORDER: order.mlir:1:1: error: morello.memories are tiles, mem; first come those of mem, L3, L2, L1 that there are
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/cost.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=COST
// COST: cost.mlir:1:1: error: morello.costs: has loop_stepp, which is none of loop_step
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/space.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=SPACE
// SPACE: space.mlir:4:3: error: instruction load: @semantics: argument 1 is in "tile", explicit memory is "tiles"
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/masks.mlir db=none' -o /dev/null 2>&1 | FileCheck %s --check-prefix=MASKS
// MASKS: masks.mlir:3:1: error: instruction load: morello.masks = [1]; it lists axes of the op, from 0 to 0
// RUN: not morello-opt %t/op.mlir --morello-schedule='isa=%t/bare.mlir db=none target=x86-64-v3' -o /dev/null 2>&1 | FileCheck %s --check-prefix=EMISSION
// EMISSION: bare.mlir:2:1: error: instruction load: has no @emission
// RUN: not morello-opt %t/op.mlir --morello-apply='isa=%t/good.mlir target=znver5' -o /dev/null 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: target=znver5: {{.*}}good.mlir describes a machine, which is the target
// RUN: not morello-compile %t/op.mlir --isa=%t/memory.mlir --schedule=synthesize 2>&1 | FileCheck %s --check-prefix=MEMORY

//--- op.mlir
func.func @f(%a: memref<8xf32>) {
  linalg.exp ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  return
}

//--- syntax.mlir
module @m {
module load {
}
}

//--- memory.mlir
module @m attributes {morello.memories = [{name = "tiles", bytes = 64}]} {
}

//--- order.mlir
module @m attributes {morello.memories = [{name = "tiles", bytes = 64, granule = 4}, {name = "mem"}]} {
}

//--- cost.mlir
module @m attributes {morello.memories = [{name = "tiles", bytes = 64, granule = 4}],
                      morello.costs = {loop_stepp = 1.0}} {
}

//--- space.mlir
module @m attributes {morello.memories = [{name = "tiles", bytes = 64, granule = 16}]} {

module @load attributes {morello.throughput = 1.0, morello.latency = 1.0} {
  func.func @semantics(%a: memref<4xf32>, %c: memref<4xf32, "tile">) {
    linalg.copy ins(%a : memref<4xf32>) outs(%c : memref<4xf32, "tile">)
    return
  }
}
}

//--- masks.mlir
module @m attributes {morello.memories = [{name = "tiles", bytes = 64, granule = 16}]} {

module @load attributes {morello.throughput = 1.0, morello.latency = 1.0, morello.masks = [1]} {
  func.func @semantics(%a: memref<4xf32>, %c: memref<4xf32, "tiles">) {
    linalg.copy ins(%a : memref<4xf32>) outs(%c : memref<4xf32, "tiles">)
    return
  }
}
}

//--- bare.mlir
module @m {
module @load attributes {morello.features = "avx2", morello.throughput = 1.0, morello.latency = 1.0, morello.ports = "p0"} {
  func.func @semantics(%a: memref<4xf32>, %c: memref<4xf32, "reg">) {
    linalg.copy ins(%a : memref<4xf32>) outs(%c : memref<4xf32, "reg">)
    return
  }
}
}

//--- good.mlir
module @m attributes {morello.memories = [{name = "tiles", bytes = 64, granule = 16}]} {
}

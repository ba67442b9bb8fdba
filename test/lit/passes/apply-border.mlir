// RUN: morello-opt %s --morello-specify | FileCheck %s --check-prefix=SPEC
// RUN: morello-opt %s --morello-apply='schedule="cut k0; tile n 4; finish" target=x86-64-v3' | FileCheck %s --check-prefix=CUT
// RUN: morello-opt %s --morello-apply='schedule="finish" target=x86-64-v3' | FileCheck %s --check-prefix=MASK
// RUN: morello-opt %s --morello-apply='schedule="cut k0; tile n 4; finish" target=x86-64-v3 print-impl' 2>&1 | FileCheck %s --check-prefix=IMPL

// A pad is a border of what it pads, and is gone.
// SPEC: C:f32[m, n] += mulf(A:f32[k0 + m + -1, k1], B:f32[k0, k1, n])

// Cut along its window, nothing reads outside, and nothing tests where it is.
// CUT-LABEL: @conv
// CUT-NOT: tensor.pad
// CUT-NOT: scf.if
// CUT: return

// Otherwise rows are tested.
// MASK-LABEL: @conv
// MASK-NOT: tensor.pad
// MASK: scf.if
// MASK: return

// IMPL: cut k0: 2 + 1 pieces
func.func @conv(%x: tensor<6x5xf32>, %w: tensor<3x5x8xf32>, %c: tensor<6x8xf32>) -> tensor<6x8xf32> {
  %z = arith.constant 0.0 : f32
  %p = tensor.pad %x low[1, 0] high[1, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %z : f32
  } : tensor<6x5xf32> to tensor<8x5xf32>
  %r = linalg.generic {
    indexing_maps = [affine_map<(m, n, k, c) -> (m + k, c)>, affine_map<(m, n, k, c) -> (k, c, n)>,
                     affine_map<(m, n, k, c) -> (m, n)>],
    iterator_types = ["parallel", "parallel", "reduction", "reduction"]
  } ins(%p, %w : tensor<8x5xf32>, tensor<3x5x8xf32>) outs(%c : tensor<6x8xf32>) {
  ^bb0(%a: f32, %b: f32, %s: f32):
    %m = arith.mulf %a, %b : f32
    %t = arith.addf %s, %m : f32
    linalg.yield %t : f32
  } -> tensor<6x8xf32>
  return %r : tensor<6x8xf32>
}

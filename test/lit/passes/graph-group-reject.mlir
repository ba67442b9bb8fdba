// Ops with one number in morello.group that cannot be one goal: an error at the last of them.
// RUN: morello-opt %s --morello-apply='target=x86-64-v3 finish' --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-apply='target=x86-64-v3 finish' --split-input-file

func.func @memrefs(%x: memref<8xf32>, %y: memref<8xf32>) {
  linalg.abs {morello.group = 0} ins(%x : memref<8xf32>) outs(%y : memref<8xf32>)
  // expected-error @below {{morello.group = 0: linalg.abs is not on tensors}}
  linalg.exp {morello.group = 0} ins(%y : memref<8xf32>) outs(%y : memref<8xf32>)
  return
}

// -----

func.func @text(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  // expected-error @below {{morello.group: a group is a number, not "first"}}
  %a = linalg.abs {morello.group = "first"} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %a : tensor<8xf32>
}

// -----

// What is between them would have to run before and after.
func.func @back(%x: tensor<8xf32>) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs {morello.group = 0} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %b = linalg.exp ins(%a : tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  // expected-error @below {{morello.group = 0: would come back through linalg.exp}}
  %c = linalg.add {morello.group = 0} ins(%a, %b : tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %c : tensor<8xf32>
}

// -----

// Two groups, each of which would wait for the other.
func.func @crossed(%x: tensor<8xf32>, %y: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs {morello.group = 0} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %b = linalg.abs {morello.group = 1} ins(%y : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  // expected-error @below {{morello.group = 0: would come back through linalg.}}
  %c = linalg.add {morello.group = 0} ins(%a, %b : tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  // expected-error @below {{morello.group = 1: would come back through linalg.}}
  %d = linalg.sub {morello.group = 1} ins(%a, %b : tensor<8xf32>, tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %c, %d : tensor<8xf32>, tensor<8xf32>
}

// -----

// A loop that reads a result cannot move behind the group.
func.func @loop(%x: tensor<8xf32>, %m: memref<8xf32>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs {morello.group = 0} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  scf.for %i = %c0 to %c8 step %c1 {
    %v = tensor.extract %a[%i] : tensor<8xf32>
    memref.store %v, %m[%i] : memref<8xf32>
  }
  // expected-error @below {{morello.group = 0: is read by scf.for before the group is done}}
  %c = linalg.exp {morello.group = 0} ins(%a : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %c : tensor<8xf32>
}

// -----

// Nor can an op that writes memory.
func.func @written(%x: tensor<8xf32>, %m: memref<8xf32>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.abs {morello.group = 0} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  %v = tensor.extract %a[%c0] : tensor<8xf32>
  linalg.fill ins(%v : f32) outs(%m : memref<8xf32>)
  // expected-error @below {{morello.group = 0: is read by linalg.fill before the group is done}}
  %c = linalg.exp {morello.group = 0} ins(%a : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %c : tensor<8xf32>
}

// -----

// A window reads a value at other places than it is written.
#window = affine_map<(i, j) -> (i + j)>
#taps = affine_map<(i, j) -> (j)>
#out = affine_map<(i, j) -> (i)>
func.func @window(%x: tensor<8xf32>, %w: tensor<3xf32>, %o: tensor<6xf32>) -> tensor<6xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %a = linalg.exp {morello.group = 0} ins(%x : tensor<8xf32>)
      outs(%e : tensor<8xf32>) -> tensor<8xf32>
  // expected-error @below {{morello.group = 0: reads by k + m what is written by i}}
  %c = linalg.generic {indexing_maps = [#window, #taps, #out], iterator_types = ["parallel", "reduction"]}
      ins(%a, %w : tensor<8xf32>, tensor<3xf32>) outs(%o : tensor<6xf32>) attrs = {morello.group = 0} {
  ^bb0(%p: f32, %q: f32, %z: f32):
    %t = arith.mulf %p, %q : f32
    %s = arith.addf %z, %t : f32
    linalg.yield %s : f32
  } -> tensor<6xf32>
  return %c : tensor<6xf32>
}

// -----

// A value and its transpose in one op: two axes would be one.
#ij = affine_map<(i, j) -> (i, j)>
#ji = affine_map<(i, j) -> (j, i)>
func.func @transposed(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %e = tensor.empty() : tensor<8x8xf32>
  %a = linalg.exp {morello.group = 0} ins(%x : tensor<8x8xf32>)
      outs(%e : tensor<8x8xf32>) -> tensor<8x8xf32>
  // expected-error @below {{morello.group = 0: walks two axes of one Spec as one}}
  %c = linalg.generic {indexing_maps = [#ij, #ji, #ij], iterator_types = ["parallel", "parallel"]}
      ins(%a, %a : tensor<8x8xf32>, tensor<8x8xf32>) outs(%e : tensor<8x8xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%p: f32, %q: f32, %z: f32):
    %t = arith.addf %p, %q : f32
    linalg.yield %t : f32
  } -> tensor<8x8xf32>
  return %c : tensor<8x8xf32>
}

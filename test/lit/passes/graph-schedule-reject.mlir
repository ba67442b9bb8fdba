// Schedules of groups that do not fit: an error at the last op of the group, with the reason.
// RUN: morello-opt %s --morello-apply='target=x86-64-v3' --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-apply='target=x86-64-v3' --split-input-file

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @unplaced(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: stage V0: value V0: is read after V0; bufferize it first}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "stage V0"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @unknown(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize X L1: value X: the goal computes V0, C}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize X L1"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @result(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize C L1: value C: has a place already}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize C L1; bufferize C L1"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @twice(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize V0 L2: value V0: has a place already}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 L1; bufferize V0 L2"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @level(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize V0 L9: no memory level 'L9' (have: mem, L3, L2, L1, reg)}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 L9"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @layout(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize V0 L1 [q]: operand V0: 'q' names no dimension (have: i)}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 L1 [q]"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @registers(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize V0 reg [i]: operand V0: takes 64 registers of reg, 16 are left}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 reg [i]"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @sum(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: inline V0: value V0: is a reduction}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "inline V0"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @last(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: stage C: value C: needs all that the goal computes}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "stage C"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @summed(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: tile k 4: axis k: V0 is a sum over it that is read; stage V0 first}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "tile k 4"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @several(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: select lanes: the goal is several Specs, of V0, C: stage them first}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "select lanes"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @nothing(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: accumulate: value V0: has no place; bufferize it first}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "accumulate; accumulate"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @unplaced(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: accumulate V0: value V0: has no place; bufferize it first}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "accumulate V0"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @unknown(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: accumulate D: value D: the goal computes V0, C}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "accumulate D"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @started(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: bufferize C L1: value C: holds a value already}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "accumulate; bufferize C L1"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @output(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: move C reg: operand C: several Specs are computed; stage C first}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "move C reg"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @threads(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: tile i 2 parallel: axis i: already inside a parallel loop}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "tile i 4 parallel; tile i 2 parallel"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @after(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: finish: stands in a 'before' or 'after' of 'stage V0'}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 L1; stage V0; finish"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @alone(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: stage V0: the goal is one Spec, of V0}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 L1\0Astage V0\0A  before { stage V0 }"}
  return %c : tensor<64xf32>
}

// -----

#all = affine_map<(i, j) -> (i, j)>
#row = affine_map<(i, j) -> (i)>
func.func @child(%x: tensor<64x96xf32>) -> tensor<64xf32> {
  %zero = arith.constant 0.0 : f32
  %e = tensor.empty() : tensor<64x96xf32>
  %r = tensor.empty() : tensor<64xf32>
  %init = linalg.fill ins(%zero : f32) outs(%r : tensor<64xf32>) -> tensor<64xf32>
  %s = linalg.reduce {arith.addf} ins(%x : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0}
  %p = linalg.generic {indexing_maps = [#all, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %s : tensor<64x96xf32>, tensor<64xf32>) outs(%e : tensor<64x96xf32>)
      attrs = {morello.group = 0} {
  ^bb0(%a: f32, %b: f32, %o: f32):
    %t = arith.mulf %a, %b : f32
    %u = math.absf %t : f32
    linalg.yield %u : f32
  } -> tensor<64x96xf32>
  // expected-error @below {{schedule of group of 3 ops: stage V0: has no child 'load' here}}
  %c = linalg.reduce {arith.addf} ins(%p : tensor<64x96xf32>) outs(%init : tensor<64xf32>)
      dimensions = [1] {morello.group = 0, morello.schedule = "bufferize V0 L1\0Astage V0\0A  load { finish }"}
  return %c : tensor<64xf32>
}

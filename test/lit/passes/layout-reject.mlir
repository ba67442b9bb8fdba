// What cannot be stored in another layout: an error at the argument, or at the op in its way.
// RUN: morello-opt %s --morello-layout --split-input-file --verify-diagnostics
// RUN: not morello-opt %s --morello-layout --split-input-file -o /dev/null

// expected-error @below {{argument 'arg0' of 'gap': morello.layout: layout '[d1/4][4d1]' leaves out dimension d0}}
func.func @gap(%w: memref<5x7xf32> {morello.layout = "[d1/4][4d1]"}) {
  return
}

// -----

// expected-error @below {{argument 'w' of 'names': morello.layout: 'q' names no dimension (have: k, n)}}
func.func @names(%x: memref<2x5xf32>, %w: memref<5x7xf32> {morello.name = "w", morello.layout = "[q][k]"}, %c: memref<2x7xf32>) {
  linalg.matmul ins(%x, %w : memref<2x5xf32>, memref<5x7xf32>) outs(%c : memref<2x7xf32>)
  return
}

// -----

// To one it is k x n, to the other n x k.
// expected-error @below {{'[n][k]' is not the same for all readers; write it in d0, d1, ...}}
func.func @twice(%x: memref<5x5xf32>, %w: memref<5x5xf32> {morello.layout = "[n][k]"}, %c: memref<5x5xf32>) {
  linalg.matmul ins(%x, %w : memref<5x5xf32>, memref<5x5xf32>) outs(%c : memref<5x5xf32>)
  linalg.matmul indexing_maps = [affine_map<(m, n, k) -> (m, k)>, affine_map<(m, n, k) -> (n, k)>, affine_map<(m, n, k) -> (m, n)>]
    ins(%x, %w : memref<5x5xf32>, memref<5x5xf32>) outs(%c : memref<5x5xf32>)
  return
}

// -----

// expected-error @below {{morello.layout: <...> is for registers}}
func.func @registers(%w: memref<16xf32> {morello.layout = "[d0/8]<8d0>"}) {
  return
}

// -----

// expected-error @below {{morello.layout: a layout with gaps is for what lies in memory already}}
func.func @strides(%w: memref<4x4xf32> {morello.layout = #morello.layout<["k", "n"], "[k][n] strides 8, 1">}) {
  return
}

// -----

// expected-error @below {{morello.layout: a layout of 1 dimensions for an array of 2}}
func.func @rank(%w: memref<4x4xf32> {morello.layout = #morello.layout<["k"], "[k]">}) {
  return
}

// -----

// expected-error @below {{morello.layout: 4398046511104 elements are too many}}
func.func @padding(%w: memref<1x4xf32> {morello.layout = "[d1][d0/1099511627776][1099511627776d0]"}) {
  return
}

// -----

// expected-error @below {{argument 'arg0' of 'dynamic' has morello.layout, but has a dynamic shape, memref<?x4xf32>; shapes must be static}}
func.func @dynamic(%w: memref<?x4xf32> {morello.layout = "[d1][d0]"}) {
  return
}

// -----

// expected-error @below {{has morello.layout, but has nothing to compute: tensor<0x4xf32>}}
func.func @empty(%w: tensor<0x4xf32> {morello.layout = "[d1][d0]"}) {
  return
}

// -----

// expected-error @below {{has morello.layout, but has elements of type i4}}
func.func @element(%w: tensor<2x4xi4> {morello.layout = "[d1][d0]"}) {
  return
}

// -----

// expected-error @below {{has morello.layout, but is no memref or tensor of known rank: f32}}
func.func @scalar(%w: f32 {morello.layout = "[d0]"}) {
  return
}

// -----

// expected-error @below {{has morello.layout, but has a memory space: memref<4xf32, 1>}}
func.func @space(%w: memref<4xf32, 1> {morello.layout = "any"}) {
  return
}

// -----

func.func @load(%w: memref<4x4xf32> {morello.name = "w", morello.layout = "[d1][d0]"}) -> f32 {
  %0 = arith.constant 0 : index
  // expected-error @below {{memref.load is no linalg op; it uses argument 'w' of 'load', which has morello.layout}}
  %1 = memref.load %w[%0, %0] : memref<4x4xf32>
  return %1 : f32
}

// -----

func.func @returned(%w: tensor<4x4xf32> {morello.layout = "[d1][d0]"}) -> tensor<4x4xf32> {
  // expected-error @below {{func.return is no linalg op; it uses argument 'arg0' of 'returned'}}
  return %w : tensor<4x4xf32>
}

// -----

func.func @not_understood(%w: tensor<4x4xf32> {morello.layout = "[d1][d0]"}) -> tensor<4x4xf32> {
  %e = tensor.empty() : tensor<4x4xf32>
  // expected-error @below {{linalg.softmax has no indexing maps and scalar body; it uses argument 'arg0'}}
  %0 = linalg.softmax dimension(1) ins(%w : tensor<4x4xf32>) outs(%e : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
}

// -----

func.func @written(%w: memref<4x4xf32> {morello.layout = "[d1][d0]"}) {
  // expected-error @below {{linalg.exp takes as its output argument 'arg0' of 'written', which has morello.layout}}
  linalg.exp ins(%w : memref<4x4xf32>) outs(%w : memref<4x4xf32>)
  return
}

// -----

func.func @any_written(%x: memref<4x4xf32>, %w: memref<4x4xf32> {morello.layout = "any"}) {
  // expected-error @below {{linalg.exp takes as its output argument 'arg1' of 'any_written', which has morello.layout}}
  linalg.exp ins(%x : memref<4x4xf32>) outs(%w : memref<4x4xf32>)
  return
}

// -----

func.func private @callee(%w: memref<4x4xf32> {morello.layout = "[d1][d0]"}) {
  return
}
func.func @caller(%w: memref<4x4xf32>) {
  // expected-error @below {{func.call does not pack argument 'arg0' of 'callee', which has morello.layout}}
  call @callee(%w) : (memref<4x4xf32>) -> ()
  return
}

// -----

// expected-error @below {{'declared' has morello.layout, but no body}}
func.func private @declared(memref<4x4xf32> {morello.layout = "[d1][d0]"})

// -----

// expected-error @below {{result 0 of 'result' has morello.layout, which is for what is read}}
func.func @result() -> (tensor<4xf32> {morello.layout = "[d0]"}) {
  %0 = arith.constant dense<0.0> : tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// expected-error @below {{argument 'w' of 'clash' needs the symbol 'clash_pack_w' for itself}}
func.func @clash(%w: memref<4xf32> {morello.name = "w", morello.layout = "any"}) {
  return
}
func.func private @clash_pack_w()

// -----

// expected-error @below {{argument 'w' of 'same' needs the symbol 'same_pack_w' for itself}}
func.func @same(%w: memref<4xf32> {morello.name = "w", morello.layout = "plain"},
                // expected-error @below {{argument 'w' of 'same' needs the symbol 'same_pack_w' for itself}}
                %v: memref<4xf32> {morello.name = "w", morello.layout = "plain"}) {
  return
}

// -----

func.func @op(%a: memref<4xf32>) {
  // expected-error @below {{linalg.exp has morello.layout, which is for arguments and constants}}
  linalg.exp {morello.layout = "[d0]"} ins(%a : memref<4xf32>) outs(%a : memref<4xf32>)
  return
}

// -----

// expected-error @below {{memref.global has morello.layout, which is for arguments and constants}}
memref.global "private" @changes : memref<4xf32> = dense<1.0> {morello.layout = "[d0]"}

// -----

func.func @constant(%a: tensor<4xf32>) -> tensor<4xf32> {
  // expected-error @below {{the constant: morello.layout: 'q' names no dimension (have: i)}}
  %w = arith.constant {morello.layout = "[q]"} dense<1.0> : tensor<4xf32>
  %0 = linalg.add ins(%a, %w : tensor<4xf32>, tensor<4xf32>) outs(%a : tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @bits(%a: tensor<4xi4>) -> tensor<4xi4> {
  // expected-error @below {{the constant: morello.layout: has elements of type i4 (known: f64,}}
  %w = arith.constant {morello.layout = "[d0]"} dense<1> : tensor<4xi4>
  return %w : tensor<4xi4>
}

// -----

func.func @nowhere(%a: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @below {{the constant: morello.layout: has no data in the module: dense_resource<gone>}}
  %w = arith.constant {morello.layout = "[d0/2][2d0]"} dense_resource<gone> : tensor<2xf32>
  return %w : tensor<2xf32>
}

// -----

// expected-error @below {{the constant needs the symbol 'w_packed', which exists}}
memref.global "private" constant @w : memref<4xf32> = dense<1.0> {morello.layout = "[d0/8][8d0]"}
memref.global "private" constant @w_packed : memref<4xf32> = dense<1.0>
func.func @global(%c: memref<4xf32>) {
  %w = memref.get_global @w : memref<4xf32>
  linalg.exp ins(%w : memref<4xf32>) outs(%c : memref<4xf32>)
  return
}

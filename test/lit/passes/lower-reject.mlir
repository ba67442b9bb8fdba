// What morello-lower cannot lower is an error at its place.

// RUN: morello-opt %s --morello-lower --split-input-file --verify-diagnostics --allow-unregistered-dialect

func.func @unknown() {
  // expected-error @+1 {{'some.op' has no lowering to LLVM}}
  "some.op"() : () -> ()
  return
}

// -----

// expected-error @+1 {{result 0 of 'dynamic' has a dynamic shape, memref<?xf32>}}
func.func @dynamic(%a: tensor<?xf32>) -> tensor<?xf32> {
  return %a : tensor<?xf32>
}

// -----

// expected-error @+1 {{an argument of type memref<4xf32, 1> has no C form}}
func.func @space(%a: memref<4xf32, 1>) {
  return
}

// -----

// expected-error @+1 {{memref<99999999999x99999999999xf32> is larger than the address space}}
func.func @huge(%a: memref<99999999999x99999999999xf32>) {
  return
}

// -----

// expected-error @+1 {{argument 0 cannot be called 'a-b' in C}}
func.func @name(%a: memref<4xf32> {morello.name = "a-b"}) {
  return
}

// -----

// expected-error @+1 {{'memref.alloc' stands outside of a function}}
%a = memref.alloc() : memref<9xf32>

// -----

// expected-error @+1 {{an argument of type memref<4xf32, affine_map<(d0) -> (d0 mod 2)>> has no C form}}
func.func @folded(%a: memref<4xf32, affine_map<(d0) -> (d0 mod 2)>>) {
  return
}

// -----

// expected-error @+2 {{linalg.copy has an array of i4, of which only morello-apply makes code}}
func.func @halves(%a: memref<4xi4>, %b: memref<4xi4>) {
  linalg.copy ins(%a : memref<4xi4>) outs(%b : memref<4xi4>)
  return
}

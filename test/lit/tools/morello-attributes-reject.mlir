// What is written in the morello dialect's attributes is checked before any pass runs.

// RUN: morello-opt %s --split-input-file --verify-diagnostics

// expected-error @below {{morello.schedul}}
func.func @unknown() attributes {morello.schedul = "finish"} {
  return
}

// -----

func.func @wrong(%a: memref<4x4xf32>) {
  %0 = arith.constant 0.0 : f32
  // expected-error @below {{no Action 'slice'}}
  linalg.fill {morello.schedule = "slice i 4"} ins(%0 : f32) outs(%a : memref<4x4xf32>)
  return
}

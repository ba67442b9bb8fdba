// Arrays of truth values between linalg ops are arrays of bytes, of which Specs can be read; arrays
// that functions take or return stay. Private functions are inlined.
// RUN: morello-opt %s --morello-specify 2>/dev/null | FileCheck %s

#rows = affine_map<(i, k) -> (i, k)>
#row = affine_map<(i, k) -> (i, 0)>

// Whether all of a row is negative, and a select by that.
// CHECK-LABEL: func.func @guard
// CHECK-NOT: xi1>
func.func @guard(%x: tensor<4x9xf32>) -> tensor<4x9xf32> {
  %zero = arith.constant 0.0 : f32
  %true = arith.constant true
  %e = tensor.empty() : tensor<4x9xi1>
  // CHECK: morello.spec = "C:i8[i, j] = extsi(cmpf(A:f32[i, j], 0.000000e+00) to i8)
  // CHECK: arith.extsi %{{.*}} : i1 to i8
  %negative = linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x9xf32>) outs(%e : tensor<4x9xi1>) {
  ^bb0(%in: f32, %o: i1):
    %c = arith.cmpf olt, %in, %zero : f32
    linalg.yield %c : i1
  } -> tensor<4x9xi1>
  %r = tensor.empty() : tensor<4x1xi1>
  // CHECK: %[[TRUE:.*]] = arith.constant -1 : i8
  // CHECK: linalg.fill {{.*}}ins(%[[TRUE]] : i8)
  %t = linalg.fill ins(%true : i1) outs(%r : tensor<4x1xi1>) -> tensor<4x1xi1>
  // CHECK: morello.spec = "C:i8[i, 0] and= A:i8[i, k]
  // CHECK-NEXT: ^bb0(%[[IN:.*]]: i8, %[[OLD:.*]]: i8):
  // CHECK-NEXT: %[[BOTH:.*]] = arith.andi %[[IN]], %[[OLD]] : i8
  // CHECK-NEXT: linalg.yield %[[BOTH]] : i8
  %all = linalg.generic {indexing_maps = [#rows, #row], iterator_types = ["parallel", "reduction"]}
      ins(%negative : tensor<4x9xi1>) outs(%t : tensor<4x1xi1>) {
  ^bb0(%in: i1, %o: i1):
    %b = arith.andi %in, %o : i1
    linalg.yield %b : i1
  } -> tensor<4x1xi1>
  %s = tensor.empty() : tensor<4x9xf32>
  // CHECK: morello.spec = "C:f32[i, j] = select(cmpi(A:i8[i, 0], 0), 0.000000e+00, B:f32[i, j])
  %y = linalg.generic {indexing_maps = [#row, #rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%all, %x : tensor<4x1xi1>, tensor<4x9xf32>) outs(%s : tensor<4x9xf32>) {
  ^bb0(%c: i1, %in: f32, %o: f32):
    %v = arith.select %c, %zero, %in : f32
    linalg.yield %v : f32
  } -> tensor<4x9xf32>
  return %y : tensor<4x9xf32>
}

// An array that is returned stays, and with it what its ops read.
// CHECK-LABEL: func.func @returned
// CHECK-NOT: xi8
// CHECK: return %{{.*}} : tensor<4x9xi1>
func.func @returned(%x: tensor<4x9xi1>) -> tensor<4x9xi1> {
  %y = linalg.generic {indexing_maps = [#rows], iterator_types = ["parallel", "parallel"]}
      outs(%x : tensor<4x9xi1>) {
  ^bb0(%o: i1):
    %c = arith.xori %o, %o : i1
    linalg.yield %c : i1
  } -> tensor<4x9xi1>
  return %y : tensor<4x9xi1>
}

// CHECK-LABEL: func.func @calls
// CHECK-NOT: call @
// CHECK: linalg.generic
// CHECK-NOT: func.func private
func.func @calls(%x: tensor<4x9xf32>) -> tensor<4x9xf32> {
  %y = call @twice(%x) : (tensor<4x9xf32>) -> tensor<4x9xf32>
  return %y : tensor<4x9xf32>
}
func.func private @twice(%x: tensor<4x9xf32>) -> tensor<4x9xf32> {
  %e = tensor.empty() : tensor<4x9xf32>
  %y = linalg.generic {indexing_maps = [#rows, #rows], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x9xf32>) outs(%e : tensor<4x9xf32>) {
  ^bb0(%in: f32, %o: f32):
    %c = arith.addf %in, %in : f32
    linalg.yield %c : f32
  } -> tensor<4x9xf32>
  return %y : tensor<4x9xf32>
}

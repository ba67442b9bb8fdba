// Lookups that no Spec has, and rows that are not one goal with what makes their table or indices.
// RUN: morello-opt %s --morello-specify --split-input-file --verify-diagnostics -o /dev/null

#all = affine_map<(s, k) -> (s, k)>
#row = affine_map<(s, k) -> (s)>
func.func @two_rows(%x: tensor<7xi64>, %y: tensor<7xi64>, %t: tensor<5x5xf32>) -> tensor<7x3xf32> {
  %e = tensor.empty() : tensor<7x3xf32>
  // expected-remark @below {{linalg.generic looks up elements along two dimensions of a table; left as it is}}
  %r = linalg.generic {indexing_maps = [#row, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<7xi64>, tensor<7xi64>) outs(%e : tensor<7x3xf32>) {
  ^bb0(%a: i64, %b: i64, %o: f32):
    %i = arith.index_cast %a : i64 to index
    %j = arith.index_cast %b : i64 to index
    %v = tensor.extract %t[%i, %j] : tensor<5x5xf32>
    linalg.yield %v : f32
  } -> tensor<7x3xf32>
  return %r : tensor<7x3xf32>
}

// -----

#all = affine_map<(s, k) -> (s, k)>
#row = affine_map<(s, k) -> (s)>
func.func @a_row_of_two(%x: tensor<7xi64>, %y: tensor<7xi64>, %t: tensor<5x3xf32>) -> tensor<7x3xf32> {
  %e = tensor.empty() : tensor<7x3xf32>
  // expected-remark @below {{linalg.generic looks up rows by 2 elements; one is what may be}}
  %r = linalg.generic {indexing_maps = [#row, #row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x, %y : tensor<7xi64>, tensor<7xi64>) outs(%e : tensor<7x3xf32>) {
  ^bb0(%a: i64, %b: i64, %o: f32):
    %s = arith.addi %a, %b : i64
    %i = arith.index_cast %s : i64 to index
    %k = linalg.index 1 : index
    %v = tensor.extract %t[%i, %k] : tensor<5x3xf32>
    linalg.yield %v : f32
  } -> tensor<7x3xf32>
  return %r : tensor<7x3xf32>
}

// -----

#all = affine_map<(s, k) -> (s, k)>
#row = affine_map<(s, k) -> (s)>
func.func @a_row_and_a_place(%x: tensor<7xi64>, %t: tensor<9xf32>) -> tensor<7x3xf32> {
  %e = tensor.empty() : tensor<7x3xf32>
  // expected-remark @below {{linalg.generic looks up rows by what linalg.index makes}}
  %r = linalg.generic {indexing_maps = [#row, #all], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<7xi64>) outs(%e : tensor<7x3xf32>) {
  ^bb0(%a: i64, %o: f32):
    %i = arith.index_cast %a : i64 to index
    %k = linalg.index 1 : index
    %p = arith.addi %i, %k : index
    %v = tensor.extract %t[%p] : tensor<9xf32>
    linalg.yield %v : f32
  } -> tensor<7x3xf32>
  return %r : tensor<7x3xf32>
}

// -----

#one = affine_map<(s) -> (s)>
func.func @rows_of_rows(%x: tensor<7xi64>, %u: tensor<5xi64>, %t: tensor<9xf32>) -> tensor<7xf32> {
  %e = tensor.empty() : tensor<7xf32>
  // expected-remark @below {{linalg.generic looks up rows by elements that are looked up themselves}}
  %r = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%x : tensor<7xi64>) outs(%e : tensor<7xf32>) {
  ^bb0(%a: i64, %o: f32):
    %i = arith.index_cast %a : i64 to index
    %j = tensor.extract %u[%i] : tensor<5xi64>
    %k = arith.index_cast %j : i64 to index
    %v = tensor.extract %t[%k] : tensor<9xf32>
    linalg.yield %v : f32
  } -> tensor<7xf32>
  return %r : tensor<7xf32>
}

// -----

#one = affine_map<(s) -> (s)>
func.func @by_what_it_writes(%t: tensor<9xi32>, %e: tensor<7xi32>) -> tensor<7xi32> {
  // expected-remark @below {{linalg.generic looks up rows by what is no input}}
  %r = linalg.generic {indexing_maps = [#one], iterator_types = ["parallel"]} outs(%e : tensor<7xi32>) {
  ^bb0(%o: i32):
    %i = arith.index_cast %o : i32 to index
    %v = tensor.extract %t[%i] : tensor<9xi32>
    linalg.yield %v : i32
  } -> tensor<7xi32>
  return %r : tensor<7xi32>
}

// -----

#one = affine_map<(s) -> (s)>
func.func @by_memory(%x: memref<7xi64>, %t: tensor<9xf32>, %y: memref<7xf32>) {
  // expected-remark @below {{linalg.generic looks up rows by memref<7xi64>, which is no tensor}}
  linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]}
      ins(%x : memref<7xi64>) outs(%y : memref<7xf32>) {
  ^bb0(%a: i64, %o: f32):
    %i = arith.index_cast %a : i64 to index
    %v = tensor.extract %t[%i] : tensor<9xf32>
    linalg.yield %v : f32
  }
  return
}

// -----

#one = affine_map<(s) -> (s)>
func.func @beyond(%t: tensor<9xf32>, %e: tensor<7xf32>) -> tensor<7xf32> {
  %c3 = arith.constant 3 : index
  // expected-remark @below {{linalg.generic reads an array of 9 at i + 3, beyond its ends}}
  %r = linalg.generic {indexing_maps = [#one], iterator_types = ["parallel"]} outs(%e : tensor<7xf32>) {
  ^bb0(%o: f32):
    %i = linalg.index 0 : index
    %j = arith.addi %i, %c3 : index
    %v = tensor.extract %t[%j] : tensor<9xf32>
    linalg.yield %v : f32
  } -> tensor<7xf32>
  return %r : tensor<7xf32>
}

// -----

#one = affine_map<(s) -> (s)>
func.func @made(%x: tensor<7xi64>, %u: tensor<9xf32>) -> tensor<7xf32> {
  %a = tensor.empty() : tensor<9xf32>
  %b = tensor.empty() : tensor<7xi64>
  %e = tensor.empty() : tensor<7xf32>
  %t = linalg.exp ins(%u : tensor<9xf32>) outs(%a : tensor<9xf32>) -> tensor<9xf32>
  %y = linalg.add ins(%x, %x : tensor<7xi64>, tensor<7xi64>) outs(%b : tensor<7xi64>) -> tensor<7xi64>
  // expected-remark @below {{linalg.generic: what it reads is not with it: it looks up rows of a value}}
  // expected-remark @below {{linalg.generic: what it reads is not with it: it looks up rows by a value}}
  %r = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]}
      ins(%y, %x : tensor<7xi64>, tensor<7xi64>) outs(%e : tensor<7xf32>) {
  ^bb0(%c: i64, %d: i64, %o: f32):
    %i = arith.index_cast %c : i64 to index
    %v = tensor.extract %t[%i] : tensor<9xf32>
    %w = arith.sitofp %d : i64 to f32
    %p = arith.addf %v, %w : f32
    linalg.yield %p : f32
  } -> tensor<7xf32>
  return %r : tensor<7xf32>
}

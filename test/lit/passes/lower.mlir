// morello-lower: tensors, linalg and vectors become llvm operations under C entry points.

// RUN: morello-opt %s --morello-lower | FileCheck %s
// RUN: morello-opt %s --morello-lower='target=znver1 features=-fma' | FileCheck %s --check-prefix=TARGET
// RUN: morello-opt %s --morello-lower='target=znver1 features=avx,avx2' | FileCheck %s --check-prefix=LISTED
// RUN: morello-opt %s --morello-lower=target=native | FileCheck %s --implicit-check-not=target_cpu
// RUN: morello-opt %s --morello-lower=threads=2 | FileCheck %s --check-prefix=THREADS

// A tensor result is an argument of the caller's; arguments are only read.
// CHECK-LABEL: llvm.func @add(%{{.*}}: !llvm.ptr, %{{.*}}: !llvm.ptr {llvm.noalias})
// CHECK-SAME: morello.entry = {{.*}}names = ["a", "arg1"], results = 1 : i64
// CHECK-SAME: written = [false, true]
// CHECK: llvm.func @_mlir_ciface_add(
// CHECK: llvm.func internal @add.body(
// TARGET: llvm.func internal @add.body
// TARGET-SAME: target_cpu = "znver1", target_features = #llvm.target_features<["-fma"]>
// LISTED: target_cpu = "znver1", target_features = #llvm.target_features<["+avx", "+avx2"]>
func.func @add(%a: tensor<8xf32> {morello.name = "a"}) -> tensor<8xf32> {
  %e = tensor.empty() : tensor<8xf32>
  %0 = linalg.add ins(%a, %a : tensor<8xf32>, tensor<8xf32>) outs(%e : tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// Copies are loops, not a call of MLIR's runner library.
// CHECK-NOT: memrefCopy
// CHECK-LABEL: llvm.func internal @copy.body(
func.func @copy(%a: memref<4x4xf32, strided<[8, 1]>>, %b: memref<4x4xf32>) {
  memref.copy %a, %b : memref<4x4xf32, strided<[8, 1]>> to memref<4x4xf32>
  return
}

// Parallel loops are serial loops unless there are threads.
// CHECK-NOT: omp.
// THREADS-LABEL: llvm.func internal @parallel.body(
// THREADS: omp.parallel num_threads(%{{.*}} : i32)
// THREADS: omp.wsloop
func.func @parallel(%a: memref<64xf32>, %x: f32) {
  scf.forall (%i) in (64) {
    memref.store %x, %a[%i] : memref<64xf32>
  }
  return
}

// Without static strides there is only the memref ABI.
// CHECK-NOT: llvm.func @dynamic(
// CHECK: llvm.func @_mlir_ciface_dynamic(
// CHECK-NOT: llvm.func @dynamic(
func.func @dynamic(%a: memref<?xf32>) {
  return
}

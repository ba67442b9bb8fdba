// morello-pool: static scratch memory of a function lives in one block that is kept between calls.

// RUN: morello-opt %s --morello-pool --allow-unregistered-dialect | FileCheck %s
// RUN: morello-opt %s --morello-pool=min-bytes=100000 --allow-unregistered-dialect | FileCheck %s --check-prefix=LARGE

// CHECK: llvm.func @free_later_free_workspace() attributes {morello.release}
// CHECK-LABEL: func.func @free_later(
// CHECK-NOT: memref.alloc
// CHECK: %[[SLOT:.*]] = llvm.mlir.addressof @free_later.workspace
// CHECK: %[[BLOCK:.*]] = llvm.call @morello.acquire(%[[SLOT]],
// CHECK: llvm.getelementptr %[[BLOCK]][4096]
// CHECK: "use"
// CHECK-NEXT: llvm.call @morello.release(%[[SLOT]], %[[BLOCK]])
// LARGE-NOT: morello.
// LARGE: memref.alloc
func.func @free_later() {
  %a = memref.alloc() {alignment = 64 : i64} : memref<1024xf32>
  %b = memref.alloc() {alignment = 64 : i64} : memref<8x8xbf16>
  "use"(%a, %b) : (memref<1024xf32>, memref<8x8xbf16>) -> ()
  memref.dealloc %a : memref<1024xf32>
  memref.dealloc %b : memref<8x8xbf16>
  return
}

// CHECK-LABEL: func.func @small(
// CHECK: memref.alloc
func.func @small() {
  %a = memref.alloc() : memref<8xf32>
  "use"(%a) : (memref<8xf32>) -> ()
  memref.dealloc %a : memref<8xf32>
  return
}

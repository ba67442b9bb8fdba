// Each part is a module of its own; places in messages count the lines of the whole file.

// RUN: morello-opt %s --split-input-file --canonicalize | FileCheck %s
// RUN: morello-opt %s --split-input-file | morello-opt --split-input-file --canonicalize | FileCheck %s
// RUN: morello-opt %s --split-input-file --mlir-print-debuginfo | FileCheck %s -DFILE=%s --check-prefix=PLACE
// RUN: morello-opt %s --split-input-file='// part' | FileCheck %s --check-prefix=OTHER

// CHECK: module
// CHECK: func.func @same
// CHECK: // -----
// CHECK: module
// CHECK: func.func @same
// CHECK-NOT: // -----
// PLACE: loc("[[FILE]]":[[#@LINE+3]]:1)
// OTHER: module
// OTHER-NOT: module
func.func @same() { return }

// -----

// PLACE: loc("[[FILE]]":[[#@LINE+1]]:1)
func.func @same1() { return }

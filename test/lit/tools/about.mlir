// RUN: morello-opt --version | FileCheck %s --check-prefix=VERSION
// RUN: morello-opt --show-dialects | FileCheck %s --check-prefix=DIALECTS
// RUN: morello-opt --list-passes | FileCheck %s --check-prefix=PASSES
// RUN: morello-opt --help | FileCheck %s --check-prefix=HELP
// RUN: morello-opt -h | FileCheck %s --check-prefix=HELP

// VERSION: morello-opt {{[0-9.]+}} (MLIR 22.1.8.4)
// DIALECTS: Available Dialects: acc, affine,{{.*}} linalg,{{.*}} morello,
// PASSES: --morello-lower
// PASSES: --canonicalize
// PASSES: --max-iterations=<long>
// PASSES: --linalg-fuse-elementwise-ops
// HELP: usage: morello-opt
// HELP: --list-passes shows them
// HELP: --split-input-file[=MARKER]
// HELP: --morello-lower

// RUN: morello-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC
// RUN: morello-opt %s --mlir-print-debuginfo | FileCheck %s --check-prefix=PLACE -DFILE=%s
// RUN: morello-opt --mlir-print-debuginfo < %s | FileCheck %s --check-prefix=STDIN
// RUN: morello-opt %s --mlir-pretty-debuginfo | FileCheck %s --check-prefix=PRETTY -DFILE=%s
// RUN: morello-opt %s --mlir-print-local-scope | FileCheck %s --check-prefix=LOCAL
// RUN: morello-opt %s --mlir-elide-elementsattrs-if-larger=2 | FileCheck %s --check-prefix=ELIDE
// RUN: morello-opt %s --emit-bytecode -o %t && morello-opt %t | FileCheck %s --check-prefix=LOCAL
// RUN: morello-opt %s --emit-bytecode | morello-opt - --mlir-print-local-scope | FileCheck %s --check-prefix=LOCAL
// RUN: morello-opt %s -o %t && FileCheck %s --check-prefix=ALIAS < %t
// RUN: morello-opt %s -o=%t.2 && cmp %t %t.2

// ALIAS: #[[MAP:.*]] = affine_map<(d0) -> (d0 * 2)>
// ALIAS: affine.apply #[[MAP]]
// LOCAL: affine{{.*}}(d0) -> (d0 * 2)
// GENERIC: "func.func"()
// PLACE: loc("[[FILE]]":[[#@LINE+4]]:1)
// STDIN: loc("<stdin>":[[#@LINE+3]]:1)
// PRETTY: [[FILE]]:[[#@LINE+4]]:8
// ELIDE: dense_resource<__elided__>
func.func @f(%i: index) -> index {
  %c = arith.constant dense<[1, 2, 3]> : tensor<3xi32>
  %0 = affine.apply affine_map<(d0) -> (d0 * 2)>(%i)
  return %0 : index
}

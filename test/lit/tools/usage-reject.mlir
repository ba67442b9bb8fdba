// RUN: not morello-opt %s --canonicalise 2>&1 | FileCheck %s --check-prefix=UPSTREAM
// RUN: not morello-opt %s --morello-lowr 2>&1 | FileCheck %s --check-prefix=OURS
// RUN: not morello-opt %s --canonicalize='no-such-option=1' 2>&1 | FileCheck %s --check-prefix=OPTION
// RUN: not morello-opt %s --morello-math='no-such-option=1' 2>&1 | FileCheck %s --check-prefix=OUROPTION
// RUN: not morello-opt %s --verify-each=perhaps 2>&1 | FileCheck %s --check-prefix=BOOL
// RUN: not morello-opt %s --verify-diagnostics=some 2>&1 | FileCheck %s --check-prefix=HOW
// RUN: not morello-opt %s --mlir-elide-elementsattrs-if-larger=x 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not morello-opt %s %s 2>&1 | FileCheck %s --check-prefix=TWO
// RUN: not morello-opt %t.none 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not morello-opt %S 2>&1 | FileCheck %s --check-prefix=FOLDER
// RUN: not morello-opt %s -o %t.none/x 2>&1 | FileCheck %s --check-prefix=NONE

// UPSTREAM: morello-opt: error: unknown pass or option 'canonicalise'; did you mean canonicalize
// OURS: unknown pass or option 'morello-lowr'; did you mean morello-lower
// OPTION: canonicalize: no such option no-such-option
// OUROPTION: morello-math: unknown option 'no-such-option'
// BOOL: --verify-each is true or false, not 'perhaps'
// HOW: --verify-diagnostics is all or only-expected
// NUMBER: --mlir-elide-elementsattrs-if-larger=N: 'x' is not a whole number
// TWO: more than one input file
// NONE: No such file or directory
// FOLDER: Is a directory

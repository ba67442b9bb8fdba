"""LLVM objects and assembly, the JIT, threads and timing. Knows nothing of Specs or of MLIR.

Reading order: `machine` (what to generate code for), `llvm` (IR text to object, assembly or
optimised IR), `jit` (object to callable addresses). `host`, `openmp`, `link`, `timing`,
`isolate` and `disassemble` stand beside them. libLLVM is loaded on first use, not on import.
"""

"""The vocabulary in MLIR: structured ops as Specs, the `morello` dialect, instruction libraries."""

"""Elementary functions as polynomials, written once for any vector; no import of `mlir` in here."""

"""The scheduler: dynamic programming over Specs, as arithmetic on whole grids of them."""

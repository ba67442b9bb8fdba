// AVX2: eight f32 lanes. The format is described in __init__.py.
module @avx2 attributes {morello.lanes = {}} {
}

// The morello dialect, as IRDL: what upstream MLIR can check by itself. verify.py checks the rest.
irdl.dialect @morello {

  // The order in which elements lie: `#morello.layout<["k", "n"], "[n/32][k][32n]">`. The names are
  // those of the logical dimensions, in order. `"[k][n] strides 40, 1"` is memory with gaps.
  irdl.attribute @layout {
    %names = irdl.base "#builtin.array"
    %text = irdl.base "#builtin.string"
    irdl.parameters(names: %names, text: %text)
  }

  // Where elements lie: `#morello.placement<"L2", #morello.layout<["k", "n"], "[k][n]">>`.
  irdl.attribute @placement {
    %level = irdl.base "#builtin.string"
    %layout = irdl.base @morello::@layout
    irdl.parameters(level: %level, layout: %layout)
  }

  // A machine and how many of its threads to use: `#morello.target<"znver5", 8>`.
  irdl.attribute @target {
    %name = irdl.base "#builtin.string"
    %threads = irdl.base "#builtin.integer"
    irdl.parameters(name: %name, threads: %threads)
  }

  // A schedule, as its text: `#morello.schedule<"tile m 6; select fma_f32x16">`.
  irdl.attribute @schedule {
    %text = irdl.base "#builtin.string"
    irdl.parameters(text: %text)
  }

  // A memref or tensor of one dimension, seen as one whose elements lie in it in that layout:
  // `"morello.view"(%flat) {layout = ...} : (memref<96xf32>) -> memref<5x3xf32>`.
  irdl.operation @view {
    %stored = irdl.any
    %seen = irdl.any
    %layout = irdl.base @morello::@layout
    irdl.operands(flat: %stored)
    irdl.results(view: %seen)
    irdl.attributes { "layout" = %layout }
  }

  // A goal. Operands are the inputs in order, then the output; morello.py names all attributes.
  irdl.operation @spec {
    %array = irdl.base "#builtin.array"
    %types = irdl.base "#builtin.array"
    %maps = irdl.base "#builtin.array"
    %shapes = irdl.base "#builtin.array"
    %placements = irdl.base "#builtin.array"
    %axes = irdl.base "#builtin.array"
    %kinds = irdl.base "#builtin.array"
    %extents = irdl.base "#builtin.dense_array"
    %body = irdl.base "#builtin.string"
    irdl.attributes {
      "axes" = %axes,
      "iterator_types" = %kinds,
      "extents" = %extents,
      "operands" = %array,
      "types" = %types,
      "indexing_maps" = %maps,
      "shapes" = %shapes,
      "placements" = %placements,
      "body" = %body
    }
  }
}

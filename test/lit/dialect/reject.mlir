// What the dialect refuses: first what IRDL refuses while parsing, then what verification refuses.

// RUN: morello-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{expected base attribute 'builtin.string' but got 'builtin.integer'}}
module attributes {morello.schedule = #morello.schedule<3>} {}

// -----

// expected-error @+1 {{expected base attribute 'morello.layout' but got 'builtin.string'}}
module attributes {a.b = #morello.placement<"L1", "[m]">} {}

// -----

// expected-error @+1 {{is expected but not provided}}
"morello.spec"() : () -> ()

// -----

// expected-error @+1 {{unknown attribute morello.shedule; did you mean morello.schedule}}
func.func private @f(memref<f32>) attributes {morello.shedule = "finish"}

// -----

// expected-error @+1 {{argument 0: unknown attribute morello.nam; did you mean morello.name}}
func.func private @f(memref<f32> {morello.nam = "A"})

// -----

// expected-error @+1 {{argument 1: morello.layout: 'm' names no dimension (have: n)}}
func.func private @f(f32, memref<8xf32> {morello.layout = #morello.layout<["n"], "[m]">})

// -----

// expected-error @+1 {{result 0: morello.name: 3 : i64 is not a name}}
func.func private @f() -> (f32 {morello.name = 3})

// -----

func.func @f(%a: memref<8xf32>) {
  // expected-error @+1 {{morello.schedule: line 2: no Action 'tiel'}}
  linalg.copy {morello.schedule = #morello.schedule<"tile m 6\ntiel n 3">}
    ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  // expected-error @+1 {{morello.schedule: line 1: write 'tile AXIS SIZE [ORDER]'}}
  linalg.copy {morello.schedule = "tile"} ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  // expected-error @+1 {{morello.schedule: 3 : i64 is not a #morello.schedule}}
  linalg.copy {morello.schedule = 3} ins(%a : memref<8xf32>) outs(%a : memref<8xf32>)
  return
}

// -----

// expected-error @+1 {{morello.schedule: belongs on an op that computes, not on func.func}}
func.func private @f() attributes {morello.schedule = "finish"}

// -----

// expected-error @+1 {{#morello.target: unknown target 'znver9'; did you mean}}
module attributes {x.targets = [#morello.target<"native", 1>, #morello.target<"znver9", 4>]} {}

// -----

// expected-error @+1 {{#morello.target: a target has at least one thread, not 0}}
module attributes {x.targets = {a = #morello.target<"znver4", 0>}} {}

// -----

// expected-error @+1 {{#morello.placement: no memory level 'L4' (have: mem, L3, L2, L1, reg)}}
module attributes {x.p = #morello.placement<"L4", #morello.layout<["m"], "[m]">>} {}

// -----

// expected-error @+1 {{#morello.placement: <...> in a layout is for reg, not for L1}}
module attributes {x.p = #morello.placement<"L1", #morello.layout<["m"], "[m/8]<8m>">>} {}

// -----

// expected-error @+1 {{#morello.layout: '32n' steps by 1, but the blocks inside it make 2}}
module attributes {x.l = #morello.layout<["k", "n"], "[n/64][k][32n][2n]">} {}

// -----

// expected-error @+1 {{#morello.layout: two dimensions of a layout have one name: k, k}}
module attributes {x.l = #morello.layout<["k", "k"], "[k][k]">} {}

// -----

// expected-error @+1 {{'morello.spec' op reduces along k without combine}}
"morello.spec"() {
  axes = ["k"], iterator_types = ["reduction"], extents = array<i64: 4>,
  operands = ["A", "C"], types = ["f32", "f32"],
  indexing_maps = [affine_map<(k) -> (k)>, affine_map<(k) -> ()>],
  shapes = [array<i64: 4>, array<i64>],
  placements = [#morello.placement<"mem", #morello.layout<["k"], "[k]">>,
                #morello.placement<"mem", #morello.layout<[], "">>],
  body = "%0: f32"
} : () -> ()

// -----

// expected-error @+1 {{'morello.spec' op operand A: reaches over 4 of 3 in dimension 0}}
"morello.spec"() {
  axes = ["i"], iterator_types = ["parallel"], extents = array<i64: 4>,
  operands = ["A", "C"], types = ["f32", "f32"],
  indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
  shapes = [array<i64: 3>, array<i64: 4>],
  placements = [#morello.placement<"mem", #morello.layout<["i"], "[i]">>,
                #morello.placement<"mem", #morello.layout<["i"], "[i]">>],
  body = "%0: f32"
} : () -> ()

// -----

// expected-error @+1 {{argument 0: morello.layout: "" is not a name}}
func.func private @f(memref<f32> {morello.layout = ""})

// -----

func.func @f(%a: memref<20xf32>, %b: tensor<24xf32>, %c: memref<24xf16>) {
  // expected-error @+1 {{'morello.view' op needs 24 x f32 in one dimension, not memref<20xf32>}}
  %0 = "morello.view"(%a) {layout = #morello.layout<["k", "n"], "[n/4][k][4n]">} : (memref<20xf32>) -> memref<3x5xf32>
  // expected-error @+1 {{'morello.view' op makes memref<3x5xf32> of tensor<24xf32>; both are memrefs, or both tensors}}
  %1 = "morello.view"(%b) {layout = #morello.layout<["k", "n"], "[n/4][k][4n]">} : (tensor<24xf32>) -> memref<3x5xf32>
  // expected-error @+1 {{'morello.view' op needs 24 x f32 in one dimension, not memref<24xf16>}}
  %2 = "morello.view"(%c) {layout = #morello.layout<["k", "n"], "[n/4][k][4n]">} : (memref<24xf16>) -> memref<3x5xf32>
  // expected-error @+1 {{'morello.view' op has a layout of 1 dimensions for memref<3x5xf16>}}
  %3 = "morello.view"(%c) {layout = #morello.layout<["n"], "[n]">} : (memref<24xf16>) -> memref<3x5xf16>
  // expected-error @+1 {{'morello.view' op has a layout of registers, or one with gaps}}
  %4 = "morello.view"(%c) {layout = #morello.layout<["n"], "[n/8]<8n>">} : (memref<24xf16>) -> memref<24xf16>
  return
}

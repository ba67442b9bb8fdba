"""Named machines: each is whole, wrong names get close ones, features make others."""

from __future__ import annotations

import pytest

from morello_mlir.memory import LEVELS
from morello_mlir.target.cpus import CPUS, KIB, MIB, cpu_target


@pytest.mark.parametrize("name", CPUS)
def test_every_machine_is_whole(name: str) -> None:
    made = cpu_target(name)
    near, middle, far = made.levels
    assert (near.name, middle.name, far.name) == ("L1", "L2", "L3")
    assert near.capacity < min(middle.capacity, far.capacity)
    assert {"avx2", "fma"} <= made.features
    wide = "avx512f" in made.features
    assert (made.register_bytes, made.registers) == ((64, 32) if wide else (32, 16))
    assert (made.name, made.threads, made.instructions) == (name, 1, ())


def test_what_is_left_of_a_whole_machine() -> None:
    limits = cpu_target("sapphirerapids").limits
    assert [limits.left(level) for level in LEVELS] == [None, 1920 * KIB, 2 * MIB, 48 * KIB, 32]


def test_elements_of_a_register() -> None:
    wide, narrow = cpu_target("sapphirerapids"), cpu_target("haswell")
    assert [wide.lane_count(size) for size in (1, 2, 4, 8)] == [64, 32, 16, 8]
    assert [narrow.lane_count(size) for size in (1, 2, 4, 8, 64)] == [32, 16, 8, 4, 1]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("znver9", "unknown target 'znver9'; did you mean znver5 or znver4 or znver3"),
        ("saphirerapids", "did you mean sapphirerapids"),
        ("Haswell", "did you mean haswell"),
        ("", "unknown target ''; known: x86-64-v3, x86-64-v4, haswell"),
    ],
)
def test_wrong_names_get_close_ones(name: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cpu_target(name)


class TestFeatures:
    def test_they_make_a_machine_of_any_name(self) -> None:
        made = cpu_target("tigerlake", 2, " avx2, fma ,,")
        assert (made.name, made.threads) == ("tigerlake", 2)
        assert made.features == {"avx2", "fma"}
        assert made.levels == cpu_target("x86-64-v3").levels

    def test_wide_ones_are_like_a_wide_machine(self) -> None:
        made = cpu_target("tigerlake", features="avx512f")
        assert made.register_bytes == 64
        assert made.levels == cpu_target("x86-64-v4").levels

    def test_a_known_machine_keeps_its_caches(self) -> None:
        made = cpu_target("znver4", features="avx2,fma")
        assert made.register_bytes == 32
        assert made.levels == cpu_target("znver4").levels

    def test_signs_change_what_a_known_machine_has(self) -> None:
        plain = cpu_target("cascadelake").features
        assert cpu_target("cascadelake", features="+avx512bf16").features == plain | {"avx512bf16"}
        assert cpu_target("znver5", features="-avxvnni").features == (
            cpu_target("znver5").features - {"avxvnni"}
        )
        again = cpu_target("znver4", features="-avx512bf16,+avx512bf16")
        assert again.features == cpu_target("znver4").features

    def test_what_needs_a_feature_goes_with_it(self) -> None:
        narrow = cpu_target("sapphirerapids", features="-avx512f")
        assert not {f for f in narrow.features if f.startswith("avx512")}
        assert narrow.register_bytes == 32 and {"avx2", "fma", "avxvnni"} <= narrow.features
        tiles = cpu_target("sapphirerapids", features="-amx-tile").features
        assert not {f for f in tiles if f.startswith("amx")} and "avx512bf16" in tiles

    def test_what_a_feature_needs_comes_with_it(self) -> None:
        assert cpu_target("mine", features="+avx512vnni").features >= {"avx512f", "avx2", "fma"}
        assert cpu_target("haswell", features="+amx-int8").features >= {"amx-tile", "avx2"}

    def test_lists_and_changes_do_not_mix(self) -> None:
        with pytest.raises(ValueError, match=r"features=\+avx2,fma: 'fma' has no sign"):
            cpu_target("haswell", features="+avx2,fma")

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from neural_style.engine import memory_plan as budget
from neural_style.engine.memory_plan import (
    MATCHING_BYTES_PER_PIXEL,
    MATCHING_MB,
    TILE_SIDES_PX,
    Conditions,
    Plan,
    choose_plan,
    free_gpu_bytes,
    free_system_bytes,
    kept_bytes,
    memory_budget_bytes,
    plan_bytes,
    process_bytes,
    smaller_plan,
    tiled_bytes,
    untiled_bytes,
)
from neural_style.errors import OptionsError

GB = 10**9
GIB = 2**30


def write(root: Path, **files: object) -> None:
    """Files of a system under `root`; `__` in a name stands for a slash, `_dot_` for a dot."""
    for name, text in files.items():
        path = root / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """Eight GiB available, no control groups."""
    write(tmp_path, proc__meminfo=f"MemTotal: 16777216 kB\nMemFree: 1024 kB\nMemAvailable:   {8 * 2**20} kB")
    return tmp_path


def test_without_control_groups_what_is_available_counts(system):
    assert free_system_bytes(system) == 8 * GIB


def test_a_group_of_version_2_limits_what_is_free_and_file_caches_count_as_free(system):
    write(
        system,
        proc__self__cgroup="0::/run/job",
        sys__fs__cgroup__run__job__memory_dot_max=3 * GIB,
        sys__fs__cgroup__run__job__memory_dot_current=2 * GIB,
        sys__fs__cgroup__run__job__memory_dot_stat=f"anon 5\ninactive_file {GIB // 2}\nactive_file 7",
    )
    assert free_system_bytes(system) == 3 * GIB // 2


def test_a_group_further_up_may_be_the_tighter_one(system):
    write(
        system,
        proc__self__cgroup="0::/run/job",
        sys__fs__cgroup__run__job__memory_dot_max="max",
        sys__fs__cgroup__run__job__memory_dot_current=GIB,
        sys__fs__cgroup__run__memory_dot_max=4 * GIB,
        sys__fs__cgroup__run__memory_dot_current=3 * GIB,
    )
    assert free_system_bytes(system) == GIB


@pytest.mark.parametrize("path", ["/", "/docker/0123", "/../../elsewhere"])
def test_in_a_container_that_sees_the_path_of_its_host_its_own_root_counts(system, path):
    write(
        system,
        proc__self__cgroup=f"0::{path}",
        sys__fs__cgroup__memory_dot_max=2 * GIB,
        sys__fs__cgroup__memory_dot_current=GIB,
    )
    assert free_system_bytes(system) == GIB


def test_a_group_of_version_1_limits_what_is_free(system):
    write(
        system,
        proc__self__cgroup="5:cpu,cpuacct:/a\n4:memory:/run/job\n0::/",
        sys__fs__cgroup__memory__run__job__memory_dot_limit_in_bytes=2 * GIB,
        sys__fs__cgroup__memory__run__job__memory_dot_usage_in_bytes=GIB,
        sys__fs__cgroup__memory__run__job__memory_dot_stat=f"inactive_file 1\ntotal_inactive_file {GIB // 4}",
        sys__fs__cgroup__memory__memory_dot_limit_in_bytes=9223372036854771712,
        sys__fs__cgroup__memory__memory_dot_usage_in_bytes=7 * GIB,
    )
    assert free_system_bytes(system) == GIB + GIB // 4


def test_a_group_that_is_over_its_limit_leaves_nothing(system):
    write(
        system,
        proc__self__cgroup="0::/",
        sys__fs__cgroup__memory_dot_max=GIB,
        sys__fs__cgroup__memory_dot_current=GIB + 4096,
    )
    assert free_system_bytes(system) == 0


def test_a_system_that_says_nothing_still_gets_an_answer(tmp_path, monkeypatch):
    assert free_system_bytes(tmp_path) > GIB // 4
    monkeypatch.delattr(budget.os, "sysconf")
    assert free_system_bytes(tmp_path) == budget.ASSUMED_FREE_BYTES


def test_a_share_of_what_is_free_may_be_taken_unless_a_figure_is_given(monkeypatch):
    monkeypatch.setattr(budget, "free_gpu_bytes", lambda: None)
    monkeypatch.setattr(budget, "free_system_bytes", lambda: 8 * GIB)
    assert memory_budget_bytes() == 6 * GIB
    assert memory_budget_bytes(2.5) == 5 * GB // 2
    monkeypatch.setattr(budget, "free_gpu_bytes", lambda: 4 * GIB)
    assert memory_budget_bytes() == 3 * GIB


@pytest.mark.parametrize("figure", [0, -1.0, float("inf"), float("nan"), "much"])
def test_a_memory_that_is_no_number_above_zero_is_refused(figure):
    with pytest.raises(OptionsError, match="The memory in GB must be a number above 0"):
        memory_budget_bytes(figure)


def give_gpu(monkeypatch: pytest.MonkeyPatch, *, limit_mib: int | None, answer: str | None) -> None:
    def run(*_: object, **__: object) -> SimpleNamespace:
        if answer is None:
            raise FileNotFoundError
        return SimpleNamespace(stdout=answer)

    configured = None if limit_mib is None else [SimpleNamespace(memory_limit=limit_mib)]
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _: ["a GPU"])
    monkeypatch.setattr(tf.config, "get_logical_device_configuration", lambda _: configured)
    monkeypatch.setattr(tf.config.experimental, "get_memory_info", lambda _: {"current": GIB})
    monkeypatch.setattr(subprocess, "run", run)


@pytest.mark.parametrize(
    ("limit_mib", "answer", "free"),
    [(None, "24576\n16384\n", 15 * GIB), (4096, "24576\n", 3 * GIB), (None, None, None), (None, "[N/A]\n", None)],
)
def test_a_gpu_has_its_limit_or_its_memory_less_what_is_taken(monkeypatch, limit_mib, answer, free):
    give_gpu(monkeypatch, limit_mib=limit_mib, answer=answer)
    assert free_gpu_bytes() == free


def test_the_estimates_worked_out_by_hand():
    assert untiled_bytes(1000, 1000) == 1_620_000_000 + 2_050_000_000
    assert untiled_bytes(1000, 1000, "bfloat16") < untiled_bytes(1000, 1000, "float32")
    assert kept_bytes(1000, 1000, 12) == (4 + 6 + 24) * 12_000_000 + 40_000_000
    window = untiled_bytes(496 + 128, 496 + 128)  # eight rows and twelve columns: as few as can be, of one length
    assert tiled_bytes(4000, 6000, 512) == window + 2 * 288_000_000
    assert tiled_bytes(300, 6000, 512) == untiled_bytes(300, 624) + 2 * 12 * 300 * 6000


def test_a_run_of_few_updates_keeps_few_curvature_pairs():
    long, short = (plan_bytes(1000, 1000, Plan(None, 12), Conditions(updates=count)) for count in (50, 5))
    assert long - short == 7 * 24 * 1000 * 1000


def test_the_memory_of_this_process_is_what_the_system_says(tmp_path):
    write(tmp_path, proc__self__statm="300000 1000 10 1 0 5 0")
    assert process_bytes(tmp_path) == 1000 * os.sysconf("SC_PAGE_SIZE")
    assert process_bytes() > 100_000_000
    assert process_bytes(tmp_path / "nothing") == budget.ASSUMED_PROCESS_BYTES


def test_a_picture_is_evaluated_whole_where_it_fits():
    assert choose_plan(1024, 1024, 5 * GB) == Plan(None, 12)
    exactly = plan_bytes(1024, 1024, Plan(None, 12))
    assert choose_plan(1024, 1024, exactly) == Plan(None, 12)
    assert choose_plan(1024, 1024, exactly - 1).tile_side_px is not None


def test_else_in_the_largest_tiles_that_fit():
    assert choose_plan(4000, 6000, 24 * GB) == Plan(1024, 12)
    for_tiles_of_528 = plan_bytes(4000, 6000, Plan(528, 12))  # those of 512 are as large: a row of them is as many
    assert for_tiles_of_528 == plan_bytes(4000, 6000, Plan(512, 12))
    assert choose_plan(4000, 6000, for_tiles_of_528) == Plan(528, 12)
    assert choose_plan(4000, 6000, for_tiles_of_528 - 1) == Plan(480, 12)


def test_else_with_a_shorter_history():
    for_a_history_of_7 = plan_bytes(4000, 6000, Plan(256, 7))
    assert choose_plan(4000, 6000, for_a_history_of_7) == Plan(256, 7)


def test_adam_keeps_no_history_and_so_needs_less():
    budget_bytes = plan_bytes(4000, 6000, Plan(256, 3))
    plan = choose_plan(4000, 6000, budget_bytes, Conditions(optimizer="adam"))
    assert plan.tile_side_px is not None
    assert plan.tile_side_px > 512


def test_what_cannot_fit_is_refused_with_the_size_that_would():
    with pytest.raises(OptionsError) as refusal:
        choose_plan(4000, 6000, 4 * GB)
    assert str(refusal.value) == (
        "To paint a picture of 6000x4000 px takes at least 8.1 GB of memory, but only 4.0 GB may be used. "
        "The largest size of this shape that fits is 3489x2326 px. Choose that, or allow more memory."
    )
    assert choose_plan(2326, 3489, 4 * GB).history == 3
    with pytest.raises(OptionsError):
        choose_plan(2331, 3496, 4 * GB)


def test_where_no_size_fits_the_refusal_says_so():
    with pytest.raises(OptionsError, match=r"but only 0\.1 GB may be used\. No size fits: allow more memory\."):
        choose_plan(64, 64, GB // 10)


@given(
    height=st.integers(16, 8000),
    width=st.integers(16, 8000),
    budget_bytes=st.integers(GB // 2, 64 * GB),
    arithmetic=st.sampled_from(list(budget.BYTES_PER_PIXEL)),
    optimizer=st.sampled_from(["lbfgs", "adam"]),
)
def test_a_plan_keeps_to_the_budget_and_tiles_are_multiples_of_16(height, width, budget_bytes, arithmetic, optimizer):
    conditions = Conditions(arithmetic=arithmetic, optimizer=optimizer)
    try:
        plan = choose_plan(height, width, budget_bytes, conditions)
    except OptionsError:
        return
    assert plan_bytes(height, width, plan, conditions) <= budget_bytes
    assert 3 <= plan.history <= 12
    if plan.tile_side_px is not None:
        assert plan.tile_side_px % 16 == 0
        assert 256 <= plan.tile_side_px <= 1024


def test_where_memory_ran_out_tiles_are_tried_and_then_smaller_ones():
    plan, sides = Plan(None, 7), []
    while plan.tile_side_px != TILE_SIDES_PX[-1]:
        plan = smaller_plan(plan, 2000, 3000)
        sides.append(plan.tile_side_px)
    assert sides == [1024, 512, 256]
    assert plan.history == 7
    assert smaller_plan(Plan(272, 3), 2000, 3000) == Plan(256, 3)
    with pytest.raises(OptionsError, match="The memory was exhausted, even by the smallest tiles"):
        smaller_plan(plan, 2000, 3000)


def test_the_first_tiles_tried_are_smaller_than_the_picture():
    assert smaller_plan(Plan(None, 7), 500, 1100) == Plan(544, 7)
    assert smaller_plan(Plan(None, 7), 300, 400) == Plan(256, 7)


def test_matching_takes_memory_for_its_candidates_and_for_each_pixel_that_is_seen_at_once():
    whole, in_tiles = Plan(None, 12), Plan(256, 12)
    for size in ((100, 100), (1000, 1000)):
        added = {
            plan: plan_bytes(*size, plan, Conditions(is_matched=True)) - plan_bytes(*size, plan, Conditions())
            for plan in (whole, in_tiles)
        }
        assert added[whole] == MATCHING_MB * 10**6 + MATCHING_BYTES_PER_PIXEL * size[0] * size[1]
        assert MATCHING_MB * 10**6 < added[in_tiles] <= added[whole]


def test_a_limit_of_addresses_leaves_what_is_not_used_and_threads_do_not_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, proc__meminfo="MemAvailable: 80000000 kB", proc__self__statm="500000 1000 1 1 0 1 0")
    for limit, free in ((None, 80_000_000 * 1024), (6 * GB, 6 * GB - 500_000 * 4096 - 700_000_000), (GB, 0)):
        monkeypatch.setattr(budget, "_address_limit", lambda limit=limit: limit)
        assert free_system_bytes(tmp_path) == free

"""The figures that the commands work out from what they measured."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import common, jobs, memory, tiles, traces
from benchmarks.common import Pair, median_seconds, write_report
from benchmarks.operations import step_flop, winograd_step_flop
from benchmarks.stepping import size_of
from tests.fakes import tiny_network


def test_the_operations_of_a_step_are_those_of_the_layers_worked_out_by_hand():
    network = tiny_network()  # 3 -> 4 -> 4 channels, then 5
    assert step_flop(network, 32, 48, "relu1_1") == 2 * 2 * 32 * 48 * 9 * 3 * 4
    of_two = 32 * 48 * 9 * (3 * 4 + 4 * 4)
    assert step_flop(network, 32, 48, "relu2_1") == 2 * 2 * (of_two + 16 * 24 * 9 * 4 * 5)


def test_an_odd_side_counts_its_last_cell():
    network = tiny_network()
    first = step_flop(network, 33, 47, "relu1_2")
    assert step_flop(network, 33, 47, "relu2_1") - first == 2 * 2 * 17 * 24 * 9 * 4 * 5


def test_narrow_layers_are_not_done_by_winograd():
    network = tiny_network()
    assert winograd_step_flop(network, 64, 64, "relu5_1") == step_flop(network, 64, 64, "relu5_1")


def test_winograd_does_between_a_quarter_and_half_of_the_operations_of_a_wide_layer():
    network = tiny_network()
    wide = SimpleNamespace(
        topology="VGG-16", kernels={**network.kernels, "conv1_1": np.zeros((3, 3, 256, 256), np.float32)}
    )
    direct = step_flop(wide, 64, 64, "relu1_1")  # pyright: ignore[reportArgumentType]
    assert direct / 4 < winograd_step_flop(wide, 64, 64, "relu1_1") < direct / 2  # pyright: ignore[reportArgumentType]


def test_a_line_is_found_through_points_on_it_and_says_how_far_off_the_others_are():
    exact = memory.line_through([(pixels, 300 + 2500e-6 * pixels) for pixels in (10_000, 50_000, 400_000)])
    assert exact == {"bytes_per_pixel": 2500, "fixed_mb": 300, "largest_deviation": pytest.approx(0, abs=1e-9)}
    off = memory.line_through([(10_000, 320.0), (50_000, 430.0), (400_000, 1300.0)])
    assert 0.001 < off["largest_deviation"] < 0.1


def test_errors_are_relative():
    wanted, came = (10.0, np.array([3.0, 4.0])), (10.1, np.array([3.0, 4.5]))
    assert tiles.errors(wanted, came) == {
        "loss_error": 0.01,
        "gradient_error": 0.1,
        "gradient_error_of_max": 0.125,
    }


def test_jobs_take_small_and_large_sizes_in_turn_each_once():
    sides = jobs.sides(30)
    assert sides[:4] == [64, 296, 72, 288]
    assert sorted(sides) == list(range(64, 304, 8))
    assert sorted(jobs.sides(5)) == [64, 72, 80, 88, 96]


def test_growth_is_the_last_job_over_the_tenth():
    grown = jobs.growth([500] * 9 + [1000] + [1050] * 19 + [1200])
    assert (grown["from_job"], grown["ratio"], grown["within_limit"]) == (10, 1.2, False)
    assert jobs.growth([900, 1000, 1000, 1000, 1000, 1050])["within_limit"]


def test_events_of_a_gpu_are_counted_by_what_they_are_and_other_views_of_them_are_not():
    names = {1: "Memcpy D2H", 2: "MemcpyH2D", 3: "conv_kernel", 4: "MemcpyD2H", 5: "Memset", 6: "MemcpyD2D"}
    metadata = {number: SimpleNamespace(name=name) for number, name in names.items()}
    events = [SimpleNamespace(metadata_id=number, duration_ps=10**9) for number in (2, 3, 3, 4, 5, 6)]
    stream, view = (SimpleNamespace(name=name, events=events) for name in ("Stream #13", "XLA Ops"))
    gpu_plane = SimpleNamespace(name="/device:GPU:0", lines=[stream, view], event_metadata=metadata)
    host = SimpleNamespace(name="/host:CPU", lines=[stream], event_metadata=metadata)
    assert traces.count([gpu_plane, host]) == traces.Trace(kernels=2, to_host=1, to_device=1, busy_s=0.002)


def test_medians_leave_the_first_round_out():
    calls = []
    medians = median_seconds({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 2)
    assert "".join(calls) == "ababab"
    assert medians.keys() == {"a", "b"}


def test_a_report_is_json_with_short_lists_on_one_line(tmp_path):
    data = {"curve": [(1.5, 2.0), (3.0, 4.0)], "rows": [{"a": 1}]}
    path = write_report(tmp_path / "new", "figures", data)
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == {"curve": [[1.5, 2.0], [3.0, 4.0]], "rows": [{"a": 1}]}
    assert "[ 1.5, 2.0 ]" in text


def test_the_machine_is_described_without_names_of_hosts_or_folders(monkeypatch):
    monkeypatch.setattr(common, "ceiling_flop_per_s", lambda: 1.5e11)
    facts = common.machine()
    assert facts["matrix_product_gflop_per_s"] == 150
    assert str(facts["cores"]) in common.machine_in_words(facts) or facts["gpus"]
    assert not any("/" in str(value) for value in facts.values())
    assert common.platform.node() not in str(facts)


def test_the_ceiling_is_that_of_a_product():
    assert common.ceiling_flop_per_s(side=64, repeats=2) > 1e6


def test_pairs_and_sizes():
    pair = Pair.named("coffee_cup:stained_glass_mosaic")
    assert all(file.is_file() for file in pair.files)
    assert str(pair) == "coffee_cup x stained_glass_mosaic"
    assert size_of(768) == (512, 768)

"""Every command at a tiny size, with a tiny network: it ends well and writes what it says."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import against, batch, gpu, gpu_child, jobs, memory, memory_child, picture
from benchmarks.__main__ import COMMANDS, QUICK, build_parser, main
from neural_style.engine.device import kind_of_device
from neural_style.resources import checkout

PAIR = "red_panda:great_wave_hokusai"


def report(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def ran(command: str, folder: Path) -> int:
    return main([*command.split(), "--folder", str(folder)])


@pytest.mark.slow
def test_time_to_loss(tiny, tmp_path):
    assert ran(f"time-to-loss --sizes 32 --original-steps 100 --our-steps 20 --pairs {PAIR}", tmp_path) == 0
    written = report(tmp_path, "time_to_loss")
    assert [row["original_evaluations"] for row in written["rows"]] == [100]
    assert written["rows"][0]["ratios"]["evaluations"] > 1
    assert written["machine"]["cores"] >= 1
    assert (tmp_path / "time_to_loss.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_step_cost(tiny, tmp_path):
    assert ran("step-cost --sizes 48 64 --rounds 2 --styles-size 48 --styles 1 2", tmp_path) == 0
    written = report(tmp_path, "step_cost")
    assert [(row["width"], row["height"]) for row in written["sizes"]] == [(48, 32), (64, 43)]
    assert written["sizes"][0]["ours"]["float32"]["original_over_ours"] > 0
    assert [row["styles"] for row in written["styles"]["rows"]] == [1, 2]
    assert written["styles"]["rows"][0]["ratio"] == 1


def test_the_machine_is_one_line(tiny, capsys):
    assert main(["machine", "--sizes", "48", "64", "--rounds", "2"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    for wanted in (
        "neural-style",
        "cores",
        "load",
        "100 GFLOP/s",
        tiny.title,
        "step 48x32 0.",
        "step 64x43 0.",
        "(CPU 0.",
    ):
        assert wanted in line


@pytest.mark.slow
def test_memory(tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "measured_in_child", lambda order: memory_child.measure(order, tiny))
    assert ran("memory --whole 96 128 --formats float32 --tiled 192 --tile 32 --runs 64", tmp_path) == 0
    written = report(tmp_path, "memory")
    assert [row["kind"] for row in written["rows"]] == ["whole", "whole", "tiled", "run"]
    assert all(row["base_mb"] > 0 for row in written["rows"])
    assert list(written["fits"]) == ["float32"]


@pytest.mark.slow
def test_memory_is_measured_in_a_process_of_its_own(tiny, monkeypatch):
    found = memory.measured_in_child({"kind": "whole", "height": 320, "width": 320, "arithmetic": "float32"})
    assert found["growth_mb"] > 10
    monkeypatch.setattr(memory.sys, "executable", "false")
    with pytest.raises(RuntimeError, match="could not be measured"):
        memory.measured_in_child({"kind": "whole"})


@pytest.mark.slow
def test_tiles(tiny, tmp_path):
    assert ran("tiles --sizes 97x145 --tile 16", tmp_path) == 0
    written = report(tmp_path, "tiles")
    assert [(row["pooling"], row["arithmetic"]) for row in written["rows"]] == [
        ("max", "float32"),
        ("max", "winograd"),
        ("avg", "float32"),
        ("avg", "winograd"),
    ]
    assert written["rows"][0]["tiles"] == 2
    assert max(written["largest"].values()) < 1e-3


@pytest.mark.slow
def test_scales(tiny, tmp_path):
    assert ran(f"scales --sizes 64 --iterations 6 --schedules 1 2 --pairs {PAIR}", tmp_path) == 0
    written = report(tmp_path, "scales")
    assert [(row["scales"], row["sizes"]) for row in written["rows"]] == [(1, ["64x36"]), (2, ["45x25", "64x36"])]
    assert written["rows"][0]["loss_over_first"] == 1
    assert [row["pairs"] for row in written["medians"]] == [1, 1]
    assert (tmp_path / "scales_64.jpg").read_bytes().startswith(b"\xff\xd8")


@pytest.mark.slow
def test_curves(tiny, tmp_path):
    assert ran("curves --size 32 --lbfgs-steps 4 --adam-steps 6", tmp_path) == 0
    curves = report(tmp_path, "curves")["pairs"]["neuschwanstein_castle x starry_night_van_gogh"]
    assert len(curves) == 6
    assert curves["L-BFGS from noise"]["updates"] == 4
    assert curves["Adam from the photo"]["updates"] == 6
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.slow
def test_streaming(tiny, tmp_path):
    assert ran("streaming --size 48 --steps 3 --rounds 1", tmp_path) == 0
    medians = report(tmp_path, "streaming")["medians"]
    assert list(medians) == ["engine", "previews", "server"]
    assert all(way["seconds"] > 0 for way in medians.values())


@pytest.mark.slow
@pytest.mark.parametrize(("resident_mb", "status"), [([500, 520, 550], 0), ([500, 551], 1)])
def test_jobs_fail_where_the_memory_grows_by_more_than_a_tenth(tiny, tmp_path, monkeypatch, resident_mb, status):
    readings = iter(resident_mb)
    monkeypatch.setattr(jobs, "resident_bytes", lambda: next(readings) * 1e6)
    assert ran(f"jobs --jobs {len(resident_mb)} --steps 1", tmp_path) == status
    written = report(tmp_path, "jobs")
    assert [row["longest_side_px"] for row in written["rows"]] == jobs.sides(len(resident_mb))
    assert [row["resident_mb"] for row in written["rows"]] == resident_mb
    assert written["growth"]["ratio"] == pytest.approx(resident_mb[-1] / 500, abs=1e-3)


@pytest.mark.slow
def test_batch(tiny, tmp_path):
    assert ran("batch --photos 2 --size 32 --pictures 4 --reference 3 --sizes 2 --steps 1", tmp_path) == 0
    written = report(tmp_path, "batch")
    assert written["time"]["photos"] == 2
    assert written["time"]["loop"]["cpu_seconds"] > written["time"]["batch"]["cpu_seconds"] > 0
    assert written["memory"]["to_picture"] == len(written["memory"]["resident_mb"]) == 4


@pytest.mark.slow
def test_cluster(tiny, tmp_path):
    assert ran("cluster --workers 1 --photos 2 --size 32 --steps 2 --rounds 1", tmp_path) == 0
    (row,) = report(tmp_path, "cluster")["rows"]
    assert (row["workers"], row["photos"], row["same_pictures"]) == (1, 2, True)
    assert row["cluster_over_processes"]["seconds"] > 0


@pytest.mark.slow
def test_against(tiny, tmp_path):
    command = f"against {checkout()} --sizes 32 --rounds 2 --evaluations 8"
    assert ran(command, tmp_path) == 0
    (row,) = report(tmp_path, "against")["sizes"]
    assert row["loss"]["ours_over_other"] == pytest.approx(1, abs=1e-3), "it is measured against itself"
    assert row["loss"]["evaluations"] == 8
    assert row["seconds"]["other_over_ours"] > 0


def test_a_version_that_does_not_start_is_no_measurement(tmp_path):
    with against.version(tmp_path, tmp_path / "none") as nothing, pytest.raises(RuntimeError, match="has ended"):
        nothing(steps=1)


def test_a_batch_fails_where_the_memory_grows_by_more_than_a_tenth():
    assert batch.growth([500, 520, 550], 2)["within_limit"]
    assert not batch.growth([500, 520, 580], 2)["within_limit"]


@pytest.mark.skipif(kind_of_device() == "GPU", reason="is about a machine without a GPU")
def test_without_a_gpu_its_command_says_so_in_a_sentence(tmp_path, capsys):
    assert ran("gpu", tmp_path) == 1
    assert capsys.readouterr().out.strip() == gpu.NO_GPU
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_the_gpus_table_is_made_of_works_anywhere(tiny, monkeypatch):
    monkeypatch.setitem(gpu.CANDIDATES, "GPU", ())  # pyright: ignore[reportArgumentType]
    measured = gpu.measure(tiny, (48,), 1)
    measured["tiles_fall_back"] = [{"way": "plan", "tile_px": 512}]
    assert [row["format"] for row in measured["rows"]] == ["float32", "original"]
    lines = gpu.table(measured).splitlines()
    assert any("original_over_this" in line for line in lines)
    assert "little memory, by plan" in lines[-1]
    order = {"height": 32, "width": 48, "limit_mb": 100, "way": "exhaustion"}
    assert len(gpu_child.measure(order, tiny)["losses"]) == 3


def test_the_quick_flags_are_taken_and_leave_no_command_out():
    assert set(QUICK) == set(COMMANDS) - {"against", "gpu", "machine"}
    for name, flags in QUICK.items():
        assert build_parser().parse_args([name, *flags.split()]).run is COMMANDS[name].run


@pytest.mark.slow
def test_picture(tiny, tmp_path, capsys):
    assert ran("picture --size 64", tmp_path) == 0
    written = report(tmp_path, "picture")
    for name in ("first", "second"):
        parts = dict(written[name])
        whole = parts.pop("all")
        assert sum(part["seconds"] for part in parts.values()) == pytest.approx(whole["seconds"], rel=0.01)
        assert {"targets", "search for matches", "files", "film", "previews", "network"} <= set(parts)
    assert written["first"]["compiling"]["seconds"] > 0
    assert "compiling" not in written["second"]
    assert written["loading"]["cpu_seconds"] > 0
    assert "| search for matches |" in capsys.readouterr().out


def test_a_second_counts_for_the_innermost_part_that_took_it(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(picture.time, "perf_counter", lambda: now[0])
    clock = picture.PartsClock()

    def wait(seconds):
        now[0] += seconds

    inner = clock.timed("inner", wait)
    outer = clock.timed(lambda seconds: f"outer {seconds}", lambda seconds: (wait(seconds), inner(5.0), inner(2.0)))
    outer(3.0)
    outer(3.0)
    assert {name: cost.seconds for name, cost in clock.costs.items()} == {"inner": 14.0, "outer 3.0": 6.0}

"""A batch paints every picture once, and what goes wrong with one costs that one."""

import errno
import hashlib
import json
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from neural_style.backends.local import LocalStylizer
from neural_style.engine import targets
from neural_style.errors import ImageError
from neural_style.images.load import load_image, read_recipe
from neural_style.images.save import save_image
from neural_style.iterate import Iterate, Iterates, RunState
from neural_style.request import StylizeRequest
from neural_style.service import batch
from neural_style.service.batch import UnwritableError, Worker, losses_of, paint_all, remove_unfinished
from neural_style.service.manifest import NAME, open_manifest, read_manifest
from neural_style.settings import Settings
from tests.fakes import FakeStylizer, small_picture, tiny_network
from tests.service.batches import disk_of, job, nothing, paint, plan, write_files


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    return write_files(tmp_path)


def all_jobs(folder: Path) -> list:
    return [job(folder, f"{number}.png") for number in range(3)]


def in_folder(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_each_picture_is_written_with_its_recipe_and_its_entry(tmp_path: Path, photos: list[Path]):
    stylizer = FakeStylizer()
    entries = paint(tmp_path, all_jobs(tmp_path), stylizer)
    assert [entry.state for entry in entries] == ["painted"] * 3
    for entry, photo in zip(entries, photos, strict=True):
        file = tmp_path / "out" / entry.output
        assert entry.photo == f"../{photo.name}"
        assert entry.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
        assert (entry.bytes, entry.steps) == (file.stat().st_size, 2)
        assert entry.losses is not None
        assert entry.losses["total"] == pytest.approx(1000 / 3)
        assert json.loads(read_recipe(file) or "{}")["steps"]["done"] == 2
        assert load_image(file).shape == (40, 56, 3)
    assert stylizer.closed == 3
    assert read_manifest(tmp_path / "out" / NAME).latest == {entry.output: entry for entry in entries}


def test_several_pictures_are_painted_at_the_same_time_and_each_is_written_once(tmp_path: Path):
    write_files(tmp_path, photos=7)
    jobs = [job(tmp_path, f"{number}.png") for number in range(7)]
    (tmp_path / "3.png").write_text("no picture")
    running, most, lock = 0, 0, threading.Lock()

    def slow(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        yield from FakeStylizer(delay_s=0.05)(request)
        with lock:
            running -= 1

    entries = paint(tmp_path, jobs, slow, at_once=3)
    assert most == 3
    assert sorted(entry.output for entry in entries) == [f"{number}-style.png" for number in range(7)]
    assert [entry.output for entry in entries if entry.state == "failed"] == ["3-style.png"]
    lines = (tmp_path / "out" / NAME).read_text().splitlines()
    assert len([line for line in lines if '"painted"' in line]) == 6
    assert paint(tmp_path, jobs[:3] + jobs[4:], FakeStylizer(), at_once=3) == []


def test_a_stop_ends_all_pictures_that_are_being_painted(tmp_path: Path, photos: list[Path]):
    class Stop(BaseException):
        pass

    def stop_at_a_step(_request: StylizeRequest, iterate: Iterate) -> None:
        if iterate.step == 1:
            raise Stop

    stylizer = FakeStylizer(delay_s=0.02)
    with open_manifest(tmp_path / "out" / NAME) as manifest, pytest.raises(Stop):
        list(paint_all(plan(tmp_path, all_jobs(tmp_path)), manifest, Worker(stylizer, at_once=2), stop_at_a_step))
    assert stylizer.closed == len(stylizer.requests) == 2
    assert in_folder(tmp_path / "out") <= {NAME, f".{NAME}.lock"}


def test_a_picture_that_is_finished_while_another_one_stops_the_batch_is_recorded(tmp_path: Path, photos: list[Path]):
    class Stop(BaseException):
        pass

    finishing = threading.Event()

    def paint_one_and_stop_at_another(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        first, *_, last = FakeStylizer(steps=2)(request)
        if np.array_equal(request.content, load_image(photos[0])):
            yield first
            finishing.set()
            time.sleep(0.3)
            yield last
        else:
            finishing.wait()
            raise Stop

    worker = Worker(paint_one_and_stop_at_another, at_once=2)
    with open_manifest(tmp_path / "out" / NAME) as manifest, pytest.raises(Stop):
        list(paint_all(plan(tmp_path, all_jobs(tmp_path)), manifest, worker, nothing))
    assert [planned.reason for planned in plan(tmp_path, all_jobs(tmp_path))] == [None, "killed", "new"]


def test_what_is_there_is_not_painted_again(tmp_path: Path, photos: list[Path]):
    paint(tmp_path, all_jobs(tmp_path))
    stylizer = FakeStylizer()
    assert paint(tmp_path, all_jobs(tmp_path), stylizer) == []
    (tmp_path / "out" / "1-style.png").unlink()
    assert [entry.output for entry in paint(tmp_path, all_jobs(tmp_path), stylizer)] == ["1-style.png"]
    assert len(stylizer.requests) == 1


def test_a_bad_file_costs_its_own_picture_and_is_tried_again(tmp_path: Path, photos: list[Path]):
    photos[1].write_text("no picture")
    first, second, third = paint(tmp_path, all_jobs(tmp_path))
    assert (first.state, second.state, third.state) == ("painted", "failed", "painted")
    assert second.error is not None
    assert "1.png is a file of an unknown kind, not a picture" in second.error
    save_image(photos[1], small_picture(seed=5))
    assert [(entry.output, entry.state) for entry in paint(tmp_path, all_jobs(tmp_path))] == [
        ("1-style.png", "painted")
    ]


def test_a_bug_costs_its_own_picture_and_is_logged(tmp_path: Path, photos: list[Path], caplog):
    def breaking(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        if request.content.mean() == load_image(photos[0]).mean():
            raise IndexError("a bug")
        yield from FakeStylizer()(request)

    entries = paint(tmp_path, all_jobs(tmp_path), breaking)
    assert [entry.state for entry in entries] == ["failed", "painted", "painted"]
    assert "IndexError('a bug')" in (entries[0].error or "")
    assert "Traceback" in caplog.text


def test_a_photo_that_changes_between_plan_and_painting_is_not_painted_as_what_it_was(
    tmp_path: Path, photos: list[Path]
):
    (planned,) = plan(tmp_path, [job(tmp_path)])
    save_image(photos[0], small_picture(seed=8))
    with pytest.raises(ImageError, match="has changed meanwhile"):
        Worker(FakeStylizer())(planned, nothing)
    assert not planned.job.output.exists()


def test_a_full_disk_ends_the_batch_and_says_so(tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch):
    stylizer = FakeStylizer()
    paint(tmp_path, [job(tmp_path)])

    def fill_up(*_arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Path, "write_bytes", fill_up)
        with pytest.raises(UnwritableError, match=r"1-style.png cannot be written \(No space left on device\)"):
            paint(tmp_path, all_jobs(tmp_path), stylizer)
    assert len(stylizer.requests) == 1, "nothing is painted that could not be written"
    assert in_folder(tmp_path / "out") == {NAME, f".{NAME}.lock", "0-style.png"}
    assert read_manifest(tmp_path / "out" / NAME).latest["1-style.png"].state == "failed"
    assert [entry.output for entry in paint(tmp_path, all_jobs(tmp_path))] == ["1-style.png", "2-style.png"]


def test_any_other_reason_why_a_picture_cannot_be_written_costs_that_picture(tmp_path: Path, photos: list[Path]):
    save_image(photos[1], small_picture(16, 16, seed=1))
    with disk_of(3000):
        entries = paint(tmp_path, all_jobs(tmp_path))
    assert [entry.state for entry in entries] == ["failed", "painted", "failed"]
    assert (entries[0].error or "").endswith("0-style.png cannot be written (File too large).")


def test_a_name_that_is_taken_meanwhile_is_left_alone(tmp_path: Path, photos: list[Path]):
    def taking(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer()(request):
            (tmp_path / "out" / "0-style.png").write_bytes(b"somebody's")
            yield iterate

    first, *others = paint(tmp_path, all_jobs(tmp_path), taking)
    assert "exists already and was not replaced" in (first.error or "")
    assert [entry.state for entry in others] == ["painted"] * 2
    assert (tmp_path / "out" / "0-style.png").read_bytes() == b"somebody's"
    with pytest.raises(ImageError, match=r"exists already, and not as a picture of .*0.png by"):
        plan(tmp_path, all_jobs(tmp_path))


def test_a_picture_whose_line_a_crash_has_lost_is_painted_again_over_its_file(tmp_path: Path, photos: list[Path]):
    paint(tmp_path, all_jobs(tmp_path))
    manifest = tmp_path / "out" / NAME
    manifest.write_bytes(manifest.read_bytes()[:-20])
    assert [(planned.reason, planned.may_replace) for planned in plan(tmp_path, all_jobs(tmp_path))] == [
        (None, True),
        (None, True),
        ("killed", True),
    ]
    assert len(paint(tmp_path, all_jobs(tmp_path))) == 1


def test_what_is_shown_may_end_a_picture_which_is_not_written_then(tmp_path: Path, photos: list[Path]):
    def stop(_request: StylizeRequest, iterate) -> None:
        if iterate.step == 1:
            raise KeyboardInterrupt

    stylizer = FakeStylizer()
    with open_manifest(tmp_path / "out" / NAME) as manifest:
        run = paint_all(plan(tmp_path, all_jobs(tmp_path)), manifest, Worker(stylizer), stop)
        with pytest.raises(KeyboardInterrupt):
            next(run)
    assert stylizer.closed == 1
    assert in_folder(tmp_path / "out") == {NAME, f".{NAME}.lock"}
    assert [planned.reason for planned in plan(tmp_path, all_jobs(tmp_path))] == ["killed", "new", "new"]


def test_the_temporary_files_of_a_killed_batch_are_deleted_and_no_others(tmp_path: Path, photos: list[Path]):
    (planned, *_) = plan(tmp_path, all_jobs(tmp_path))
    with open_manifest(tmp_path / "out" / NAME) as manifest:
        manifest.append(planned.entry(state="begun"))
    left = [f".{planned.mark}-abc.png", f"..{planned.mark}-abc-def.png"]
    others = [".batch-0000000000000000-abc.png", ".0-style-abc.png"]
    for name in [*left, *others]:
        (tmp_path / "out" / name).touch()
    with open_manifest(tmp_path / "out" / NAME) as manifest:
        remove_unfinished(manifest, tmp_path / "out" / NAME)
    assert in_folder(tmp_path / "out") == {NAME, f".{NAME}.lock", *others}


def test_a_run_that_ended_early_by_itself_says_why_in_its_entry(tmp_path: Path, photos: list[Path]):
    def diverging(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer()(request):
            object.__setattr__(iterate, "notice", "No longer finite.")
            yield iterate

    (entry,) = paint(tmp_path, [job(tmp_path)], diverging)
    assert (entry.state, entry.notice) == ("painted", "No longer finite.")


def test_a_painting_is_worked_out_once_for_each_size_however_many_paintings_there_are(
    tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
):
    names = [f"painting{number}.png" for number in range(6)]
    for number, name in enumerate(names):
        save_image(tmp_path / name, small_picture(48, 48, seed=60 + number))
    worked_out, real = [], targets.PictureSources._sums
    monkeypatch.setattr(
        targets.PictureSources, "_sums", lambda self, style, *more: worked_out.append(style) or real(self, style, *more)
    )
    network, sizes = tiny_network(), 3
    assert len(names) * sizes > targets.REMEMBERED_PAINTINGS
    jobs = [
        job(tmp_path, photo.name, name, settings=Settings(iterations=2, precision="float32", scales=sizes))
        for photo in photos
        for name in names
    ]
    entries = paint(tmp_path, jobs, LocalStylizer(lambda: network))
    assert {entry.state for entry in entries} == {"painted"}
    measured = len(names)  # once more, for how near the results are
    assert len(worked_out) == len(names) * len({style.shape for style in worked_out}) + measured


def test_losses_that_are_not_finite_are_none():
    losses = batch.LossValues({"content": float("nan"), "style": 1.0}, np.inf)
    assert losses_of(losses) == {"content": None, "style": 1.0, "total": None}

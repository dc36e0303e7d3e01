"""`neural-style batch` paints a folder of photos with one start, and goes on where it was stopped."""

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neural_style.cli.defaults import SHORT
from neural_style.cli.flags import FAILED
from neural_style.cli.main import build_parser
from neural_style.engine import Stylizer
from neural_style.images.load import load_image
from neural_style.images.save import save_image
from neural_style.iterate import Iterates, RunState
from neural_style.presets import PRESETS
from neural_style.request import StylizeRequest
from neural_style.service.manifest import NAME, open_manifest, read_manifest
from tests.cli.command import MAIN, fake_painter, paint, start
from tests.fakes import FakeStylizer, small_picture

STYLES = ["--styles", "style.png", "--output", "out"]


@pytest.fixture(autouse=True)
def photos(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with two photos and a third one in a folder of its own; its parent is the current folder."""
    (folder / "photos" / "sub").mkdir(parents=True)
    for number, name in enumerate(["a.png", "b.jpg", "sub/c.png"]):
        save_image(folder / "photos" / name, small_picture(seed=number))
    monkeypatch.chdir(folder)
    return folder / "photos"


def batch(*words: str, stylizer: Stylizer | None = None) -> int:
    return paint(["batch", *words], stylizer or FakeStylizer(steps=2))


def written(folder: Path) -> set[str]:
    """The pictures in `out`, without the manifest and its lock."""
    files = {path.relative_to(folder / "out").as_posix() for path in (folder / "out").rglob("*") if path.is_file()}
    return files - {NAME, f".{NAME}.lock"}


def test_a_folder_is_painted_into_another_with_the_pages_look(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    stylizer = FakeStylizer(steps=2)
    assert batch("photos", *STYLES, stylizer=stylizer) == 0
    assert written(folder) == {"a-style.png", "b-style.png"}
    assert [request.settings for request in stylizer.requests] == [SHORT.settings()] * 2
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Painting 2 pictures."
    assert re.fullmatch(r"1 of 2: a-style.png in 1 s, about 1 s left", told[1])
    assert re.fullmatch(r"2 of 2: b-style.png in 1 s, nothing left", told[2])
    assert told[3] == f"2 pictures painted; {Path('out', NAME)} has a line for each."


def test_folders_are_kept_and_formats_are_as_wanted(folder: Path):
    assert batch("photos", *STYLES, "--recursive", "--format", "jpg") == 0
    assert written(folder) == {"a-style.jpg", "b-style.jpg", "sub/c-style.jpg"}
    assert load_image(folder / "out" / "sub" / "c-style.jpg").shape == (40, 56, 3)


def test_words_patterns_and_flags_of_a_picture_are_taken(folder: Path):
    stylizer = FakeStylizer(steps=2)
    words = ["--styles", "style.png", "style2.png", "--style-blend-weights", "3", "1", "--strength", "0.9", "--size"]
    assert batch("--output", "out", "photos/*.png", "content.png", *words, "28", stylizer=stylizer) == 0
    assert written(folder) == {"a-style-style2.png", "content-style-style2.png"}
    assert stylizer.requests[0].shares == pytest.approx((0.75, 0.25))
    assert stylizer.requests[0].canvas_size == (20, 28)
    assert stylizer.requests[0].settings.weights != PRESETS["painted"].settings.weights


def test_the_same_command_paints_what_is_missing_changed_or_failed(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "photos" / "bad.jpg").write_text("no picture")
    assert batch("photos", *STYLES) == FAILED
    captured = capsys.readouterr()
    assert "bad.jpg is a file of an unknown kind, not a picture" in captured.err
    assert "2 pictures painted, 1 failed; the same command tries those again." in captured.err
    assert captured.err.count("bad") == 1, "it costs one line"
    (folder / "out" / "a-style.png").write_bytes(b"changed")
    save_image(folder / "photos" / "bad.jpg", small_picture(seed=7))
    stylizer = FakeStylizer(steps=2)
    assert batch("photos", *STYLES, stylizer=stylizer) == 0
    assert len(stylizer.requests) == 2
    assert written(folder) == {"a-style.png", "b-style.png", "bad-style.png"}
    capsys.readouterr()
    assert batch("photos", *STYLES, stylizer=FakeStylizer(steps=0)) == 0
    assert capsys.readouterr().err == f"Nothing to do: 2 pictures of {Path('out', NAME)} are there.\n".replace("2", "3")


def test_another_setting_paints_anew_over_the_batchs_own_pictures(folder: Path):
    assert batch("photos", *STYLES) == 0
    stylizer = FakeStylizer(steps=2)
    assert batch("photos", *STYLES, "--seed", "4", stylizer=stylizer) == 0
    assert len(stylizer.requests) == 2
    assert written(folder) == {"a-style.png", "b-style.png"}


def test_pictures_beside_their_photos_are_not_taken_for_photos(folder: Path, capsys: pytest.CaptureFixture[str]):
    words = ["photos", "--styles", "style.png", "--output", "photos"]
    assert batch(*words) == 0
    capsys.readouterr()
    assert batch(*words) == 0
    assert "Left out as photos: 2 pictures that this program painted." in capsys.readouterr().err
    assert not list((folder / "photos").glob("*-style-style*"))


def test_pictures_of_another_run_in_a_folder_are_no_photos_unless_they_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
):
    assert batch("photos", *STYLES) == 0
    (folder / "out" / "a-style.png").rename(folder / "photos" / "painted.png")
    words = ["--styles", "style.png", "--output", "second"]
    assert batch("photos", *words) == 0
    assert "Left out as photos: 1 picture that this program painted." in capsys.readouterr().err
    assert batch("photos/painted.png", *words) == 0
    assert (folder / "second" / "painted-style.png").exists()


def test_what_a_batch_writes_beside_its_pictures_is_no_photo(folder: Path):
    assert batch("photos", *STYLES) == 0
    (folder / "table.csv").write_text("photo\nphotos/a.png\n")
    (folder / "recipe.json").write_text('{"settings": {"preset": "painted"}}')
    for name in ("style.png", "style2.png", "content.png", "text.jpg", "page.mat", "empty.safetensors"):
        (folder / name).rename(folder / "photos" / "sub" / name)
    stylizer = FakeStylizer(steps=2)
    words = ["--styles", "photos/sub/style.png", "--output", "out", "--jobs", "table.csv", "--recipe", "recipe.json"]
    assert batch("out/*", "*.csv", "*.json", *words, stylizer=stylizer) == 0
    assert len(stylizer.requests) == 1


def test_a_file_that_is_not_the_batchs_is_replaced_only_when_asked(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "out").mkdir()
    (folder / "out" / "a-style.png").write_bytes(b"mine")
    assert batch("photos", *STYLES) == 2
    told = capsys.readouterr().err
    assert re.search(r"a-style.png exists already, and not as a picture of .*a.png by this batch. Give --over", told)
    assert [path.name for path in (folder / "out").iterdir()] == ["a-style.png"]
    assert (folder / "out" / "a-style.png").read_bytes() == b"mine"
    assert batch("photos", *STYLES, "--overwrite") == 0
    assert load_image(folder / "out" / "a-style.png").shape == (40, 56, 3)


def test_photos_of_the_same_names_from_another_folder_replace_no_picture(folder: Path):
    assert batch("photos", *STYLES) == 0
    before = {name: (folder / "out" / name).read_bytes() for name in written(folder)}
    (folder / "others").mkdir()
    for name in ("a.png", "b.jpg"):
        save_image(folder / "others" / name, small_picture(seed=40))
    assert batch("others", *STYLES) == 0
    assert written(folder) == {"a-style.png", "b-style.png", "a-style-2.png", "b-style-2.png"}
    assert {name: (folder / "out" / name).read_bytes() for name in before} == before
    stylizer = FakeStylizer()
    assert batch("others", "photos", *STYLES, stylizer=stylizer) == 0
    assert stylizer.requests == [], "each has kept its name"


def test_photos_that_have_moved_are_not_painted_again(folder: Path):
    assert batch("photos", *STYLES) == 0
    (folder / "photos").rename(folder / "moved")
    stylizer = FakeStylizer()
    assert batch("moved", *STYLES, stylizer=stylizer) == 0
    assert stylizer.requests == []


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]):
    before = sorted(folder.rglob("*"))
    assert batch("photos", *STYLES, "--dry-run") == 0
    assert sorted(folder.rglob("*")) == before
    *lines, count = capsys.readouterr().out.splitlines()
    photo, output = Path("photos", "a.png"), Path("out", "a-style.png")
    assert lines[0] == f"{photo} -> {output} (new)"
    assert count == "2 pictures to paint, 0 painted. Nothing was written."
    assert batch("photos", *STYLES, "--limit", "1") == 0
    capsys.readouterr()
    assert batch("photos", *STYLES, "--dry-run") == 0
    assert f"{photo} -> {output} (is painted)" in capsys.readouterr().out


def test_a_dry_run_looks_at_the_headers(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "photos" / "empty.jpg").touch()
    table = write_table(folder, {"photo": "gone.png"}, {"photo": "a.png"})
    assert batch("photos/empty.jpg", "--jobs", table, *STYLES, "--dry-run") == 0
    told = capsys.readouterr().out
    assert re.search(r"empty.jpg -> .* \(cannot be painted: .*empty.jpg is empty, not a picture", told)
    assert re.search(r"gone.png -> .* \(cannot be painted: There is no file .*gone.png", told)
    assert "3 pictures to paint, 2 of which cannot be read, 0 painted." in told


def test_a_limit_leaves_the_others_for_later(folder: Path):
    for expected in ({"a-style.png"}, {"a-style.png", "b-style.png"}):
        assert batch("photos", *STYLES, "--limit", "1") == 0
        assert written(folder) == expected


def write_table(folder: Path, *rows: dict[str, Any]) -> str:
    path = folder / "photos" / "jobs.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(path)


def test_a_table_says_what_differs_and_the_flags_say_the_rest(folder: Path):
    (folder / "photos" / "recipe.json").write_text('{"settings": {"preset": "painted", "seed": 9}}', encoding="utf-8")
    table = write_table(
        folder,
        {"photo": "a.png"},
        {"photo": "a.png", "paintings": ["../style.png", "../style2.png"], "shares": [1, 3], "scales": 0.5},
        {"photo": "b.jpg", "recipe": "recipe.json", "output": "named.webp"},
    )
    stylizer = FakeStylizer(steps=2)
    assert batch("--jobs", table, *STYLES, "--seed", "5", stylizer=stylizer) == 0
    assert written(folder) == {"a-style.png", "a-style-style2.png"}
    assert (folder / "photos" / "named.webp").exists()
    plain, recipe, both = stylizer.requests
    assert (plain.settings.seed, recipe.settings.seed, both.settings.seed) == (5, 5, 5)
    assert recipe.settings.longest_side_px is None, "the size is the recipe's, too"
    assert both.shares == pytest.approx((0.25, 0.75))
    assert [style.scale for style in both.styles] == [0.5, 0.5]


def test_a_table_with_every_output_needs_no_folder_and_keeps_the_manifest_beside_itself(folder: Path):
    table = write_table(folder, {"photo": "a.png", "paintings": "../style.png", "output": "x/painted.png"})
    assert batch("--jobs", table) == 0
    assert (folder / "photos" / "x" / "painted.png").exists()
    assert list(read_manifest(folder / "photos" / NAME).latest) == ["x/painted.png"]


def test_a_row_whose_photo_is_missing_costs_that_row(folder: Path, capsys: pytest.CaptureFixture[str]):
    table = write_table(folder, {"photo": "gone.png"}, {"photo": "a.png"}, {"photo": "a.png", "paintings": "gone.jpg"})
    assert batch("--jobs", table, *STYLES) == FAILED
    assert written(folder) == {"a-style.png"}
    told = capsys.readouterr().err
    assert re.search(r"There is no file .*gone\.png", told)
    assert re.search(r"There is no file .*gone\.jpg", told)


REFUSED = {
    "no photos": ([*STYLES], "Nothing to paint was named"),
    "photos that stand behind the paintings": (
        ["--styles", "style.png", "photos", "--output", "out"],
        "behind --styles are paintings: put the photos before it",
    ),
    "a photo that is missing": (["missing.jpg", *STYLES], "There is no file missing.jpg"),
    "a painting that is missing": (["photos", "--styles", "missing.jpg", "--output", "out"], "There is no file"),
    "a painting that is none": (["photos", "--styles", "text.jpg", "--output", "out"], "not a picture"),
    "no painting": (["photos", "--output", "out"], "There is no painting for"),
    "no output": (["photos", "--styles", "style.png"], "Photos need --output"),
    "no output for a row": (["--jobs", "jobs.csv", "--styles", "style.png"], "has no output. Give --output"),
    "an output that is a file": (
        ["photos", "--styles", "style.png", "--output", "style.png"],
        "cannot be (read|written)",
    ),
    "a manifest that is none": (["photos", *STYLES, "--manifest", "text.jpg"], "is not from a batch"),
    "a table that is none": (["--jobs", "style.png", *STYLES], "must be a JSON object|no text in UTF-8"),
    "no pictures now": (["photos", *STYLES, "--limit", "0"], "--limit must be at least 1; got 0"),
    "no memory": (["photos", *STYLES, "--memory-gb", "0"], "memory in GB must be"),
    "shares that are all zero": (["photos", *STYLES, "--style-blend-weights", "0"], "all 0"),
    "a start that is not given": (["photos", *STYLES, "--start", "image"], "go together"),
    "16 bits as JPEG": (["photos", *STYLES, "--bits", "16", "--format", "jpg"], "cannot have 16 bits"),
    "a strength beyond": (["photos", *STYLES, "--strength", "2"], "The strength must be"),
    "a cluster's flag without one": (["photos", *STYLES, "--workers", "4"], "--workers is for .*Add --backend ray"),
    "no GPUs at all without a cluster": (["photos", *STYLES, "--worker-gpus", "0"], "--worker-gpus is for painting"),
    "no workers": (["photos", *STYLES, "--backend", "ray", "--workers", "0"], "--workers must be at least 1; got 0"),
    "no end of GPUs": (["photos", *STYLES, "--backend", "ray", "--worker-gpus", "inf"], "of at least 0; got inf"),
    "a table's wrong share": (["--jobs", "bad.csv", *STYLES], "Line 2 of bad.csv"),
}


@pytest.mark.parametrize(("words", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_refused_in_a_line_before_any_work(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
):
    (folder / "jobs.csv").write_text("photo\nphotos/a.png\n")
    (folder / "bad.csv").write_text("photo,shares\nphotos/a.png,1;2\n")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    stylizer = FakeStylizer()
    assert batch(*words, stylizer=stylizer) == 2
    captured = capsys.readouterr()
    assert re.fullmatch(r"neural-style: error: [^\n]+\n", captured.err), captured.err
    assert re.search(sentence, captured.err), captured.err
    assert captured.out == ""
    assert stylizer.requests == []
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_photo_that_is_a_pipe_costs_one_picture(folder: Path, capsys: pytest.CaptureFixture[str]):
    os.mkfifo(folder / "photos" / "0.png")
    assert batch("photos", *STYLES, "--dry-run") == 0
    assert batch("photos", *STYLES) == FAILED
    assert written(folder) == {"a-style.png", "b-style.png"}
    assert "0.png is a pipe; a picture file is needed" in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--styles", "--recipe", "--leave-alone", "--initial", "--manifest", "--jobs"])
@pytest.mark.parametrize("kind", ["a pipe", "a device"])
def test_a_pipe_or_a_device_in_place_of_a_file_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], flag: str, kind: str
):
    if kind == "a pipe":
        os.mkfifo(folder / "no_file.csv")
    else:
        (folder / "no_file.csv").symlink_to("/dev/zero")
    assert batch("photos", *STYLES, flag, "no_file.csv") == 2
    assert re.search(rf"no_file.csv.* is {kind}", capsys.readouterr().err)


def test_an_output_that_is_a_pipe_is_replaced_when_that_is_asked_for(folder: Path):
    (folder / "out").mkdir()
    os.mkfifo(folder / "out" / "a-style.png")
    assert batch("photos", *STYLES) == 2
    assert batch("photos", *STYLES, "--overwrite") == 0
    assert written(folder) == {"a-style.png", "b-style.png"}


def test_a_second_batch_on_the_same_manifest_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]):
    with open_manifest(folder / "out" / NAME):
        assert batch("photos", *STYLES) == 2
    assert "Another batch is writing" in capsys.readouterr().err
    assert batch("photos", *STYLES) == 0


def test_a_folder_that_may_not_be_written_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    (folder / "out").mkdir()
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != Path("out"))
    assert batch("photos", *STYLES) == 2
    assert "The folder out is not writable" in capsys.readouterr().err


def test_notices_of_files_are_said_once(folder: Path, capsys: pytest.CaptureFixture[str]):
    from PIL import Image

    frames = [Image.fromarray(small_picture(48, 48, seed=seed).astype(np.uint8)) for seed in (1, 2)]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    assert batch("photos", "--styles", "moving.gif", "--output", "out") == 0
    assert capsys.readouterr().err.count("has 2 frames") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_within_a_step_and_the_same_command_goes_on(
    folder: Path, capsys: pytest.CaptureFixture[str], number: signal.Signals
):
    steps = []

    def stopping(request: StylizeRequest, _begin: RunState | None = None, /) -> Iterates:
        for iterate in FakeStylizer(steps=5)(request):
            steps.append(iterate.step)
            if len(steps) == 8:
                signal.raise_signal(number)
            yield iterate

    assert batch("photos", *STYLES, stylizer=stopping) == 128 + number
    assert steps == [*range(6), 0, 1]
    assert written(folder) == {"a-style.png"}
    told = capsys.readouterr().err
    assert "Stopped after 1 of 2 pictures. The same command goes on from there." in told
    assert "Traceback" not in told
    assert batch("photos", *STYLES) == 0
    assert written(folder) == {"a-style.png", "b-style.png"}


def painted_lines(manifest: Path) -> list[dict[str, Any]]:
    """The entries of finished pictures in a manifest that may be growing."""
    lines = manifest.read_bytes().split(b"\n")[:-1] if manifest.exists() else []
    return [entry for entry in map(json.loads, lines) if entry["state"] == "painted"]


def stop_after(process: subprocess.Popen[str], manifest: Path, pictures: int, number: int) -> int:
    """Send a signal at some moment after so many pictures are there; return the exit status."""
    deadline = time.monotonic() + 120
    while len(painted_lines(manifest)) < pictures and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    time.sleep(random.Random(pictures).uniform(0.0, 0.15))
    process.send_signal(number)
    process.communicate(timeout=60)
    return process.returncode


def test_a_batch_that_is_stopped_three_times_paints_every_picture_once_but_those_in_flight(folder: Path):
    many = folder / "many"
    many.mkdir()
    for number in range(40):
        save_image(many / f"{number:02}.png", small_picture(32, 48, seed=number))
    words = ["batch", str(many), "--styles", str(folder / "style.png"), "--output", str(folder / "out")]
    manifest, rng = folder / "out" / NAME, random.Random(3)
    signals = [signal.SIGKILL, signal.SIGINT, signal.SIGTERM]
    rng.shuffle(signals)
    for round_, number in enumerate(signals):
        process = start(fake_painter(), [*words, "--iterations", "5"])
        wanted = 12 * round_ + rng.randrange(2, 9)
        status = stop_after(process, manifest, wanted, number)
        assert status == (-9 if number == signal.SIGKILL else 128 + number)
    assert 0 < len(painted_lines(manifest)) < 40
    process = start(fake_painter(), [*words, "--iterations", "5"])
    stderr = process.communicate(timeout=120)[1]
    assert process.returncode == 0, stderr
    entries = painted_lines(manifest)
    times = Counter(entry["output"] for entry in entries)
    assert set(times) == {f"{number:02}-style.png" for number in range(40)}
    assert sum(times.values()) <= 40 + 1, "only the picture whose line the kill has cost may be there twice"
    begun = Counter(json.loads(line)["output"] for line in manifest.read_bytes().splitlines() if b'"begun"' in line)
    assert sum(begun.values()) <= 40 + 3, "one was in flight at each signal"
    for entry in entries:
        assert entry["sha256"] == hashlib.sha256((folder / "out" / entry["output"]).read_bytes()).hexdigest()
    assert written(folder) == set(times), "no temporary file is left"


@pytest.mark.slow
def test_the_program_paints_a_folder_and_says_beforehand_what_it_takes(folder: Path):
    words = ["batch", "photos", *STYLES, "--iterations", "2", "--size", "48"]
    environment = {"NEURAL_STYLE_WEIGHTS": str(folder / "weights")}
    process = start(MAIN, [*words, "--dry-run"], **environment)
    stdout, stderr = process.communicate(timeout=170)
    assert process.returncode == 0, stderr
    assert re.search(r"That takes about \d+ (s|min) on this machine, and \d+\.\d GB of memory\.", stdout)
    assert not (folder / "out").exists()
    process = start(MAIN, words, **environment)
    stderr = process.communicate(timeout=170)[1]
    assert process.returncode == 0, stderr
    assert stderr.splitlines()[0].startswith("Painting 2 pictures. Network: ")
    assert written(folder) == {"a-style.png", "b-style.png"}
    assert load_image(folder / "out" / "a-style.png").shape == (34, 48, 3)


def test_the_help_tells_the_columns_and_the_exit_statuses(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        build_parser().parse_args(["batch", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "columns: photo, paintings, shares, scales, turns, regions, excerpts, leave_alone, recipe, output" in text
    assert "0 when every picture is there, 1 when some could not be painted, 2 when something cannot be used" in text
    assert "--timelapse" not in text

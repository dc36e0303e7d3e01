"""The programs to start from do what they say, on small pictures and in few steps."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural_style.images.load import load_image
from neural_style.resources import checkout
from tests.documents import Document
from tests.ui.conftest import serving

_EXAMPLES = (checkout() or pytest.skip("only a clone has the programs", allow_module_level=True)) / "examples"
PROGRAMS = sorted(path.name for path in _EXAMPLES.glob("*.py"))
LARGE, SMALL = "longest_side_px=512", "longest_side_px=48, effort=None, iterations=2, scales=1"
PHOTOS = ("coffee_cup", "kingfisher")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as that of the programs, with few photos."""
    for kind in ("content", "style"):
        (tmp_path / "examples" / kind).mkdir(parents=True)
    for picture in _EXAMPLES.glob("*/*.jpg"):
        (tmp_path / "examples" / picture.parent.name / picture.name).symlink_to(picture)
    return tmp_path


def run(name: str, folder: Path, **instead: str) -> str:
    """Run a program in few steps and with some words in place of others; return what it prints."""
    program = (_EXAMPLES / name).read_text(encoding="utf-8")
    for words, others in instead.items():
        assert words in program
        program = program.replace(words, others)
    copy = folder / "examples" / name
    copy.write_text(program.replace(LARGE, SMALL), encoding="utf-8")
    environment = {**os.environ, "NEURAL_STYLE_WEIGHTS": str(folder), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, str(copy)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def sizes(folder: Path, pattern: str) -> Iterator[tuple[int, ...]]:
    return (load_image(path).shape for path in sorted(folder.glob(pattern)))


def test_every_program_is_in_the_list_and_says_in_a_sentence_what_it_does() -> None:
    listed = re.findall(r"^\| \[(\w+\.py)\]\(\1\)", Document(_EXAMPLES, _EXAMPLES / "README.md").text, re.MULTILINE)
    assert sorted(listed) == PROGRAMS
    for name in PROGRAMS:
        said = ast.get_docstring(ast.parse((_EXAMPLES / name).read_text(encoding="utf-8")))
        assert said is not None
        assert said.splitlines()[0].endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["three_lines", "several_paintings"])
def test_a_program_paints(name: str, folder: Path) -> None:
    run(f"{name}.py", folder)
    assert max(load_image(folder / f"{name}.png").shape) == 48


@pytest.mark.slow
def test_the_progress_is_shown_and_previews_are_kept(folder: Path) -> None:
    run("progress.py", folder)
    assert max(load_image(folder / "preview.jpg").shape) == max(load_image(folder / "progress.png").shape) == 48


@pytest.mark.slow
def test_a_folder_is_painted_but_for_what_is_done_and_what_is_no_picture(folder: Path) -> None:
    photos = folder / "examples" / "content"
    for photo in photos.iterdir():
        if photo.stem not in PHOTOS:
            photo.unlink()
    (photos / "notes.txt").write_text("no picture")
    (folder / "painted").mkdir()
    (folder / "painted" / f"{PHOTOS[0]}.png").write_bytes(b"done before")
    printed = run("folder.py", folder)
    assert (folder / "painted" / f"{PHOTOS[0]}.png").read_bytes() == b"done before"
    assert [max(size) for size in sizes(folder / "painted", f"{PHOTOS[1]}.png")] == [48]
    assert re.findall(r"^(\S+?)[: ]", printed, re.MULTILINE) == [f"painted/{PHOTOS[1]}.png", "notes.txt"]


@pytest.mark.slow
def test_a_film_and_its_picture_are_written(folder: Path) -> None:
    import av

    run("film.py", folder)
    with av.open(str(folder / "film.mp4")) as film:
        assert film.streams.video[0].frames > 3
    assert max(load_image(folder / "film.png").shape) == 48


def test_a_running_page_paints_for_a_program(folder: Path) -> None:
    page = "http://127.0.0.1:7860"
    with serving() as server:
        server.stylizer.steps = 3
        printed = run("client.py", folder, **{page: server.url.rstrip("/")})
    assert printed.splitlines()[-1].startswith("100%")
    assert max(load_image(folder / "client.png").shape) == 512

"""Whatever the flags say, the program paints or refuses in one line; it never falls over."""

import contextlib
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_style.settings import ROWS
from tests.cli.command import flags, paint, write_pictures
from tests.fakes import FakeStylizer

NUMBERS = st.sampled_from(["0", "1", "-1", "2", "0.5", "1e308", "-0", "nan", "inf", "16", "33", "4294967296", "1e400"])
WORDS = st.sampled_from(["auto", "adam", "colors", "image", "keep", "good", "", " ", "--", "é", "\u202e", "x" * 300])
VALUE = NUMBERS | WORDS | st.text(max_size=6)
SETTING = st.sampled_from([flag for row in ROWS.values() for flag in (row.flag, row.former_flag) if flag])
OTHER = st.sampled_from(
    [
        "--memory-gb",
        "--style-blend-weights",
        "--style-scales",
        "--preset",
        "--print-iterations",
        "--timelapse",
    ]
)
OF_BATCH = st.sampled_from(["--format", "--limit", "--memory-gb", "--style-scales", "--manifest", "--recipe"])
SOUND = [0.5, 1, "2", [1], [3]]
PHOTO = st.sampled_from(["../content.png"] * 5 + ["../text.jpg", "missing.png", "", "jobs.jsonl", "."])
OUTPUT = st.sampled_from(["a.png", "b.jpg", "x/c.png", "d.jgp", "x/../a.png", "../style.png", "", "a.png/b.png"])
PAINTINGS = st.sampled_from([["../style.png"], "../style2.png", ["../style.png", "../style2.png"], "../text.jpg", []])
NUMBERS_OF_ROW = st.sampled_from(SOUND) | st.lists(st.floats() | st.text(max_size=2), max_size=3) | VALUE
ROW = st.fixed_dictionaries(
    {"photo": PHOTO},
    optional={
        "paintings": PAINTINGS,
        "shares": NUMBERS_OF_ROW,
        "scales": NUMBERS_OF_ROW,
        "output": OUTPUT,
    },
)
WRONG_ROW = st.dictionaries(st.sampled_from(["photo", "recipe", "look"]) | st.text(max_size=4), VALUE, max_size=2)
PAIRS = st.lists(st.tuples(SETTING | OTHER, VALUE), max_size=5)


class Painted(FakeStylizer):
    """Paints two steps, whatever was asked for."""

    def __init__(self) -> None:
        super().__init__(steps=2)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    write_pictures(folder)
    return folder


@given(pairs=PAIRS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_flags_paint_or_are_refused_in_one_line(pictures: Path, pairs: list[tuple[str, str]]) -> None:
    words: list[Any] = [word for pair in pairs for word in pair if "\0" not in word]
    told = io.StringIO()
    before = {path.name for path in pictures.iterdir()}
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        try:
            status = paint([*flags(pictures, "--overwrite", "--iterations", "2", "--width", "24"), *words], Painted())
        except SystemExit as refusal:
            status = refusal.code
    assert status in (0, 2)
    left = {path.name for path in pictures.iterdir()} - before
    for name in left:
        (pictures / name).unlink()
    if status == 2:
        assert re.fullmatch(r"(?s)neural-style: error: .+\n", told.getvalue())
        assert "Traceback" not in told.getvalue()
        assert left == set()


@given(
    rows=st.lists(ROW, min_size=1, max_size=3) | st.lists(ROW | WRONG_ROW, max_size=2),
    pairs=st.just([]) | st.lists(st.tuples(SETTING | OF_BATCH, VALUE), max_size=1),
)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_of_jobs_is_painted_or_refused_in_one_line(
    pictures: Path, rows: list[dict[str, Any]], pairs: list[tuple[str, str]]
) -> None:
    before = {path.name: path.read_bytes() for path in pictures.iterdir()}
    told = io.StringIO()
    with tempfile.TemporaryDirectory(dir=pictures) as name, contextlib.chdir(name):
        Path("jobs.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        more = [word for pair in pairs for word in pair if "\0" not in word]
        words = ["batch", "--jobs", "jobs.jsonl", "--styles", "../style.png", "--output", "out", "--size", "24", *more]
        with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
            try:
                status = paint(words, Painted())
            except SystemExit as refusal:
                status = refusal.code
    assert status in (0, 1, 2)
    assert "Traceback" not in told.getvalue()
    if status == 2:
        assert re.search(r"(?s)neural-style: error: .+\n\Z", told.getvalue())
    assert {path.name: path.read_bytes() for path in pictures.iterdir()} == before

"""Whatever the flags say, the program paints or refuses in one line; it never falls over."""

import contextlib
import io
import re
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

"""The tool that other tests run programs with."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forking import Forking, forking


@pytest.fixture(scope="module")
def python() -> Iterator[Forking]:
    with forking("import decimal") as process:
        yield process


def test_a_program_finds_what_was_loaded_and_leaves_nothing_to_the_next(python: Forking) -> None:
    assert python.run("import sys; print('decimal' in sys.modules, 'wave' in sys.modules); import wave").stdout == (
        "True False\n"
    )
    assert python.run("import sys; print('wave' in sys.modules)").stdout == "False\n"


@pytest.mark.parametrize(
    ("program", "status", "words"),
    [
        ("print('well')", 0, ""),
        ("raise SystemExit(3)", 3, ""),
        ("raise SystemExit('no')", 1, ""),
        ("1 / 0", 1, "ZeroDivisionError"),
        ("assert False, 'why'", 1, "why"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9, ""),
    ],
)
def test_how_a_program_ends_is_told(python: Forking, program: str, status: int, words: str) -> None:
    done = python.run(program)
    assert done.returncode == status
    assert words in done.stderr


def test_a_program_has_the_environment_and_the_folder_that_it_is_given(
    python: Forking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    told = python.run("import os; print(os.getcwd(), dict(os.environ))", {"ONLY": "this"}).stdout
    assert told == f"{tmp_path} {{'ONLY': 'this'}}\n"
    assert os.environ["PATH"] in python.run("import os; print(os.environ['PATH'])").stdout

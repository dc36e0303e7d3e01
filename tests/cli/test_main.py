"""The first word of the command line: a command, a flag, a photo, or a slip of the pen."""

import os
import subprocess
from pathlib import Path

import pytest

from neural_style.cli.main import COMMANDS, main, with_command
from neural_style.errors import OptionsError
from neural_style.images.load import load_image
from tests.cli.command import MAIN, ROOT, flags


@pytest.fixture(autouse=True)
def _in_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)


@pytest.mark.parametrize(
    "words",
    [
        ["content.png", "style.png"],
        ["--preset", "bold", "content.png"],
        ["~/photo.jpg"],
        ["./app", "b.png"],
    ],
)
def test_a_photo_or_a_flag_needs_no_command(folder: Path, words: list[str]):
    (folder / "app").touch()
    assert with_command(words) == ["paint", *words]


@pytest.mark.parametrize("first", [*COMMANDS, "-h", "--help", "--version"])
def test_a_command_stays_one_even_where_a_file_has_its_name(folder: Path, first: str):
    (folder / first).touch()
    assert with_command([first, "style.png"]) == [first, "style.png"]


@pytest.mark.parametrize(
    ("typed", "meant"), [("styliez", "stylize"), ("stylise", "stylize"), ("wieghts", "weights"), ("aap", "app")]
)
def test_a_mistyped_command_is_understood(typed: str, meant: str):
    with pytest.raises(OptionsError, match=f"neither a command nor a file '{typed}'. Did you mean {meant}") as refusal:
        with_command([typed])
    assert ", ".join(COMMANDS) in str(refusal.value)


def test_a_word_that_is_like_no_command_is_told_the_commands():
    with pytest.raises(
        OptionsError,
        match=r"nor a file 'xyzzy'\. The commands are paint, stylize, batch, sheet, inspect, app, weights\.",
    ):
        with_command(["xyzzy", "style.png"])


@pytest.mark.parametrize("photo", ["missing.jpg", "app.jpg", "photos/holiday", "/missing"])
def test_a_photo_that_is_not_there_is_missed_as_a_file(photo: str):
    with pytest.raises(OptionsError, match=f"There is no file {photo}. Check the path."):
        with_command([photo, "style.png"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["styliez"], "neither a command nor a file 'styliez'"),
        (["missing.jpg", "style.png"], "no file missing.jpg"),
        (["content.png", "missing.jpg"], "no file missing.jpg"),
        (["text.jpg", "style.png"], "text.jpg is a file of an unknown kind, not a picture"),
        (["."], "the following arguments are required: PAINTING"),
        ([".", "style.png"], ". is a folder; a picture file is needed"),
    ],
)
def test_what_cannot_be_painted_is_refused_in_one_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
):
    before = sorted(folder.iterdir())
    try:
        status = main(words)
    except SystemExit as refusal:
        status = refusal.code
    captured = capsys.readouterr()
    assert (status, captured.out) == (2, "")
    assert captured.err.startswith("neural-style: error: ")
    assert sentence in captured.err
    assert captured.err.count("\n") == 1
    assert sorted(folder.iterdir()) == before


def test_the_help_begins_with_the_short_way(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main(["--help"])
    told = capsys.readouterr().out
    assert end.value.code == 0
    assert told.startswith("usage: neural-style PHOTO PAINTING")
    assert told.index("neural-style photo.jpg painting.jpg\n") < told.index("commands:")
    assert all(f"\n    {name} " in told for name in COMMANDS)


def test_without_a_word_the_help_is_shown_as_a_refusal(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    with pytest.raises(SystemExit):
        main(["--help"])
    assert captured.err == capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["2>&-", "<&- >&- 2>&-"])
def test_standard_streams_that_are_closed_cost_nothing_but_the_messages(folder: Path, closed: str):
    command = [*MAIN, *flags(folder, "--width", "32", "--iterations", "1")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NEURAL_STYLE_FETCH": "0"}
    done = subprocess.run(["sh", "-c", f'"$@" {closed}', "sh", *command], env=environment, check=False, timeout=150)
    assert done.returncode == 0
    assert load_image(folder / "out.png").shape[1] == 32

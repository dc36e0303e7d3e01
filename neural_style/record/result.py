"""Write the finished picture as the request wants it: with or without transparency, with 8 or 16 bits."""

from pathlib import Path

from neural_style.images.save import can_be_png16, save_image, save_png16
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest


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

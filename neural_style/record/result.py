"""The finished picture -> its file, as the request wants it: with or without transparency, with 8 or 16 bits."""

from pathlib import Path

from neural_style.frame import Frame
from neural_style.output import can_be_deep, save_deep_image, save_image
from neural_style.request import StylizeRequest


def save_result(
    path: Path, request: StylizeRequest, frame: Frame, *, recipe: str | None = None, exclusive: bool = False
) -> None:
    """Write the best picture so far.

    Of 16 bits are the PNGs of a request that wants so, where the frame knows more than bytes; what else is written of
    it, such as a checkpoint as JPEG, has 8.

    Args:
        path: where to write; see `output.save_image`.
        request: what is painted.
        frame: the state of the run.
        recipe: a text (JSON) stored in a PNG.
        exclusive: refuse to replace a file that has appeared under the name meanwhile.

    Raises:
        ImageError: the file cannot be written. A file already there stays as it was.
    """
    alpha = request.output_alpha
    if request.settings.bits == 16 and frame.exact is not None and can_be_deep(path):
        save_deep_image(path, frame.exact(), recipe=recipe, alpha=alpha, exclusive=exclusive)
    else:
        save_image(path, frame.result(), recipe=recipe, alpha=alpha, exclusive=exclusive)

"""One job, for page and programs alike: frames in, what a visitor gets to see out.

Every step is handed on, so that the server notices within one step that a visitor has left: Gradio then closes this
generator, which closes the engine's.
"""

import secrets
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from gradio.utils import get_upload_folder

from neural_style.engine import Stylizer
from neural_style.frame import Frame
from neural_style.images import encode_preview, save_image
from neural_style.request import StylizeRequest
from neural_style.ui.orders import Order

Recipe = Callable[[StylizeRequest, Frame], str]
"""What the result's metadata says of how it was painted."""

PREVIEW_PX = 768
MIN_PREVIEW_INTERVAL_S = 0.7
MAX_PREVIEW_COST = 0.05
"""Part of the time that may go into previews."""


@dataclass(frozen=True, eq=False)
class Update:
    """What there is to show after a step.

    Attributes:
        frame: the state of the run.
        size: (height, width) of the result in pixels.
        preview: a small JPEG, when one is due.
        result: the PNG, with the last update only.
        stopped: the visitor asked for the end.
    """

    frame: Frame
    size: tuple[int, int]
    preview: bytes | None = None
    result: Path | None = None
    stopped: bool = False


@dataclass(frozen=True)
class Painter:
    """Paints orders with a stylizer; holds nothing of any visitor."""

    stylizer: Stylizer
    recipe: Recipe | None = None

    def paint(self, order: Order, stop: threading.Event) -> Generator[Update, None, None]:
        """Paint until the end, or until `stop` is set: then the best picture so far is the result."""
        previews, size = PreviewClock(), order.request.canvas_size
        with closing(self.stylizer(order.request)) as frames:
            for frame in frames:
                stopped = stop.is_set() and not frame.is_last
                if stopped or frame.is_last:
                    final = Update(frame, size, result=self._keep(order, frame), stopped=stopped)
                    break
                yield Update(frame, size, preview=previews.take(frame))
            else:
                raise RuntimeError("The stylizer ended without a last frame.")
        yield final

    def _keep(self, order: Order, frame: Frame) -> Path:
        """Write the result under an unguessable path in Gradio's folder, which Gradio clears by age."""
        folder = Path(get_upload_folder(), secrets.token_urlsafe(16))
        folder.mkdir(parents=True)
        path = folder / order.file_name
        save_image(path, frame.result(), recipe=self.recipe(order.request, frame) if self.recipe else None)
        return path


class PreviewClock:
    """Takes a preview by time, not by count: rarely enough to cost little, often enough to watch."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._next_at = now()

    def take(self, frame: Frame) -> bytes | None:
        """A JPEG of the current picture if one is due, else None."""
        began = self._now()
        if began < self._next_at:
            return None
        preview = encode_preview(frame.picture(), PREVIEW_PX)
        done = self._now()
        self._next_at = done + max(MIN_PREVIEW_INTERVAL_S, (done - began) / MAX_PREVIEW_COST)
        return preview

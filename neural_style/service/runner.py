"""The runner runs one job, for page and programs alike: iterates come in, and updates that a visitor may see go out.

Every step is handed on, so that the server notices within one step that a visitor has left: Gradio then closes this
generator, which closes the engine's.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from neural_style.changes import Change
from neural_style.engine.canvas import recolored_photo
from neural_style.engine.effort import scales_of
from neural_style.errors import ImageError
from neural_style.extras import FILM
from neural_style.images.arrays import ByteImage
from neural_style.images.resize import resize
from neural_style.images.save import encode_preview
from neural_style.iterate import Iterate, Iterates, RunState
from neural_style.record.result import save_result
from neural_style.record.timelapse import Timelapse, save_film
from neural_style.request import StylizeRequest
from neural_style.service.context import ServiceContext
from neural_style.service.job_log import job_log
from neural_style.service.kept_runs import drop_old_runs, keep_run
from neural_style.settings import Settings

PREVIEW_PX = 768
BEFORE_QUALITY = 92
MIN_PREVIEW_INTERVAL_S = 0.7
FIRST_INTERVAL_S = 0.05
"""The time from the start picture to the first changed one: a visitor should see at once that something happens."""
MAX_PREVIEW_COST = 0.05
"""The share of the time that may go into previews."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class ResultFiles:
    """The files of a result, in a folder of its own under an unguessable name.

    Attributes:
        picture: the PNG, with the recipe.
        before: the photo at the same size, a JPEG.
        film: the MP4; None where it could not be made.
        recipe: as JSON; empty where the server keeps none.
        run: the state of the run, to go on with it; it is deleted before the others, and None where it is not kept.
    """

    picture: Path
    before: Path
    film: Path | None
    recipe: str
    run: Path | None = None

    @property
    def recipe_file(self) -> Path:
        """The path of the recipe's file."""
        return self.picture.with_suffix(".json")


@dataclass(frozen=True, eq=False)
class Update:
    """The state of a run after a step.

    Attributes:
        iterate: the state of the run.
        size: (height, width) of the result.
        settings: how it is painted.
        notices: what the person shall be told of the files.
        preview: a small JPEG, when one is due.
        files: those of the result, with the last update only.
        stopped: somebody asked for the end.
    """

    iterate: Iterate
    size: tuple[int, int]
    settings: Settings
    notices: tuple[str, ...] = ()
    preview: bytes | None = None
    files: ResultFiles | None = None
    stopped: bool = False

    @classmethod
    def of(cls, request: StylizeRequest, iterate: Iterate, **more: Any) -> "Update":
        """Return the update of a request's run."""
        return cls(iterate, request.canvas_size, request.settings, request.notices, **more)

    def told(self) -> "Update":
        """Return what can be told of it later: numbers and files, without what holds pictures in memory."""
        facts = replace(self.iterate, picture=_gone, result=_gone, exact=None, state=None, nearness=None)
        return replace(self, iterate=facts, preview=None)


def _gone() -> ByteImage:
    raise RuntimeError("The picture of an update that is over cannot be asked for.")


@dataclass(frozen=True)
class Runner:
    """A runner paints for page and programs, and holds nothing of any visitor.

    Attributes:
        context: what paints, and what is known of it.
        results: the folder in which each result gets a folder of its own.
    """

    context: ServiceContext
    results: Path

    def paint(
        self,
        request: StylizeRequest,
        file_stem: str,
        stop: threading.Event,
        given_up: threading.Event,
        take_change: Callable[[], Change | None] = lambda: None,
        *,
        begin: RunState | None = None,
        keep: Callable[[Iterate], None] = lambda _iterate: None,
        keeps_run: bool = True,
    ) -> Generator[Update, None, None]:
        """Paint until the end; the last update has the files of the result.

        Args:
            request: what to paint.
            file_stem: what the files of the result are called, without their extension.
            stop: set where the best picture so far shall be the result.
            given_up: set where nobody wants the picture any more: then there are no files.
            take_change: returns what somebody has changed since it was asked last; what cannot be is passed over.
            begin: where to go on from; None: it is begun.
            keep: is called after each step but the last one.
            keeps_run: whether somebody may go on with it later.

        Raises:
            ServerEndsError: nothing new is begun.
            OptionsError: the run cannot go on from there.
        """
        with self.context.shutdown.job(), job_log(request) as log:
            previews = PreviewClock()
            film = Timelapse() if FILM.is_installed else None
            with closing(self.context.stylizer(request, *([] if begin is None else [begin]))) as run:
                for iterate in _mixed(run, take_change):
                    if film is not None:
                        film.add(iterate)
                    if given_up.is_set():
                        log.ended("left", iterate)
                        return
                    stopped = (stop.is_set() or self.context.shutdown.has_begun) and not iterate.is_last
                    if stopped or iterate.is_last:
                        break
                    yield Update.of(request, iterate, preview=previews.take(iterate))
                    keep(iterate)
                else:
                    raise RuntimeError("The stylizer ended without a last iterate.")
            log.ended("stopped" if stopped else "finished", iterate)
            files = self._write(request, file_stem, iterate, film, keeps_run=keeps_run)
            yield Update.of(request, iterate, files=files, stopped=stopped)

    def _write(
        self, request: StylizeRequest, stem: str, iterate: Iterate, film: Timelapse | None, *, keeps_run: bool
    ) -> ResultFiles:
        """Write the result under an unguessable path; `retention` deletes it when it is old."""
        folder = self.results / secrets.token_urlsafe(16)
        folder.mkdir(parents=True)
        result = iterate.result()
        recipe = self.context.recipe(request, iterate) if self.context.recipe else ""
        picture, before = folder / f"{stem}.png", folder / "before.jpg"
        save_result(picture, request, iterate, recipe=recipe or None)
        photo = resize(request.content, *result.shape[:2])
        before.write_bytes(encode_preview(photo, max(result.shape), BEFORE_QUALITY))
        film_file = _film(folder / f"{stem}.mp4", film, result)
        run = keep_run(folder, request, iterate) if keeps_run else None
        drop_old_runs(self.results)
        files = ResultFiles(picture=picture, before=before, film=film_file, recipe=recipe, run=run)
        files.recipe_file.write_text(recipe, encoding="utf-8")
        return files


def _mixed(run: Iterates, take_change: Callable[[], Change | None]) -> Generator[Iterate, None, None]:
    """Yield the iterates of a run that is sent the changes of somebody who watches it."""
    change: Change | None = None
    while True:
        try:
            yield run.send(change)
        except StopIteration:
            return
        change = take_change()


def _film(path: Path, film: Timelapse | None, result: ByteImage) -> Path | None:
    """Write the film; None where it cannot be: a disk that is full by now costs the film, not the picture."""
    if film is None:
        return None
    try:
        save_film(path, film.finish(result))
    except (ImageError, OSError):
        _logger.warning("A timelapse could not be written.", exc_info=True)
        return None
    return path


def first_preview(request: StylizeRequest) -> bytes | None:
    """Return what can be shown at once, before the engine has anything: the start of a run from the recoloured photo.

    Returns:
        A small JPEG; None where a run begins otherwise, or keeps the photo's colours.
    """
    settings = request.settings
    if request.initial is not None or settings.start != "colors" or settings.noise_share or settings.preserve_colors:
        return None
    first = scales_of(request)[0]
    photo = recolored_photo(request, (first.height, first.width))
    return encode_preview(resize(photo, *_preview_size(request.canvas_size)), PREVIEW_PX)


def _preview_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return that (height, width), made smaller where its longest side is above `PREVIEW_PX`."""
    shrink = min(1.0, PREVIEW_PX / max(size))
    return max(1, round(shrink * size[0])), max(1, round(shrink * size[1]))


class PreviewClock:
    """A clock that takes previews by time, not by count: rarely enough to cost little, often enough to watch."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._next_at = now()
        self._interval_s = FIRST_INTERVAL_S

    def take(self, iterate: Iterate) -> bytes | None:
        """Return a JPEG of the current picture if one is due, else None."""
        began = self._now()
        if began < self._next_at:
            return None
        preview = encode_preview(iterate.picture(), PREVIEW_PX)
        done = self._now()
        self._next_at = done + max(self._interval_s, (done - began) / MAX_PREVIEW_COST)
        self._interval_s = MIN_PREVIEW_INTERVAL_S
        return preview

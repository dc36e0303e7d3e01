"""The files that a run writes (picture, checkpoints, table and plot of losses), all checked before any work."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from neural_style.errors import ImageError, OptionsError
from neural_style.extras import FILM, PLOT
from neural_style.images.save import check_new_path, check_output_path
from neural_style.record.result import file_stem
from neural_style.record.timelapse import FILM_ENDINGS

TABLE_NAME = "progress.txt"
PLOT_NAME = "progress.png"

_PLACEHOLDER = re.compile(r"\{0?(?::(0?\d{0,2})d?)?\}|%(0?\d{0,2})d")
"""The placeholder for the step in a checkpoint's name: `{}`, `{:05}`, `{:05d}`, `{0:05}` or `%05d`."""


@dataclass(frozen=True)
class Checkpoints:
    """The intermediate pictures that a run writes.

    Attributes:
        pattern: their path, with one placeholder for the step in the name.
        interval: steps from one to the next.
    """

    pattern: Path
    interval: int

    def __post_init__(self) -> None:
        if self.interval < 1:
            raise OptionsError(f"--checkpoint-iterations must be at least 1; got {self.interval}.")
        if len(_PLACEHOLDER.findall(self.pattern.name)) != 1:
            raise OptionsError(
                f"The checkpoint name {self.pattern.name} must hold one place for the step, such as "
                "out_{:05}.jpg or out_%05d.jpg."
            )

    def is_due(self, step: int) -> bool:
        """Return whether the picture after `step` updates is to be written."""
        return step > 0 and step % self.interval == 0

    def path(self, step: int) -> Path:
        """Return the path of the checkpoint of that step."""
        return self.pattern.with_name(
            _PLACEHOLDER.sub(lambda found: format(step, f"{found[1] or found[2] or ''}d"), self.pattern.name)
        )


@dataclass(frozen=True)
class Destinations:
    """Every file that a run may write.

    Attributes:
        output: the finished picture.
        overwrite: whether files that exist may be replaced.
        is_numbered: whether the picture gets another name by a number where its name is taken.
        checkpoints: intermediate pictures, or None.
        table: the losses as text, or None.
        plot: the losses drawn, or None.
        timelapse: the film of the painting, or None.
        resume: the state of the run, which may be there already, or None.
        finished_run: the state of the run at its end, or None; it may be the same file as `resume`.
        goes_on: whether it is: checkpoints may then be replaced, being those of the same run.
    """

    output: Path
    overwrite: bool
    checkpoints: Checkpoints | None = None
    table: Path | None = None
    plot: Path | None = None
    timelapse: Path | None = None
    resume: Path | None = None
    finished_run: Path | None = None
    goes_on: bool = False
    is_numbered: bool = False

    def check(self, iterations: int) -> None:
        """Check that every file can be written, without touching any.

        Args:
            iterations: the number of steps, which says what checkpoints there will be.

        Raises:
            ImageError: a path cannot be written to, has an unknown extension, or exists and `overwrite` is False.
            OptionsError: two files would have the same name, or the film an unknown ending.
            MissingExtraError: the package is not installed that draws the losses, or writes films.
        """
        if self.plot is not None:
            PLOT.require("Drawing the losses (--progress-plot)")
        if self.timelapse is not None:
            FILM.require("Writing a film (--timelapse)")
        taken: set[Path] = set()
        check_output_path(self.output, overwrite=self.overwrite or self.is_numbered)
        _take(self.output, taken)
        if self.plot is not None:
            check_output_path(self.plot, overwrite=self.overwrite)
            _take(self.plot, taken)
        for path in self._checkpoint_paths(iterations):
            check_output_path(path, overwrite=self.may_replace_checkpoints)
            _take(path, taken)
        if self.timelapse is not None and self.timelapse.suffix.lower() not in FILM_ENDINGS:
            raise OptionsError(f"--timelapse must end in {' or '.join(FILM_ENDINGS)}; got {self.timelapse.name}.")
        for path in filter(None, (self.table, self.timelapse)):
            check_new_path(path, overwrite=self.overwrite)
            _take(path, taken)
        if self.resume is not None:
            check_new_path(self.resume, overwrite=True)
            _take(self.resume, taken)
        if self.finished_run is not None and self.finished_run != self.resume:
            check_new_path(self.finished_run, overwrite=self.overwrite)
            _take(self.finished_run, taken)

    def output_names(self) -> Iterator[Path]:
        """Yield the names for the picture in the order in which they are to be tried."""
        if self.overwrite or not self.is_numbered:
            yield self.output
            return
        numbered = (self.output.with_stem(f"{self.output.stem}-{number}") for number in count(2))
        yield from (path for path in chain([self.output], numbered) if not os.path.lexists(path))

    @property
    def may_replace_checkpoints(self) -> bool:
        """Whether checkpoints that exist may be replaced."""
        return self.overwrite or self.goes_on

    def _checkpoint_paths(self, iterations: int) -> Iterator[Path]:
        if self.checkpoints is not None:
            for step in range(self.checkpoints.interval, iterations + 1, self.checkpoints.interval):
                yield self.checkpoints.path(step)


def checkpoints(pattern: Path | None, interval: int | None) -> Checkpoints | None:
    """Return the checkpoints for a path and an interval, or None where neither was given.

    Raises:
        OptionsError: only one of the two was given, or one of them cannot be used.
    """
    if pattern is None and interval is None:
        return None
    if pattern is None or interval is None:
        raise OptionsError("--checkpoint-output and --checkpoint-iterations go together; only one of them was given.")
    return Checkpoints(pattern, interval)


def output_beside(photo: Path, paintings: Sequence[Path]) -> Path:
    """Return the path of a picture that was given none: a PNG beside the photo, named after both.

    Raises:
        ImageError: nothing can be written there.
    """
    if photo.parent.is_dir() and not os.access(photo.parent, os.W_OK):
        raise ImageError(f"The folder {photo.parent} is not writable. Say with --output where to put the picture.")
    return photo.parent / f"{file_stem(path.name for path in (photo, *paintings))}.png"


def _take(path: Path, taken: set[Path]) -> None:
    if path.resolve() in taken:
        raise OptionsError(f"Two of the files to write would both be {path}. Choose another name for one of them.")
    taken.add(path.resolve())

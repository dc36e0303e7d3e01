"""A batch is painted: a worker paints one job to its file, and a driver writes the manifest.

On one machine jobs are painted one after the other. On a cluster as many as there are workers are painted at the same
time; the files and the manifest are written here all the same, so that nothing need be shared with the workers.
"""

import collections
import contextlib
import errno
import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path

from neural_style.engine import Stylizer
from neural_style.errors import ImageError, NameTakenError, NeuralStyleError
from neural_style.files import remove_left_over, replacing
from neural_style.iterate import Iterate, LossValues
from neural_style.record.recipe import recipe
from neural_style.record.result import save_result
from neural_style.request import StylizeRequest
from neural_style.service.batch_plan import PlannedJob, mark_of, path_of_name
from neural_style.service.batch_threads import PaintingThreads, Watch
from neural_style.service.job_identity import FileDigests
from neural_style.service.manifest import Entry, Manifest
from neural_style.service.pictures import PictureCache

_logger = logging.getLogger(__name__)


class UnwritableError(ImageError):
    """A picture could not be written since the disk is full, which the next one would meet, too."""


_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class Painted:
    """The facts of a picture that was painted.

    Attributes:
        sha256: of its file.
        bytes: size of its file.
        seconds: how long it took.
        steps: number of steps made.
        losses: the terms of its loss, and their total; one that is not finite is None.
        notice: a sentence where the run ended early by itself, else None.
        file_notices: what the person shall be told of the files that were read.
    """

    sha256: str
    bytes: int
    seconds: float
    steps: int
    losses: dict[str, float | None]
    notice: str | None = None
    file_notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Worker:
    """Paints planned jobs; it writes their outputs and nothing else.

    Attributes:
        stylizer: what paints.
        network_sha256: of the network that it paints with; None where it is not known.
        digests: of files that were read before.
        pictures: the paintings that were read before.
        at_once: the number of jobs that are painted at the same time, each in a thread of its own, where the painting
            itself is elsewhere, on a cluster; 0: one after the other in the thread that asks.
    """

    stylizer: Stylizer
    network_sha256: str | None = None
    digests: FileDigests = field(default_factory=FileDigests)
    pictures: PictureCache = field(default_factory=PictureCache)
    at_once: int = 0

    def __call__(self, planned: PlannedJob, watch: Watch) -> Painted:
        """Paint a job to a temporary file, which gets the name of the output when it is whole and on the disk.

        Raises:
            NameTakenError: a file that may not be replaced has appeared under the name.
            UnwritableError: the disk is full.
            NeuralStyleError: a file cannot be read or written, has changed since the plan, or the picture cannot be
                painted.
        """
        request = planned.job.request(self.pictures)
        if planned.job.identity(self.digests, self.network_sha256).id != planned.id:
            raise ImageError(f"{planned.job.photo} or a painting has changed meanwhile. Give the same command again.")
        iterate = self._last_iterate(request, watch)
        sha256, size = self._save(planned, request, iterate)
        losses = losses_of(iterate.best_losses)
        elapsed_s = round(iterate.elapsed_s, 2)
        return Painted(sha256, size, elapsed_s, iterate.step, losses, iterate.notice, request.notices)

    def _last_iterate(self, request: StylizeRequest, watch: Watch) -> Iterate:
        last = None
        with contextlib.closing(self.stylizer(request)) as iterates:
            for last in iterates:
                watch(request, last)
        if last is None:
            raise RuntimeError("the stylizer gave no iterate")
        return last

    def _save(self, planned: PlannedJob, request: StylizeRequest, iterate: Iterate) -> tuple[str, int]:
        """Write the picture; return the SHA-256 and the size of its file."""
        output, text = planned.job.output, recipe(request, iterate, self.network_sha256)
        try:
            output.parent.mkdir(parents=True, exist_ok=True)
            with replacing(output, exclusive=not planned.may_replace, mark=planned.mark) as temporary:
                save_result(temporary, request, iterate, recipe=text)
                digest = FileDigests().of(temporary)
                if digest is None:
                    raise ImageError(f"{output} cannot be written: what was written cannot be read.")
                facts = digest, temporary.stat().st_size
        except FileExistsError as error:
            raise NameTakenError(f"{output} exists already and was not replaced.") from error
        except OSError as error:
            raise _not_written(output, error) from error
        except ImageError as error:  # of the temporary file, whose name says nothing to people
            if isinstance(error.__cause__, OSError):
                raise _not_written(output, error.__cause__) from error
            raise
        return facts


def nothing() -> None:
    """Check nothing."""


def paint_all(
    plan: Sequence[PlannedJob],
    manifest: Manifest,
    paint: Worker,
    watch: Watch,
    check: Callable[[], None] = nothing,
) -> Iterator[Entry]:
    """Paint the jobs of a plan that are to be painted, and write each into the manifest.

    Args:
        plan: the jobs; those that are painted are passed over.
        manifest: open for writing, which only this thread does.
        paint: paints a job.
        watch: told of each iterate.
        check: called before each job, and now and then while others are painted; what it raises ends the batch.

    Yields:
        The entry of each job when it is on the disk. What a job fails for costs that job alone.

    Raises:
        ManifestError: the manifest cannot be written.
        UnwritableError: a picture could not be written; no other one was begun. Those that were being painted were
            ended, and have their entries where they were finished.
    """
    wanted = iter([planned for planned in plan if planned.reason is not None])
    if paint.at_once:
        yield from _paint_at_once(wanted, manifest, PaintingThreads(paint, watch), paint.at_once, check)
        return
    for planned in wanted:
        check()
        manifest.append(planned.entry(state="begun"))
        yield _end(planned, manifest, partial(paint, planned, watch))


def remove_unfinished(manifest: Manifest, path: Path) -> None:
    """Delete the temporary files of pictures that were in progress when a batch with that manifest was killed."""
    for entry in manifest.read.unfinished:
        remove_left_over(path_of_name(entry.output, path).parent, mark_of(entry.id))


def losses_of(losses: LossValues) -> dict[str, float | None]:
    """Return the terms and their total as JSON can hold them: one that is not finite is None."""
    return {name: value if math.isfinite(value) else None for name, value in losses.with_total().items()}


def _not_written(output: Path, error: OSError) -> ImageError:
    kind = UnwritableError if error.errno in _FULL_DISK else ImageError
    return kind(f"{output} cannot be written ({error.strerror}).")


def _paint_at_once(
    wanted: Iterator[PlannedJob],
    manifest: Manifest,
    threads: PaintingThreads[PlannedJob, Painted],
    at_once: int,
    check: Callable[[], None],
) -> Iterator[Entry]:
    def late() -> Iterator[Entry]:
        """Yield the entries of those that are finished in spite of the stop."""
        for planned, ended in threads.stop():
            if ended.exception() is None:
                yield _end(planned, manifest, ended.result)

    try:
        while True:
            begin = list(islice(wanted, at_once - threads.running))
            if not begin and not threads.running:
                return
            check()
            for planned in begin:
                manifest.append(planned.entry(state="begun"))
                threads.begin(planned)
            planned, ended = threads.next_ended(check)
            yield _end(planned, manifest, ended.result)
    except GeneratorExit:  # nobody asks for entries any more
        collections.deque(late(), maxlen=0)
        raise
    except BaseException:
        yield from late()
        raise


def _end(planned: PlannedJob, manifest: Manifest, paint: Callable[[], Painted]) -> Entry:
    """Paint a job, or wait until it is painted, and write into the manifest how it ended."""
    try:
        painted = paint()
    except UnwritableError as error:
        manifest.append(planned.entry(state="failed", error=str(error)))
        raise
    except NeuralStyleError as error:
        entry = planned.entry(state="failed", error=str(error))
    except Exception as error:  # a bug, which costs this picture only
        _logger.exception("Unexpected error with %s", planned.job.photo)
        entry = planned.entry(state="failed", error=f"{planned.job.photo} could not be painted ({error!r:.200}).")
    else:
        facts = {name: getattr(painted, name) for name in ("sha256", "bytes", "seconds", "steps", "losses", "notice")}
        entry = planned.entry(state="painted", **facts)
    manifest.append(entry)
    return entry

"""Sketches show a photo in several ways, small, before a person decides for one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from neural_style.iterate import Iterate
from neural_style.presets import PAGE_PRESETS
from neural_style.request import ChosenStyle, StylizeRequest
from neural_style.service.context import ServiceContext
from neural_style.service.examples import thumbnail_url
from neural_style.service.job_log import job_log
from neural_style.service.jobs import Job, Moment
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order, efforts_within, settings_of_look
from neural_style.service.pictures import Picture
from neural_style.settings import Settings
from neural_style.strength import at_strength

SKETCH_PX = 192
"""The longest side of a sketch: the smallest at which faces are kept."""

SKETCHED_LOOKS: Sequence[str] = tuple(PAGE_PRESETS)

SKETCHED_STRENGTHS: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0)

LOOKS, STRENGTHS, PAINTINGS = "looks", "strengths", "paintings"
"""The kinds of sheets: what differs from sketch to sketch."""


@dataclass(frozen=True)
class SketchPainter:
    """A painter of jobs whose moments are sketches; see `Jobs.open`.

    Attributes:
        context: what paints.
        options: the limits of this server.
        sketches: the order of each sketch by its name.
    """

    context: ServiceContext
    options: ServerOptions
    sketches: Mapping[str, Order]

    def __call__(self, job: Job) -> None:
        """Paint the sketches and tell the watchers of each; the job ends early where nobody wants it.

        Raises:
            NeuralStyleError: a picture cannot be read, or cannot be painted.
        """
        for name, order in self.sketches.items():
            last = self._last_iterate(order.request(self.options, self.context.pictures), job)
            if last is None:
                return
            job.tell(Moment(sketch=(name, thumbnail_url(last.result()))))

    def _last_iterate(self, request: StylizeRequest, job: Job) -> Iterate | None:
        """Paint a sketch to its end; None where that is no longer wanted."""
        with self.context.shutdown.job(), job_log(request) as log, closing(self.context.stylizer(request)) as iterates:
            for iterate in self._while_wanted(iterates, job):
                if iterate.is_last:
                    log.ended("finished", iterate)
                    return iterate
            log.outcome = "left"
        return None

    def _while_wanted(self, iterates: Iterator[Iterate], job: Job) -> Iterator[Iterate]:
        for iterate in iterates:
            job.lose_patience()
            if job.stop.is_set() or job.given_up.is_set() or self.context.shutdown.has_begun:
                return
            job.tell(Moment())  # a watcher that is gone is noticed only where there is something to tell
            yield iterate


def sketches_of_looks(order: Order, options: ServerOptions) -> dict[str, Order]:
    """Return look -> the order for a sketch of what is ordered, in each look of the page."""
    return {look: _sketch(order, settings_of_look(look), options) for look in SKETCHED_LOOKS}


def sketches_of_strengths(order: Order, options: ServerOptions) -> dict[str, Order]:
    """Return strength -> the order for a sketch of what is ordered, at several strengths."""
    return {
        f"{strength:g}": _sketch(order, at_strength(order.settings, strength), options)
        for strength in SKETCHED_STRENGTHS
    }


def sketches_of_paintings(
    order: Order, options: ServerOptions, paintings: Mapping[str, ChosenStyle[Picture]]
) -> dict[str, Order]:
    """Return key -> the order for a sketch of what is ordered, after each of these paintings alone."""
    return {
        key: _sketch(replace(order, styles=(painting,)), order.settings, options) for key, painting in paintings.items()
    }


def _sketch(order: Order, settings: Settings, options: ServerOptions) -> Order:
    size = {"longest_side_px": min(SKETCH_PX, options.side_limit_px), "width": None}
    start = "colors" if settings.start == "image" else settings.start
    quick = replace(settings, **size, start=start, effort=efforts_within(options)[0], seed=order.settings.seed)
    return replace(order, settings=quick, initial=None, notices=())

"""Sketches show a photo in every look, small, before a person decides for one."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from neural_style.iterate import Iterate
from neural_style.presets import PAGE_PRESETS
from neural_style.request import StylizeRequest
from neural_style.service.context import ServiceContext
from neural_style.service.examples import thumbnail_url
from neural_style.service.job_log import job_log
from neural_style.service.jobs import Job, Moment
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order, efforts_within, settings_of_look

SKETCH_PX = 192
"""The longest side of a sketch: the smallest at which faces are kept."""

SKETCHED_LOOKS: Sequence[str] = tuple(PAGE_PRESETS)


@dataclass(frozen=True)
class SketchPainter:
    """A painter of jobs whose moments are sketches, one for each look of the page; see `Jobs.open`.

    Attributes:
        context: what paints.
        options: the limits of this server.
    """

    context: ServiceContext
    options: ServerOptions

    def __call__(self, job: Job) -> None:
        """Paint a sketch in each look and tell the watchers of each; the job ends early where nobody wants it.

        Raises:
            NeuralStyleError: a picture cannot be read, or cannot be painted.
        """
        for look in SKETCHED_LOOKS:
            request = sketch_order(job.order, look, self.options).request(self.options, self.context.pictures)
            last = self._last_iterate(request, job)
            if last is None:
                return
            job.tell(Moment(sketch=(look, thumbnail_url(last.result()))))

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


def sketch_order(order: Order, look: str, options: ServerOptions) -> Order:
    """Return the order for a sketch of what is ordered, in a look of the page.

    Raises:
        OptionsError: it is no look of the page.
    """
    settings = settings_of_look(look)
    side_px = min(SKETCH_PX, options.side_limit_px)
    sketched = replace(settings, longest_side_px=side_px, effort=efforts_within(options)[0], seed=order.settings.seed)
    return replace(order, settings=sketched, initial=None, notices=())

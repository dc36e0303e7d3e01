"""The painter of a server takes a job from its turn to its end, and keeps its result for the browser it belongs to."""

from dataclasses import dataclass, replace

from neural_style.errors import NeuralStyleError
from neural_style.service.examples import thumbnail_url
from neural_style.service.jobs import Job, Moment
from neural_style.service.loss_curve import LossPoint
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.results import Outcome, Result, Sessions
from neural_style.service.runner import Runner, Update, first_preview


@dataclass(frozen=True)
class Painter:
    """A painter of jobs; see `Jobs.open`.

    Attributes:
        runner: paints a request.
        options: the limits of this server.
        sessions: keeps the results of browsers.
    """

    runner: Runner
    options: ServerOptions
    sessions: Sessions

    def __call__(self, job: Job) -> None:
        """Paint the job and tell its watchers.

        Raises:
            NeuralStyleError: it cannot be painted.
        """
        self.paint_order(job, job.order)

    def paint_order(self, job: Job, order: Order, place: tuple[int, int] | None = None) -> None:
        """Paint one picture of a job, whose result it becomes.

        Args:
            job: whose watchers are told, and whose end is looked out for.
            order: what to paint.
            place: which of how many pictures of the job it is; None: it is the only one.

        Raises:
            NeuralStyleError: it cannot be painted.
        """
        context, points = self.runner.context, list[LossPoint]()
        request = order.request(self.options, context.pictures)
        job.tell(Moment(preview=first_preview(request), place=place))
        take_change = job.take_change if place is None else _nothing  # what is moved is meant for one picture
        keeping = {"begin": order.begin, "keeps_run": job.is_kept}
        run = self.runner.paint(request, order.file_stem, job.stop, job.given_up, take_change, **keeping)
        for update in run:
            points.append(LossPoint.of(update.iterate))
            if update.files is not None:
                self._end(job, order, update, points)  # before the watchers are told of the files
            job.tell(Moment(update=update.told(), preview=update.preview, place=place))
            job.lose_patience()

    def _end(self, job: Job, order: Order, update: Update, points: list[LossPoint]) -> None:
        """Learn from a finished run, and keep its result; the start picture alone is none."""
        if update.files is None:
            raise ValueError("only a last update can be kept")
        if not update.stopped and update.iterate.notice is None:
            self.runner.context.estimate.learn(update.size, update.settings, update.iterate)
        if not job.is_kept or (update.stopped and not update.iterate.step):
            return
        job.result = Result(
            order=replace(order, changes=update.iterate.changes, begin=None),
            files=update.files,
            size=update.size,
            thumbnail=thumbnail_url(update.iterate.result()),
            outcome=Outcome.of(update, points),
            form=job.form,
        )
        self.sessions.add(job.session, job.result)


def _nothing() -> None:
    """Return no change."""


@dataclass(frozen=True)
class AlbumPainter:
    """A painter of jobs that are several photos, one after the other in the same way; see `Jobs.open`.

    Attributes:
        painter: paints each.
        orders: one for each photo. What cannot be painted is passed over, and noted in the job.
    """

    painter: Painter
    orders: tuple[Order, ...]

    def __call__(self, job: Job) -> None:
        """Paint the pictures and tell the watchers; each result is kept when it is done.

        Raises:
            NeuralStyleError: none of them could be painted: with the reason of the last one.
        """
        refused: NeuralStyleError | None = None
        for number, order in enumerate(self.orders, start=1):
            if job.stop.is_set() or job.given_up.is_set():
                return
            try:
                self.painter.paint_order(job, order, (number, len(self.orders)))
            except NeuralStyleError as error:
                refused = error
                job.failures.append(str(error))
        if job.result is None and refused is not None:
            raise refused

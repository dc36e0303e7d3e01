"""The painter of a server takes a job from its turn to its end, and keeps its result for the browser it belongs to."""

import shutil
from dataclasses import dataclass, replace
from typing import Any

from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.request import StylizeRequest
from neural_style.service.examples import thumbnail_url
from neural_style.service.jobs import Job, Moment
from neural_style.service.kept_runs import load_run
from neural_style.service.loss_curve import LossPoint
from neural_style.service.messages import messages
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.results import Outcome, Result
from neural_style.service.runner import Runner, Update, first_preview
from neural_style.service.sessions import Sessions
from neural_style.service.shutdown import ServerEndsError
from neural_style.service.unfinished_runs import UnfinishedRun, folder_of, request_after, request_with

MOST_BEGINNINGS = 3
"""The number of servers that may be killed under a picture: then it is that picture which kills them."""


@dataclass(frozen=True)
class Painter:
    """A painter of jobs; see `Jobs.open`.

    Attributes:
        runner: paints a request.
        options: the limits of this server.
        sessions: keeps the results of browsers; its journal is told how far a job is.
    """

    runner: Runner
    options: ServerOptions
    sessions: Sessions

    def __call__(self, job: Job) -> None:
        """Paint the job, or what is left to paint of it, and tell its watchers.

        Raises:
            NeuralStyleError: it cannot be painted; of several pictures none could, with the reason of the last one.
        """
        if not job.album:
            self._paint_order(job, job.order)
        while job.done < len(job.album) and not (job.stop.is_set() or job.given_up.is_set()):
            self._paint_next_of_album(job)

    def _paint_next_of_album(self, job: Job) -> None:
        """Paint one of several pictures; what cannot be painted is passed over, and noted in the job.

        Raises:
            NeuralStyleError: it was the last one, and none could be painted; or the server ends.
        """
        try:
            self._paint_order(job, job.album[job.done])
        except ServerEndsError:
            raise
        except NeuralStyleError as error:
            job.failures.append(str(error))
            if len(job.failures) == len(job.album):
                raise
        job.done, job.reached, job.beginnings = job.done + 1, 0, 0
        job.note(self.sessions.journal)

    def _paint_order(self, job: Job, order: Order) -> None:
        """Paint one picture of a job, or go on with it after an earlier server.

        Raises:
            NeuralStyleError: it cannot be painted; or the server ends.
        """
        if self._was_painted(job):
            return
        self._note_beginning(job)
        request = order.request(self.options, self.runner.context.pictures)
        if not job.album:
            request = request_with(job.planned, request)
        job.tell(Moment(preview=first_preview(request), place=job.place))
        if not job.is_kept:
            self._paint_request(job, order, request, keeps_run=False)
            return
        network = self.runner.context.network_status().title
        unfinished = UnfinishedRun(folder_of(self.runner.results, job.token), request, network)
        state = unfinished.state()
        if state is not None:
            self._note_progress(job, state.step)
            request = request_after(state, request)
        elif order.begin is not None:
            state = load_run(order.begin, request, network)
        if not job.album:
            job.planned = tuple(request.changes)
        try:
            self._paint_request(job, order, request, begin=state, keep=unfinished.keep)
        finally:
            unfinished.end()

    def _paint_request(self, job: Job, order: Order, request: StylizeRequest, **keeping: Any) -> None:
        """Paint a request, whose picture becomes the result of the job; the rest goes to `Runner.paint`."""
        points, changes = list[LossPoint](), order.changes
        take_change = _nothing if job.album else job.take_change  # what is moved is meant for one picture
        run = self.runner.paint(request, order.file_stem, job.stop, job.given_up, take_change, **keeping)
        for update in run:
            points.append(LossPoint.of(update.iterate))
            if update.files is not None:
                self._end(job, order, update, points)  # before the watchers are told of the files
            job.tell(Moment(update=update.told(), preview=update.preview, place=job.place))
            if update.iterate.changes != changes:
                changes = update.iterate.changes
                job.note(self.sessions.journal)
            job.lose_patience()

    def _was_painted(self, job: Job) -> bool:
        """Whether a server was killed when it had kept the result and not yet noted the end of the job."""
        known = self.sessions.find(job.session, job.result_key)
        if known is not None:
            job.result = known
        return known is not None

    def _note_beginning(self, job: Job) -> None:
        """Note that a picture of a job is begun, before it can do any harm.

        Raises:
            OptionsError: it was too often, without getting any further.
            ServerEndsError: nothing new is begun.
        """
        if self.runner.context.shutdown.has_begun:
            raise ServerEndsError(messages().server_ends)
        if job.beginnings >= MOST_BEGINNINGS:
            raise OptionsError(messages().kills_server.format(times=job.beginnings))
        job.beginnings += 1
        self.sessions.keep(job.session)
        job.note(self.sessions.journal)

    def _note_progress(self, job: Job, step: int) -> None:
        """Note the step from which a job goes on: one that got further is no reason for the end of its server."""
        if step > job.reached:
            job.reached, job.beginnings = step, 1
            job.note(self.sessions.journal)

    def _end(self, job: Job, order: Order, update: Update, points: list[LossPoint]) -> None:
        """Learn from a finished run, and keep its result; the start picture alone is none."""
        if update.files is None:
            raise ValueError("only a last update can be kept")
        if not update.stopped and update.iterate.notice is None:
            self.runner.context.estimate.learn(update.size, update.settings, update.iterate)
        if not job.is_kept:
            return
        if update.stopped and not update.iterate.step:
            shutil.rmtree(update.files.picture.parent, ignore_errors=True)
            if self.runner.context.shutdown.has_begun and not job.stop.is_set():
                job.beginnings -= 1
                job.note(self.sessions.journal)
                raise ServerEndsError(messages().server_ends)
            return
        job.result = Result(
            order=replace(order, changes=update.iterate.changes, begin=None),
            files=update.files,
            size=update.size,
            thumbnail=thumbnail_url(update.iterate.result()),
            outcome=Outcome.of(update, points),
            form=job.form,
            key=job.result_key,
        )
        self.sessions.add(job.session, job.result)


def _nothing() -> None:
    """Return no change."""

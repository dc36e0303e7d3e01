"""The painter of a server takes a job from its turn to its end, and keeps its result for the browser it belongs to."""

from dataclasses import dataclass

from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.service.examples import thumbnail_url
from neural_style.service.failures import sentence_of
from neural_style.service.jobs import Job, Moment
from neural_style.service.loss_curve import LossPoint
from neural_style.service.options import ServerOptions
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
            NeuralStyleError: it cannot be painted; a bug has become a sentence, and is in the log.
        """
        try:
            self._paint(job)
        except NeuralStyleError:
            raise
        except Exception as error:
            raise OptionsError(sentence_of(error)) from error

    def _paint(self, job: Job) -> None:
        context, points = self.runner.context, list[LossPoint]()
        request = job.order.request(self.options, context.pictures)
        job.tell(Moment(preview=first_preview(request)))
        for update in self.runner.paint(request, job.order.file_stem, job.stop, job.given_up):
            points.append(LossPoint.of(update.iterate))
            if update.files is not None:
                self._end(job, update, points)
            job.tell(Moment(update=update.told(), preview=update.preview))
            job.lose_patience()

    def _end(self, job: Job, update: Update, points: list[LossPoint]) -> None:
        if update.files is None:
            raise ValueError("only a last update can be kept")
        if not update.stopped and update.iterate.notice is None:
            self.runner.context.estimate.learn(update.size, update.settings, update.iterate)
        if job.is_kept and (update.iterate.step or not update.stopped):  # the start picture alone is no result
            job.result = Result(
                order=job.order,
                files=update.files,
                size=update.size,
                thumbnail=thumbnail_url(update.iterate.result()),
                outcome=Outcome.of(update, points),
                form=job.form,
            )
            self.sessions.add(job.session, job.result)

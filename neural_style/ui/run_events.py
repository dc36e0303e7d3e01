"""A click becomes a job, the job's updates become pictures and sentences, and its end becomes a result."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.components import Component

from neural_style.errors import ImageError, OptionsError
from neural_style.record.timelapse import animated_webp
from neural_style.service import messages
from neural_style.service.estimate import rough_duration
from neural_style.service.examples import jpeg_url, thumbnail_url
from neural_style.service.jobs import Job, Jobs
from neural_style.service.loss_curve import LossPoint
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.results import Outcome, Result, Sessions
from neural_style.service.runner import Runner, Update, first_preview
from neural_style.service.variations import VARIATIONS
from neural_style.ui import texts
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.form_events import Changes, FormEvents, Values
from neural_style.ui.gradio_queue import closed_when_cancelled
from neural_style.ui.layout import Page
from neural_style.ui.parts.status import badge, message, outcome_html, progress_html
from neural_style.ui.parts.viewer import in_viewer, on_strip
from neural_style.ui.recipes import link_query


@dataclass(frozen=True)
class RunEvents:
    """The handlers of the part of the page where the picture appears.

    Holds the jobs and the results of this server; a visitor's are found by tokens that only they have. `waiting` says
    how many paintings wait for their turn.
    """

    runner: Runner
    form_events: FormEvents
    jobs: Jobs
    sessions: Sessions
    waiting: Callable[[], int]

    @property
    def page(self) -> Page:
        """The components of the page."""
        return self.form_events.page

    @property
    def options(self) -> ServerOptions:
        """The limits of this server."""
        return self.form_events.options

    @property
    def controls(self) -> list[Component]:
        """The buttons, of which one is on the page at a time, and what stands below the first of them."""
        return [self.page.run.paint, self.page.run.estimate, self.page.run.leave, self.page.run.stop]

    @property
    def ready_outputs(self) -> list[Any]:
        """The components that change when a job ends without a result."""
        return [self.page.run.status, self.page.result.group, *self.controls]

    @property
    def result_outputs(self) -> list[Any]:
        """The components that a result changes."""
        run, result, recipe = self.page.run, self.page.result, self.page.recipe
        return [
            *(run.viewer, run.status, run.shown, run.strip, run.network),
            *(result.group, result.download, result.timelapse, result.video, result.mp4, result.webp),
            *(recipe.group, recipe.text, recipe.download, recipe.link),
        ]

    def arrive(self, session: Any) -> Changes:
        """Give a browser that opens the page its token, and its last result."""
        session = self.sessions.arrive(session)
        results = self.sessions.results(session)
        shown = self._show(session, results[-1]) if results else {self.page.run.network: self.network()}
        return {self.page.run.session: session, **shown}

    def network(self) -> str:
        """Return the badge, which says which network paints and how VGG-19 is coming along."""
        return badge(self.runner.context.network_status())

    def estimate(self, values: Values) -> str:
        """Say how long it would take, and how many pictures of others may come before it."""
        seconds = self.form_events.estimate_s(values)
        if seconds is None:
            return ""
        own = values[self.page.run.job] in self.jobs
        ahead = self.waiting() + self.runner.context.shutdown.running - own
        if ahead < self.options.jobs_at_once:
            template = texts.ESTIMATE
        else:
            template = texts.ESTIMATE_AFTER_ONE if ahead == 1 else texts.ESTIMATE_AFTER
        return message(template.format(time=rough_duration(seconds), ahead=ahead))

    def check(self, values: Values) -> Changes:
        """Refuse in words, before any waiting, an order that cannot be painted."""
        with errors_as_sentences():
            return self._register(self.form_events.read(values), values[self.page.run.session])

    def check_variation(self, name: str, values: Values) -> Changes:
        """Refuse in words, before any waiting, a variation of the shown result that cannot be painted."""
        with errors_as_sentences():
            order = VARIATIONS[name](self._shown(values), self.options)
            return self._register(order, values[self.page.run.session])

    def paint(self, token: str) -> Iterator[Changes]:
        """Run a job from its turn to its end, in the form that Gradio sends."""
        run = self.page.run
        with errors_as_sentences(), self.jobs.running(token) as job:
            points: list[LossPoint] = []

            def keep(update: Update) -> Result:
                return self._keep(job, update, points)

            request = job.order.request(self.options, self.runner.context.pictures)
            updates = self.runner.paint(request, job.order.file_stem, job.stop, keep)
            with closing(updates), closed_when_cancelled(updates):
                yield (
                    self._only("stop")
                    | self._previewed(first_preview(request))
                    | {run.status: message(texts.STATUS_BEGINS)}
                )
                for update in updates:
                    points.append(LossPoint.of(update.iterate))
                    if update.files is not None:
                        result = keep(update)
                        yield {**self._pictured(result), run.shown: result.key}
                    else:
                        yield self._previewed(update.preview) | {run.status: progress_html(update, points)}

    def stop(self, token: str) -> gr.Button:
        """Ask a job to end: it sees the flag at its next step and hands over its best picture."""
        self.jobs.stop(token)
        return gr.Button(texts.STOPPING, interactive=False)

    def leave(self, values: Values) -> Changes:
        """Take a job out of the queue before it began."""
        self.jobs.forget(values[self.page.run.job])
        return self._ready(messages.STATUS_LEFT_QUEUE, values[self.page.run.shown])

    def fail(self, shown: str) -> Changes:
        """Make the page ready again after a job that failed; Gradio has shown why."""
        return self._ready(texts.STATUS_FAILED, shown)

    def end(self, values: Values) -> Changes:
        """Show a job's picture, when it is done, and the variations that can be made of it."""
        with errors_as_sentences():
            return self._show(values[self.page.run.session], self._shown(values)) | self._only("paint")

    def choose_result(self, session: str, event: gr.EventData) -> Changes:
        """Show the result that was clicked on the strip."""
        with errors_as_sentences():
            return self._show(session, self.sessions.result(session, event.key))

    def show_timelapse(self, values: Values) -> Iterator[Changes]:
        """Show the film at once, and then the animation, made of it when it is first asked for."""
        result = self.page.result
        with errors_as_sentences():
            film = self._shown(values).files.film
            if film is None:
                raise ImageError(messages.NO_TIMELAPSE)
            yield {result.video: file_record(film), result.mp4: _download(film)}
            webp = film.with_suffix(".webp")
            if not webp.exists():
                animated_webp(film, webp)
            yield {result.webp: _download(webp)}

    def _shown(self, values: Values) -> Result:
        """Return the result that is shown to this session."""
        return self.sessions.result(values[self.page.run.session], values[self.page.run.shown])

    def _register(self, order: Order, session: str) -> Changes:
        if self.waiting() >= self.options.queue_size:
            raise OptionsError(messages.QUEUE_FULL.format(jobs=self.options.queue_size))
        order.request(self.options, self.runner.context.pictures)  # to check it: a request is too large to wait
        return {
            self.page.run.job: self.jobs.register(order, session),
            self.page.run.status: message(texts.STATUS_WAITING),
            self.page.result.group: gr.update(visible=False),
            **self._only("leave"),
        }

    def _ready(self, sentence: str, shown: str) -> Changes:
        group = {self.page.result.group: gr.update(visible=bool(shown))}
        return {self.page.run.status: message(sentence), **group, **self._only("paint")}

    def _keep(self, job: Job, update: Update, points: list[LossPoint]) -> Result:
        if update.files is None:
            raise ValueError("only a last update can be kept")
        if not update.stopped and update.iterate.notice is None:
            self.runner.context.estimate.learn(update.request, update.iterate)
        result = Result(
            order=job.order,
            files=update.files,
            size=update.request.canvas_size,
            thumbnail=thumbnail_url(update.iterate.result()),
            outcome=Outcome.of(update, points),
        )
        self.sessions.add(job.session, result)
        return result

    def _show(self, session: str, result: Result) -> Changes:
        run, panel, recipe, files = self.page.run, self.page.result, self.page.recipe, result.files
        return {
            **self._pictured(result),
            run.shown: result.key,
            run.strip: on_strip(result.key, self.sessions.results(session)),
            run.network: self.network(),
            panel.group: gr.update(visible=True),
            panel.download: _download(files.picture),
            panel.timelapse: gr.update(open=False, visible=files.film is not None),
            panel.video: None,
            panel.mp4: _download(None),
            panel.webp: _download(None),
            recipe.group: gr.update(visible=bool(files.recipe)),
            recipe.text: files.recipe,
            recipe.download: _download(files.recipe_file),
            recipe.link: link_query(files.recipe) if files.recipe else "",
        }

    def _previewed(self, preview: bytes | None) -> Changes:
        return {} if preview is None else {self.page.run.viewer: in_viewer({"url": jpeg_url(preview)})}

    def _pictured(self, result: Result) -> Changes:
        """Return the picture over its photo, and how its run ended."""
        compared = in_viewer(file_record(result.files.picture), file_record(result.files.before))
        return {self.page.run.viewer: compared, self.page.run.status: outcome_html(result.outcome)}

    def _only(self, name: Literal["paint", "leave", "stop"]) -> Changes:
        run = self.page.run
        return {
            run.paint: gr.update(visible=name == "paint"),
            run.estimate: gr.update(visible=name == "paint"),
            run.leave: gr.update(visible=name == "leave"),
            run.stop: gr.update(visible=name == "stop", value=texts.STOP, interactive=True),
        }


def _download(file: Path | None) -> dict[str, Any]:
    """Return the update of a button that downloads: it can be pressed when the file is there."""
    return gr.update(value=file and file_record(file), interactive=file is not None)

"""What the events of painting do: a click becomes a job, its updates pictures and sentences, its end a result."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from neural_style.errors import ImageError, OptionsError
from neural_style.record.timelapse import animated_webp
from neural_style.service import messages
from neural_style.service.examples import jpeg_url, thumbnail_url
from neural_style.service.jobs import Job, Jobs
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.results import Result, Sessions
from neural_style.service.runner import Runner, Update
from neural_style.service.variations import VARIATIONS
from neural_style.ui import texts
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.form_events import Changes, FormEvents, link_query
from neural_style.ui.gradio_queue import closed_when_cancelled
from neural_style.ui.layout import Page
from neural_style.ui.parts.chart import LossPoint
from neural_style.ui.parts.status import badge, message, rough_duration, status_html
from neural_style.ui.parts.viewer import in_viewer, on_strip


@dataclass(frozen=True)
class RunEvents:
    """The part of the page where the picture comes.

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
        """The components."""
        return self.form_events.page

    @property
    def options(self) -> ServerOptions:
        """The limits of this server."""
        return self.form_events.options

    @property
    def controls(self) -> list[gr.Component]:
        """The buttons, of which one is on the page at a time, and what stands below the first of them."""
        return [
            self.page.run_panel.paint,
            self.page.run_panel.estimate,
            self.page.run_panel.leave,
            self.page.run_panel.stop,
        ]

    @property
    def ready_outputs(self) -> list[Any]:
        """What changes when nothing comes of a job."""
        return [self.page.run_panel.status, self.page.result.group, *self.controls]

    @property
    def result_outputs(self) -> list[Any]:
        """What a result changes."""
        run_panel, result = self.page.run_panel, self.page.result
        shown = [
            run_panel.viewer,
            run_panel.status,
            run_panel.shown,
            run_panel.strip,
            run_panel.network,
            result.group,
            result.download,
        ]
        recipe = [result.kept_recipe, result.recipe, result.recipe_download, result.link]
        return [*shown, *recipe, result.timelapse, result.video, result.mp4, result.webp]

    def arrive(self, session: Any) -> Changes:
        """A page is opened: the browser's token, and its last result."""
        session = self.sessions.arrive(session)
        results = self.sessions.results(session)
        shown = self._show(session, results[-1]) if results else {self.page.run_panel.network: self.network()}
        return {self.page.run_panel.session: session, **shown}

    def network(self) -> str:
        """The badge: what paints, and how VGG-19 is coming along."""
        return badge(self.runner.context.network_status())

    def estimate(self, token: str, *order: Any) -> str:
        """How long it would take, and how many pictures of others may come before it."""
        seconds = self.form_events.estimate_s(*order)
        if seconds is None:
            return ""
        ahead = self.waiting() + self.runner.context.shutdown.running - (token in self.jobs)
        if ahead < self.options.jobs_at_once:
            template = texts.ESTIMATE
        else:
            template = texts.ESTIMATE_AFTER_ONE if ahead == 1 else texts.ESTIMATE_AFTER
        return message(template.format(time=rough_duration(seconds), ahead=ahead))

    def missing(self, _visit: Any, *order: Any) -> list[dict[str, Any]]:
        """What is still wanted, to be shown where it belongs."""
        return [gr.validate(is_valid=True, message=""), *self.form_events.missing(*order)]

    def check(self, session: str, *order: Any) -> Changes:
        """Refuse in words, before any waiting, what cannot be painted."""
        with errors_as_sentences():
            return self._register(self.form_events.read(*order), session)

    def check_variation(self, name: str, session: str, shown: str) -> Changes:
        """The same for what is made of the result that is shown."""
        with errors_as_sentences():
            return self._register(VARIATIONS[name](self.sessions.result(session, shown), self.options), session)

    def paint(self, token: str) -> Iterator[Changes]:
        """A job, from its turn to its end, in the form that Gradio sends."""
        viewer, status, shown = self.page.run_panel.viewer, self.page.run_panel.status, self.page.run_panel.shown
        with errors_as_sentences(), self.jobs.running(token) as job:
            points: list[LossPoint] = []

            def keep(update: Update) -> Result:
                return self._keep(job, update, points)

            updates = self.runner.paint(job.order.request(self.options), job.order.file_stem, job.stop, keep)
            with closing(updates), closed_when_cancelled(updates):
                changes = self._only("stop")
                for update in updates:
                    points.append(LossPoint.of(update.iterate))
                    if update.kept is not None:
                        result = keep(update)
                        yield changes | {viewer: _compared(result), status: result.status, shown: result.key}
                    else:
                        preview = {viewer: in_viewer({"url": jpeg_url(update.preview)})} if update.preview else {}
                        yield changes | preview | {status: status_html(update, points)}
                    changes = {}

    def stop(self, token: str) -> gr.Button:
        """The job sees the flag at its next step and hands over its best picture."""
        self.jobs.stop(token)
        return gr.Button(texts.STOPPING, interactive=False)

    def leave(self, token: str, shown: str) -> Changes:
        """Before it began."""
        self.jobs.forget(token)
        return self._ready(messages.STATUS_LEFT_QUEUE, shown)

    def fail(self, shown: str) -> Changes:
        """Gradio has shown why."""
        return self._ready(texts.STATUS_FAILED, shown)

    def end(self, session: str, shown: str) -> Changes:
        """The job is done: its picture, and what can be made of it."""
        with errors_as_sentences():
            return self._show(session, self.sessions.result(session, shown)) | self._only("paint")

    def choose_result(self, session: str, event: gr.EventData) -> Changes:
        """A click on the strip."""
        with errors_as_sentences():
            return self._show(session, self.sessions.result(session, event.key))

    def show_timelapse(self, session: str, shown: str) -> Iterator[Changes]:
        """The film at once, and then the animation made of it when it is first asked for."""
        result = self.page.result
        with errors_as_sentences():
            film = self.sessions.result(session, shown).kept.film
            if film is None:
                raise ImageError(messages.NO_TIMELAPSE)
            yield {result.video: file_record(film), result.mp4: _download(film)}
            webp = film.with_suffix(".webp")
            if not webp.exists():
                animated_webp(film, webp)
            yield {result.webp: _download(webp)}

    def _register(self, order: Order, session: str) -> Changes:
        if self.waiting() >= self.options.queue_size:
            raise OptionsError(messages.QUEUE_FULL.format(jobs=self.options.queue_size))
        order.request(self.options)
        return {
            self.page.run_panel.job: self.jobs.register(order, session),
            self.page.run_panel.status: message(texts.STATUS_WAITING),
            self.page.result.group: gr.update(visible=False),
            **self._only("leave"),
        }

    def _ready(self, sentence: str, shown: str) -> Changes:
        group = {self.page.result.group: gr.update(visible=bool(shown))}
        return {self.page.run_panel.status: message(sentence), **group, **self._only("paint")}

    def _keep(self, job: Job, update: Update, points: list[LossPoint]) -> Result:
        if update.kept is None:
            raise ValueError("only a last update can be kept")
        if not update.stopped and update.iterate.notice is None:
            self.runner.context.estimate.learn(update.request, update.iterate)
        result = Result(
            order=job.order,
            kept=update.kept,
            size=update.request.canvas_size,
            thumbnail=thumbnail_url(update.iterate.result()),
            status=status_html(update, points),
        )
        self.sessions.add(job.session, result)
        return result

    def _show(self, session: str, result: Result) -> Changes:
        run_panel, panel, kept = self.page.run_panel, self.page.result, result.kept
        return {
            run_panel.viewer: _compared(result),
            run_panel.status: result.status,
            run_panel.shown: result.key,
            run_panel.strip: on_strip(result.key, self.sessions.results(session)),
            run_panel.network: self.network(),
            panel.group: gr.update(visible=True),
            panel.download: _download(kept.picture),
            panel.kept_recipe: gr.update(visible=bool(kept.recipe)),
            panel.recipe: kept.recipe,
            panel.recipe_download: _download(kept.recipe_file),
            panel.link: link_query(kept.recipe) if kept.recipe else "",
            panel.timelapse: gr.update(open=False, visible=kept.film is not None),
            panel.video: None,
            panel.mp4: _download(None),
            panel.webp: _download(None),
        }

    def _only(self, name: Literal["paint", "leave", "stop"]) -> Changes:
        run_panel = self.page.run_panel
        return {
            run_panel.paint: gr.update(visible=name == "paint"),
            run_panel.estimate: gr.update(visible=name == "paint"),
            run_panel.leave: gr.update(visible=name == "leave"),
            run_panel.stop: gr.update(visible=name == "stop", value=texts.STOP, interactive=True),
        }


def _download(file: Path | None) -> dict[str, Any]:
    """Of a button that downloads: it can be pressed when the file is there."""
    return gr.update(value=file and file_record(file), interactive=file is not None)


def _compared(result: Result) -> dict[str, Any]:
    return in_viewer(file_record(result.kept.picture), file_record(result.kept.before))

"""What the events of painting do: a click becomes a job, its updates pictures and sentences, its end a result."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import gradio as gr

from neural_style.errors import ImageError, OptionsError
from neural_style.record.timelapse import animated_webp
from neural_style.ui import texts
from neural_style.ui.catalogue import jpeg_url, thumbnail_url
from neural_style.ui.chart import LossPoint
from neural_style.ui.edge import errors_for_visitors, file_record
from neural_style.ui.environment import ServerOptions
from neural_style.ui.gradio_queue import closed_when_cancelled
from neural_style.ui.jobs import Job, Jobs
from neural_style.ui.layout import Page
from neural_style.ui.ordering import Changes, Ordering, link_query
from neural_style.ui.orders import Order
from neural_style.ui.painting import Painter, Update
from neural_style.ui.results import Result, Visits
from neural_style.ui.stage import on_stage, on_strip
from neural_style.ui.status import badge, message, rough_duration, status_html
from neural_style.ui.variations import VARIATIONS


@dataclass(frozen=True)
class Easel:
    """The part of the page where the picture comes.

    Holds the jobs and the results of this server; a visitor's are found by tokens that only they have. `waiting` says
    how many paintings wait for their turn.
    """

    painter: Painter
    ordering: Ordering
    jobs: Jobs
    visits: Visits
    waiting: Callable[[], int]

    @property
    def page(self) -> Page:
        """The components."""
        return self.ordering.page

    @property
    def options(self) -> ServerOptions:
        """The limits of this server."""
        return self.ordering.options

    @property
    def controls(self) -> list[gr.Component]:
        """The buttons, of which one is on the page at a time, and what stands below the first of them."""
        return [self.page.easel.paint, self.page.easel.estimate, self.page.easel.leave, self.page.easel.stop]

    @property
    def ready_outputs(self) -> list[Any]:
        """What changes when nothing comes of a job."""
        return [self.page.easel.status, self.page.outcome.group, *self.controls]

    @property
    def result_outputs(self) -> list[Any]:
        """What a result changes."""
        easel, outcome = self.page.easel, self.page.outcome
        shown = [easel.stage, easel.status, easel.shown, easel.strip, easel.network, outcome.group, outcome.download]
        recipe = [outcome.kept_recipe, outcome.recipe, outcome.recipe_download, outcome.link]
        return [*shown, *recipe, outcome.timelapse, outcome.video, outcome.mp4, outcome.webp]

    def arrive(self, visit: Any) -> Changes:
        """A page is opened: the browser's token, and its last result."""
        visit = self.visits.arrive(visit)
        results = self.visits.results(visit)
        shown = self._show(visit, results[-1]) if results else {self.page.easel.network: self.network()}
        return {self.page.easel.visit: visit, **shown}

    def network(self) -> str:
        """The badge: what paints, and how VGG-19 is coming along."""
        return badge(self.painter.studio.network_status())

    def estimate(self, token: str, *order: Any) -> str:
        """How long it would take, and how many pictures of others may come before it."""
        seconds = self.ordering.estimate_s(*order)
        if seconds is None:
            return ""
        ahead = self.waiting() + self.painter.studio.closing.running - (token in self.jobs)
        if ahead < self.options.jobs_at_once:
            template = texts.ESTIMATE
        else:
            template = texts.ESTIMATE_AFTER_ONE if ahead == 1 else texts.ESTIMATE_AFTER
        return message(template.format(time=rough_duration(seconds), ahead=ahead))

    def missing(self, _visit: Any, *order: Any) -> list[dict[str, Any]]:
        """What is still wanted, to be shown where it belongs."""
        return [gr.validate(is_valid=True, message=""), *self.ordering.missing(*order)]

    def check(self, visit: str, *order: Any) -> Changes:
        """Refuse in words, before any waiting, what cannot be painted."""
        with errors_for_visitors():
            return self._register(self.ordering.read(*order), visit)

    def check_variation(self, name: str, visit: str, shown: str) -> Changes:
        """The same for what is made of the result that is shown."""
        with errors_for_visitors():
            return self._register(VARIATIONS[name](self.visits.result(visit, shown), self.options), visit)

    def paint(self, token: str) -> Iterator[Changes]:
        """A job, from its turn to its end, in the form that Gradio sends."""
        stage, status, shown = self.page.easel.stage, self.page.easel.status, self.page.easel.shown
        with errors_for_visitors(), self.jobs.running(token) as job:
            points: list[LossPoint] = []

            def keep(update: Update) -> Result:
                return self._keep(job, update, points)

            updates = self.painter.paint(job.order.request(self.options), job.order.file_stem, job.stop, keep)
            with closing(updates), closed_when_cancelled(updates):
                changes = self._only("stop")
                for update in updates:
                    points.append(LossPoint.of(update.frame))
                    if update.kept is not None:
                        result = keep(update)
                        yield changes | {stage: _compared(result), status: result.status, shown: result.key}
                    else:
                        preview = {stage: on_stage({"url": jpeg_url(update.preview)})} if update.preview else {}
                        yield changes | preview | {status: status_html(update, points)}
                    changes = {}

    def stop(self, token: str) -> gr.Button:
        """The job sees the flag at its next step and hands over its best picture."""
        self.jobs.stop(token)
        return gr.Button(texts.STOPPING, interactive=False)

    def leave(self, token: str, shown: str) -> Changes:
        """Before it began."""
        self.jobs.forget(token)
        return self._ready(texts.STATUS_LEFT_QUEUE, shown)

    def fail(self, shown: str) -> Changes:
        """Gradio has shown why."""
        return self._ready(texts.STATUS_FAILED, shown)

    def end(self, visit: str, shown: str) -> Changes:
        """The job is done: its picture, and what can be made of it."""
        with errors_for_visitors():
            return self._show(visit, self.visits.result(visit, shown)) | self._only("paint")

    def choose_result(self, visit: str, event: gr.EventData) -> Changes:
        """A click on the strip."""
        with errors_for_visitors():
            return self._show(visit, self.visits.result(visit, event.key))

    def show_timelapse(self, visit: str, shown: str) -> Iterator[Changes]:
        """The film at once, and then the animation made of it when it is first asked for."""
        outcome = self.page.outcome
        with errors_for_visitors():
            film = self.visits.result(visit, shown).kept.film
            if film is None:
                raise ImageError(texts.NO_TIMELAPSE)
            yield {outcome.video: file_record(film), outcome.mp4: _to_fetch(film)}
            webp = film.with_suffix(".webp")
            if not webp.exists():
                animated_webp(film, webp)
            yield {outcome.webp: _to_fetch(webp)}

    def _register(self, order: Order, visit: str) -> Changes:
        if self.waiting() >= self.options.queue_size:
            raise OptionsError(texts.QUEUE_FULL.format(jobs=self.options.queue_size))
        order.request(self.options)
        return {
            self.page.easel.job: self.jobs.register(order, visit),
            self.page.easel.status: message(texts.STATUS_WAITING),
            self.page.outcome.group: gr.update(visible=False),
            **self._only("leave"),
        }

    def _ready(self, sentence: str, shown: str) -> Changes:
        group = {self.page.outcome.group: gr.update(visible=bool(shown))}
        return {self.page.easel.status: message(sentence), **group, **self._only("paint")}

    def _keep(self, job: Job, update: Update, points: list[LossPoint]) -> Result:
        if update.kept is None:
            raise ValueError("only a last update can be kept")
        if not update.stopped and update.frame.notice is None:
            self.painter.studio.pace.learn(update.request, update.frame)
        result = Result(
            order=job.order,
            kept=update.kept,
            size=update.request.canvas_size,
            thumbnail=thumbnail_url(update.frame.result()),
            status=status_html(update, points),
        )
        self.visits.add(job.visit, result)
        return result

    def _show(self, visit: str, result: Result) -> Changes:
        easel, outcome, kept = self.page.easel, self.page.outcome, result.kept
        return {
            easel.stage: _compared(result),
            easel.status: result.status,
            easel.shown: result.key,
            easel.strip: on_strip(result.key, self.visits.results(visit)),
            easel.network: self.network(),
            outcome.group: gr.update(visible=True),
            outcome.download: _to_fetch(kept.picture),
            outcome.kept_recipe: gr.update(visible=bool(kept.recipe)),
            outcome.recipe: kept.recipe,
            outcome.recipe_download: _to_fetch(kept.recipe_file),
            outcome.link: link_query(kept.recipe) if kept.recipe else "",
            outcome.timelapse: gr.update(open=False, visible=kept.film is not None),
            outcome.video: None,
            outcome.mp4: _to_fetch(None),
            outcome.webp: _to_fetch(None),
        }

    def _only(self, name: Literal["paint", "leave", "stop"]) -> Changes:
        easel = self.page.easel
        return {
            easel.paint: gr.update(visible=name == "paint"),
            easel.estimate: gr.update(visible=name == "paint"),
            easel.leave: gr.update(visible=name == "leave"),
            easel.stop: gr.update(visible=name == "stop", value=texts.STOP, interactive=True),
        }


def _to_fetch(file: Path | None) -> dict[str, Any]:
    """Of a button that downloads: it can be pressed when the file is there."""
    return gr.update(value=file and file_record(file), interactive=file is not None)


def _compared(result: Result) -> dict[str, Any]:
    return on_stage(file_record(result.kept.picture), file_record(result.kept.before))

"""A click becomes a job, its moments become pictures and sentences, and its end becomes a result."""

import asyncio
import html
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.components import Component

from neural_style.errors import ImageError, OptionsError
from neural_style.record.timelapse import animated_webp
from neural_style.service.archive import write_zip
from neural_style.service.examples import jpeg_url
from neural_style.service.jobs import Job, Jobs, Moment
from neural_style.service.loss_curve import LossPoint
from neural_style.service.messages import messages
from neural_style.service.options import ServerOptions
from neural_style.service.orders import Order
from neural_style.service.pictures import Picture
from neural_style.service.results import Result
from neural_style.service.runner import Runner
from neural_style.service.sessions import RESULTS_PER_SESSION, Sessions
from neural_style.service.sketches import (
    LOOKS,
    PAINTINGS,
    SketchPainter,
    sketches_of_looks,
    sketches_of_paintings,
    sketches_of_strengths,
)
from neural_style.service.variations import VARIATIONS
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.form_events import LINK_PARAMETER, Changes, FormEvents, Values, size_of
from neural_style.ui.form_memory import Form, fields, form_of, restored
from neural_style.ui.gradio_cancel import ended_with_its_event
from neural_style.ui.layout import Page
from neural_style.ui.parts.result_panel import to_share
from neural_style.ui.parts.sketch_sheet import on_sheet
from neural_style.ui.parts.status import badge, details_html, message, outcome_html, problem, progress_html, rough
from neural_style.ui.parts.viewer import in_viewer, on_strip
from neural_style.ui.recipes import link_query
from neural_style.ui.result_labels import sketch_label
from neural_style.ui.texts import texts
from neural_style.ui.visitors import address_of_visitor


@dataclass(frozen=True)
class RunEvents:
    """The handlers of the part of the page where the picture appears.

    The jobs and the results of this server are found by tokens that only their visitor has.
    """

    runner: Runner
    form_events: FormEvents
    jobs: Jobs
    sessions: Sessions

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
        run = self.page.run
        return [run.paint, run.estimate, run.leave, run.stop, run.follows]

    @property
    def ready_outputs(self) -> list[Any]:
        """The components that change when a job begins, or ends without a result."""
        return [self.page.run.status, self.page.result.group, self.page.film.fold, *self.controls]

    @property
    def watch_outputs(self) -> list[Any]:
        """The components that change while a job is watched."""
        run = self.page.run
        return [run.viewer, run.status, run.details, run.shown, self.page.result.group, *self.controls]

    @property
    def result_outputs(self) -> list[Any]:
        """The components that a result changes."""
        run, result, film, recipe = self.page.run, self.page.result, self.page.film, self.page.recipe
        return [
            *(run.viewer, run.status, run.details, run.shown, run.strip, run.network),
            *result.variations.values(),
            *(result.group, result.download, result.share, film.fold, film.video, film.mp4, film.webp),
            *(recipe.group, recipe.text, recipe.download, recipe.link),
        ]

    @property
    def arrival_outputs(self) -> list[Any]:
        """The components that change when the page is opened: the whole of it may be restored."""
        run, panel = self.page.run, list(fields(self.page).values())
        return [run.session, run.job, *self.result_outputs, *self.controls, *panel]

    def arrive(self, session: Any, request: gr.Request) -> Changes:
        """Give a browser that opens the page its token, and show it what it left: form, job, and last result."""
        run = self.page.run
        session = self.sessions.arrive(session)
        changes = {run.session: session, run.network: self.network()}
        form = self.sessions.form(session)
        if form is not None and LINK_PARAMETER not in dict(request.query_params):
            changes |= self._restored(form)
        results = self.sessions.results(session)
        if results:
            changes |= self._show(session, results[-1])
        job = self.jobs.latest_of(session)
        if job is not None:
            changes |= {run.job: job.token, run.status: message(texts().status_goes_on), **self._only("stop")}
            changes |= self._with_result(visible=False)
        return changes

    def network(self) -> str:
        """Return the badge, which says which network paints and how VGG-19 is coming along."""
        return badge(self.runner.context.network_status())

    def keep_form(self, values: Values) -> None:
        """Keep what the page has in its fields, for when it is opened again."""
        form = form_of(self.page, values)
        if form is not None:
            self.sessions.keep_form(values[self.page.run.session], form)

    def estimate(self, values: Values) -> str:
        """Say how long it would take, and how many pictures of others may come before it."""
        expected = self.form_events.size_and_seconds(values)
        if expected is None:
            return ""
        (height, width), seconds = expected
        ahead = self.jobs.would_wait_for()
        if not ahead:
            template = texts().estimate
        else:
            template = texts().estimate_after_one if ahead == 1 else texts().estimate_after
        return message(template.format(time=rough(seconds), ahead=ahead, width=width, height=height))

    def check(self, values: Values) -> Changes:
        """Refuse in words, before any waiting, an order that cannot be painted."""
        with errors_as_sentences():
            self.keep_form(values)
            return self._submit(self.form_events.read(values), values, form_of(self.page, values))

    def take_album(self, values: Values) -> Changes:
        """Take several photos, to be painted one after the other, and say how long that will take."""
        part = self.page.photo
        with errors_as_sentences():
            photos = tuple(filter(None, map(Picture.from_upload, values[part.several] or [])))
            if len(photos) > RESULTS_PER_SESSION:
                raise OptionsError(messages().album_limit.format(photos=len(photos), limit=RESULTS_PER_SESSION))
            expected = self.form_events.size_and_seconds({**values, part.image: values[part.several][0]})
            if expected is None:
                said = texts().paint_all.format(count=len(photos))
            else:
                said = texts().paint_all_timed.format(count=len(photos), time=rough(len(photos) * expected[1]))
            return {part.album: photos, part.paint_all: gr.update(value=said, visible=bool(photos))}

    def check_album(self, values: Values) -> Changes:
        """Refuse in words, before any waiting, an album that cannot be painted."""
        with errors_as_sentences():
            photos = values[self.page.photo.album]
            if not photos:
                raise OptionsError(messages().no_photo)
            uploads = [{"path": str(photo.path), "orig_name": photo.name} for photo in photos]
            of_one = {self.page.regions: None}  # what was drawn on one photo says nothing about others
            orders = [self.form_events.read({**values, **of_one, self.page.photo.image: upload}) for upload in uploads]
            readable = next(filter(self._is_readable, orders), orders[0])
            if values[self.page.regions]:
                gr.Info(html.escape(texts().album_whole))
            return self._submit(readable, values, form_of(self.page, values), tuple(orders))

    def check_variation(self, name: str, values: Values) -> Changes:
        """Refuse in words, before any waiting, a variation of the shown result that cannot be painted."""
        with errors_as_sentences():
            shown = self._shown(values)
            return self._submit(VARIATIONS[name](shown, self.options), values, shown.form)

    def follow(self, values: Values) -> None:
        """Have the picture that is being painted follow what was moved on the page since it was ordered."""
        job, mix = self.jobs.find(values[self.page.run.job]), self.form_events.mix(values)
        if job is None or job.has_ended or job.album or mix is None:
            return
        moved = job.moved_to(mix)
        if moved is not None:
            job.form = form_of(self.page, values) or job.form
            self.jobs.change(job, moved)

    async def watch(self, token: str) -> AsyncIterator[Changes]:
        """Show a job from now on to its end, in the form that Gradio sends; without a job nothing changes."""
        job = self.jobs.find(token)
        if job is None or (job.has_ended and job.result is None and job.error is None):
            yield {self.page.run.status: gr.skip()}
            return
        shown = ""
        with errors_as_sentences():
            async for moment in self.jobs.follow(job):
                button = "leave" if moment.ahead is not None else "stop"
                buttons = {} if button == shown or job.stop.is_set() else self._only(button)
                shown = button
                yield self._told(job, moment) | buttons

    async def try_out(self, kind: str, values: Values) -> AsyncIterator[Changes]:
        """Paint small sketches of this photo in several ways, as one job, and show each as it comes."""
        part, sketches = self.page.options.sheet, dict[str, str]()
        with errors_as_sentences():
            order = self.form_events.read(values)
            await asyncio.to_thread(order.request, self.options, self.runner.context.pictures)  # to check it
            orders = self._sketches(kind, order, values)
            labels = {name: sketch_label(kind, name, each) for name, each in orders.items()}
            paint = SketchPainter(self.runner.context, self.options, orders)
            job = Job(order, values[self.page.run.session], address_of_visitor(), paint=paint)
            self.jobs.submit(job)
            with ended_with_its_event(partial(self.jobs.give_up, job)):
                begun = {each: gr.update(interactive=False) for each in part.buttons.values()}
                begun |= {part.stop: gr.update(visible=True), part.job: job.token}
                yield begun | {part.sheet: on_sheet(kind, labels, sketches), **self._trying(kind, sketches, orders)}
                async for moment in self.jobs.follow(job, every=True):
                    if moment.sketch is None:
                        yield {part.stop: gr.skip()}
                    else:
                        sketches |= [moment.sketch]
                        sheet = {part.sheet: on_sheet(kind, labels, sketches)}
                        yield sheet | self._trying(kind, sketches, orders)
            yield self.may_try()

    def may_try(self) -> Changes:
        """Return the buttons for sketches as ones that can be pressed."""
        part = self.page.options.sheet
        ready = {
            button: gr.update(value=texts().tries[kind], interactive=True) for kind, button in part.buttons.items()
        }
        return {**ready, part.stop: gr.update(visible=False)}

    def stop_trying(self, token: str) -> None:
        """End the sketches that are being painted; those that are done stay."""
        job = self.jobs.find(token)
        if job is not None:
            self.jobs.stop(job)

    def _trying(self, kind: str, sketches: Mapping[str, str], orders: Mapping[str, Order]) -> Changes:
        """Return the button of a kind with how far its sketches are, and how long the others will take."""
        left = [order for name, order in orders.items() if name not in sketches]
        times = [
            self.runner.context.estimate.estimate_s(size_of(order, self.runner.context.pictures), order.settings)
            for order in left
        ]
        template = texts().trying if None in times else texts().trying_timed
        said = template.format(done=len(sketches), all=len(orders), time=rough(sum(filter(None, times))))
        return {self.page.options.sheet.buttons[kind]: gr.update(value=said, interactive=False)}

    def _sketches(self, kind: str, order: Order, values: Values) -> dict[str, Order]:
        if kind == LOOKS:
            return sketches_of_looks(order, self.options)
        if kind == PAINTINGS:
            return sketches_of_paintings(order, self.options, self.form_events.paintings_to_try(values))
        return sketches_of_strengths(order, self.options)

    def stop(self, token: str) -> gr.Button:
        """Ask a job to end: it sees the flag at its next step and hands over its best picture."""
        job = self.jobs.find(token)
        if job is not None:
            self.jobs.stop(job)
        return gr.Button(texts().stopping, interactive=False)

    def leave(self, values: Values) -> Changes:
        """End a job before it began."""
        job = self.jobs.find(values[self.page.run.job])
        if job is not None:
            self.jobs.stop(job)
        return self._ready(messages().status_left_queue, values[self.page.run.shown])

    def fail(self, values: Values) -> Changes:
        """Make the page ready again after a job that failed; Gradio has shown why."""
        return self._ready(texts().status_failed, values[self.page.run.shown])

    def end(self, values: Values) -> Changes:
        """Show a job's picture, when it is done, and the variations that can be made of it."""
        run = self.page.run
        job = self.jobs.find(values[run.job])
        if job is None:
            return {run.status: gr.skip()}
        if job.result is None:
            return self._ready(messages().status_left_queue, values[run.shown])
        with errors_as_sentences():
            shown = self._show(values[run.session], job.result) | self._only("paint")
            if job.failures:
                shown[run.status] += "".join(map(problem, job.failures))
            return shown

    def use_card(self, session: str, shown: str, event: gr.EventData) -> Changes:
        """Do what was clicked on a card of the strip: show its result with its settings, star it, or delete it."""
        with errors_as_sentences():
            if event.does == "show":
                result = self.sessions.result(session, event.key)
                form = {} if result.form is None else self._restored(result.form)
                return form | self._show(session, result)
            if event.does == "star":
                self.sessions.star(session, event.key, is_starred=bool(event.is_starred))
                return {self.page.run.strip: self._strip(session, shown)}
            self.sessions.delete(session, event.key)
            if event.key != shown:
                return {self.page.run.strip: self._strip(session, shown)}
            results = self.sessions.results(session)
            return self._show(session, results[-1]) if results else self._empty(session)

    def archive(self, session: str) -> Any:
        """Write a ZIP of the results with a star, or of all where none has one, and return it for the hidden link."""
        with errors_as_sentences():
            results, starred = self.sessions.results(session), self.sessions.starred(session)
            chosen = [result for result in results if result.key in starred] or results
            if not chosen:
                raise OptionsError(messages().no_results)
            path = self.runner.results / secrets.token_urlsafe(16) / "neural-style.zip"
            path.parent.mkdir(parents=True)
            write_zip(path, chosen)
            return file_record(path)

    def show_timelapse(self, values: Values) -> Iterator[Changes]:
        """Show the film at once, and then the animation, made of it when it is first asked for."""
        panel = self.page.film
        with errors_as_sentences():
            film = self._shown(values).files.film
            if film is None:
                raise ImageError(messages().no_timelapse)
            yield {panel.video: file_record(film), panel.mp4: _download(film)}
            webp = film.with_suffix(".webp")
            if not webp.exists():
                animated_webp(film, webp)
            yield {panel.webp: _download(webp)}

    def _shown(self, values: Values) -> Result:
        """Return the result that is shown to this session."""
        return self.sessions.result(values[self.page.run.session], values[self.page.run.shown])

    def _submit(self, order: Order, values: Values, form: Form | None, album: tuple[Order, ...] = ()) -> Changes:
        order.request(self.options, self.runner.context.pictures)  # to check it: a request is too large to wait
        session, address = values[self.page.run.session], address_of_visitor()
        job = Job(order, session, address, self.options.away_s, is_kept=True, form=form, album=album)
        job.mix = self.form_events.mix(values)
        self.jobs.submit(job)
        return {
            self.page.run.job: job.token,
            self.page.run.status: message(texts().status_begins),
            **self._with_result(visible=False),
            **self._only("leave"),
        }

    def _is_readable(self, order: Order) -> bool:
        """Return whether the photo of the order can be read."""
        try:
            return order.content is not None and bool(self.runner.context.pictures.load(order.content))
        except ImageError:
            return False

    def _told(self, job: Job, moment: Moment) -> Changes:
        """Return what a moment of a job changes on the page."""
        run, update = self.page.run, moment.update
        if moment.ahead is not None:
            sentence = texts().status_next if moment.ahead <= 1 else texts().status_waiting.format(ahead=moment.ahead)
            return {run.status: message(sentence)}
        pictured = {} if moment.preview is None else {run.viewer: in_viewer({"url": jpeg_url(moment.preview)})}
        place = "" if moment.place is None else texts().status_place.format(number=moment.place[0], all=moment.place[1])
        if update is None:
            return {**pictured, run.status: message(". ".join(filter(None, [place, texts().status_begins])))}
        if job.result is not None and update.files is not None:
            return {**self._pictured(job.result), run.shown: job.result.key}
        points = [
            LossPoint.of(each.update.iterate)
            for each in job.moments
            if each.update is not None and each.place == moment.place
        ]
        details = details_html(update.iterate.network, update.iterate.losses, points)
        return {**pictured, run.status: progress_html(update, place), run.details: details}

    def _ready(self, sentence: str, shown: str) -> Changes:
        result = self._with_result(visible=bool(shown))
        return {self.page.run.status: message(sentence), **result, **self._only("paint")}

    def _restored(self, form: Form) -> Changes:
        """Bring a form that was kept back to the page."""
        changes = restored(self.page, form)
        return changes | self.form_events.show_look(form["look"]) if changes else {}

    def _strip(self, session: str, shown: str) -> dict[str, Any]:
        return on_strip(shown, self.sessions.results(session), self.sessions.starred(session))

    def _empty(self, session: str) -> Changes:
        """Return the page without any result."""
        run = self.page.run
        emptied = {run.viewer: in_viewer(None), run.status: "", run.details: "", run.shown: ""}
        return {**emptied, run.strip: self._strip(session, ""), **self._with_result(visible=False)}

    def _with_result(self, *, visible: bool) -> Changes:
        """Show or hide what belongs to the finished picture."""
        return {part: gr.update(visible=visible) for part in (self.page.result.group, self.page.film.fold)}

    def _show(self, session: str, result: Result) -> Changes:
        run, panel, film, recipe = self.page.run, self.page.result, self.page.film, self.page.recipe
        files = result.files
        height, width = result.size
        return {
            **self._pictured(result),
            run.shown: result.key,
            run.strip: self._strip(session, result.key),
            run.network: self.network(),
            panel.group: gr.update(visible=True),
            panel.download: _download(files.picture, texts().download_sized.format(height=height, width=width)),
            panel.share: to_share(files.picture),
            **{button: self._variation_label(name, result) for name, button in panel.variations.items()},
            film.fold: gr.update(open=False, visible=files.film is not None),
            film.video: None,
            film.mp4: _download(None),
            film.webp: _download(None),
            recipe.group: gr.update(visible=bool(files.recipe)),
            recipe.text: files.recipe,
            recipe.download: _download(files.recipe_file),
            recipe.link: link_query(files.recipe) if files.recipe else "",
        }

    def _variation_label(self, name: str, result: Result) -> Any:
        """Return what the button of a variation says: what it does, to what size, and in what time."""
        try:
            order = VARIATIONS[name](result, self.options)
        except OptionsError:  # which the button will say
            return texts().variations[name]
        height, width = size_of(order, self.runner.context.pictures)
        label = texts().variations_sized[name].format(height=height, width=width, steps=order.more_steps)
        settings = order.settings
        if order.begin is not None:  # only the largest size is still to be painted
            settings = replace(settings, effort=None, iterations=order.more_steps, scales=1, first_px=None)
        seconds = self.runner.context.estimate.estimate_s((height, width), settings)
        return label if seconds is None else texts().variation_timed.format(label=label, time=rough(seconds))

    def _pictured(self, result: Result) -> Changes:
        """Return the picture over its photo, and how its run ended."""
        compared = in_viewer(file_record(result.files.picture), file_record(result.files.before))
        run, outcome = self.page.run, result.outcome
        details = details_html(outcome.network, outcome.losses, outcome.curve, outcome.nearness)
        return {run.viewer: compared, run.status: outcome_html(outcome), run.details: details}

    def _only(self, name: Literal["paint", "leave", "stop"]) -> Changes:
        run = self.page.run
        return {
            run.paint: gr.update(visible=name == "paint"),
            run.estimate: gr.update(visible=name == "paint"),
            run.leave: gr.update(visible=name == "leave"),
            run.stop: gr.update(visible=name == "stop", value=texts().stop, interactive=True),
            run.follows: gr.update(visible=name == "stop"),
        }


def _download(file: Path | None, label: str | None = None) -> dict[str, Any]:
    """Return the update of a button that downloads: it can be pressed when the file is there."""
    update = gr.update(value=file and file_record(file), interactive=file is not None)
    return update if label is None else {**update, "label": label}

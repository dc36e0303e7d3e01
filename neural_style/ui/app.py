"""The page's events are wired to their handlers here. Painting has threads of its own (`service.jobs`)."""

import json
from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from neural_style.changes import MOVABLE
from neural_style.presets import APP_PRESET, PAGE_PRESETS
from neural_style.service.context import ServiceContext
from neural_style.service.examples import Examples
from neural_style.service.jobs import Jobs
from neural_style.service.options import ServerOptions
from neural_style.service.painter import Painter
from neural_style.service.runner import Runner
from neural_style.service.sessions import Sessions
from neural_style.ui.api import add_endpoints
from neural_style.ui.files import results_folder
from neural_style.ui.form_events import LINK_PARAMETER, FormEvents
from neural_style.ui.form_memory import fields
from neural_style.ui.gradio_cancel import end_jobs_with_events
from neural_style.ui.layout import lay_out
from neural_style.ui.parts.sketch_sheet import on_sheet
from neural_style.ui.recipes import shown_strength
from neural_style.ui.run_events import RunEvents
from neural_style.ui.translated import TranslatedBlocks

_TO_PICTURE = "() => document.querySelector('#viewer').scrollIntoView({ block: 'nearest', behavior: 'smooth' })"
"""The script scrolls to the picture; the style sheet keeps room below it for the bar."""
_TO_RESULT = """() => {
  const [picture, result] = ["#viewer", "#result"].map((part) => document.querySelector(part));
  const { top, bottom } = picture.getBoundingClientRect();
  if (result?.offsetParent && top < innerHeight && bottom > 0) result.scrollIntoView({ block: "nearest" });
}"""
"""The script scrolls to the buttons of a finished picture where the picture is in view."""
_FETCH_ARCHIVE = "() => setTimeout(() => document.querySelector('#archive-file').click(), 200)"
"""The script presses the hidden link, once it has its file."""
_STRENGTHS = json.dumps({look: shown_strength(preset.settings) for look, preset in PAGE_PRESETS.items()})
_CHOOSE = f"look => ({_STRENGTHS})[look]"
_RESET = f"look => [look ?? '{APP_PRESET}', ({_STRENGTHS})[look ?? '{APP_PRESET}'], '']"
"""The scripts move the strength to that of a look at once; with a reset, the panel is filled from no look any more.

They come before the handler of the same events, because Gradio lets each wait for the answer to the one before it.
"""
_LINK = f"""(query) => {{
  const link = new URL(location.pathname, location.origin);
  link.searchParams.set("{LINK_PARAMETER}", query);
  return query.startsWith("{{") ? link.href : query;
}}"""

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE: dict[str, Any] = {**_PRIVATE, "queue": False}
_FALLIBLE: dict[str, Any] = {**_PRIVATE, "concurrency_limit": None}
"""The options of events that may fail, which are queued because Gradio shows the errors of queued events only."""
_RAW: dict[str, Any] = {"preprocess": False, "postprocess": False}
"""The options of events that take records of files, and values of components, as they are sent."""


def build_app(
    context: ServiceContext,
    options: ServerOptions | None = None,
    jobs: Jobs | None = None,
    sessions: Sessions | None = None,
) -> gr.Blocks:
    """Return the page, ready to be launched (`serve.open_page`).

    Args:
        context: what stands behind it.
        options: the limits of this server; None: the defaults.
        jobs: where its jobs wait and are painted; None: jobs of its own.
        sessions: its browsers and their results, and what is noted for the server after this; None: none yet.
    """
    options, jobs = options or ServerOptions(), jobs or Jobs()
    sessions = sessions or Sessions(options.keep_s)
    runner, examples = Runner(context, results_folder()), Examples(options.examples)
    with TranslatedBlocks(
        title=options.title,
        fill_width=True,
        analytics_enabled=False,
    ) as app:
        page = lay_out(options, examples)
        form_events = FormEvents(page, examples, options, context)
        run_events = RunEvents(runner, form_events, jobs, sessions)
        _wire_form(form_events)
        _wire_estimate(app, run_events)
        _wire_run(app, run_events)
        add_endpoints(runner, options, jobs)
    app.translate(lambda: lay_out(options, examples))
    end_jobs_with_events(app)
    jobs.open(
        Painter(runner, options, sessions),
        at_once=options.jobs_at_once,
        most_waiting=options.queue_size,
        most_of_one=options.queue_share,
        journal=sessions.journal,
    )
    return app


def _wire_form(form_events: FormEvents) -> None:
    page = form_events.page
    photo, paintings = page.photo, page.paintings
    looks = {"outputs": form_events.settings_outputs, **_RAW}
    shown = [photo.image, photo.note]
    photo.image.upload(form_events.show_photo, photo.image, shown, **_RAW, **_FALLIBLE)
    photo.image.clear(lambda: "", None, photo.note, **_AT_ONCE)
    sheet = page.options.sheet.sheet
    for another in (photo.image.upload, photo.image.clear, photo.examples.click):
        another(lambda: on_sheet("", {}, {}), None, sheet, **_AT_ONCE)
    photo.examples.click(form_events.choose_photo, None, shown, **_AT_ONCE)
    paintings.upload.upload(
        form_events.add_paintings,
        {paintings.upload, paintings.gallery, paintings.own},
        [paintings.gallery, paintings.own, paintings.note],
        **_RAW,
        **_FALLIBLE,
    )
    _wire_looks(form_events, looks)
    options = page.options
    options.size.input(form_events.choose_size, options.size, [options.side, options.paper], **_AT_ONCE)
    options.side.input(form_events.show_size, options.side, options.size, **_RAW, **_AT_ONCE)
    page.recipe.file.upload(form_events.use_recipe, {page.recipe.file, paintings.gallery}, **looks, **_FALLIBLE)


def _wire_looks(form_events: FormEvents, outputs: dict[str, Any]) -> None:
    """Fill the panel after each choice; after that of a look once more, since answers may come in another order."""
    options, panel = form_events.page.options, form_events.page.advanced
    look, strength, filled, reset = options.look, options.strength, panel.filled, panel.reset
    fill = {"fn": form_events.choose, "inputs": {look, strength, filled}, **outputs, **_AT_ONCE}
    look.input(None, look, strength, js=_CHOOSE, **_AT_ONCE)
    reset.click(None, look, [look, strength, filled], js=_RESET, **_AT_ONCE)
    gr.on([look.input, reset.click], trigger_mode="multiple", **fill).then(**fill)
    strength.input(trigger_mode="always_last", **fill)
    chosen = options.sheet.sheet.click(
        form_events.use_sketch, form_events.page.paintings.gallery, **outputs, **_FALLIBLE
    )
    chosen.success(**fill)
    own = options.own_looks
    own.submit(form_events.keep_look, {*form_events.inputs}, own, **_RAW, **_FALLIBLE)
    own.click(form_events.use_own_look, None, **outputs, **_FALLIBLE)


def _wire_estimate(app: gr.Blocks, run_events: RunEvents) -> None:
    page = run_events.page
    options, advanced = page.options, page.advanced
    sizes = [options.size, options.side, options.paper]
    asked = [page.photo.image, *sizes, options.effort, advanced.filled, *advanced.fields.values()]
    moments = [app.load, page.refresh.tick, *(each.change for each in asked)]
    gr.on(moments, run_events.estimate, run_events.form_events.inputs, page.run.estimate, preprocess=False, **_AT_ONCE)
    kept = fields(page).values()
    gr.on(
        [each.change for each in kept],
        run_events.keep_form,
        {page.run.session, *kept},
        None,
        trigger_mode="always_last",
        preprocess=False,
        **_AT_ONCE,
    )


def _wire_run(app: gr.Blocks, run_events: RunEvents) -> None:
    run, result, form_events = run_events.page.run, run_events.page.result, run_events.form_events
    both = {run.session, run.shown}
    checked = {"outputs": [run.job, *run_events.ready_outputs], **_RAW, **_FALLIBLE}
    order = {run.session, *form_events.inputs, *fields(run_events.page).values()}
    checks = [run.paint.click(run_events.check, order, validator=form_events.missing, **checked)]
    photo = run_events.page.photo
    inputs = {run.session, photo.several, *form_events.inputs}
    photo.several.upload(run_events.take_album, inputs, [photo.album, photo.paint_all], **_RAW, **_FALLIBLE)
    checks.append(photo.paint_all.click(run_events.check_album, {*order, photo.album}, **checked))
    checks += [
        button.click(partial(run_events.check_variation, name), {*both, *form_events.inputs}, **checked)
        for name, button in result.variations.items()
    ]
    panel = run_events.page.advanced.fields
    moved = [form_events.page.paintings.gallery.change, run_events.page.options.strength.change]
    gr.on(
        [*moved, *(panel[path].input for path in MOVABLE)],
        run_events.follow,
        {run.job, *order},
        None,
        trigger_mode="always_last",
        preprocess=False,
        **_AT_ONCE,
    )
    sheet = run_events.page.options.sheet
    inputs = {run.session, *form_events.inputs}
    ready = [*sheet.buttons.values(), sheet.stop]
    tried = {"outputs": [sheet.sheet, sheet.job, *ready], **_RAW, **_FALLIBLE}
    for kind, button in sheet.buttons.items():
        trying = button.click(partial(run_events.try_out, kind), inputs, validator=form_events.missing, **tried)
        trying.failure(run_events.may_try, None, ready, **_AT_ONCE)
    sheet.stop.click(run_events.stop_trying, sheet.job, None, **_AT_ONCE)
    for check in checks:
        check.success(None, js=_TO_PICTURE, **_AT_ONCE)
        _watch_after(check, run_events)
    run.stop.click(run_events.stop, run.job, run.stop, **_AT_ONCE)
    run.leave.click(run_events.leave, {run.job, run.shown}, run_events.ready_outputs, **_RAW, **_AT_ONCE)

    arrival = app.load(run_events.arrive, run.session, run_events.arrival_outputs, **_RAW, **_AT_ONCE)
    _watch_after(arrival, run_events)
    paintings = form_events.page.paintings
    arrival.then(form_events.open_link, paintings.gallery, form_events.settings_outputs, **_RAW, **_FALLIBLE)
    run_events.page.refresh.tick(run_events.network, None, run.network, **_AT_ONCE)
    cards = [*run_events.result_outputs, *fields(run_events.page).values()]
    run.strip.click(run_events.use_card, [run.session, run.shown], cards, **_RAW, **_FALLIBLE)
    archived = run.archive.click(run_events.archive, run.session, run.archive_file, **_RAW, **_FALLIBLE)
    archived.success(None, js=_FETCH_ARCHIVE, **_AT_ONCE)
    link = run_events.page.recipe.link
    link.change(None, link, link, js=_LINK, **_AT_ONCE)
    film = run_events.page.film
    films = [film.video, film.mp4, film.webp]
    film.fold.expand(run_events.show_timelapse, both, films, **_RAW, **_FALLIBLE)


def _watch_after(begun: Dependency, run_events: RunEvents) -> None:
    """Watch the page's job, if it has one, after an event; after that, show what became of it."""
    run = run_events.page.run
    watching = begun.success(
        run_events.watch, run.job, run_events.watch_outputs, **_RAW, concurrency_limit=None, **_PRIVATE
    )
    results = [*run_events.result_outputs, *run_events.controls]
    tokens = {run.session, run.job, run.shown}
    ended = watching.success(run_events.end, tokens, results, **_RAW, **_AT_ONCE)
    ended.then(None, js=_TO_RESULT, **_AT_ONCE)
    inputs, outputs = run_events.form_events.inputs, run.estimate
    ended.then(run_events.estimate, inputs, outputs, preprocess=False, **_AT_ONCE)
    watching.failure(run_events.fail, {run.shown}, run_events.ready_outputs, **_RAW, **_AT_ONCE)

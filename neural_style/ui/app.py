"""The page put together: which event calls what. Only painting waits for a turn; all else is answered at once."""

from functools import partial
from typing import Any

import gradio as gr
from gradio.events import Dependency

from neural_style.ui.api import add_endpoints
from neural_style.ui.catalogue import Catalogue
from neural_style.ui.cleaning import CLEAN_EVERY_S
from neural_style.ui.easel import Easel
from neural_style.ui.environment import ServerOptions
from neural_style.ui.gradio_queue import PAINTING_QUEUE, free_places_at_once, share_queue, waiting
from neural_style.ui.jobs import Jobs
from neural_style.ui.layout import lay_out
from neural_style.ui.ordering import LINK_PARAMETER, Ordering
from neural_style.ui.painting import Painter
from neural_style.ui.results import Visits
from neural_style.ui.studio import Studio

_TO_PICTURE = "() => document.querySelector('#status').scrollIntoView({ block: 'nearest', behavior: 'smooth' })"
"""Of the two the lower one; the style sheet keeps room below it."""
_LINK = f"""(query) => {{
  const link = new URL(location.pathname, location.origin);
  link.searchParams.set("{LINK_PARAMETER}", query);
  return query.startsWith("{{") ? link.href : query;
}}"""

_PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_AT_ONCE: dict[str, Any] = {**_PRIVATE, "queue": False}
_FALLIBLE: dict[str, Any] = {**_PRIVATE, "concurrency_limit": None}
"""Gradio shows the errors of queued events only."""
_RAW: dict[str, Any] = {"preprocess": False, "postprocess": False}
"""Records of files, and values of components as they are sent."""


def build_app(studio: Studio, options: ServerOptions | None = None) -> gr.Blocks:
    """The page, ready to be launched (`serve.open_page`).

    Args:
        studio: what stands behind it.
        options: the limits of this server; None: the defaults.
    """
    options, jobs = options or ServerOptions(), Jobs()
    painter, catalogue = Painter(studio), Catalogue(options.examples)
    with gr.Blocks(
        title=options.title,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(min(CLEAN_EVERY_S, options.keep_s), options.keep_s),
    ) as app:
        page = lay_out(options, catalogue, forget_job=jobs.forget)
        ordering = Ordering(page, catalogue, options, studio.pace)
        easel = Easel(painter, ordering, jobs, Visits(options.keep_s), partial(waiting, app))
        _wire_ordering(app, ordering)
        _wire_estimate(app, easel)
        _wire_easel(app, easel)
        add_endpoints(painter, options)
    app.queue(default_concurrency_limit=options.jobs_at_once)
    share_queue(app, options.queue_size, options.queue_share)
    free_places_at_once(app)
    return app


def _wire_ordering(app: gr.Blocks, ordering: Ordering) -> None:
    page = ordering.page
    materials, wishes, panel = page.materials, page.wishes, page.wishes.panel
    looks = {"outputs": ordering.settings_outputs, **_RAW}
    app.load(ordering.open_link, materials.wall, **looks, **_AT_ONCE)
    photo = [materials.photo, materials.photo_note]
    materials.photo.upload(ordering.show_photo, materials.photo, photo, **_RAW, **_FALLIBLE)
    materials.photo.clear(lambda: "", None, materials.photo_note, **_AT_ONCE)
    materials.photos.click(ordering.choose_photo, None, photo, **_AT_ONCE)
    materials.upload.upload(
        ordering.add_paintings,
        [materials.upload, materials.wall, materials.own],
        [materials.wall, materials.own, materials.upload_note],
        **_RAW,
        **_FALLIBLE,
    )
    wishes.look.input(ordering.choose_look, wishes.look, **looks, **_AT_ONCE)
    panel.reset.click(ordering.choose_look, wishes.look, **looks, **_AT_ONCE)
    page.drop.file.upload(ordering.use_recipe, [page.drop.file, materials.wall], **looks, **_FALLIBLE)


def _wire_estimate(app: gr.Blocks, easel: Easel) -> None:
    page, wishes, panel = easel.page, easel.page.wishes, easel.page.wishes.panel
    asked = [each.change for each in (page.materials.photo, wishes.side, wishes.length, panel.filled, *panel.fields)]
    moments = [app.load, page.refresh.tick, *asked]
    inputs = [page.easel.job, *easel.ordering.inputs]
    gr.on(moments, easel.estimate, inputs, page.easel.estimate, preprocess=False, **_AT_ONCE)


def _wire_easel(app: gr.Blocks, easel: Easel) -> None:
    desk, outcome = easel.page.easel, easel.page.outcome
    both = [desk.visit, desk.shown]
    checked = {"outputs": [desk.job, desk.status, outcome.group, *easel.controls], **_RAW, **_FALLIBLE}
    order = [desk.visit, *easel.ordering.inputs]
    checks = [desk.paint.click(easel.check, order, validator=easel.missing, **checked)]
    checks += [
        button.click(partial(easel.check_variation, name), both, **checked)
        for name, button in outcome.variations.items()
    ]
    paintings: list[dict[str, Any]] = [_paint_after(check, easel) for check in checks]
    desk.stop.click(easel.stop, desk.job, desk.stop, **_AT_ONCE)
    desk.leave.click(easel.leave, [desk.job, desk.shown], easel.ready_outputs, cancels=paintings, **_RAW, **_AT_ONCE)

    app.load(easel.arrive, desk.visit, [desk.visit, *easel.result_outputs], **_RAW, **_AT_ONCE)
    easel.page.refresh.tick(easel.network, None, desk.network, **_AT_ONCE)
    desk.strip.click(easel.choose_result, desk.visit, easel.result_outputs, **_RAW, **_FALLIBLE)
    outcome.link.change(None, outcome.link, outcome.link, js=_LINK, **_AT_ONCE)
    outcome.timelapse.expand(
        easel.show_timelapse, both, [outcome.video, outcome.mp4, outcome.webp], **_RAW, **_FALLIBLE
    )


def _paint_after(check: Dependency, easel: Easel) -> Dependency:
    """What was checked is painted when its turn comes; after that, what became of it is shown."""
    desk = easel.page.easel
    check.success(None, js=_TO_PICTURE, **_AT_ONCE)
    painting = check.success(
        easel.paint,
        desk.job,
        [desk.stage, desk.status, desk.shown, *easel.controls],
        **_RAW,
        concurrency_id=PAINTING_QUEUE,
        concurrency_limit=easel.options.jobs_at_once,
        show_progress="minimal",
        show_progress_on=desk.status,
        api_visibility="private",
    )
    results = [*easel.result_outputs, *easel.controls]
    painting.success(easel.end, [desk.visit, desk.shown], results, **_RAW, **_AT_ONCE)
    painting.failure(easel.fail, desk.shown, easel.ready_outputs, **_RAW, **_AT_ONCE)
    return painting

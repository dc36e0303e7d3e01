"""The page and its events: clicks become orders, updates become pictures and sentences.

The page knows a stylizer and a sentence about the network, both handed in. Only painting waits for a turn; every other
event is answered at once.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr

from neural_style.engine import Stylizer
from neural_style.presets import PRESETS
from neural_style.ui import catalogue, texts
from neural_style.ui.api import PAINTING_QUEUE, add_endpoint, file_record
from neural_style.ui.catalogue import jpeg_url, thumbnail_url
from neural_style.ui.edge import errors_for_visitors
from neural_style.ui.environment import ServerOptions
from neural_style.ui.layout import Page, lay_out
from neural_style.ui.orders import Order, Picture, settings_of_look, take_order
from neural_style.ui.painting import Painter, Recipe, Update
from neural_style.ui.status import message, status_html
from neural_style.ui.stops import StopFlags
from neural_style.ui.wall import Choice, chosen, with_own

DELETE_FILES_EVERY_S, DELETE_FILES_AFTER_S = 1800, 6 * 3600
"""Uploads and results of visitors: looked over every half hour, deleted when six hours old."""


def build_app(
    stylizer: Stylizer,
    network_sentence: Callable[[], str],
    options: ServerOptions | None = None,
    recipe: Recipe | None = None,
) -> gr.Blocks:
    """The page, ready to be launched (`serve.open_page`).

    Args:
        stylizer: paints a request.
        network_sentence: says which network would paint now; called whenever the page shows it, so cheap.
        options: the limits of this server; None: the defaults.
        recipe: what the metadata of a result says of how it was painted; None: nothing.
    """
    options = options or ServerOptions()
    painter, stops = Painter(stylizer, recipe), StopFlags()
    with gr.Blocks(
        title=texts.TITLE,
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(DELETE_FILES_EVERY_S, DELETE_FILES_AFTER_S),
    ) as app:
        page = lay_out(options, own=gr.State({}), job=gr.State("", delete_callback=stops.forget))
        _wire(app, page, _Handlers(painter, stops, options, network_sentence))
        add_endpoint(painter, options)
    app.queue(max_size=options.queue_size, default_concurrency_limit=options.jobs_at_once)
    return app


def _wire(app: gr.Blocks, page: Page, handlers: "_Handlers") -> None:
    shared: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    at_once = {**shared, "queue": False}
    fallible = {**shared, "concurrency_limit": None}  # Gradio shows the errors of queued events only
    order = [page.photo, page.wall, page.own, page.look, page.side, page.length]
    buttons = [page.paint, page.leave, page.stop]

    app.load(handlers.network, None, page.network, **at_once)
    page.look.change(handlers.explain, page.look, page.look, **at_once)
    page.photos.click(handlers.choose_photo, None, page.photo, **at_once)
    page.upload.upload(
        handlers.add_paintings, [page.upload, page.wall, page.own], [page.wall, page.own], preprocess=False, **fallible
    )
    checking = page.paint.click(
        handlers.check, order, [page.job, page.status, page.download, *buttons], preprocess=False, **fallible
    )
    painting = checking.success(
        handlers.paint,
        [page.job, *order],
        [page.stage, page.status, page.download, *buttons],
        preprocess=False,
        postprocess=False,
        concurrency_id=PAINTING_QUEUE,
        concurrency_limit=handlers.options.jobs_at_once,
        show_progress="minimal",
        show_progress_on=page.status,
        api_visibility="private",
    )
    painting.success(handlers.end, None, [page.network, *buttons], **at_once)
    painting.failure(handlers.fail, None, [page.status, *buttons], **at_once)
    page.stop.click(handlers.stop, page.job, page.stop, **at_once)
    page.leave.click(handlers.leave, page.job, [page.status, *buttons], cancels=[painting], **at_once)


@dataclass(frozen=True)
class _Handlers:
    """What the events do. Pictures arrive as Gradio's records of files, so that the originals are read, by us."""

    painter: Painter
    stops: StopFlags
    options: ServerOptions
    network_sentence: Callable[[], str]

    def network(self) -> str:
        return message(self.network_sentence())

    def choose_photo(self, event: gr.EventData) -> str:
        return str(catalogue.photos()[event.key].path)

    def explain(self, look: str) -> dict[str, Any]:
        """What the chosen look is for, below the looks."""
        return gr.update(info=PRESETS[look].purpose)

    def add_paintings(
        self, files: list[dict[str, Any]], choice: Choice, own: dict[str, Picture]
    ) -> tuple[Choice, dict[str, Picture]]:
        with errors_for_visitors():
            added = {secrets.token_urlsafe(8): picture for file in files if (picture := Picture.from_upload(file))}
            cards = [(key, picture, thumbnail_url(picture.load())) for key, picture in added.items()]
            return with_own(choice, cards), {**own, **added}

    def check(self, *order: Any) -> tuple[Any, ...]:
        """Refuse in words, before any waiting, what cannot be painted."""
        with errors_for_visitors():
            self._take(*order)
        return self.stops.register(), message(texts.STATUS_WAITING), gr.DownloadButton(visible=False), *_show("leave")

    def paint(self, job: str, *order: Any) -> Iterator[tuple[Any, ...]]:
        """Yields for the stage, the status, the download button and the buttons, in the form that Gradio sends."""
        with (
            errors_for_visitors(),
            self.stops.running(job) as stop,
            closing(self.painter.paint(self._take(*order), stop)) as updates,
        ):
            buttons = _show("stop")
            for update in updates:
                yield *_shown(update), *buttons
                buttons = _UNCHANGED

    def stop(self, job: str) -> gr.Button:
        """The job sees the flag at its next step and hands over its best picture."""
        self.stops.stop(job)
        return gr.Button(texts.STOPPING, interactive=False)

    def leave(self, job: str) -> tuple[Any, ...]:
        self.stops.forget(job)
        return message(texts.STATUS_LEFT_QUEUE), *_show("paint")

    def end(self) -> tuple[Any, ...]:
        return self.network(), *_show("paint")

    def fail(self) -> tuple[Any, ...]:
        return message(texts.STATUS_FAILED), *_show("paint")

    def _take(self, photo: Any, choice: Any, own: dict[str, Picture], *wishes: Any) -> Order:
        known = {key: Picture.of(example.path) for key, example in catalogue.paintings().items()} | own
        return take_order(Picture.from_upload(photo), chosen(choice, known), settings_of_look(*wishes), self.options)


def _show(button: Literal["paint", "leave", "stop"]) -> tuple[Any, Any, Any]:
    """Updates of the three buttons, of which one is on the page at a time."""
    return (
        gr.update(visible=button == "paint"),
        gr.update(visible=button == "leave"),
        gr.update(visible=button == "stop", value=texts.STOP, interactive=True),
    )


_UNCHANGED = gr.skip(), gr.skip(), gr.skip()


def _shown(update: Update) -> tuple[Any, Any, Any]:
    status = status_html(update)
    if update.result is not None:
        file = file_record(update.result)
        return file, status, gr.update(value=file, visible=True)
    stage = gr.skip() if update.preview is None else {"url": jpeg_url(update.preview)}
    return stage, status, gr.skip()

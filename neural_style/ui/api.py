"""`/stylize` for programs (`gradio_client`, curl): the same orders and the same painting as the page's."""

import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr

from neural_style.errors import OptionsError
from neural_style.ui import texts
from neural_style.ui.catalogue import jpeg_url
from neural_style.ui.edge import errors_for_visitors
from neural_style.ui.environment import ServerOptions
from neural_style.ui.orders import Picture, settings_from_json, take_order
from neural_style.ui.painting import Painter, Update
from neural_style.ui.status import status_json

PAINTING_QUEUE = "painting"
"""Gradio's name for the queue in which the page's and the programs' jobs wait for the device together."""


def add_endpoint(painter: Painter, options: ServerOptions) -> None:
    """Add `/stylize` to the current `gr.Blocks`, on components that the page does not show."""

    def stylize(content: Any, styles: Any, shares: Any = None, settings: Any = None) -> Iterator[tuple[Any, Any, Any]]:
        with errors_for_visitors():
            paired = _pair(styles or [], shares)
            order = take_order(Picture.from_upload(content), paired, settings_from_json(settings), options)
            with closing(painter.paint(order, threading.Event())) as updates:
                for update in updates:
                    yield _answer(update)

    with gr.Row(visible=False):
        inputs = [
            gr.Image(label="content", type="filepath", image_mode=None),
            gr.File(label="styles", file_count="multiple"),
            gr.JSON(label="shares"),
            gr.JSON(label="settings"),
        ]
        outputs = [gr.JSON(label="progress"), gr.JSON(label="preview"), gr.File(label="result")]
        gr.Button("stylize").click(
            stylize,
            inputs,
            outputs,
            api_name="stylize",
            api_description=texts.API_DESCRIPTION,
            preprocess=False,
            postprocess=False,
            concurrency_id=PAINTING_QUEUE,
            concurrency_limit=options.jobs_at_once,
        )


def file_record(path: Path) -> dict[str, Any]:
    """A file of this server as Gradio sends it; Gradio adds the address."""
    return {"path": str(path), "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}


def _pair(styles: Any, shares: Any) -> list[tuple[Picture, float]]:
    pictures = [picture for style in styles if (picture := Picture.from_upload(style))]
    if shares is None:
        shares = [1.0] * len(pictures)
    if not isinstance(shares, list):
        raise OptionsError(texts.BAD_SHARES.format(shares=f"{shares!r:.60}"))
    if len(shares) != len(pictures):
        raise OptionsError(texts.SHARES_MISMATCH.format(styles=len(pictures), shares=len(shares)))
    return list(zip(pictures, shares, strict=True))


def _answer(update: Update) -> tuple[Any, Any, Any]:
    preview = None if update.preview is None else {"url": jpeg_url(update.preview)}
    return status_json(update), preview, None if update.result is None else file_record(update.result)

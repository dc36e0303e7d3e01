"""The endpoints for programs (`gradio_client`, curl, MCP): the same orders and the same painting as the page's."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any, TypeVar

import gradio as gr
from gradio.data_classes import FileData, GradioRootModel
from gradio.processing_utils import save_base64_to_cache
from gradio.utils import get_upload_folder

from neural_style.errors import OptionsError
from neural_style.presets import PRESETS
from neural_style.record.recipe import KeptStyle, parse_recipe, settings_to_dict
from neural_style.reference import settings_schema
from neural_style.service import messages
from neural_style.service.examples import jpeg_url
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS, ChosenStyle, Order, Picture, settings_from_json
from neural_style.service.runner import Runner, Update
from neural_style.ui import texts
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.gradio_queue import PAINTING_QUEUE, closed_when_cancelled
from neural_style.ui.parts.status import status_json

_Component = TypeVar("_Component", gr.JSON, gr.File)

_NUMBERS = {"type": "array", "items": {"type": "number"}, "description": "a number for each style"}
_SETTINGS = {
    **settings_schema(APP_SETTINGS),
    "description": "fields of neural_style.Settings, perhaps with a preset; or a recipe",
}


class _PictureList(GradioRootModel):
    """Uploaded files, or data URLs, which is how MCP sends the pictures of a list."""

    root: list[FileData | str]


def _described(component: _Component, schema: dict[str, Any]) -> _Component:
    """Say what the component takes; what Gradio's says by itself is nothing that MCP's reader understands.

    On the component and not in a class of its own, for which Gradio would write a file beside this one.
    """
    component.api_info = lambda: schema
    return component


def _pictures(label: str) -> gr.File:
    """Several files, described without references, which MCP's reader does not follow into a list."""
    files = gr.File(label=label, file_count="multiple")
    files.data_model = _PictureList  # pyright: ignore[reportAttributeAccessIssue]
    file = FileData.model_json_schema()
    file["properties"]["meta"] = file.pop("$defs")["FileDataMeta"]
    return _described(files, {"type": "array", "items": file, "description": "picture files"})


def add_endpoints(runner: Runner, options: ServerOptions) -> None:
    """Add `/stylize` and `/looks` to the current `gr.Blocks`, on components that the page does not show."""

    def stylize(
        content: Any, styles: Any, shares: Any = None, settings: Any = None, scales: Any = None, initial: Any = None
    ) -> Iterator[tuple[Any, Any, Any]]:
        with errors_as_sentences():
            order = _order(content, styles, settings, initial, shares=shares, scales=scales)
            updates = runner.paint(order.request(options), order.file_stem, threading.Event())
            with closing(updates), closed_when_cancelled(updates):
                for update in updates:
                    yield _answer(update)

    def looks() -> dict[str, Any]:
        return {"presets": _presets(), "limits": {"side_px": options.side_limit_px, "steps": options.steps_limit}}

    with gr.Row(visible=False):
        inputs = [
            gr.Image(label="content", type="filepath", image_mode=None),
            _pictures("styles"),
            _described(gr.JSON(label="shares"), _NUMBERS),
            _described(gr.JSON(label="settings"), _SETTINGS),
            _described(gr.JSON(label="scales"), _NUMBERS),
            gr.Image(label="initial", type="filepath", image_mode=None),
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
        gr.Button("looks").click(
            looks,
            None,
            gr.JSON(label="looks"),
            api_name="looks",
            api_description=texts.LOOKS_DESCRIPTION,
            concurrency_limit=None,
        )


def _order(content: Any, styles: Any, settings: Any, initial: Any, **numbers: Any) -> Order:
    """What a program asks for; a whole recipe in place of the settings brings its styles' shares and scales along."""
    pictures = [picture for style in styles or [] if (picture := _picture(style))]
    kept: tuple[KeptStyle, ...] = ()
    if isinstance(settings, Mapping) and "settings" in settings:
        recipe = parse_recipe(settings)
        wanted, kept = recipe.settings, recipe.styles
    else:
        wanted = settings_from_json(settings)
    kept = kept if len(kept) == len(pictures) else (KeptStyle(),) * len(pictures)
    shares = _numbers("shares", numbers["shares"], [style.share for style in kept])
    scales = _numbers("scales", numbers["scales"], [style.scale for style in kept])
    chosen = [ChosenStyle(*each) for each in zip(pictures, shares, scales, strict=True)]
    return Order(Picture.from_upload(content), tuple(chosen), wanted, Picture.from_upload(initial))


def _picture(style: Any) -> Picture | None:
    """Either kind of a `_PictureList`; a path or an address in a string is refused."""
    if isinstance(style, str):
        if not style.startswith("data:image/"):
            raise OptionsError(messages.BAD_PICTURE.format(value=f"{style!r:.60}"))
        style = {"path": save_base64_to_cache(style, get_upload_folder())}
    return Picture.from_upload(style)


def _numbers(what: str, given: Any, default: list[float]) -> list[Any]:
    if given is None:
        return default
    if not isinstance(given, list):
        raise OptionsError(messages.BAD_NUMBERS.format(what=what, values=f"{given!r:.60}"))
    if len(given) != len(default):
        raise OptionsError(messages.STYLES_MISMATCH.format(styles=len(default), count=len(given), what=what))
    return given


def _presets() -> dict[str, Any]:
    return {
        name: {"purpose": preset.purpose, "settings": settings_to_dict(preset.settings)}
        for name, preset in PRESETS.items()
    }


def _answer(update: Update) -> tuple[Any, Any, Any]:
    preview = None if update.preview is None else {"url": jpeg_url(update.preview)}
    return status_json(update), preview, None if update.kept is None else file_record(update.kept.picture)

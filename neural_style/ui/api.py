"""The endpoints for programs (`gradio_client`, curl, MCP) take the same orders and paint the same way as the page."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from functools import partial
from inspect import Parameter, Signature
from typing import Any, TypeVar

import gradio as gr
from gradio.components import Component
from gradio.data_classes import FileData, GradioRootModel
from gradio.processing_utils import save_base64_to_cache
from gradio.utils import get_upload_folder

from neural_style.changes import MOVABLE
from neural_style.errors import OptionsError
from neural_style.masks import READY
from neural_style.presets import PRESETS, scale_in_words
from neural_style.record.recipe import parse_recipe, settings_to_dict
from neural_style.reference import settings_schema
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS, ChosenStyle
from neural_style.service.examples import jpeg_url
from neural_style.service.jobs import Job, Jobs
from neural_style.service.messages import messages
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS, Order, change_from_json, mask_from_json, settings_from_json
from neural_style.service.pictures import Picture, PictureCache
from neural_style.service.runner import Runner, Update
from neural_style.strength import strength_of
from neural_style.ui.errors import errors_as_sentences
from neural_style.ui.files import file_record
from neural_style.ui.gradio_cancel import ended_with_its_event
from neural_style.ui.parts.status import status_json
from neural_style.ui.texts import API_DESCRIPTION, CHANGE_DESCRIPTION, LOOKS_DESCRIPTION
from neural_style.ui.visitors import address_of_visitor, connection_of_visitor

_NEEDED_INPUTS = ("content", "styles")
_FIRST_INPUTS = (*_NEEDED_INPUTS, "shares", "settings", "scales", "initial")
"""The parameters of `/stylize` in the order of its first version; later ones follow."""

_Described = TypeVar("_Described", gr.JSON, gr.File)

_NUMBERS = {"type": "array", "items": {"type": "number"}, "description": "a number for each style"}
_MASK = {
    "anyOf": [{"type": "string"}, {"type": "null"}],
    "description": f"a picture that is white where it selects, as a data URL, or one of {', '.join(READY)}",
}
_CHANGE = {
    "type": "object",
    "properties": {
        "shares": _NUMBERS,
        "strength": {"type": "number", "minimum": 0, "maximum": 1},
        "settings": {"type": "object", "description": f"name -> value; of {', '.join(MOVABLE)}"},
    },
    "description": "what shall be others from now on",
}
_SETTINGS = {
    **settings_schema(APP_SETTINGS),
    "description": "fields of neural_style.Settings, perhaps with a preset and a strength; or a recipe",
}


class _PictureList(GradioRootModel):
    """A list of uploaded files, or of data URLs, which is how MCP sends the pictures of a list."""

    root: list[FileData | str]


def _described(component: _Described, schema: dict[str, Any]) -> _Described:
    """Describe what the component takes, since MCP's reader does not understand Gradio's own description.

    The description is set on the component and not in a class, for which Gradio would write a file beside this one.
    """
    component.api_info = lambda: schema
    return component


def _pictures(label: str) -> gr.File:
    """Return a component of files, described without references, which MCP's reader does not follow into a list."""
    files = gr.File(label=label, file_count="multiple")
    files.data_model = _PictureList  # pyright: ignore[reportAttributeAccessIssue]
    file = FileData.model_json_schema()
    file["properties"]["meta"] = file.pop("$defs")["FileDataMeta"]
    return _described(files, {"type": "array", "items": file, "description": "picture files"})


def add_endpoints(runner: Runner, options: ServerOptions, jobs: Jobs) -> None:
    """Add `/stylize` and `/looks` to the current `gr.Blocks`, on components that the page does not show."""

    def looks() -> dict[str, Any]:  # a tool server calls it by its name
        return {"presets": _presets(), "limits": {"side_px": options.side_limit_px, "steps": options.steps_limit}}

    def change(job: str, change: Any) -> dict[str, Any]:  # likewise
        return _change(jobs, job, change)

    with gr.Row(visible=False):
        inputs = _inputs()
        outputs = [gr.JSON(label="progress"), gr.JSON(label="preview"), gr.File(label="result")]
        gr.Button("stylize").click(
            _stylize(runner, options, jobs, tuple(inputs)),
            list(inputs.values()),
            outputs,
            api_name="stylize",
            api_description=_description(),
            preprocess=False,
            postprocess=False,
            concurrency_limit=None,
        )
        gr.Button("change").click(
            change,
            [gr.Textbox(label="job"), _described(gr.JSON(label="change"), _CHANGE)],
            gr.JSON(label="changed"),
            api_name="change",
            api_description=CHANGE_DESCRIPTION,
            preprocess=False,
            postprocess=False,
            concurrency_limit=None,
        )
        gr.Button("looks").click(
            looks,
            None,
            gr.JSON(label="looks"),
            api_name="looks",
            api_description=LOOKS_DESCRIPTION,
            concurrency_limit=None,
        )


def _inputs() -> dict[str, Component]:
    """Return the components by parameter name, in the order that programs rely on which give no names."""
    inputs = {
        "content": gr.Image(label="content", type="filepath", image_mode=None),
        "styles": _pictures("styles"),
        "settings": _described(gr.JSON(label="settings"), _SETTINGS),
        "initial": gr.Image(label="initial", type="filepath", image_mode=None),
    }
    inputs |= {row.plural: _described(gr.JSON(label=row.plural), _NUMBERS) for row in STYLE_NUMBERS.values()}
    masks: dict[str, Component] = {
        row.plural: _described(
            gr.JSON(label=row.plural), {"type": "array", "items": _MASK, "description": f"{row.meaning} (null)"}
        )
        for row in STYLE_MASKS.values()
    }
    masks["left_alone"] = _described(gr.JSON(label="left_alone"), _MASK)
    return {name: inputs.pop(name) for name in _FIRST_INPUTS} | inputs | masks


def _stylize(
    runner: Runner, options: ServerOptions, jobs: Jobs, names: tuple[str, ...]
) -> Callable[..., AsyncIterator[tuple[Any, Any, Any]]]:
    """Return the handler of `/stylize`, whose parameters have these names for Gradio and for programs."""

    async def stylize(*values: Any) -> AsyncIterator[tuple[Any, Any, Any]]:
        with errors_as_sentences():
            order = _order(dict(zip(names, values, strict=True)), runner.context.pictures)
            await asyncio.to_thread(order.request, options, runner.context.pictures)  # to check it, by its files
            job = Job(order, connection_of_visitor(), address_of_visitor())
            jobs.submit(job)
            with ended_with_its_event(partial(jobs.give_up, job)):
                async for moment in jobs.follow(job, every=True):
                    if moment.update is not None:
                        yield _answer(job, moment.update, moment.preview)

    parameters = [
        Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=Parameter.empty if name in _NEEDED_INPUTS else None)
        for name in names
    ]
    stylize.__signature__ = Signature(parameters)  # pyright: ignore[reportFunctionMemberAccess]
    return stylize


def _description() -> str:
    rows = STYLE_NUMBERS.items()
    numbers = "; ".join(
        f"`{row.plural}`: {row.meaning}, {getattr(ChosenStyle, name):g} if left out" for name, row in rows
    )
    return API_DESCRIPTION.replace("{numbers}", numbers).replace("{scale}", scale_in_words())


def _order(given: Mapping[str, Any], decoders: PictureCache) -> Order:
    """Return a program's order; a recipe in place of the settings brings the numbers of its styles along."""
    pictures = [picture for style in given["styles"] or [] if (picture := _picture(style))]
    settings, kept, notices = given["settings"], (), ()
    if isinstance(settings, Mapping) and "settings" in settings:
        recipe = parse_recipe(settings)
        wanted, kept, notices, left_alone = recipe.settings, recipe.styles, recipe.notices, recipe.left_alone
        changes = recipe.changes if len(kept) in (0, len(pictures)) else ()
    else:
        wanted, left_alone, changes = settings_from_json(settings), None, ()
    choices = kept if len(kept) == len(pictures) else [ChosenStyle(None)] * len(pictures)
    styles = [choice.with_image(picture) for choice, picture in zip(choices, pictures, strict=True)]
    for name, row in STYLE_NUMBERS.items():
        values = given[row.plural]
        if values is not None:
            _check_list(row.plural, values, len(styles), messages().bad_numbers)
            styles = [replace(style, **{name: value}) for style, value in zip(styles, values, strict=True)]
    for name, row in STYLE_MASKS.items():
        if given[row.plural] is not None:
            _check_list(row.plural, given[row.plural], len(styles), messages().bad_masks)
            masks = [mask_from_json(value, decoders) for value in given[row.plural]]
            styles = [replace(style, **{name: mask}) for style, mask in zip(styles, masks, strict=True)]
    left_alone = mask_from_json(given["left_alone"], decoders) or left_alone
    content, initial = Picture.from_upload(given["content"]), Picture.from_upload(given["initial"])
    return Order(content, tuple(styles), wanted, initial, left_alone, notices, changes)


def _picture(style: Any) -> Picture | None:
    """Return the file of either kind of a `_PictureList`; a path or an address in a string is refused."""
    if isinstance(style, str):
        if not style.startswith("data:image/"):
            raise OptionsError(messages().bad_picture.format(value=f"{style!r:.60}"))
        style = {"path": save_base64_to_cache(style, get_upload_folder())}
    return Picture.from_upload(style)


def _check_list(what: str, values: Any, count: int, refusal: str) -> None:
    if not isinstance(values, list):
        raise OptionsError(refusal.format(what=what, values=f"{values!r:.60}"))
    if len(values) != count:
        raise OptionsError(messages().styles_mismatch.format(styles=count, count=len(values), what=what))


def _presets() -> dict[str, Any]:
    return {
        name: {
            "purpose": preset.purpose,
            "strength": strength_of(preset.settings),
            "settings": settings_to_dict(preset.settings),
        }
        for name, preset in PRESETS.items()
    }


def _change(jobs: Jobs, job: str, change: Any) -> dict[str, Any]:
    """Have a picture that is being painted follow a change, and return what was changed."""
    with errors_as_sentences():
        found = jobs.find(job)
        if found is None or found.has_ended:
            raise OptionsError(messages().no_such_job.format(token=f"{job!r:.60}"))
        wanted = change_from_json(change)
        found.order.changed([*found.changes, wanted])  # to check it
        jobs.change(found, wanted)
        shares = {} if wanted.shares is None else {"shares": list(wanted.shares)}
        return {**shares, "settings": dict(wanted.settings)}


def _answer(job: Job, update: Update, preview: bytes | None) -> tuple[Any, Any, Any]:
    shown = None if preview is None else {"url": jpeg_url(preview)}
    return (
        {"job": job.token, **status_json(update)},
        shown,
        None if update.files is None else file_record(update.files.picture),
    )

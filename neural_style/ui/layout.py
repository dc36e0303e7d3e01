"""The components of the page and where they stand; what they do is in `app`."""

import html
from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from neural_style.images.load import READABLE_FORMATS
from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS
from neural_style.service.examples import Examples
from neural_style.service.options import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.service.orders import APP_SETTINGS, efforts_within
from neural_style.settings import ROWS
from neural_style.ui import texts
from neural_style.ui.parts.advanced import Panel, advanced_panel
from neural_style.ui.parts.gallery import BARE, painting_gallery, photo_gallery, photo_note
from neural_style.ui.parts.result_panel import ResultPanel, lay_out_result_panel
from neural_style.ui.parts.viewer import picture_viewer, result_strip

_SIDE_STEP_PX = 32
_PHOTO_HEIGHT_PX = 250
_REFRESH_S = 10
"""From one look at the network's state and the speed of the machine to the next."""
_SESSION_KEY = "neural-style-session"


@dataclass(frozen=True, eq=False)
class Inputs:
    """What is painted, and from what."""

    photo: gr.Image
    photo_note: gr.HTML
    photos: gr.HTML
    gallery: gr.HTML
    upload: gr.UploadButton
    upload_note: gr.HTML
    own: gr.State


@dataclass(frozen=True, eq=False)
class Options:
    """How it is painted."""

    look: gr.Radio
    side: gr.Slider
    effort: gr.Radio
    panel: Panel


@dataclass(frozen=True, eq=False)
class RunPanel:
    """The buttons, the picture, and what is known of the visitor: job, shown result, and the browser's token."""

    paint: gr.Button
    leave: gr.Button
    stop: gr.Button
    estimate: gr.HTML
    viewer: gr.HTML
    status: gr.HTML
    strip: gr.HTML
    network: gr.HTML
    job: gr.State
    shown: gr.State
    session: gr.BrowserState


@dataclass(frozen=True, eq=False)
class RecipeDrop:
    """Where a recipe is put in."""

    file: gr.File
    note: gr.HTML


@dataclass(frozen=True, eq=False)
class Page:
    """The components that events read or change."""

    inputs: Inputs
    options: Options
    run_panel: RunPanel
    result: ResultPanel
    drop: RecipeDrop
    refresh: gr.Timer


def lay_out(server: ServerOptions, examples: Examples, forget_job: Callable[[str], None]) -> Page:
    """Build the page inside the current `gr.Blocks`: what to paint on the left, the picture on the right.

    Args:
        server: the limits that the page keeps within.
        examples: the pictures to click.
        forget_job: called with the token of a job whose visitor has gone.
    """
    heading = f"<header><h1>{html.escape(server.title)}</h1><p>{texts.SUBTITLE}</p></header>"
    gr.HTML(heading, elem_id="header", elem_classes=BARE)
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_id="inputs"):
            inputs = _inputs(examples)
        with gr.Column(scale=7, min_width=320, elem_id="run_panel"):
            options = _options(server)
            note = gr.HTML(elem_id="recipe-note", elem_classes=[BARE, "note"])
            run_panel = _run_panel(forget_job)
            result, file = lay_out_result_panel()
    sources = examples.sources()
    with gr.Accordion(texts.SOURCES_HEADING, open=False, elem_id="sources", visible=bool(sources)):
        gr.Markdown(sources)
    return Page(
        inputs=inputs,
        options=options,
        run_panel=run_panel,
        result=result,
        drop=RecipeDrop(file, note),
        refresh=gr.Timer(_REFRESH_S),
    )


def _heading(heading: str, hint: str = "") -> None:
    gr.HTML(f'<div class="heading"><h2>{heading}</h2><span>{html.escape(hint)}</span></div>', elem_classes=BARE)


def _inputs(examples: Examples) -> Inputs:
    _heading(texts.PHOTO_HEADING)
    photo = gr.Image(
        label=texts.PHOTO_LABEL,
        show_label=False,
        type="filepath",
        image_mode=None,  # the original file, whatever it is
        sources=["upload", "webcam", "clipboard"],
        height=_PHOTO_HEIGHT_PX,
        placeholder=texts.PHOTO_PLACEHOLDER,
        alt_text=texts.PHOTO_ALT,
        buttons=["fullscreen"],
        elem_id="photo",
    )
    note = photo_note()
    photos = photo_gallery(examples.photos.values())
    _heading(texts.PAINTINGS_HEADING, texts.PAINTINGS_HINT)
    gallery = painting_gallery(examples.paintings.values())
    upload = gr.UploadButton(
        texts.PAINTINGS_UPLOAD,
        file_count="multiple",
        file_types=["image", ".heic", *(f".{name.lower()}" for name in READABLE_FORMATS)],
        size="sm",
        elem_id="upload",
    )
    return Inputs(
        photo=photo,
        photo_note=note,
        photos=photos,
        gallery=gallery,
        upload=upload,
        upload_note=gr.HTML(elem_id="upload-note", elem_classes=[BARE, "note"]),
        own=gr.State({}),
    )


def _options(server: ServerOptions) -> Options:
    look = gr.Radio(
        [(preset.label, name) for name, preset in PAGE_PRESETS.items()],
        value=APP_PRESET,
        label=texts.LOOK_LABEL,
        info=PRESETS[APP_PRESET].purpose,
        elem_id="look",
        elem_classes="chips",
    )
    with gr.Row(equal_height=True):
        side = gr.Slider(
            MIN_SIDE_LIMIT_PX,
            server.side_limit_px,
            min(APP_SETTINGS.longest_side_px or server.side_limit_px, server.side_limit_px),
            step=_SIDE_STEP_PX,
            label=ROWS["longest_side_px"].label,
            elem_id="side",
        )
        offered = efforts_within(server)
        effort = gr.Radio(
            [(ROWS["effort"].title(effort), effort) for effort in offered],
            value=APP_SETTINGS.effort if APP_SETTINGS.effort in offered else offered[-1],
            label=ROWS["effort"].label,
            elem_id="effort",
            elem_classes="chips",
        )
    return Options(look=look, side=side, effort=effort, panel=advanced_panel(server))


def _run_panel(forget_job: Callable[[str], None]) -> RunPanel:
    paint = gr.Button(texts.PAINT, variant="primary", size="lg", elem_id="paint")
    leave = gr.Button(texts.LEAVE, variant="stop", size="lg", visible=False, elem_id="leave")
    stop = gr.Button(texts.STOP, variant="stop", size="lg", visible=False, elem_id="stop")
    estimate = gr.HTML(elem_id="estimate", elem_classes=BARE)
    return RunPanel(
        paint=paint,
        leave=leave,
        stop=stop,
        estimate=estimate,
        viewer=picture_viewer(),
        status=gr.HTML(elem_id="status", elem_classes=BARE),
        strip=result_strip(),
        network=gr.HTML(elem_id="network", elem_classes=BARE),
        job=gr.State("", delete_callback=forget_job),
        shown=gr.State(""),
        session=gr.BrowserState("", storage_key=_SESSION_KEY),
    )

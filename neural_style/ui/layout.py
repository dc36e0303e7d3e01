"""The components of the page and where they stand; what they do is in `app`."""

import html
from collections.abc import Callable
from dataclasses import dataclass

import gradio as gr

from neural_style.images import READABLE_FORMATS
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.ui import texts
from neural_style.ui.advanced import Panel, advanced_panel
from neural_style.ui.catalogue import Catalogue
from neural_style.ui.environment import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.ui.orders import APP_SETTINGS, lengths_within
from neural_style.ui.outcome import Outcome, lay_out_outcome
from neural_style.ui.stage import picture_stage, result_strip
from neural_style.ui.wall import BARE, painting_wall, photo_note, photo_wall

_SIDE_STEP_PX = 32
_PHOTO_HEIGHT_PX = 250
_REFRESH_S = 10
"""From one look at the network's state and the pace of the machine to the next."""
_VISIT_KEY = "neural-style-visit"


@dataclass(frozen=True, eq=False)
class Materials:
    """What is painted, and from what."""

    photo: gr.Image
    photo_note: gr.HTML
    photos: gr.HTML
    wall: gr.HTML
    upload: gr.UploadButton
    upload_note: gr.HTML
    own: gr.State


@dataclass(frozen=True, eq=False)
class Wishes:
    """How it is painted."""

    look: gr.Radio
    side: gr.Slider
    length: gr.Radio
    panel: Panel


@dataclass(frozen=True, eq=False)
class Easel:
    """The buttons, the picture, and what is known of the visitor: job, shown result, and the browser's token."""

    paint: gr.Button
    leave: gr.Button
    stop: gr.Button
    estimate: gr.HTML
    stage: gr.HTML
    status: gr.HTML
    strip: gr.HTML
    network: gr.HTML
    job: gr.State
    shown: gr.State
    visit: gr.BrowserState


@dataclass(frozen=True, eq=False)
class RecipeDrop:
    """Where a recipe is put in."""

    file: gr.File
    note: gr.HTML


@dataclass(frozen=True, eq=False)
class Page:
    """The components that events read or change."""

    materials: Materials
    wishes: Wishes
    easel: Easel
    outcome: Outcome
    drop: RecipeDrop
    refresh: gr.Timer


def lay_out(options: ServerOptions, catalogue: Catalogue, forget_job: Callable[[str], None]) -> Page:
    """Build the page inside the current `gr.Blocks`: what to paint on the left, the picture on the right.

    Args:
        options: the limits that the page keeps within.
        catalogue: the pictures to click.
        forget_job: called with the token of a job whose visitor has gone.
    """
    heading = f"<header><h1>{html.escape(options.title)}</h1><p>{texts.SUBTITLE}</p></header>"
    gr.HTML(heading, elem_id="header", elem_classes=BARE)
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_id="materials"):
            materials = _materials(catalogue)
        with gr.Column(scale=7, min_width=320, elem_id="easel"):
            wishes = _wishes(options)
            note = gr.HTML(elem_id="recipe-note", elem_classes=[BARE, "note"])
            easel = _easel(forget_job)
            outcome, file = lay_out_outcome()
    sources = catalogue.sources()
    with gr.Accordion(texts.SOURCES_HEADING, open=False, elem_id="sources", visible=bool(sources)):
        gr.Markdown(sources)
    return Page(
        materials=materials,
        wishes=wishes,
        easel=easel,
        outcome=outcome,
        drop=RecipeDrop(file, note),
        refresh=gr.Timer(_REFRESH_S),
    )


def _heading(heading: str, hint: str = "") -> None:
    gr.HTML(f'<div class="heading"><h2>{heading}</h2><span>{html.escape(hint)}</span></div>', elem_classes=BARE)


def _materials(catalogue: Catalogue) -> Materials:
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
    photos = photo_wall(catalogue.photos.values())
    _heading(texts.PAINTINGS_HEADING, texts.PAINTINGS_HINT)
    wall = painting_wall(catalogue.paintings.values())
    upload = gr.UploadButton(
        texts.PAINTINGS_UPLOAD,
        file_count="multiple",
        file_types=["image", ".heic", *(f".{name.lower()}" for name in READABLE_FORMATS)],
        size="sm",
        elem_id="upload",
    )
    return Materials(
        photo=photo,
        photo_note=note,
        photos=photos,
        wall=wall,
        upload=upload,
        upload_note=gr.HTML(elem_id="upload-note", elem_classes=[BARE, "note"]),
        own=gr.State({}),
    )


def _wishes(options: ServerOptions) -> Wishes:
    look = gr.Radio(
        [(label, look) for look, label in texts.LOOKS.items()],
        value=APP_PRESET,
        label=texts.LOOK_LABEL,
        info=PRESETS[APP_PRESET].purpose,
        elem_id="look",
        elem_classes="chips",
    )
    with gr.Row(equal_height=True):
        side = gr.Slider(
            MIN_SIDE_LIMIT_PX,
            options.side_limit_px,
            min(APP_SETTINGS.longest_side_px or options.side_limit_px, options.side_limit_px),
            step=_SIDE_STEP_PX,
            label=texts.SIZE_LABEL,
            elem_id="side",
        )
        offered = lengths_within(options)
        length = gr.Radio(
            [(texts.LENGTHS[length], length) for length in offered],
            value=APP_SETTINGS.length if APP_SETTINGS.length in offered else offered[-1],
            label=texts.LENGTH_LABEL,
            elem_id="length",
            elem_classes="chips",
        )
    return Wishes(look=look, side=side, length=length, panel=advanced_panel(options))


def _easel(forget_job: Callable[[str], None]) -> Easel:
    paint = gr.Button(texts.PAINT, variant="primary", size="lg", elem_id="paint")
    leave = gr.Button(texts.LEAVE, variant="stop", size="lg", visible=False, elem_id="leave")
    stop = gr.Button(texts.STOP, variant="stop", size="lg", visible=False, elem_id="stop")
    estimate = gr.HTML(elem_id="estimate", elem_classes=BARE)
    return Easel(
        paint=paint,
        leave=leave,
        stop=stop,
        estimate=estimate,
        stage=picture_stage(),
        status=gr.HTML(elem_id="status", elem_classes=BARE),
        strip=result_strip(),
        network=gr.HTML(elem_id="network", elem_classes=BARE),
        job=gr.State("", delete_callback=forget_job),
        shown=gr.State(""),
        visit=gr.BrowserState("", storage_key=_VISIT_KEY),
    )

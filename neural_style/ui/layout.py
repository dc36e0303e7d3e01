"""The components of the page and where they stand; what they do is in `app`."""

import html
from dataclasses import dataclass

import gradio as gr

from neural_style.images import READABLE_FORMATS
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.ui import catalogue, texts
from neural_style.ui.environment import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.ui.orders import APP_SETTINGS, lengths_within
from neural_style.ui.status import message
from neural_style.ui.wall import BARE, painting_wall, photo_wall

_SIDE_STEP_PX = 32
_PHOTO_HEIGHT_PX = 250
_STAGE_HEIGHT = "clamp(280px, 80vw, 560px)"


@dataclass(frozen=True, eq=False)
class Page:
    """The components that events read or change."""

    photo: gr.Image
    photos: gr.HTML
    wall: gr.HTML
    upload: gr.UploadButton
    look: gr.Radio
    side: gr.Slider
    length: gr.Radio
    paint: gr.Button
    leave: gr.Button
    stop: gr.Button
    stage: gr.Image
    status: gr.HTML
    download: gr.DownloadButton
    network: gr.HTML
    own: gr.State
    job: gr.State


def lay_out(options: ServerOptions, own: gr.State, job: gr.State) -> Page:
    """Build the page inside the current `gr.Blocks`: what to paint on the left, the picture on the right."""
    gr.HTML(f"<header><h1>{texts.TITLE}</h1><p>{texts.SUBTITLE}</p></header>", elem_id="header", elem_classes=BARE)
    with gr.Row(equal_height=False):
        with gr.Column(scale=5, min_width=320, elem_id="materials"):
            photo, photos = _photo()
            wall, upload = _paintings()
        with gr.Column(scale=7, min_width=320, elem_id="easel"):
            with gr.Row(equal_height=True):
                side = _side(options)
                paint = gr.Button(texts.PAINT, variant="primary", min_width=140, elem_id="paint")
                leave = gr.Button(texts.LEAVE, variant="stop", min_width=140, visible=False, elem_id="leave")
                stop = gr.Button(texts.STOP, variant="stop", min_width=140, visible=False, elem_id="stop")
            look, length = _look(), _length(options)
            stage, status, download = _stage()
            network = gr.HTML(elem_id="network", elem_classes=BARE)
    with gr.Accordion(texts.SOURCES_HEADING, open=False, elem_id="sources"):
        gr.Markdown(catalogue.sources())
    return Page(
        photo=photo,
        photos=photos,
        wall=wall,
        upload=upload,
        look=look,
        side=side,
        length=length,
        paint=paint,
        leave=leave,
        stop=stop,
        stage=stage,
        status=status,
        download=download,
        network=network,
        own=own,
        job=job,
    )


def _heading(heading: str, hint: str = "") -> None:
    gr.HTML(f'<div class="heading"><h2>{heading}</h2><span>{html.escape(hint)}</span></div>', elem_classes=BARE)


def _photo() -> tuple[gr.Image, gr.HTML]:
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
    return photo, photo_wall(catalogue.photos().values())


def _paintings() -> tuple[gr.HTML, gr.UploadButton]:
    _heading(texts.PAINTINGS_HEADING, texts.PAINTINGS_HINT)
    wall = painting_wall(catalogue.paintings().values())
    upload = gr.UploadButton(
        texts.PAINTINGS_UPLOAD,
        file_count="multiple",
        file_types=["image", *(f".{name.lower()}" for name in READABLE_FORMATS)],
        size="sm",
        elem_id="upload",
    )
    return wall, upload


def _side(options: ServerOptions) -> gr.Slider:
    return gr.Slider(
        MIN_SIDE_LIMIT_PX,
        options.side_limit_px,
        min(APP_SETTINGS.longest_side_px or options.side_limit_px, options.side_limit_px),
        step=_SIDE_STEP_PX,
        label=texts.SIZE_LABEL,
        elem_id="side",
    )


def _look() -> gr.Radio:
    return gr.Radio(
        [(label, look) for look, label in texts.LOOKS.items()],
        value=APP_PRESET,
        label=texts.LOOK_LABEL,
        info=PRESETS[APP_PRESET].purpose,
        elem_id="look",
    )


def _length(options: ServerOptions) -> gr.Radio:
    offered = lengths_within(options)
    return gr.Radio(
        [(texts.LENGTHS[length], length) for length in offered],
        value=APP_SETTINGS.length if APP_SETTINGS.length in offered else offered[-1],
        label=texts.LENGTH_LABEL,
        elem_id="length",
    )


def _stage() -> tuple[gr.Image, gr.HTML, gr.DownloadButton]:
    stage = gr.Image(
        label=texts.STAGE_LABEL,
        show_label=False,
        interactive=False,
        format="png",
        height=_STAGE_HEIGHT,
        alt_text=texts.STAGE_ALT,
        buttons=["fullscreen"],
        elem_id="stage",
    )
    status = gr.HTML(message(texts.STATUS_EMPTY), elem_id="status", elem_classes=BARE)
    download = gr.DownloadButton(texts.DOWNLOAD, visible=False, elem_id="download")
    return stage, status, download

"""The options part of the page has the choices that everybody makes; `advanced` has the others."""

from dataclasses import dataclass

import gradio as gr

from neural_style.presets import APP_PRESET, PAGE_PRESETS, SCALE
from neural_style.service.options import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.service.orders import APP_SETTINGS, efforts_within
from neural_style.service.sizes import PRINT, QUICK, name_of, prints_within, screens_within, usual_side_px
from neural_style.strength import ABSTRACT, FAITHFUL
from neural_style.ui.parts.own_looks import own_looks
from neural_style.ui.parts.sketch_sheet import SketchSheet, lay_out_sketch_sheet
from neural_style.ui.texts import texts

_SIDE_STEP_PX = 32
_STRENGTH_STEP = 0.05


@dataclass(frozen=True, eq=False)
class OptionsPart:
    """The choices of how it is painted: look, strength, size and effort.

    A size by its name sets the longest side; `paper` is that of a print, and says which one where `size` is a print.
    """

    look: gr.Radio
    own_looks: gr.HTML
    sheet: SketchSheet
    strength: gr.Slider
    size: gr.Radio
    side: gr.Number
    paper: gr.Dropdown
    effort: gr.Radio


def lay_out_options(server: ServerOptions) -> OptionsPart:
    """Build the part inside the current layout, within the limits of this server."""
    look = gr.Radio(
        [(texts().looks[name], name) for name in {**SCALE, **PAGE_PRESETS}],
        value=APP_PRESET,
        label=texts().look_label,
        info=texts().purposes[APP_PRESET],
        elem_id="look",
        elem_classes="chips",
    )
    strength = gr.Slider(
        FAITHFUL,
        ABSTRACT,
        SCALE[APP_PRESET],
        step=_STRENGTH_STEP,
        label=texts().strength_label,
        buttons=[],
        elem_id="strength",
    )
    sheet = lay_out_sketch_sheet()
    looks = own_looks()
    prints = prints_within(server.side_limit_px)
    screens = [(texts().sizes[name], name) for name in screens_within(server.side_limit_px)]
    with gr.Row(equal_height=True):
        size = gr.Radio(
            screens + ([(texts().sizes[PRINT], PRINT)] if prints else []),
            value=name_of(usual_side_px(server.side_limit_px)) or QUICK,
            label=texts().size_label,
            elem_id="size",
            elem_classes="chips",
            scale=3,
        )
        side = gr.Number(
            usual_side_px(server.side_limit_px),
            precision=0,
            minimum=MIN_SIDE_LIMIT_PX,
            maximum=server.side_limit_px,
            step=_SIDE_STEP_PX,
            label=texts().side_label,
            min_width=120,
            elem_id="side",
        )
        paper = gr.Dropdown(
            [
                (texts().paper.format(paper=name.replace("-", ", "), side=its.side_px), name)
                for name, its in prints.items()
            ],
            value=next(iter(prints), None),
            label=texts().paper_label,
            visible=False,
            min_width=200,
            elem_id="paper",
        )
    with gr.Row(equal_height=True):
        offered = efforts_within(server)
        effort = gr.Radio(
            [(texts().setting_words["effort"][effort], effort) for effort in offered],
            value=APP_SETTINGS.effort if APP_SETTINGS.effort in offered else offered[-1],
            label=texts().setting_labels["effort"],
            elem_id="effort",
            elem_classes="chips",
        )
    return OptionsPart(
        look=look, own_looks=looks, sheet=sheet, strength=strength, size=size, side=side, paper=paper, effort=effort
    )

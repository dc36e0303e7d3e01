"""The options part of the page has the choices that everybody makes; `advanced` has the others."""

from dataclasses import dataclass

import gradio as gr

from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS, SCALE
from neural_style.service.options import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.service.orders import APP_SETTINGS, efforts_within
from neural_style.service.sizes import PRINT, QUICK, name_of, prints_within, screens_within, usual_side_px
from neural_style.settings import ROWS
from neural_style.strength import ABSTRACT, FAITHFUL, STRENGTH
from neural_style.ui import texts
from neural_style.ui.parts.look_sheet import LookSheet, lay_out_look_sheet

_SIDE_STEP_PX = 32
_STRENGTH_STEP = 0.05


@dataclass(frozen=True, eq=False)
class OptionsPart:
    """The choices of how it is painted: look, strength, size and effort.

    A size by its name sets the longest side; `paper` is that of a print, and says which one where `size` is a print.
    """

    look: gr.Radio
    sheet: LookSheet
    strength: gr.Slider
    size: gr.Radio
    side: gr.Number
    paper: gr.Dropdown
    effort: gr.Radio


def lay_out_options(server: ServerOptions) -> OptionsPart:
    """Build the part inside the current layout, within the limits of this server."""
    look = gr.Radio(
        [(PRESETS[name].label, name) for name in {**SCALE, **PAGE_PRESETS}],
        value=APP_PRESET,
        label=texts.LOOK_LABEL,
        info=PRESETS[APP_PRESET].purpose,
        elem_id="look",
        elem_classes="chips",
    )
    strength = gr.Slider(
        FAITHFUL,
        ABSTRACT,
        SCALE[APP_PRESET],
        step=_STRENGTH_STEP,
        label=STRENGTH.label,
        buttons=[],
        elem_id="strength",
    )
    sheet = lay_out_look_sheet()
    prints = prints_within(server.side_limit_px)
    screens = [(texts.SIZES[name], name) for name in screens_within(server.side_limit_px)]
    with gr.Row(equal_height=True):
        size = gr.Radio(
            screens + ([(texts.SIZES[PRINT], PRINT)] if prints else []),
            value=name_of(usual_side_px(server.side_limit_px)) or QUICK,
            label=texts.SIZE_LABEL,
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
            label=texts.SIDE_LABEL,
            min_width=120,
            elem_id="side",
        )
        paper = gr.Dropdown(
            [
                (texts.PAPER.format(paper=name.replace("-", ", "), side=its.side_px), name)
                for name, its in prints.items()
            ],
            value=next(iter(prints), None),
            label=texts.PAPER_LABEL,
            visible=False,
            min_width=200,
            elem_id="paper",
        )
    with gr.Row(equal_height=True):
        offered = efforts_within(server)
        effort = gr.Radio(
            [(ROWS["effort"].title(effort), effort) for effort in offered],
            value=APP_SETTINGS.effort if APP_SETTINGS.effort in offered else offered[-1],
            label=ROWS["effort"].label,
            elem_id="effort",
            elem_classes="chips",
        )
    return OptionsPart(look=look, sheet=sheet, strength=strength, size=size, side=side, paper=paper, effort=effort)

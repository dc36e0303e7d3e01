"""The options part of the page has the choices that everybody makes; `advanced` has the others."""

from dataclasses import dataclass

import gradio as gr

from neural_style.presets import APP_PRESET, PAGE_PRESETS, PRESETS, SCALE
from neural_style.service.options import MIN_SIDE_LIMIT_PX, ServerOptions
from neural_style.service.orders import APP_SETTINGS, efforts_within
from neural_style.settings import ROWS
from neural_style.strength import ABSTRACT, FAITHFUL, STRENGTH
from neural_style.ui import texts

_SIDE_STEP_PX = 32
_STRENGTH_STEP = 0.05


@dataclass(frozen=True, eq=False)
class OptionsPart:
    """The four choices of how it is painted: look, strength, size and effort."""

    look: gr.Radio
    strength: gr.Slider
    side: gr.Slider
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
    return OptionsPart(look=look, strength=strength, side=side, effort=effort)

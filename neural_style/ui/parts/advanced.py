"""The panel with every setting: one table, from which its fields are made and read.

A look fills the panel. The page keeps in a hidden field which look it is filled from, because Paint may be pressed
before the answer to a click on a look is there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, get_args

import gradio as gr

from neural_style.errors import OptionsError
from neural_style.presets import APP_PRESET, PRESETS
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS, settings_of_look
from neural_style.settings import (
    MAX_PADDING_PX,
    MAX_SCALES,
    Alpha,
    Bits,
    OptimizerName,
    Pooling,
    Precision,
    Settings,
    Smoothing,
    Start,
    StyleBalance,
    with_changes,
)
from neural_style.ui import texts

FieldComponent = gr.Checkbox | gr.Dropdown | gr.Number | gr.Textbox


@dataclass(frozen=True)
class Field:
    """A setting on the panel; its label and its sentence are in `texts.ADVANCED`.

    Attributes:
        path: of the setting, such as `weights.style`.
        kind: `float`, `int` or `bool`, or the words to choose from.
        low: least number that makes sense.
        high: largest number that makes sense; not a limit of the program.
        optional: an empty field stands for None.
    """

    path: str
    kind: type | tuple[Any, ...]
    low: float | None = None
    high: float | None = None
    optional: bool = False

    def component(self, settings: Settings) -> FieldComponent:
        """The field as Gradio shows it, filled from settings."""
        label, sentence = texts.ADVANCED[self.path]
        shared: dict[str, Any] = {
            "value": self.value(settings),
            "label": label,
            "info": sentence,
            "elem_id": f"advanced-{self.path.replace('.', '-')}",
        }
        if self.kind is bool:
            return gr.Checkbox(**shared)
        if isinstance(self.kind, tuple):
            return gr.Dropdown([(texts.ADVANCED_CHOICES.get(word, str(word)), word) for word in self.kind], **shared)
        if self.optional:  # Gradio's number fields cannot be empty
            return gr.Textbox(placeholder=texts.ADVANCED_EMPTY, max_lines=1, **shared)
        step = {"precision": 0} if self.kind is int else {"step": 0.05 if self.high == 1 else 1}
        return gr.Number(minimum=self.low, maximum=self.high, **step, **shared)

    def value(self, settings: Settings) -> Any:
        """What the field shows of these settings."""
        value = reduce(getattr, self.path.split("."), settings)
        if not self.optional:
            return value
        decided = self.path == "iterations" and settings.effort is not None
        return "" if value is None or decided else str(value)

    def read(self, value: Any) -> Any:
        """The setting that the field stands for.

        Raises:
            OptionsError: it is empty and must not be, or is no number.
        """
        label = texts.ADVANCED[self.path][0]
        if value is None or (self.optional and not str(value).strip()):
            if not self.optional:
                raise OptionsError(texts.EMPTY_FIELD.format(label=label))
            return None
        if self.optional and isinstance(self.kind, type):
            try:
                return self.kind(value)
            except ValueError:
                raise OptionsError(texts.NO_NUMBER.format(label=label, value=f"{value!r:.60}")) from None
        return value


GROUPS: Mapping[str, tuple[Field, ...]] = {
    texts.ADVANCED_WEIGHTS: (
        Field("weights.content", float, 0, 10_000),
        Field("weights.content_blend", float, 0, 1),
        Field("weights.style", float, 0, 1_000_000),
        Field("weights.style_layer_exponent", float, 0.1, 10),
        Field("weights.style_balance", get_args(StyleBalance)),
        Field("weights.total_variation", float, 0, 1_000_000),
        Field("weights.chroma_smoothing", float, 0, 1000),
        Field("smoothing", get_args(Smoothing)),
    ),
    texts.ADVANCED_PAINTING: (
        Field("preserve_colors", bool),
        Field("scales", ("auto", *range(1, MAX_SCALES + 1))),
        Field("pooling", get_args(Pooling)),
        Field("alpha", get_args(Alpha)),
        Field("bits", get_args(Bits)),
        Field("padding_px", int, 0, MAX_PADDING_PX),
        Field("width", int, 16, None, optional=True),
        Field("start", get_args(Start)),
        Field("initial_noiseblend", float, 0, 1, optional=True),
        Field("seed", int, 0, 2**32 - 1),
    ),
    texts.ADVANCED_OPTIMISER: (
        Field("iterations", int, 1, None, optional=True),
        Field("optimizer", get_args(OptimizerName)),
        Field("adam.learning_rate", float, 0.001, 1000),
        Field("adam.beta1", float, 0, 0.9999),
        Field("adam.beta2", float, 0, 0.999999),
        Field("adam.epsilon", float, 1e-12, 1),
        Field("precision", get_args(Precision)),
    ),
}
"""Heading -> its fields."""

FIELDS = tuple(field for fields in GROUPS.values() for field in fields)


@dataclass(frozen=True, eq=False)
class Panel:
    """Its components: path of each of `FIELDS` -> its field, the look that they are filled from, and the rest."""

    fields: Mapping[str, FieldComponent]
    filled: gr.Textbox
    start_picture: gr.Image
    reset: gr.Button


def advanced_panel(options: ServerOptions) -> Panel:
    """Build the panel, folded, inside the current layout."""
    settings, fields = PRESETS[APP_PRESET].settings, {}
    with gr.Accordion(texts.ADVANCED_HEADING, open=False, elem_id="advanced"):
        gr.Markdown(texts.ADVANCED_HINT.format(limit=options.steps_limit))
        for heading, group in GROUPS.items():
            gr.HTML(f"<h3>{heading}</h3>")
            with gr.Row(elem_classes="advanced-group"):
                fields |= {field.path: field.component(settings) for field in group}
        start_picture = gr.Image(
            label=texts.START_PICTURE_LABEL,
            type="filepath",
            image_mode=None,
            sources=["upload", "clipboard"],
            height=150,
            elem_id="start-picture",
        )
        filled = gr.Textbox(APP_PRESET, visible=False)
        reset = gr.Button(texts.ADVANCED_RESET, size="sm", elem_id="advanced-reset")
    return Panel(fields=fields, filled=filled, start_picture=start_picture, reset=reset)


def values_of(settings: Settings) -> dict[str, Any]:
    """Return what the field of each path shows of these settings."""
    return {field.path: field.value(settings) for field in FIELDS}


def read_page(looks: tuple[Any, Any], side: Any, effort: Any, values: Mapping[str, Any]) -> Settings:
    """What the page asks for.

    Args:
        looks: the chosen look, or None for one of the visitor's own; and the one that the panel is filled from. Where
            they differ, the panel is not looked at.
        side: the longest side, unless the panel has a width.
        effort: "quick", "good" or "best", unless the panel has a number of steps.
        values: path of a field -> its value.

    Raises:
        OptionsError: a value cannot be used.
    """
    look, filled = looks
    if (look or "") != (filled or ""):
        return replace(settings_of_look(look), longest_side_px=side, effort=effort)
    given = {field.path: field.read(values[field.path]) for field in FIELDS}
    if given["iterations"] is None:
        given |= {"iterations": APP_SETTINGS.iterations, "effort": effort}
    if given["width"] is None:
        given["longest_side_px"] = side
    return with_changes(Settings(), given)

"""The panel has every setting that has no other place on the page; the rows of settings make and read its fields.

A look and a strength fill the panel. The page keeps in hidden fields which ones it is filled from, because Paint may be
pressed before the answer to a click on a look is there, or to a pull at the strength.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from neural_style.errors import OptionsError
from neural_style.presets import APP_PRESET, PRESETS, SCALE
from neural_style.rows import Row, grouped
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS, settings_of_look
from neural_style.settings import ROWS, Settings, with_changes
from neural_style.strength import at_strength, settings_at
from neural_style.ui.texts import texts
from neural_style.validation import require

FieldComponent = gr.Checkbox | gr.Dropdown | gr.Number | gr.Textbox

FIELDS = tuple(row for rows in grouped(ROWS.values()).values() for row in rows if row.in_panel)
"""The settings on the panel, in the order of its fields."""


@dataclass(frozen=True, eq=False)
class Panel:
    """The panel's components: path in `FIELDS` -> its field, the look and strength they are filled from, the rest."""

    fields: Mapping[str, FieldComponent]
    filled: gr.Textbox
    filled_strength: gr.Number
    start_picture: gr.Image
    reset: gr.Button


def advanced_panel(options: ServerOptions) -> Panel:
    """Build the panel, folded, inside the current layout."""
    settings, fields = PRESETS[APP_PRESET].settings, {}
    with gr.Accordion(texts().advanced_heading, open=False, elem_id="advanced"):
        gr.Markdown(texts().advanced_hint.format(limit=options.steps_limit))
        for heading, rows in grouped(FIELDS).items():
            gr.HTML(f"<h3>{texts().setting_groups[heading]}</h3>")
            with gr.Row(elem_classes="advanced-group"):
                fields |= {row.path: _component(row, settings) for row in rows}
        start_picture = gr.Image(
            label=texts().start_picture_label.format(start=_word(ROWS["start"], "image")),
            type="filepath",
            image_mode=None,
            sources=["upload", "clipboard"],
            height=150,
            elem_id="start-picture",
        )
        filled = gr.Textbox(APP_PRESET, visible=False)
        filled_strength = gr.Number(SCALE[APP_PRESET], visible=False)
        reset = gr.Button(texts().advanced_reset, size="sm", elem_id="advanced-reset")
    return Panel(
        fields=fields, filled=filled, filled_strength=filled_strength, start_picture=start_picture, reset=reset
    )


def values_of(settings: Settings) -> dict[str, Any]:
    """Return the value of these settings that the field of each path shows."""
    return {row.path: _shown(row, settings) for row in FIELDS}


def read_page(
    looks: tuple[Any, Any], strengths: tuple[Any, Any], side: Any, effort: Any, values: Mapping[str, Any]
) -> Settings:
    """Return the settings that the page asks for.

    Args:
        looks: the chosen look, or None for one of the visitor's own; and the one that the panel is filled from. Where
            they differ, the panel is not looked at.
        strengths: the chosen strength, and the one that the panel is filled from. Where they differ, what the strength
            stands for is not read from the panel.
        side: the longest side, unless the panel has a width.
        effort: "quick", "good" or "best", unless the panel has a number of steps.
        values: path of a field -> its value.

    Raises:
        OptionsError: a value cannot be used.
    """
    (look, filled), (strength, filled_strength) = looks, strengths
    beside = {"longest_side_px": side, "effort": effort}
    if (look or "") != (filled or ""):
        return replace(at_strength(settings_of_look(look), strength), **beside)
    given = {row.path: _read(row, values[row.path]) for row in FIELDS}
    if strength != filled_strength:
        given |= settings_at(strength)
    for row in FIELDS:
        if row.instead_of:
            is_empty = given[row.path] is None
            given[row.instead_of] = beside[row.instead_of] if is_empty else None
            if is_empty and not row.kind.optional:
                del given[row.path]
    return with_changes(APP_SETTINGS, given)


def problems_in(values: Mapping[str, Any]) -> dict[str, str]:
    """Return path -> what is wrong with the value of its field, of those fields whose value cannot be."""
    problems = {}
    for row in FIELDS:
        try:
            value = _read(row, values[row.path])
            if value is not None:
                row.check(value)
        except OptionsError as error:
            problems[row.path] = str(error)
    return problems


def _component(row: Row, settings: Settings) -> FieldComponent:
    """Return the field of a setting as Gradio shows it, filled from settings."""
    shared: dict[str, Any] = {
        "value": _shown(row, settings),
        "label": texts().setting_labels[row.path],
        "info": f"{texts().setting_helps[row.path]} {_empty_hint(row)}".strip(),
        "elem_id": f"advanced-{row.path.replace('.', '-')}",
    }
    low, high = row.bounds.low, row.bounds.high
    if row.kind.type is bool:
        return gr.Checkbox(**shared)
    if row.kind.words:
        return gr.Dropdown(_choices(row), **shared)
    if _may_be_empty(row):  # Gradio's number fields cannot be empty
        return gr.Textbox(placeholder=texts().advanced_empty, max_lines=1, **shared)
    step = {"precision": 0} if row.kind.type is int else {"step": 0.05 if 1 in (high, row.bounds.below) else 1}
    return gr.Number(minimum=low, maximum=high, **step, **shared)


def _choices(row: Row) -> list[tuple[str, Any]]:
    """Return the choices as (title, value): the words, and every whole number of the range, if any."""
    low, high = row.bounds.low, row.bounds.high
    numbers = range(int(low), int(high) + 1) if low is not None and high is not None else ()
    empty = [(texts().advanced_empty, "")] if _may_be_empty(row) else []
    return empty + [(_word(row, value), value) for value in (*row.kind.words, *numbers)]


def _word(row: Row, value: Any) -> str:
    """Return the page's name of a value to choose."""
    return texts().setting_words.get(row.path, {}).get(str(value), str(value))


def _may_be_empty(row: Row) -> bool:
    return row.kind.optional or bool(row.instead_of)


def _empty_hint(row: Row) -> str:
    if row.instead_of:
        beside = {"longest_side_px": texts().side_label}
        label = beside.get(row.instead_of, texts().setting_labels[row.instead_of])
        return texts().advanced_decides.format(label=label)
    return texts().advanced_unset.format(unset=texts().setting_unset[row.path]) if row.kind.optional else ""


def _shown(row: Row, settings: Settings) -> Any:
    """Return the value of these settings that the field shows."""
    value = row.value_in(settings)
    if not _may_be_empty(row):
        return value
    is_decided_elsewhere = row.instead_of and ROWS[row.instead_of].value_in(settings) is not None
    if value is None or is_decided_elsewhere:
        return ""
    return value if row.kind.words else str(value)


def _read(row: Row, value: Any) -> Any:
    """Return the setting that the field's value stands for; None where it is empty.

    Raises:
        OptionsError: it is empty and must not be, or is no number.
    """
    if value is None or (_may_be_empty(row) and not str(value).strip()):
        if not _may_be_empty(row):
            raise OptionsError(texts().empty_field.format(label=texts().setting_labels[row.path]))
        return None
    if not _may_be_empty(row) or row.kind.type is None:
        return value
    try:
        require(not isinstance(value, bool), "a number")
        return row.kind.type(value) if row.form is None else str(value).strip()
    except (ValueError, TypeError, OverflowError, OptionsError):
        raise OptionsError(
            texts().no_number.format(label=texts().setting_labels[row.path], value=f"{value!r:.60}")
        ) from None

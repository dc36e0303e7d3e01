"""Regions are drawn in this part of the page: which painting paints where on the photo, and what is left alone.

A visitor brushes labels over the photo, in a browser's memory; what arrives here is a map of labels as runs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
import numpy as np
from numpy.typing import NDArray

from neural_style.errors import OptionsError
from neural_style.masks import MAX_SIDE_PX, READY, Mask
from neural_style.service.messages import messages
from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.texts import texts

KEEP = 255
"""The label of what is left alone; 0 is nothing, and each painting has the label of its place in `owners`, from 1."""

MOST_FEATHER = 10.0
"""The softest edges that can be chosen, in percent of the longest side."""

DEFAULT_FEATHER = 1.0

_LEFT_ALONE = ""
"""The key of what is left alone, among those of paintings."""


@dataclass(frozen=True)
class Drawn:
    """What was drawn on a photo.

    Attributes:
        regions: key of a painting -> where it paints; a painting that is not there paints the rest.
        left_alone: what stays as it is in the photo, or None.
    """

    regions: Mapping[str, Mask]
    left_alone: Mask | None = None


def lay_out_regions() -> gr.HTML:
    """Build the part inside the current layout, folded and empty.

    It folds by itself: what Gradio has in a folded accordion loses its words when it is changed before it is seen.
    """
    words = texts().region_words
    tools = "".join(
        f'<button type="button" class="region-{name}">{words[name]}</button>'
        for name in ("undo", "redo", "clear", "invert", "farther", "closer", "upload")
    )
    return gr.HTML(
        None,
        html_template=(
            f'<details class="regions"><summary>{texts().regions_heading}</summary>'
            f'<p class="region-hint">{texts().regions_hint}</p>'
            f'<p class="region-empty">{words["no_photo"]}</p>'
            f'<div class="region-brushes" role="group" aria-label="{words["brushes"]}"></div>'
            '<div class="region-sliders">'
            f'<label>{words["size"]}<input type="range" class="region-size" min="1" max="40" value="10"></label>'
            f'<label>{words["soft"]}<input type="range" class="region-soft" min="0" max="{MOST_FEATHER:g}" '
            f'step="0.5" value="{DEFAULT_FEATHER:g}"></label></div>'
            f'<div class="region-tools">{tools}'
            '<input type="file" class="region-file" accept="image/*" hidden></div>'
            f'<div class="region-fills"><label>{words["ready"]}<select class="region-ready"></select></label>'
            f'<button type="button" class="region-fill">{words["fill"]}</button></div>'
            '<p class="region-said" role="status"></p>'
            '<div class="region-stage" hidden><div class="region-sheet"><img class="region-photo" alt="">'
            f'<canvas class="region-canvas" role="img" aria-label="{words["canvas"]}"></canvas></div></div></details>'
        ),
        js_on_load=script("make.js", "labels.js", "regions.js"),
        apply_default_css=False,
        elem_id="regions",
        elem_classes=BARE,
        words=dict(words),
        fills={name: texts().ready_regions[name] for name in READY},
        most_px=MAX_SIDE_PX,
    )


def drawn(value: Any, keys: Iterable[str]) -> Drawn:
    """Return what was drawn, for the paintings with these keys; what belongs to others is nothing.

    Raises:
        OptionsError: the value is none that the page can have.
    """
    if not value:  # null, or an empty text, which Gradio has in its place
        return Drawn({})
    exact = value.get("exact") if isinstance(value, dict) else None
    if isinstance(exact, dict):
        kept = exact.get(_LEFT_ALONE)
        return Drawn(
            {key: Mask.of_text(text) for key, text in exact.items() if key in set(keys)}, kept and Mask.of_text(kept)
        )
    labels, owners, feather = _checked(value)
    wanted = set(keys)
    masks = {key: _mask(labels == index, feather) for index, key in enumerate(owners, start=1) if key in wanted}
    regions = {key: mask for key, mask in masks.items() if not mask.is_empty}
    left_alone = _mask(labels == KEEP, feather)
    return Drawn(regions, None if left_alone.is_empty else left_alone)


def on_canvas(regions: Mapping[str, Mask], left_alone: Mask | None) -> dict[str, Any] | None:
    """Return the value that shows masks, as far as labels with hard edges can; None where there are none.

    Args:
        regions: key of a painting -> where it paints.
        left_alone: what stays as it is, or None.
    """
    masks = [*regions.values(), *([left_alone] if left_alone else [])]
    if not masks:
        return None
    height, width = masks[0].levels.shape
    labels = np.zeros((height, width), np.uint8)
    for label, mask in enumerate(regions.values(), start=1):
        labels[mask.at(height, width) >= 0.5] = label
    if left_alone is not None:
        labels[left_alone.at(height, width) >= 0.5] = KEEP
    exact = {key: mask.text for key, mask in regions.items()}
    if left_alone is not None:
        exact[_LEFT_ALONE] = left_alone.text
    drawing = {"size": [width, height], "runs": _runs(labels), "owners": list(regions), "feather": DEFAULT_FEATHER}
    return {**drawing, "exact": exact}


def _mask(selected: NDArray[np.bool_], feather: float) -> Mask:
    return Mask.of(selected).feathered(feather / 100.0)


def _checked(value: Any) -> tuple[NDArray[np.uint8], list[str], float]:
    """Return the labels `[h, w]`, the owners and the softness of a value, which may be anything at all."""
    try:
        (width, height), runs, owners, feather = (value[name] for name in ("size", "runs", "owners", "feather"))
        pairs = np.asarray(runs).reshape(-1, 2)
        if pairs.dtype.kind != "i":
            raise TypeError
        cells, (most_label, most_count) = width * height, pairs.max(0)
        sizes = 1 <= width <= MAX_SIDE_PX and 1 <= height <= MAX_SIDE_PX and 0.0 <= feather <= MOST_FEATHER
        if not (sizes and pairs.min() >= 0 and most_label <= KEEP and most_count <= cells and len(pairs) <= cells):
            raise ValueError
        if pairs[:, 1].sum() != cells:
            raise ValueError
        if not (isinstance(owners, list) and all(isinstance(key, str) for key in owners) and len(owners) < KEEP):
            raise ValueError
        labels = np.repeat(pairs[:, 0].astype(np.uint8), pairs[:, 1]).reshape(height, width)
    except (TypeError, ValueError, KeyError, OverflowError):
        raise OptionsError(messages().bad_regions) from None
    return labels, owners, float(feather)


def _runs(labels: NDArray[np.uint8]) -> list[int]:
    """Return [label, count, ...] of labels, row by row."""
    flat = labels.ravel()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(flat)) + 1])
    counts = np.diff([*starts, flat.size])
    return np.stack([flat[starts], counts], 1).ravel().tolist()

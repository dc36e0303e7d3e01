"""The viewer shows a picture and compares it; the strip shows this session's results, with which it can compare, too.

`gr.ImageSlider` compares, too, but not from the keyboard, and it neither shows a run nor enlarges.

What it does is in the scripts: `zoom.js` holds which part of the picture is seen, `gestures.js` what pointers, fingers
and the wheel do, `viewer.js` the rest, and `strip.js` the strip. The ways are those of other image viewers:

- Ctrl and the wheel, a pinch on a trackpad or with two fingers zoom at the pointer. The wheel alone zooms in full
  screen and where the picture is zoomed already; over a picture that is seen whole it scrolls the page, as one finger
  does.
- A double click or tap shows 100 %, one pixel of the picture on one pixel of the screen (not of CSS, so that nothing is
  resampled on a sharp screen), and twice the size where 100 % would not enlarge it; another one fits it again.
- Dragging moves a zoomed picture; it moves the line where the picture is seen whole. The line's handle does so always.
- Keys, while something of the viewer has the focus: Z for 100 % and back, plus, minus, 0; and the arrow keys move a
  zoomed picture that has the focus itself.
- Picture and photo have one view. It and the line stay as long as pictures of the same shape follow each other.
"""

from collections.abc import Collection, Iterable
from typing import Any

import gradio as gr

from neural_style.service.results import Result
from neural_style.ui.files import file_record
from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.result_labels import ResultLabel
from neural_style.ui.texts import texts


def _icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path fill="none" stroke="currentColor" '
        f'stroke-width="1.6" d="{path}"/></svg>'
    )


_CORNERS = _icon("M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4")
_HALVES = _icon("M1.8 2.8h12.4v10.4H1.8zM8 1v14")


def picture_viewer() -> gr.HTML:
    """Return the component that shows the picture; its value is what `in_viewer` returns."""
    return gr.HTML(
        in_viewer(None),  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=(
            f'<figure class="viewer empty">{_frame()}{_bar()}'
            f'<p class="viewer-empty">{texts().viewer_empty}</p></figure>'
        ),
        js_on_load=script("zoom.js", "gestures.js", "viewer.js"),
        apply_default_css=False,
        elem_id="viewer",
        elem_classes=BARE,
        words={
            "before": texts().before_alt,
            "photo": texts().compare_photo,
            "compared": texts().compare_words["compared"],
            "cut_photo": texts().compare_label,
            "cut_result": texts().compare_result_label,
            "wide": texts().full_screen,
            "narrow": texts().not_full_screen,
        },
    )


def in_viewer(after: dict[str, Any] | None, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the viewer's value: pictures as Gradio's records of files, or as objects with a `url`."""
    return {"before": before, "after": after}


def result_strip() -> gr.HTML:
    """Return the strip of small pictures of this session's results.

    It triggers `click` with the `key` of a result and what it `does`: "show", "star" (with `is_starred`) or "delete".
    """
    return gr.HTML(
        on_strip("", ()),  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=f'<div class="strip" role="group" aria-label="{texts().strip_label}" hidden></div>',
        js_on_load=script("make.js", "strip.js"),
        apply_default_css=False,
        elem_id="strip",
        elem_classes=BARE,
        words={
            "compare": texts().compare_result,
            "star": texts().star,
            "unstar": texts().unstar,
            "delete": texts().delete,
        },
        icon=_HALVES,
    )


def on_strip(shown: str, results: Iterable[Result], starred: Collection[str] = ()) -> dict[str, Any]:
    """Return the strip's value, the latest result first; `shown` is the key of the one in the viewer.

    Gradio adds the address to the record of each `picture`, and the browser fetches it only to compare.
    """
    cards = [{**_card(result), "is_starred": result.key in starred} for result in results]
    return {"shown": shown, "results": cards[::-1]}


def _card(result: Result) -> dict[str, Any]:
    label = ResultLabel.of(result)
    return {
        "key": result.key,
        "thumbnail": result.thumbnail,
        "picture": file_record(result.files.picture),
        "label": str(label),
        "look": label.look,
        "facts": [label.paintings, label.size],
    }


def _frame() -> str:
    return (
        f'<div class="frame" tabindex="0" role="group" aria-label="{texts().viewer_label}">'
        f'<div class="pane after-pane"><img class="after" alt="{texts().viewer_alt}" hidden>'
        f'<span class="pane-name">{texts().compare_this}</span></div>'
        f'<div class="pane before-pane"><img class="before" alt="{texts().before_alt}" hidden>'
        '<span class="pane-name before-name"></span></div>'
        '<div class="line" aria-hidden="true"></div>'
        '<input class="cut" type="range" min="0" max="100" step="1" value="0">'
        "</div>"
    )


def _bar() -> str:
    out, larger, actual, fit = (_button(does, *texts().zoom_buttons[does]) for does in ("out", "in", "actual", "fit"))
    beside = _button(
        "beside",
        f"{_HALVES}<span>{texts().side_by_side}</span>",
        texts().side_by_side,
        'class="beside-toggle" aria-pressed="false" hidden',
    )
    return (
        f'<div class="bar" role="group" aria-label="{texts().viewer_bar_label}" hidden>{beside}'
        '<span class="compared" hidden><span class="compared-with"></span>'
        f'<button type="button" data-does="photo">{texts().compare_words["photo_again"]}</button></span>'
        f'{out}<output class="zoom" title="{texts().zoom_now}"></output>{larger}'
        f"{actual}{fit}{_button('wide', _CORNERS, texts().full_screen)}</div>"
    )


def _button(does: str, content: str, name: str, attributes: str = "") -> str:
    return (
        f'<button type="button" data-does="{does}" aria-label="{name}" title="{name}" {attributes}>{content}</button>'
    )

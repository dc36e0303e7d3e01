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
from neural_style.ui import texts
from neural_style.ui.files import file_record
from neural_style.ui.parts.blocks import BARE, script
from neural_style.ui.result_labels import ResultLabel


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
            f'<figure class="viewer empty">{_frame()}{_bar()}<p class="viewer-empty">{texts.VIEWER_EMPTY}</p></figure>'
        ),
        js_on_load=script("zoom.js", "gestures.js", "viewer.js"),
        apply_default_css=False,
        elem_id="viewer",
        elem_classes=BARE,
        words={
            "before": texts.BEFORE_ALT,
            "photo": texts.COMPARE_PHOTO,
            "compared": texts.COMPARE_WORDS["compared"],
            "cut_photo": texts.COMPARE_LABEL,
            "cut_result": texts.COMPARE_RESULT_LABEL,
            "wide": texts.FULL_SCREEN,
            "narrow": texts.NOT_FULL_SCREEN,
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
        html_template=f'<div class="strip" role="group" aria-label="{texts.STRIP_LABEL}" hidden></div>',
        js_on_load=script("make.js", "strip.js"),
        apply_default_css=False,
        elem_id="strip",
        elem_classes=BARE,
        words={"compare": texts.COMPARE_RESULT, "star": texts.STAR, "unstar": texts.UNSTAR, "delete": texts.DELETE},
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
        f'<div class="frame" tabindex="0" role="group" aria-label="{texts.VIEWER_LABEL}">'
        f'<div class="pane after-pane"><img class="after" alt="{texts.VIEWER_ALT}" hidden>'
        f'<span class="pane-name">{texts.COMPARE_THIS}</span></div>'
        f'<div class="pane before-pane"><img class="before" alt="{texts.BEFORE_ALT}" hidden>'
        '<span class="pane-name before-name"></span></div>'
        '<div class="line" aria-hidden="true"></div>'
        '<input class="cut" type="range" min="0" max="100" step="1" value="0">'
        "</div>"
    )


def _bar() -> str:
    out, larger, actual, fit = (_button(does, *texts.ZOOM_BUTTONS[does]) for does in ("out", "in", "actual", "fit"))
    beside = _button(
        "beside",
        f"{_HALVES}<span>{texts.SIDE_BY_SIDE}</span>",
        texts.SIDE_BY_SIDE,
        'class="beside-toggle" aria-pressed="false" hidden',
    )
    return (
        f'<div class="bar" role="group" aria-label="{texts.VIEWER_BAR_LABEL}" hidden>{beside}'
        '<span class="compared" hidden><span class="compared-with"></span>'
        f'<button type="button" data-does="photo">{texts.COMPARE_WORDS["photo_again"]}</button></span>'
        f'{out}<output class="zoom" title="{texts.ZOOM_NOW}"></output>{larger}'
        f"{actual}{fit}{_button('wide', _CORNERS, texts.FULL_SCREEN)}</div>"
    )


def _button(does: str, content: str, name: str, attributes: str = "") -> str:
    return (
        f'<button type="button" data-does="{does}" aria-label="{name}" title="{name}" {attributes}>{content}</button>'
    )

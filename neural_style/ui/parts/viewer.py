"""The viewer shows the picture and compares it with the photo; the strip shows this session's results.

`gr.ImageSlider` compares, too, but not from the keyboard, and it does not show a run.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import gradio as gr

from neural_style.service.results import Result
from neural_style.ui import texts
from neural_style.ui.parts.blocks import BARE

_VIEWER_SCRIPT = Path(__file__).with_name("viewer.js").read_text(encoding="utf-8")

_CORNERS = (
    '<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path fill="none" stroke="currentColor" '
    'stroke-width="1.6" d="M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4"/></svg>'
)

_STRIP_SCRIPT = """
const strip = element.querySelector(".strip");
function draw() {
  const { shown, results } = props.value;
  strip.hidden = results.length < 2;
  strip.replaceChildren(...results.map(({ key, thumbnail, label }) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "strip-result", title: label });
    button.setAttribute("aria-pressed", key === shown);
    button.dataset.key = key;
    button.append(Object.assign(document.createElement("img"), { src: thumbnail, alt: label }));
    button.addEventListener("click", () => trigger("click", { key }));
    return button;
  }));
}
watch("value", draw);
draw();
"""


def picture_viewer() -> gr.HTML:
    """Return the component that shows the picture; its value is what `in_viewer` returns."""
    return gr.HTML(
        in_viewer(None),  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=(
            '<figure class="viewer empty">'
            f'<div class="frame"><img class="after" alt="{texts.VIEWER_ALT}" hidden>'
            f'<img class="before" alt="{texts.BEFORE_ALT}" hidden><div class="line" aria-hidden="true"></div>'
            f'<input class="cut" type="range" min="0" max="100" step="1" value="0" aria-label="{texts.COMPARE_LABEL}">'
            f'</div><button type="button" class="wide" aria-label="{texts.FULL_SCREEN}" title="{texts.FULL_SCREEN}" '
            f'hidden>{_CORNERS}</button><p class="viewer-empty">{texts.VIEWER_EMPTY}</p></figure>'
        ),
        js_on_load=_VIEWER_SCRIPT,
        apply_default_css=False,
        elem_id="viewer",
        elem_classes=BARE,
    )


def in_viewer(after: dict[str, Any] | None, before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the viewer's value: pictures as Gradio's records of files, or as objects with a `url`."""
    return {"before": before, "after": after}


def result_strip() -> gr.HTML:
    """Return the strip of small pictures of this session's results; a click triggers `click` with the `key` of one."""
    return gr.HTML(
        on_strip("", ()),  # pyright: ignore[reportArgumentType] - any JSON may be a value
        html_template=f'<div class="strip" role="group" aria-label="{texts.STRIP_LABEL}" hidden></div>',
        js_on_load=_STRIP_SCRIPT,
        apply_default_css=False,
        elem_id="strip",
        elem_classes=BARE,
    )


def on_strip(shown: str, results: Iterable[Result]) -> dict[str, Any]:
    """Return the strip's value, the latest result first; `shown` is the key of the one in the viewer."""
    cards = [
        {"key": result.key, "thumbnail": result.thumbnail, "label": f"{result.size[1]} × {result.size[0]} px"}
        for result in results
    ]
    return {"shown": shown, "results": cards[::-1]}

"""The theme sets the page's colours and fonts. No font or file comes from another site."""

from pathlib import Path

from gradio.themes import Base

from neural_style.languages import LANGUAGES, speaking
from neural_style.ui.texts import texts

_SANS = ["Avenir Next", "Segoe UI", "Helvetica Neue", "Noto Sans", "DejaVu Sans", "sans-serif"]
_MONO = ["Menlo", "Consolas", "DejaVu Sans Mono", "monospace"]
_PAPER, _PAPER_DARK = "#f7f4ee", "#171512"
_PANEL, _PANEL_DARK = "#fffdf9", "#211e1a"
_LINE, _LINE_DARK = "#e4ded2", "#37322b"


def css() -> str:
    """Return the style sheet of the page, with the words at the ends of the strength in every language."""
    sheet = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
    for language in LANGUAGES:
        with speaking(language):
            low, high = texts().strength_ends
        sheet += f'#strength:lang({language}) {{ --low: "{low}"; --high: "{high}"; }}\n'
    return sheet


def theme() -> Base:
    """Return the theme: warm white or warm black, with ultramarine for controls that can be pressed."""
    base = Base(
        primary_hue="indigo",
        secondary_hue="indigo",
        neutral_hue="stone",
        radius_size="lg",
        font=_SANS,
        font_mono=_MONO,
    )
    return base.set(
        body_background_fill=_PAPER,
        body_background_fill_dark=_PAPER_DARK,
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_background_fill=_PANEL,
        block_background_fill_dark=_PANEL_DARK,
        block_border_color=_LINE,
        block_border_color_dark=_LINE_DARK,
        block_label_background_fill=_PANEL,
        block_label_background_fill_dark=_PANEL_DARK,
        border_color_primary=_LINE,
        border_color_primary_dark=_LINE_DARK,
        input_border_width="1px",
        input_border_color=_LINE,
        input_border_color_dark=_LINE_DARK,
        input_background_fill=_PANEL,
        input_background_fill_dark=_PANEL_DARK,
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover="*primary_600",
        button_primary_background_fill_hover_dark="*primary_700",
        button_primary_text_color="white",
        button_large_text_size="*text_lg",
        button_large_text_weight="600",
        slider_color="*primary_700",
        slider_color_dark="*primary_400",
    )

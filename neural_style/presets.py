"""Named looks: each a complete `Settings` and a sentence on what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from neural_style.errors import OptionsError
from neural_style.settings import LossWeights, Settings


@dataclass(frozen=True)
class Preset:
    """A named look.

    Attributes:
        label: what the page calls it.
        purpose: one sentence on what it is for.
        settings: how to paint.
        on_page: whether the page offers it.
    """

    label: str
    purpose: str
    settings: Settings
    on_page: bool = True


_PAINTED = Settings(
    optimizer="lbfgs",
    start="colors",
    iterations=80,
    effort="good",
    scales="auto",
    smoothing="adaptive",
    padding_px=16,
    weights=LossWeights(style=700.0, style_balance="relative", total_variation=700.0, chroma_smoothing=16.0),
)


def _painted_with(*, weights: Mapping[str, float] | None = None, **changes: Any) -> Settings:
    """Return the look of the page with changes.

    A start from the photo alone stays near it whatever the weights say: a look that is to leave it needs noise.
    """
    return replace(_PAINTED, weights=replace(_PAINTED.weights, **(weights or {})), **changes)


PRESETS: Mapping[str, Preset] = {
    "classic": Preset(
        "Classic",
        "As the original program (anishathalye/neural-style): 1000 steps of Adam from noise. Slow, often grainy.",
        Settings(),
        on_page=False,
    ),
    "painted": Preset(
        "Painted",
        "For most pictures: large strokes first, the painting's colours, plain places left plain.",
        _PAINTED,
    ),
    "faithful": Preset(
        "Faithful",
        "For portraits and places to be recognised: the photo's forms stay, the painting lends colour and touch.",
        _painted_with(weights={"content": 100.0}),
    ),
    "bold": Preset(
        "Bold",
        "More painting than photo: broad, strong strokes, at the price of small things.",
        _painted_with(weights={"style": 4000.0, "style_layer_exponent": 1.5}, initial_noiseblend=0.3),
    ),
    "abstract": Preset(
        "Abstract",
        "The painting takes over, and of the photo only its great forms remain.",
        _painted_with(weights={"content": 2.0, "content_blend": 0.0, "style": 2000.0}, initial_noiseblend=0.5),
    ),
    "photo-colors": Preset(
        "Photo's colours",
        "The painting's strokes in the photo's own colours.",
        _painted_with(preserve_colors=True),
    ),
    "flat": Preset(
        "Flat",
        "Flat colours and clear outlines, as in prints and posters.",
        _painted_with(weights={"total_variation": 20000.0}),
    ),
    "fine": Preset(
        "Fine",
        "Small strokes all over and the longest wait, for pictures that are looked at from near.",
        _painted_with(scales=1, effort="best"),
        on_page=False,
    ),
    "sketch": Preset(
        "Sketch",
        "A first look in about half the time.",
        _painted_with(effort="quick"),
        on_page=False,
    ),
}

PAGE_PRESETS = {name: preset for name, preset in PRESETS.items() if preset.on_page}
"""The presets that the page offers; the others differ from these by their effort, or take too long."""

APP_PRESET = "painted"
"""The preset that the page paints with unless told otherwise."""

RENAMED = {"seed": "classic"}
"""The former name of a preset -> today's; recipes and calls that say the former still work."""

CLI_PRESET = "classic"
"""The preset the command line starts from: flags mean what they do in the original program, defaults included."""


def current_name(name: str) -> str:
    """Return today's name of a preset that may be given by a former one; another word is left as it is."""
    return RENAMED.get(name, name)


def preset(name: str) -> Preset:
    """Return the preset of that name, today's or a former one.

    Raises:
        OptionsError: there is none.
    """
    current = current_name(name)
    if current not in PRESETS:
        raise OptionsError(f"There is no look {name!r:.60}. Known are {', '.join(PRESETS)}.")
    return PRESETS[current]

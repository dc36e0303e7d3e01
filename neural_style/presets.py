"""Named looks: each a complete `Settings` and a sentence on what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from neural_style.settings import LossWeights, Settings


@dataclass(frozen=True)
class Preset:
    """A named look: `purpose` is one sentence for the page and the help text."""

    purpose: str
    settings: Settings


_PAINTED = Settings(
    optimizer="lbfgs",
    start="colors",
    iterations=80,
    length="good",
    scales="auto",
    smoothing="adaptive",
    margin_px=16,
    weights=LossWeights(style=700.0, style_balance="relative", total_variation=700.0, chroma_smoothing=16.0),
)


def _painted_with(*, weights: Mapping[str, float] | None = None, **changes: Any) -> Settings:
    """The look of the page, changed.

    A start from the photo alone stays near it whatever the weights say: a look that shall leave it needs noise.
    """
    return replace(_PAINTED, weights=replace(_PAINTED.weights, **(weights or {})), **changes)


PRESETS: Mapping[str, Preset] = {
    "seed": Preset(
        "The settings of the program this one descends from: 1000 steps of Adam from noise. Slow, often grainy.",
        Settings(),
    ),
    "painted": Preset(
        "For most pictures: large strokes first, the painting's colours, plain places left plain.",
        _PAINTED,
    ),
    "faithful": Preset(
        "For portraits and places to be recognised: the photo's forms stay, the painting lends colour and touch.",
        _painted_with(weights={"content": 100.0}),
    ),
    "bold": Preset(
        "More painting than photo: broad, strong strokes, at the price of small things.",
        _painted_with(weights={"style": 4000.0, "style_layer_exponent": 1.5}, initial_noiseblend=0.3),
    ),
    "abstract": Preset(
        "The painting takes over, and of the photo only its great forms remain.",
        _painted_with(weights={"content": 2.0, "content_blend": 0.0, "style": 2000.0}, initial_noiseblend=0.5),
    ),
    "photo-colors": Preset(
        "The painting's strokes in the photo's own colours.",
        _painted_with(preserve_colors=True),
    ),
    "flat": Preset(
        "Flat colours and clear outlines, as in prints and posters.",
        _painted_with(weights={"total_variation": 20000.0}),
    ),
    "fine": Preset(
        "Small strokes all over and the longest wait, for pictures that are looked at from near.",
        _painted_with(scales=1, length="fine"),
    ),
    "sketch": Preset(
        "A first look in about half the time.",
        _painted_with(length="sketch"),
    ),
}

APP_PRESET = "painted"
"""What the page paints with unless told otherwise."""

CLI_PRESET = "seed"
"""What the command line starts from: its flags mean what they mean in the seed's program, defaults included."""

"""Named looks: each a complete `Settings` and a sentence on what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass

from neural_style.request import LossWeights, Settings


@dataclass(frozen=True)
class Preset:
    """A named look: `purpose` is one sentence for the page and the help text."""

    purpose: str
    settings: Settings


PRESETS: Mapping[str, Preset] = {
    "seed": Preset(
        "The settings of the program this one descends from: 1000 steps of Adam from noise. Slow, often grainy.",
        Settings(),
    ),
    "painted": Preset(
        "A painted picture in about a tenth of the seed's time: from the photo in the painting's colours, with large "
        "strokes first, and plain places left plain.",
        Settings(
            optimizer="lbfgs",
            start="colors",
            iterations=80,
            length="good",
            scales="auto",
            smoothing="adaptive",
            weights=LossWeights(total_variation=300.0),
        ),
    ),
}

APP_PRESET = "painted"
"""What the page paints with unless told otherwise."""

CLI_PRESET = "seed"
"""What the command line starts from: its flags mean what they mean in the seed's program, defaults included."""

"""Named looks: each a complete `Settings` and a sentence on what it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neural_style.errors import OptionsError
from neural_style.settings import LossWeights, Settings, with_changes
from neural_style.strength import ABSTRACT, BOLD, FAITHFUL, PAINTED, at_strength


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


_BASE = Settings(
    optimizer="lbfgs",
    start="colors",
    iterations=40,
    effort="good",
    scales="auto",
    smoothing="adaptive",
    padding_px=16,
    forms="colors",
    style_fit="longest",
    weights=LossWeights(style=0.0, wasserstein=100.0, total_variation=215.0, chroma_smoothing=4.0),
)


def _at(strength: float, changes: Mapping[str, Any] | None = None) -> Settings:
    """Return a look of that strength, with changes by path."""
    return with_changes(at_strength(_BASE, strength), changes or {})


PRESETS: Mapping[str, Preset] = {
    "classic": Preset(
        "Classic",
        "As the original program (anishathalye/neural-style): 1000 steps of Adam from noise. Slow, often grainy.",
        Settings(),
        on_page=False,
    ),
    "painted": Preset(
        "Painted",
        "For most pictures: the painting's palette and strokes, laid along the photo's forms.",
        _at(PAINTED),
    ),
    "faithful": Preset(
        "Faithful",
        "For portraits and places to be recognised: the photo's forms stay, the painting lends colour and touch.",
        _at(FAITHFUL),
    ),
    "bold": Preset(
        "Bold",
        "As if the painter had invented it: the painting's own forms, at a size seen across a room.",
        _at(BOLD),
    ),
    "abstract": Preset(
        "Abstract",
        "The painting takes over, and of the photo only its great forms remain.",
        _at(ABSTRACT),
    ),
    "photo-colors": Preset(
        "Photo's colours",
        "The painting's strokes in the photo's own colours.",
        _at(PAINTED, {"preserve_colors": True}),
    ),
    "print": Preset(
        "Print",
        "Flat colours and clear outlines, as in prints and posters.",
        _at(PAINTED, {"weights.total_variation": 150_000.0, "weights.smoothing_exponent": 1.0}),
    ),
    "sketch": Preset(
        "Sketch",
        "A first look in about half the time.",
        _at(PAINTED, {"effort": "quick"}),
        on_page=False,
    ),
}

PAGE_PRESETS = {name: preset for name, preset in PRESETS.items() if preset.on_page}
"""The presets that the page offers; the others differ from these by their effort, or take too long."""

APP_PRESET = "painted"
"""The preset that the page paints with unless told otherwise."""

SCALE: Mapping[str, float] = {
    name: strength
    for strength in (FAITHFUL, PAINTED, BOLD, ABSTRACT)
    for name, preset in PAGE_PRESETS.items()
    if preset.settings == at_strength(PRESETS[APP_PRESET].settings, strength)
}
"""The presets that differ in their strength only -> their strength; the faithful one first."""

RENAMED = {"seed": "classic", "flat": "print", "fine": "painted"}
"""The former name of a preset -> today's; recipes and calls that say the former still work."""

CLI_PRESET = "classic"
"""The preset the command line starts from: flags mean what they do in the original program, defaults included."""


def current_name(name: str) -> str:
    """Return today's name of a preset that may be given by a former one; another word is left as it is."""
    return RENAMED.get(name, name)


def scale_in_words() -> str:
    """Return which preset is at which strength, such as "0 faithful, 1 abstract"."""
    return ", ".join(f"{strength:g} {name}" for name, strength in SCALE.items())


def preset(name: str) -> Preset:
    """Return the preset of that name, today's or a former one.

    Raises:
        OptionsError: there is none.
    """
    current = current_name(name)
    if current not in PRESETS:
        raise OptionsError(f"There is no look {name!r:.60}. Known are {', '.join(PRESETS)}.")
    return PRESETS[current]

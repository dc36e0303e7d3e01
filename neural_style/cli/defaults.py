"""Say what a command paints with where no flag says otherwise."""

from dataclasses import dataclass, replace

from neural_style.presets import APP_PRESET, CLI_PRESET, PRESETS
from neural_style.service.sizes import SCREEN, SCREENS
from neural_style.settings import Settings

SHORT_LONGEST_SIDE_PX = SCREENS[SCREEN].side_px
"""The most pixels on the longest side of what `neural-style photo painting` paints: worth keeping, and minutes."""


@dataclass(frozen=True)
class Defaults:
    """What a command paints with where no flag says otherwise.

    Attributes:
        preset: the preset.
        longest_side_px: the most pixels on the longest side, whatever the preset; None: the photo's own size.
    """

    preset: str
    longest_side_px: int | None = None

    def preset_with(self, strength: float | None) -> str:
        """Return the preset beside a strength: the page's, since the original program has no losses to weigh by it."""
        return self.preset if strength is None else APP_PRESET

    def settings(self, preset: str | None = None) -> Settings:
        """Return the settings of a preset, or of the default one, at the default size."""
        chosen = PRESETS[preset or self.preset].settings
        return chosen if self.longest_side_px is None else replace(chosen, longest_side_px=self.longest_side_px)


ORIGINAL = Defaults(CLI_PRESET)
"""What `stylize` paints with: the defaults of the original program."""

SHORT = Defaults(APP_PRESET, SHORT_LONGEST_SIDE_PX)
"""What `neural-style photo painting` paints with: the look of the page."""

SHEET = Defaults(APP_PRESET, 256)
"""What a cell of a contact sheet is painted with: the look of the page, at a size at which faces are kept."""

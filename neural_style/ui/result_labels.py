"""The names of results say what a picture was painted with, for a person who has to tell several apart."""

from dataclasses import dataclass, replace

from neural_style.presets import APP_PRESET, PRESETS
from neural_style.request import ChosenStyle
from neural_style.service.examples import title_of
from neural_style.service.orders import Order
from neural_style.service.pictures import Picture
from neural_style.service.results import Result
from neural_style.service.sketches import LOOKS, PAINTINGS
from neural_style.settings import Settings
from neural_style.strength import ABSTRACT, FAITHFUL, at_strength, strength_of
from neural_style.ui.parts.status import duration
from neural_style.ui.recipes import look_of
from neural_style.ui.texts import texts


@dataclass(frozen=True)
class ResultLabel:
    """The parts of a result's name.

    Attributes:
        look: such as "Bold".
        paintings: their titles, the largest share first.
        size: such as "320 × 240 px".
        elapsed: how long it took.
    """

    look: str
    paintings: str
    size: str
    elapsed: str

    @classmethod
    def of(cls, result: Result) -> "ResultLabel":
        """Return the name of a result."""
        height, width = result.size
        styles = sorted(result.order.styles, key=lambda style: -style.share)
        return cls(
            look=_look(result.order.settings),
            paintings=" + ".join(map(_title, styles)),
            size=texts().result_size.format(width=width, height=height),
            elapsed=duration(result.outcome.elapsed_s),
        )

    def __str__(self) -> str:
        """Return all of it in one line."""
        return texts().result_label.format(
            look=self.look, paintings=self.paintings, size=self.size, elapsed=self.elapsed
        )


def sketch_label(kind: str, name: str, order: Order) -> str:
    """Return what a sketch is called on a sheet of that kind."""
    if kind == LOOKS:
        return texts().looks[name]
    if kind == PAINTINGS:
        return _title(order.styles[0])
    ends = dict(zip((FAITHFUL, ABSTRACT), texts().strength_ends, strict=True))
    return " · ".join(filter(None, [name, ends.get(float(name))]))


def _title(style: ChosenStyle[Picture]) -> str:
    """Return the title of a painting; a visitor's own is called as its file."""
    return title_of(style.title or style.image.name.rpartition(".")[0] or style.image.name)


def _look(settings: Settings) -> str:
    """Return the label of the look, with the strength where it is not the look's own, whatever a variation changed."""
    continued, settings = settings.start == "image", _before_variation(settings)
    look, strength = look_of(settings), strength_of(settings)
    label = texts().looks[look] if look else texts().result_own_look
    if look and strength != strength_of(PRESETS[look].settings):
        label = texts().result_strength.format(look=label, strength=strength)
    return texts().result_continued.format(look=label) if continued else label


def _before_variation(settings: Settings) -> Settings:
    """Return what the settings were before `service.variations` changed them, as far as the look depends on it."""
    usual = PRESETS[APP_PRESET].settings
    settings = replace(settings, initial_noiseblend=usual.initial_noiseblend)
    if settings.start != "image":
        return settings
    settings = replace(settings, start=usual.start, scales=usual.scales)
    for hundredth in range(101) if settings.first_px is None else ():
        enlarged = at_strength(settings, hundredth / 100)
        if replace(enlarged, first_px=None) == settings:
            return enlarged
    return settings

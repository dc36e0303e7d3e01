"""The settings that say how to paint: frozen records that cannot be built wrong.

One row for each setting: its type, default, range, names, and the sentence that tells what it does stand at its field
and nowhere else. The command line, the page, the API, recipes and `docs/settings.md` read them from here (`rows`).
The defaults are those of the original program (Anish Athalye's neural-style); looks that differ are in `presets`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from neural_style.loss_weights import COUNTS, LossWeights
from neural_style.rows import Row, check_record, rows_of, setting
from neural_style.validation import require

Pooling = Literal["max", "avg", "scaled-avg", "l2"]
Forms = Literal["photo", "colors"]
Fit = Literal["width", "longest"]
Smoothing = Literal["even", "adaptive"]
ColorWay = Literal["ycbcr", "lab", "luminance", "matched", "histogram"]
OptimizerName = Literal["lbfgs", "adam"]
Start = Literal["noise", "content", "colors", "image"]
Arithmetic = Literal["float32", "winograd", "bfloat16", "float16"]
Precision = Literal["auto", Arithmetic]
Scales = int | Literal["auto"]
Effort = Literal["quick", "good", "best"]
Alpha = Literal["white", "keep"]
Bits = Literal[8, 16]

MIN_SIDE_PX = 16
"""The shortest side, in pixels: four poolings lie before relu5_1, so it is one cell there."""

MAX_ASPECT = 16
"""The largest ratio of the longest side to the shortest."""

MAX_PIXELS = 50_000_000
"""The most pixels of the painted picture: a print of 60x80 cm at 260 dots an inch. The engine says what fits memory."""

_MAX_SIDE_PX = MAX_PIXELS // MIN_SIDE_PX

MAX_ITERATIONS = 100_000

MAX_SCALES = 8
"""The most scales: eight steps of the square root of 2 are a factor of 11; more would begin too small to see."""


_START = "Where it starts"
_PAINTING = "How it is painted"
_RESULT = "Size and file"


@dataclass(frozen=True, kw_only=True)
class AdamSettings:
    """Adam (Kingma and Ba 2015): step size, decay rates of the two moments, and the divisor's guard."""

    learning_rate: float = setting(
        10.0,
        above=0,
        group=_PAINTING,
        label="Adam: learning rate",
        noun="learning rate",
        help="Step size of Adam in grey levels; higher: faster and rougher.",
    )
    beta1: float = setting(
        0.9,
        low=0,
        below=1,
        group=_PAINTING,
        label="Adam: beta 1",
        noun="decay rate beta1",
        help="Decay rate of Adam's first moment, how long it keeps its direction; higher: smoother on its way.",
    )
    beta2: float = setting(
        0.999,
        low=0,
        below=1,
        group=_PAINTING,
        label="Adam: beta 2",
        noun="decay rate beta2",
        help="Decay rate of Adam's second moment, how long it remembers how rough the way was.",
    )
    epsilon: float = setting(
        1e-8,
        above=0,
        group=_PAINTING,
        label="Adam: epsilon",
        noun="epsilon",
        flag="--eps",
        help="What keeps Adam's divisor above 0; higher: slower in flat places.",
    )

    def __post_init__(self) -> None:
        check_record(self)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a run; the row of each one says what it does.

    Attributes:
        weights: factors of the loss terms.
        adam: parameters of Adam; unused by L-BFGS.
    """

    weights: LossWeights = field(default_factory=LossWeights)
    forms: Forms = setting(
        "photo",
        group=COUNTS,
        label="Forms from",
        noun="picture for the forms",
        titles={"photo": "the photo", "colors": "the photo, recoloured"},
        help="Picture that the content is compared with; photo: as it is, colors: the photo in the paintings' "
        "colours, so that likeness to it does not bring the photo's own colours back.",
    )
    smoothing: Smoothing = setting(  # see engine.smoothness
        "even",
        group=COUNTS,
        label="Where it is smooth",
        noun="smoothing",
        help="Where smoothness counts; even: alike everywhere, adaptive: more where the photo is smooth, so that plain "
        "skies stay plain, by as much as the paintings have smooth parts.",
    )
    preserve_colors: bool = setting(
        False,
        is_movable=True,
        group=COUNTS,
        label="Keep the photo's colours",
        help="Take only lightness and strokes from the paintings, and the colours from the photo.",
    )
    color_way: ColorWay = setting(  # see color_ways
        "ycbcr",
        group=COUNTS,
        label="Way of keeping the colours",
        titles={
            "ycbcr": "put back, as in JPEG",
            "lab": "put back, by eye",
            "luminance": "paint only lightness",
            "matched": "recolour the paintings",
            "histogram": "recolour them exactly",
        },
        help="How the photo's colours are kept; ycbcr and lab: put back in the end, beside the lightness that was "
        "painted, luminance: lightness alone is painted, matched and histogram: the paintings are brought into the "
        "photo's colours before.",
    )
    color_strength: float = setting(
        1.0,
        low=0,
        high=1,
        is_movable=True,
        group=COUNTS,
        label="How far colours are kept",
        noun="strength of the colours",
        help="How far the photo's colours are kept, where they are; 0: not at all.",
    )
    start: Start = setting(
        "noise",
        group=_START,
        label="Start",
        noun="start picture",
        titles={"content": "the photo", "colors": "the photo, recoloured", "image": "a picture"},
        help="Picture to begin with, which shows through most in short runs; content: the photo, colors: the photo in "
        "the paintings' colours, image: a picture given for it.",
    )
    initial_noiseblend: float | None = setting(
        None,
        low=0,
        high=1,
        group=_START,
        label="Noise at the start",
        noun="initial noise blend",
        unset="1 with the start noise, else 0",
        help="Part of the start picture that is noise, which gives chance more room; with the start noise, the rest "
        "is the photo.",
    )
    seed: int = setting(
        0,
        low=0,
        high=2**32 - 1,
        group=_START,
        label="Seed",
        help="Seed of the noise; another one makes another picture, the same one repeats a run on the same machine.",
    )
    iterations: int = setting(  # in updates at the size of the result, so that the wait does not depend on the scales
        1000,
        low=1,
        high=MAX_ITERATIONS,
        group=_PAINTING,
        label="Steps",
        noun="number of iterations",
        instead_of="effort",
        help="Exact number of steps, counted at full size.",
    )
    effort: Effort | None = setting(
        None,
        group=_PAINTING,
        label="Effort",
        titles={"quick": "Quick", "good": "Good", "best": "Best"},
        unset="the number of steps decides",
        former="length",
        former_words={"sketch": "quick", "fine": "best"},
        in_panel=False,
        help="How long to go on, which is until more steps would change little; quick ends soonest, best latest.",
    )
    scales: Scales = setting(
        1,
        low=1,
        high=MAX_SCALES,
        group=_PAINTING,
        label="Sizes",
        noun="number of scales",
        help="Number of sizes to paint at, smallest first, in about the same time; more make larger strokes, 1 only "
        "fine ones, auto: by the size of the result, so that strokes grow with it.",
    )
    first_px: int | None = setting(
        None,
        low=64,
        high=1024,
        group=_PAINTING,
        label="First size",
        noun="first size",
        unset="by the number of sizes",
        help="Longest side in pixels of the first size that is painted; smaller: larger forms of the paintings, "
        "larger: the photo's forms stay.",
    )
    style_fit: Fit = setting(
        "width",
        group=_PAINTING,
        label="Size of the paintings",
        noun="size of the paintings",
        titles={"width": "as wide", "longest": "as long"},
        help="Size at which a painting of brush size 1 is looked at; width: as wide as the picture, as in the original "
        "program, longest: with its longest side as long as the picture's, so that tall and wide ones count alike.",
    )
    optimizer: OptimizerName = setting(
        "adam",
        group=_PAINTING,
        label="Optimiser",
        titles={"lbfgs": "L-BFGS", "adam": "Adam"},
        help="Method that improves the picture; L-BFGS needs about a tenth of Adam's steps.",
    )
    adam: AdamSettings = field(default_factory=AdamSettings)
    pooling: Pooling = setting(
        "max",
        group=_PAINTING,
        label="Pooling",
        titles={"scaled-avg": "avg, at max's level", "l2": "root mean square"},
        help="How the network shrinks what it sees between its blocks; avg: softer, max: crisper, scaled-avg: avg with "
        "what it loses in level made up for, l2: root mean square, likewise, between avg and max.",
    )
    precision: Precision = setting(
        "auto",
        group=_PAINTING,
        label="Arithmetic",
        noun="precision",
        help="How convolutions are calculated, which hardly changes the picture; auto: the fastest way here that "
        "agrees with float32, winograd: float32 with fewer multiplications, bfloat16 and float16: with fewer digits.",
    )
    padding_px: int = setting(  # the network pads with zeros, and what that does to a picture stays along its edge
        0,
        low=0,
        high=256,
        group=_PAINTING,
        label="Padding",
        former="margin_px",
        help="Pixels of mirrored photo to paint around the picture and cut off at the end, so that no frame shows "
        "along its edge.",
    )
    width: int | None = setting(
        None,
        low=MIN_SIDE_PX,
        high=_MAX_SIDE_PX,
        group=_RESULT,
        label="Exact width in pixels",
        unset="the photo's, or by the longest side",
        instead_of="longest_side_px",
        help="Exact width of the result in pixels, which may enlarge the photo.",
    )
    longest_side_px: int | None = setting(
        None,
        low=MIN_SIDE_PX,
        high=_MAX_SIDE_PX,
        group=_RESULT,
        label="Size in pixels",
        noun="longest side",
        flag="--size",
        unset="no bound",
        in_panel=False,
        help="Bound on the longest side of the result in pixels, which never enlarges the photo.",
    )
    alpha: Alpha = setting(
        "white",
        group=_RESULT,
        label="Transparency",
        titles={"white": "on white"},
        help="What becomes of transparent parts of the photo, which are painted as if on white; white: they stay so, "
        "keep: they are transparent in a PNG, WebP or TIFF.",
    )
    dpi: int | None = setting(
        None,
        low=30,
        high=2400,
        group=_RESULT,
        label="Dots per inch",
        noun="dots per inch",
        unset="not said in the file",
        help="Dots per inch that the file says it shall be printed at; the picture is the same.",
    )
    bits: Bits = setting(
        8,
        group=_RESULT,
        label="Bits of the PNG",
        help="Bits of each sample of a PNG; 16 for a picture that is to be worked on further, in twice the bytes or "
        "more.",
    )

    def __post_init__(self) -> None:
        check_record(self)
        require(
            self.width is None or self.longest_side_px is None,
            "Both a width and a longest side were given. Give only one of them.",
        )

    @property
    def noise_share(self) -> float:
        """The part of the start picture that is noise, 0..1, with the default resolved."""
        if self.initial_noiseblend is not None:
            return self.initial_noiseblend
        return 1.0 if self.start == "noise" else 0.0


ROWS: Mapping[str, Row] = {row.path: row for row in rows_of(Settings)}
"""The path of a setting, such as `weights.style`, -> its row; in the order in which people are shown them."""


_Record = TypeVar("_Record", Settings, LossWeights, AdamSettings)


def with_changes(record: _Record, changes: Mapping[str, Any]) -> _Record:
    """Return the record with other values, all at once; `weights.style` reaches into a record within it.

    Raises:
        OptionsError: a value, or a combination of values, cannot be used.
    """
    direct = {path: value for path, value in changes.items() if "." not in path}
    for name in {path.partition(".")[0] for path in changes if "." in path}:
        inner = {path.partition(".")[2]: value for path, value in changes.items() if path.startswith(f"{name}.")}
        direct[name] = with_changes(getattr(record, name), inner)
    return replace(record, **direct)

"""How to paint: frozen records that cannot be built wrong.

The defaults are those of the original program (Anish Athalye's neural-style); a default stands here and nowhere else,
and the page, the command line and the help text read it from here. Looks that differ from them are in `presets`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from neural_style.validation import require, require_choice, require_number, require_whole

Pooling = Literal["max", "avg"]
Smoothing = Literal["even", "adaptive"]
StyleBalance = Literal["absolute", "relative"]
OptimizerName = Literal["lbfgs", "adam"]
Start = Literal["noise", "content", "colors", "image"]
Arithmetic = Literal["float32", "winograd", "bfloat16", "float16"]
Precision = Literal["auto", Arithmetic]
Scales = int | Literal["auto"]
Effort = Literal["quick", "good", "best"]
Alpha = Literal["white", "keep"]
Bits = Literal[8, 16]

MIN_SIDE_PX = 16
"""Four poolings lie before relu5_1: a side of 16 px is one cell there."""

MAX_ASPECT = 16
"""Longest side over shortest side."""

MAX_PIXELS = 50_000_000
"""Of the painted picture: a print of 60x80 cm at 260 dots an inch. What fits into memory is for the engine to say."""

MAX_ITERATIONS = 100_000

MAX_PADDING_PX = 256

MAX_SCALES = 8
"""Eight steps of the square root of 2 are a factor of 11: more would begin with a picture too small to see."""


@dataclass(frozen=True, kw_only=True)
class LossWeights:
    """Factors of the loss terms.

    Attributes:
        content: weight of the content loss.
        content_blend: part of it on relu4_2, 0..1; the rest is on relu5_2, which sees larger forms.
        style: weight of the style loss.
        style_layer_exponent: each style layer weighs this times the one before it; 1 weighs all five alike.
        style_balance: "absolute": squared differences of the Gram matrices as they are, so that garish paintings and
            layers with large activations count most; "relative": each as a part of what the painting has there.
        total_variation: weight of the smoothing term.
        chroma_smoothing: what a difference of colour alone weighs in that term, where one of lightness weighs 1.
    """

    content: float = 5.0
    content_blend: float = 1.0
    style: float = 500.0
    style_layer_exponent: float = 1.0
    style_balance: StyleBalance = "absolute"
    total_variation: float = 100.0
    chroma_smoothing: float = 1.0

    def __post_init__(self) -> None:
        require_number("content weight", self.content, low=0)
        require_number("content weight blend", self.content_blend, low=0, high=1)
        require_number("style weight", self.style, low=0)
        require_number("style layer weight exponent", self.style_layer_exponent, low=0, open_ends=True)
        require_choice("style balance", self.style_balance, StyleBalance)
        require_number("total variation weight", self.total_variation, low=0)
        require_number("chroma smoothing", self.chroma_smoothing, low=0, high=1e6)
        require(
            self.content > 0 or self.style > 0,
            "The content weight and the style weight are both 0, so there is nothing to paint. Raise one of them.",
        )


@dataclass(frozen=True, kw_only=True)
class AdamSettings:
    """Adam (Kingma and Ba 2015): step size in grey levels, decay rates of the two moments, and the divisor's guard."""

    learning_rate: float = 10.0
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8

    def __post_init__(self) -> None:
        require_number("learning rate", self.learning_rate, low=0, open_ends=True)
        for name, beta in (("beta1", self.beta1), ("beta2", self.beta2)):
            require_number(f"decay rate {name}", beta, low=0, high=1)
            require(beta < 1, f"The decay rate {name} must be below 1; got {beta!r}.")
        require_number("epsilon", self.epsilon, low=0, open_ends=True)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to paint.

    Attributes:
        weights: factors of the loss terms.
        pooling: "max" or "avg", between the blocks of the network.
        smoothing: where the total variation counts. "even": alike everywhere; "adaptive": more where the photograph is
            smooth and less where it is busy, as much as the paintings differ in that; see `engine.smoothness`.
        optimizer: "lbfgs" or "adam".
        adam: parameters of Adam; unused by L-BFGS.
        iterations: number of updates of the picture. With several scales: the work in updates at the size of the
            result, so that the wait does not depend on the number of scales.
        effort: "quick", "good" or "best", instead of `iterations`: end when the loss no longer falls usefully, by
            three measures of useful. None: `iterations` decides.
        scales: number of sizes to paint at, one after the other, up to that of the result; "auto": by its size. Brush
            strokes grow with the picture only if small sizes are painted first.
        precision: how convolutions are worked out. "auto": as is fastest here among those that agree with float32;
            "winograd" is float32 with fewer multiplications. Everything else is float32.
        start: the picture to begin with: "noise", "content", "colors" (the content with its colours matched to the
            styles'), or "image" (the request's `initial`).
        initial_noiseblend: part of the start picture that is noise, 0..1. None: 1 for "noise", else 0. With "noise",
            a value below 1 mixes in the content, as in the original program.
        preserve_colors: keep the content's colours and take only the lightness from the painting.
        width: exact width of the result in pixels; the height follows. None: as the content.
        longest_side_px: bound on the longest side of the result, never enlarging. None: no bound. Not with `width`.
        alpha: what becomes of transparent parts of the content, which are painted as if they lay on white. "white":
            they stay so; "keep": they are transparent in a PNG, WebP or TIFF.
        bits: of a sample of the result where it is written as a PNG; 16 for one that is to be worked on further.
        padding_px: the photograph is mirrored outwards by so much at every size it is painted at, and the result cut
            out of the middle: the network pads with zeros, and what that does to a picture stays along its edge.
        seed: of the noise; the same request with the same seed repeats on one machine.
    """

    weights: LossWeights = field(default_factory=LossWeights)
    pooling: Pooling = "max"
    smoothing: Smoothing = "even"
    optimizer: OptimizerName = "adam"
    adam: AdamSettings = field(default_factory=AdamSettings)
    iterations: int = 1000
    effort: Effort | None = None
    scales: Scales = 1
    precision: Precision = "auto"
    start: Start = "noise"
    initial_noiseblend: float | None = None
    preserve_colors: bool = False
    width: int | None = None
    longest_side_px: int | None = None
    alpha: Alpha = "white"
    bits: Bits = 8
    padding_px: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        require_choice("pooling", self.pooling, Pooling)
        require_choice("smoothing", self.smoothing, Smoothing)
        require_choice("optimizer", self.optimizer, OptimizerName)
        require_choice("start picture", self.start, Start)
        require_whole("number of iterations", self.iterations, low=1, high=MAX_ITERATIONS)
        if self.effort is not None:
            require_choice("effort", self.effort, Effort)
        if self.scales != "auto":
            require_whole('number of scales, where it is not "auto",', self.scales, low=1, high=MAX_SCALES)
        require_choice("precision", self.precision, Precision)
        require_choice("alpha", self.alpha, Alpha)
        require_choice("number of bits", self.bits, Bits)
        require_whole("padding", self.padding_px, low=0, high=MAX_PADDING_PX)
        require_whole("seed", self.seed, low=0, high=2**32 - 1)
        require(
            isinstance(self.preserve_colors, bool), f"To keep the colours is yes or no; got {self.preserve_colors!r}."
        )
        if self.initial_noiseblend is not None:
            require_number("initial noise blend", self.initial_noiseblend, low=0, high=1)
        largest = MAX_PIXELS // MIN_SIDE_PX
        if self.width is not None:
            require_whole("width", self.width, low=MIN_SIDE_PX, high=largest)
        if self.longest_side_px is not None:
            require_whole("longest side", self.longest_side_px, low=MIN_SIDE_PX, high=largest)
        require(
            self.width is None or self.longest_side_px is None,
            "Both a width and a longest side were given. Give only one of them.",
        )

    @property
    def noise_share(self) -> float:
        """Part of the start picture that is noise, 0..1, with the default resolved."""
        if self.initial_noiseblend is not None:
            return self.initial_noiseblend
        return 1.0 if self.start == "noise" else 0.0


_Record = TypeVar("_Record", Settings, LossWeights, AdamSettings)


def with_changes(record: _Record, changes: Mapping[str, Any]) -> _Record:
    """The record with other values, all at once; `weights.style` reaches into a record within it.

    Raises:
        OptionsError: a value, or a combination of values, cannot be used.
    """
    direct = {path: value for path, value in changes.items() if "." not in path}
    for name in {path.partition(".")[0] for path in changes if "." in path}:
        inner = {path.partition(".")[2]: value for path, value in changes.items() if path.startswith(f"{name}.")}
        direct[name] = with_changes(getattr(record, name), inner)
    return replace(record, **direct)

"""The flags that are settings: one table, from which they are declared and read.

The names are those of the original program, and so are their meanings. Defaults are read from the presets.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, get_args

from neural_style.presets import CLI_PRESET, PRESETS
from neural_style.settings import (
    MAX_ITERATIONS,
    MAX_SCALES,
    Alpha,
    Bits,
    Effort,
    OptimizerName,
    Pooling,
    Precision,
    Smoothing,
    Start,
    StyleBalance,
)


@dataclass(frozen=True)
class SettingFlag:
    """A flag that stands for a field of `Settings`.

    Attributes:
        name: as it is typed.
        field: path of the field, such as `weights.total_variation`; also the flag's name among the parsed arguments.
        kind: `int` or `float`, `bool` for a flag with a `--no-` form, or the words to choose from.
        meaning: for the help text; the default is added.
    """

    name: str
    field: str
    kind: Callable[[str], Any] | tuple[Any, ...]
    meaning: str

    def add_to(self, group: "argparse._ArgumentGroup") -> None:
        """Declare it; where it is not given, None is parsed, and the preset decides."""
        options: dict[str, Any] = {"dest": self.field, "help": f"{self.meaning} {self._default()}".strip()}
        if self.kind is bool:
            options["action"] = argparse.BooleanOptionalAction
        elif isinstance(self.kind, tuple):
            options |= {"choices": self.kind, "type": type(self.kind[0])}
        else:
            options["type"] = self.kind
            options["metavar"] = _METAVARS[self.kind]
        group.add_argument(self.name, **options)

    def _default(self) -> str:
        value = reduce(getattr, self.field.split("."), PRESETS[CLI_PRESET].settings)
        if value is None:
            return ""
        return f"(default: {value:g})" if self.kind is float else f"(default: {_word(value)})"


def scale_count(text: str) -> int | str:
    """The type of `--scales`: "auto" or a whole number."""
    try:
        return text if text == "auto" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a whole number or auto is needed; got {text!r:.60}") from None


_METAVARS: Mapping[Callable[[str], Any], str] = {int: "N", float: "X", scale_count: "N|auto"}

SETTING_FLAGS: Mapping[str, tuple[SettingFlag, ...]] = {
    "size": (
        SettingFlag("--width", "width", int, "exact width of the result in pixels; without it, the content's"),
        SettingFlag("--size", "longest_side_px", int, "bound on the longest side in pixels, instead of --width"),
    ),
    "colours and network": (
        SettingFlag("--preserve-colors", "preserve_colors", bool, "keep the colours of the content"),
        SettingFlag(
            "--alpha",
            "alpha",
            get_args(Alpha),
            "what becomes of transparent parts of the content; keep: they stay so in a PNG, WebP or TIFF",
        ),
        SettingFlag(
            "--bits",
            "bits",
            get_args(Bits),
            "bits a sample of the output; 16 for a PNG that is to be worked on further",
        ),
        SettingFlag(
            "--padding",
            "padding_px",
            int,
            "pixels of mirrored content to paint around the picture and cut off, which keeps frames from its edge",
        ),
        SettingFlag("--pooling", "pooling", get_args(Pooling), "how the network shrinks between its blocks"),
        SettingFlag(
            "--precision",
            "precision",
            get_args(Precision),
            "how to calculate; auto: the fastest way here that agrees with float32, winograd: float32 with fewer "
            "multiplications, bfloat16 and float16: with fewer digits",
        ),
    ),
    "weights of the loss": (
        SettingFlag("--content-weight", "weights.content", float, "weight of likeness to the content"),
        SettingFlag(
            "--content-weight-blend",
            "weights.content_blend",
            float,
            "part of the content weight on relu4_2, from 0 to 1; the rest is on relu5_2, which sees larger forms",
        ),
        SettingFlag("--style-weight", "weights.style", float, "weight of likeness to the styles"),
        SettingFlag(
            "--style-layer-weight-exp",
            "weights.style_layer_exponent",
            float,
            "each style layer weighs this times the one before; above 1 for coarser, below 1 for finer features",
        ),
        SettingFlag(
            "--style-balance",
            "weights.style_balance",
            get_args(StyleBalance),
            "relative: the same strength for pale and for garish styles, and for all layers",
        ),
        SettingFlag("--tv-weight", "weights.total_variation", float, "weight of smoothness (total variation)"),
        SettingFlag(
            "--chroma-smoothing",
            "weights.chroma_smoothing",
            float,
            "what differences of colour weigh in that, where those of lightness weigh 1",
        ),
        SettingFlag(
            "--smoothing",
            "smoothing",
            get_args(Smoothing),
            "where smoothness counts; adaptive: more where the content is smooth, as the styles' smooth parts are",
        ),
    ),
    "optimiser": (
        SettingFlag(
            "--iterations",
            "iterations",
            int,
            f"number of steps at full size, at most {MAX_ITERATIONS}; takes the place of a preset's --effort",
        ),
        SettingFlag(
            "--effort",
            "effort",
            get_args(Effort),
            "instead of --iterations: end when more steps would change little; quick ends soonest, best latest",
        ),
        SettingFlag(
            "--scales",
            "scales",
            scale_count,
            f"number of sizes to paint at, smallest first, at most {MAX_SCALES}, or auto: by the size of the result; "
            "more of them make larger strokes, in about the same time",
        ),
        SettingFlag("--optimizer", "optimizer", get_args(OptimizerName), "L-BFGS needs about a tenth of Adam's steps"),
        SettingFlag("--learning-rate", "adam.learning_rate", float, "step size of Adam"),
        SettingFlag("--beta1", "adam.beta1", float, "decay rate of Adam's first moment"),
        SettingFlag("--beta2", "adam.beta2", float, "decay rate of Adam's second moment"),
        SettingFlag("--eps", "adam.epsilon", float, "what keeps Adam's divisor above 0"),
    ),
    "start": (
        SettingFlag(
            "--start",
            "start",
            get_args(Start),
            "picture to begin with; colors: the content in the styles' colours, image: that of --initial",
        ),
        SettingFlag(
            "--initial-noiseblend",
            "initial_noiseblend",
            float,
            "part of the start picture that is noise, from 0 to 1; by default 1 with --start noise, else 0",
        ),
        SettingFlag("--seed", "seed", int, "of the noise: the same one repeats a run on the same machine"),
    ),
}
"""Group of the help text -> its flags."""


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

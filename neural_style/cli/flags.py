"""The flags of `neural-style stylize`: one table for all that are settings, and a few lines for each of the rest.

The names are those of the seed's program, and so are their meanings. Defaults are read from the presets.
"""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial, reduce
from pathlib import Path
from typing import Any, get_args

from neural_style.checks import require
from neural_style.images import OUTPUT_OPTIONS
from neural_style.presets import CLI_PRESET, PRESETS
from neural_style.request import (
    MAX_ITERATIONS,
    MAX_SCALES,
    Length,
    OptimizerName,
    Pooling,
    Precision,
    Settings,
    Smoothing,
    Start,
    Style,
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
    kind: Callable[[str], Any] | tuple[str, ...]
    meaning: str

    def add_to(self, group: "argparse._ArgumentGroup") -> None:
        """Declare it; where it is not given, None is parsed, and the preset decides."""
        options: dict[str, Any] = {"dest": self.field, "help": f"{self.meaning} {self._default()}".strip()}
        if self.kind is bool:
            options["action"] = argparse.BooleanOptionalAction
        elif isinstance(self.kind, tuple):
            options["choices"] = self.kind
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
            f"number of steps at full size, at most {MAX_ITERATIONS}; takes the place of a preset's --length",
        ),
        SettingFlag(
            "--length",
            "length",
            get_args(Length),
            "instead of --iterations: end when more steps would change little; sketch ends soonest, fine latest",
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


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Declare every flag of `stylize`, in the groups of its help text."""
    _add_picture_flags(parser.add_argument_group("pictures"))
    _add_look_flags(parser.add_argument_group("look"))
    for title, flags in SETTING_FLAGS.items():
        group = parser.add_argument_group(title)
        for flag in flags:
            flag.add_to(group)
    _add_record_flags(parser.add_argument_group("progress and records"))


def read_settings(arguments: argparse.Namespace, base: Settings | None = None) -> Settings:
    """The base, without one the preset, changed by the flags that were given.

    Raises:
        OptionsError: a value, or a combination of values, cannot be used.
    """
    base = base or PRESETS[arguments.preset].settings
    changes = {flag.field: getattr(arguments, flag.field) for flags in SETTING_FLAGS.values() for flag in flags}
    if arguments.initial is not None and changes["start"] is None:
        changes["start"] = "image"
    require(
        changes["iterations"] is None or changes["length"] is None,
        "Both --iterations and --length were given. Give only one of them.",
    )
    if changes["iterations"] is not None:
        base = replace(base, length=None)
    given = {path: value for path, value in changes.items() if value is not None}
    if {"width", "longest_side_px"} & given.keys():
        base = replace(base, width=None, longest_side_px=None)
    return _changed(base, given)


def file_path(text: str) -> Path:
    """The type of a flag that names a file: `~` is the home folder, also where the shell did not see to it."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("a file name is needed")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise argparse.ArgumentTypeError(f"there is no home folder for {text}") from None


def _add_picture_flags(group: "argparse._ArgumentGroup") -> None:
    known = ", ".join(OUTPUT_OPTIONS)
    add_file = partial(group.add_argument, type=file_path, metavar="FILE")
    add_file("--content", required=True, help="photograph to repaint")
    add_file("--styles", nargs="+", required=True, help="one or more paintings")
    add_file("--output", required=True, help=f"picture to write; the ending says how: {known}")
    group.add_argument("--overwrite", action="store_true", help="replace files that exist (default: refuse)")
    add_file("--initial", help="picture to begin with, of any size")
    group.add_argument(
        "--memory-gb",
        type=float,
        metavar="X",
        help="most memory to take, in GB; a picture that needs more is painted piece by piece, to the same result "
        "(default: three quarters of what is free)",
    )
    add_file("--network", help="VGG to paint with, .mat or .safetensors (default: the best that is here)")


def _add_look_flags(group: "argparse._ArgumentGroup") -> None:
    base = group.add_mutually_exclusive_group()
    base.add_argument(
        "--preset",
        choices=tuple(PRESETS),
        default=CLI_PRESET,
        help=f"what decides where a flag is not given; see below (default: {CLI_PRESET})",
    )
    base.add_argument(
        "--recipe",
        type=file_path,
        metavar="FILE",
        help="instead of a preset: a PNG painted here, or its recipe as JSON; shares and scales of styles, too",
    )
    add_numbers = partial(group.add_argument, type=float, metavar="X", nargs="+")
    add_numbers("--style-blend-weights", help=f"share of each style, or of all (default: {Style.share:g})")
    add_numbers(
        "--style-scales",
        help=f"width of each style, or of all, relative to the result's; finer strokes below 1 "
        f"(default: {Style.scale:g})",
    )


def _add_record_flags(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--print-iterations", type=int, metavar="N", help="print the losses every N steps")
    group.add_argument(
        "--checkpoint-output",
        type=file_path,
        metavar="FORMAT",
        help="name of intermediate pictures with a place for the step, such as out_{:05}.jpg or out_%%05d.jpg",
    )
    group.add_argument(
        "--checkpoint-iterations", type=int, metavar="N", help="write the best picture so far there every N steps"
    )
    group.add_argument("--progress-write", action="store_true", help="write the losses to progress.txt by the output")
    group.add_argument("--progress-plot", action="store_true", help="draw the losses in progress.png by the output")


def _changed(record: Any, changes: Mapping[str, Any]) -> Any:
    """A frozen record with other values, all at once; a key with a dot reaches into a record within it."""
    direct = {path: value for path, value in changes.items() if "." not in path}
    for name in {path.partition(".")[0] for path in changes if "." in path}:
        inner = {path.partition(".")[2]: value for path, value in changes.items() if path.startswith(f"{name}.")}
        direct[name] = _changed(getattr(record, name), inner)
    return replace(record, **direct)


def _word(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)

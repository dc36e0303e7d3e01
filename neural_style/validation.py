"""The checks of settings when they are built: each passes, or says in words what was wanted and what came.

All raise `OptionsError` for an option and `ImageError` for a picture; `name` is what the sentence calls it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from neural_style.errors import ImageError, OptionsError
from neural_style.images.arrays import FloatImage

_SHOWN_CHARACTERS = 60

ON_WORDS, OFF_WORDS = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
"""The words that turn a switch in the environment on or off, in lower case; the Hub client reads its own likewise."""


def require(condition: bool, sentence: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Refuse with `sentence` unless the condition holds."""
    if not condition:
        raise OptionsError(sentence)


def require_choice(name: str, value: Any, choices: Sequence[Any]) -> None:
    """Refuse a value that is none of the choices."""
    require(value in choices, f"The {name} must be one of {', '.join(map(str, choices))}; got {shown(value)}.")


@dataclass(frozen=True)
class Bounds:
    """The range that a number is held to; an end that is None has no limit.

    Attributes:
        low: least number that is taken.
        high: largest number that is taken.
        above: largest number that is too small.
        below: least number that is too large.
    """

    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None

    def hold(self, value: Any) -> bool:
        """Whether the number is in the range."""
        return bool(
            (self.low is None or self.low <= value)
            and (self.high is None or value <= self.high)
            and (self.above is None or self.above < value)
            and (self.below is None or value < self.below)
        )

    @property
    def words(self) -> str:
        """The range as it follows "a number": "from 0 to 1", "of at least 0", "above 0 and below 10"."""
        if self.low is not None and self.high is not None:
            return f"from {shown_number(self.low)} to {shown_number(self.high)}"
        ends = {"of at least": self.low, "above": self.above, "at most": self.high, "below": self.below}
        return " and ".join(f"{word} {shown_number(end)}" for word, end in ends.items() if end is not None)


def require_number(name: str, value: Any, *, low: float, high: float = math.inf, open_ends: bool = False) -> None:
    """Refuse a value that is no finite number in [low, high], or with open ends strictly between them."""
    top = high if math.isfinite(high) else None
    require_within(name, value, Bounds(above=low, below=top) if open_ends else Bounds(low=low, high=top))


def require_within(name: str, value: Any, bounds: Bounds) -> None:
    """Refuse a value that is no finite number within the bounds."""
    inside = is_number(value) and bounds.hold(value)
    require(inside, f"The {name} must be a number {bounds.words}; got {shown(value)}.")


def require_whole(name: str, value: Any, *, low: int, high: int) -> None:
    """Refuse a value that is no whole number from `low` to `high`."""
    inside = is_whole(value) and Bounds(low, high).hold(value)
    require(inside, f"The {name} must be a whole number from {low} to {high}; got {shown(value)}.")


def is_number(value: Any) -> bool:
    """Whether it is a finite number, Python's or NumPy's; True and False are none."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the largest float
        return False


def is_whole(value: Any) -> bool:
    """Whether it is a whole number, Python's or NumPy's; True and False are none, nor is 2.0."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def checked_image(image: ArrayLike, name: str) -> FloatImage:
    """Return `image` as a contiguous `[H, W, 3] float32, RGB, 0..255`; `name` is what an error calls it.

    Raises:
        ImageError: the shape is another, or a value is not finite or outside 0..255.
    """
    array = np.asarray(image)
    if array.ndim != 3 or array.shape[2] != 3 or 0 in array.shape or array.dtype.kind not in "uif":
        raise ImageError(
            f"The {name} must be numbers of shape (height, width, 3), RGB; got shape {array.shape}, {array.dtype}."
        )
    array = np.ascontiguousarray(array, np.float32)
    if not (array.min() >= 0.0 and array.max() <= 255.0):  # also refuses NaN, which compares false
        raise ImageError(f"The {name} must hold values from 0 to 255; got {array.min():g} to {array.max():g}.")
    return array


def shown(value: Any) -> str:
    """Return the value as text for a message, at a bearable length."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write out a whole number of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def counted(count: float, noun: str) -> str:
    """Return a number with what it counts: "1 picture", "2 pictures", "0.5 GPUs"."""
    return f"{shown_number(count)} {noun}" if count == 1 else f"{shown_number(count)} {noun}s"


def shown_number(number: float) -> str:
    """Return the number as text: 5 and not 5.0, and every digit of a whole number."""
    return f"{number:g}" if isinstance(number, float) else str(number)

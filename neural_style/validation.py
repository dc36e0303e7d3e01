"""What settings are held to when they are built: each check passes, or says in words what was wanted and what came.

All raise `OptionsError` for an option and `ImageError` for a picture; `name` is what the sentence calls it.
"""

import math
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike

from neural_style.errors import ImageError, OptionsError
from neural_style.images.arrays import FloatImage

_SHOWN_CHARACTERS = 60

ON_WORDS, OFF_WORDS = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
"""What a switch in the environment may say, in lower case; as the Hub client reads its own."""


def require(condition: bool, sentence: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Refuse with `sentence` unless the condition holds."""
    if not condition:
        raise OptionsError(sentence)


def require_choice(name: str, value: Any, choices: Any) -> None:
    """One of the values of a `Literal`."""
    known = get_args(choices)
    require(value in known, f"The {name} must be one of {', '.join(map(str, known))}; got {_shown(value)}.")


def require_number(name: str, value: Any, *, low: float, high: float = math.inf, open_ends: bool = False) -> None:
    """A finite number in [low, high], or strictly between them."""
    number = isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool)
    inside = number and _is_finite(value) and bool(low < value < high if open_ends else low <= value <= high)
    if open_ends:
        wanted = f"a number above {low:g}" + (f" and below {high:g}" if math.isfinite(high) else "")
    else:
        wanted = f"a number of at least {low:g}" + (f" and at most {high:g}" if math.isfinite(high) else "")
    require(inside, f"The {name} must be {wanted}; got {_shown(value)}.")


def require_whole(name: str, value: Any, *, low: int, high: int) -> None:
    """A whole number from `low` to `high`."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    inside = whole and bool(low <= value <= high)
    require(inside, f"The {name} must be a whole number from {low} to {high}; got {_shown(value)}.")


def checked_image(image: ArrayLike, name: str) -> FloatImage:
    """`image` as a contiguous `[H, W, 3] float32, RGB, 0..255`; `name` is what an error calls it.

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


def _shown(value: Any) -> str:
    """For a message, at a bearable length."""
    try:
        text = repr(value)
    except ValueError:  # Python does not write out a whole number of thousands of digits
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond the largest float
        return False

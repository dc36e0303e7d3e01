"""The kinds of server options say how the text of a variable or flag becomes a value, and which values there may be.

Reading never fails: a text that cannot be read stays as it is, and the check then says what was wanted and what came.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, get_args

from neural_style.files import path_named
from neural_style.validation import OFF_WORDS, ON_WORDS, require, require_choice, require_number, require_whole


@dataclass(frozen=True)
class Kind:
    """A kind of option.

    Attributes:
        metavar: stands for the value in the help text; empty for a switch, whose flag takes none.
        read: from the text of a variable or flag to the value.
        check: raises `OptionsError` for a value that cannot be used; its first argument is what a sentence calls it.
        values: those that there may be, in words; empty where any text of the kind will do.
        write: from a value to the text that `read` takes.
    """

    metavar: str
    read: Callable[[str], Any]
    check: Callable[[str, Any], None]
    values: str = ""
    write: Callable[[Any], str] = str


def text(metavar: str) -> Kind:
    """Return the kind of an option that may be any text but an empty one."""
    return Kind(metavar, str, _check_text)


def whole_number(low: int, high: int) -> Kind:
    """Return the kind of an option that is a whole number from `low` to `high`."""
    return Kind("N", _reader(int), partial(require_whole, low=low, high=high), f"{low} to {high}")


def number_above(low: float) -> Kind:
    """Return the kind of an option that is a finite number above `low`."""
    return Kind("X", _reader(float), partial(require_number, low=low, open_ends=True), f"above {low:g}")


def one_of(literal: Any) -> Kind:
    """Return the kind of an option that is a word of a `Literal` of words in capitals, typed in any case."""
    words = get_args(literal)

    def read(text: str) -> str:
        return text.upper() if text.upper() in words else text

    return Kind("WORD", read, partial(require_choice, choices=words), ", ".join(words))


def _reader(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return `convert` as a reader that leaves a text as it is where `convert` refuses it."""

    def read(text: str) -> Any:
        with contextlib.suppress(ValueError):
            return convert(text)
        return text

    return read


def _check_text(name: str, value: Any) -> None:
    require(isinstance(value, str) and bool(value.strip()), f"The {name} must be a text that is not empty.")


def _read_switch(text: str) -> bool | str:
    word = text.lower()
    return word in ON_WORDS if word in ON_WORDS | OFF_WORDS else text


def _check_switch(name: str, value: Any) -> None:
    require(isinstance(value, bool), f"The {name} must be 1 or 0; got {value!r:.60}.")


def _check_folder(name: str, value: Any) -> None:
    is_usable = isinstance(value, Path) and (value.is_dir() or not value.exists())
    require(is_usable, f"The {name} must be a folder, or one that can be made; got {value}.")


def _check_examples(name: str, value: Any) -> None:
    is_usable = isinstance(value, Path) and any((value / folder).is_dir() for folder in ("content", "style"))
    require(is_usable, f"The {name} must be a folder with content/ or style/ in it; got {value}.")


def _read_accounts(text: str) -> tuple[tuple[str, str], ...]:
    accounts = [account.strip().partition(":") for account in text.split(",")]
    return tuple((name, password) for name, _, password in accounts)


def _check_accounts(name: str, value: Any) -> None:
    are_usable = isinstance(value, tuple) and all(
        isinstance(account, tuple) and len(account) == 2 and all(isinstance(part, str) and part for part in account)
        for account in value
    )
    require(are_usable, f"The {name} must be name:password, several with commas.")


SWITCH = Kind("", _read_switch, _check_switch, "`1` or `0`", lambda value: str(int(value)))
EXAMPLES = Kind("FOLDER", path_named, _check_examples)
FOLDER = Kind("FOLDER", path_named, _check_folder)
ACCOUNTS = Kind("NAME:PASSWORD", _read_accounts, _check_accounts)
"""The (name, password) of each account; what came is not repeated in the refusal."""

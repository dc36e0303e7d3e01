"""Declare and read the flags that are settings, from the rows of `settings.ROWS`.

The names are those of the original program, and so are their meanings. Defaults are read from the presets.
"""

import argparse
from collections.abc import Callable
from typing import Any

from neural_style.rows import Row, grouped, lowered
from neural_style.settings import ROWS, Settings


def add_setting_flags(parser: argparse.ArgumentParser, defaults: Settings) -> None:
    """Declare a flag for each setting, in the groups of the rows; one that is not given is parsed as None.

    Args:
        parser: of the command.
        defaults: what the help says that holds without the flag.
    """
    for heading, rows in grouped(ROWS.values()).items():
        group = parser.add_argument_group(lowered(heading))
        for row in rows:
            _add_flag(group, row, defaults)


def given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the settings that were given as flags: path of a setting -> its value."""
    values = {path: getattr(arguments, path) for path in ROWS}
    return {path: value for path, value in values.items() if value is not None}


def number_reader(row: Row) -> Callable[[str], Any]:
    """Return the type of a flag that takes a number, and perhaps words besides, or text, which is checked later."""
    if row.kind.type is str:
        return str
    number = int if row.kind.type is int else float

    def read(text: str) -> Any:
        if text in row.kind.words:
            return text
        try:
            return number(text)
        except ValueError:
            wanted = " or ".join([*row.kind.words, "a whole number" if number is int else "a number"])
            raise argparse.ArgumentTypeError(f"{wanted} is needed; got {text!r:.60}") from None

    return read


def _add_flag(group: "argparse._ArgumentGroup", row: Row, defaults: Settings) -> None:
    options: dict[str, Any] = {"dest": row.path}
    if row.kind.type is bool:
        options["action"] = argparse.BooleanOptionalAction
    elif row.kind.type is None:
        options |= {"type": _word_reader(row), "choices": row.kind.words}
    else:
        options |= {"type": number_reader(row), "metavar": _metavar(row)}
    group.add_argument(row.flag, help=_help_of(row, defaults), **options)
    if row.former:
        group.add_argument(row.former_flag, help=argparse.SUPPRESS, **options)


def _word_reader(row: Row) -> Callable[[str], Any]:
    """Return the type of a flag with words to choose from: current or former words; other text is left as it is."""
    known = {str(word): word for word in row.kind.words} | dict(row.former_words)
    return lambda text: known.get(text, text)


def _metavar(row: Row) -> str:
    if row.form is not None:
        return row.name.rpartition("_")[2].upper()
    return "|".join(["N" if row.kind.type is int else "X", *row.kind.words])


def _help_of(row: Row, defaults: Settings) -> str:
    """Return a flag's help: what it does, and in brackets what it replaces, its range, and what holds without it."""
    default = row.told(row.value_in(defaults))
    instead = f"instead of {ROWS[row.instead_of].flag}" if row.instead_of else ""
    notes = [note for note in (instead, row.bounds.words.removeprefix("of "), f"default: {default}") if note]
    return f"{lowered(row.help).removesuffix('.')} ({'; '.join(notes)})".replace("%", "%%")

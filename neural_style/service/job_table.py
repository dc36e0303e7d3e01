"""A table of jobs is read: CSV with a header, or JSON with an object in each line."""

import csv
import difflib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from neural_style.errors import OptionsError
from neural_style.files import check_regular, path_named
from neural_style.masks import NO_MASK, READY
from neural_style.request import STYLE_MASKS, STYLE_NUMBERS, ChosenStyle
from neural_style.validation import require, shown

SEPARATOR = ";"
"""What stands between several values in a field of a CSV table."""

_DELIMITERS = ",;\t"
"""What may stand between the columns of a CSV table."""

_QUOTES = "Put a field in quotes that has what separates the columns in it."

MOST_BYTES = 100_000_000
"""The most bytes of a table: a million rows."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a table of jobs. What is None was left out, and comes from the flags.

    Attributes:
        place: what an error calls the row, such as "Line 3 of jobs.csv".
        photo: the file of the photo.
        paintings: the files of the paintings.
        of_styles: name of a number or mask of `ChosenStyle` -> one for each painting, or of numbers one for all. A mask
            is a file, the name of a ready one, or `NO_MASK`.
        leave_alone: the mask of what stays as it is, likewise.
        recipe: a file with the settings.
        output: the file to write.
    """

    place: str
    photo: Path
    paintings: tuple[Path, ...] | None = None
    of_styles: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    leave_alone: Path | str | None = None
    recipe: Path | None = None
    output: Path | None = None


_FILES = ("photo", "recipe", "output")
_NUMBERS = {row.plural: name for name, row in STYLE_NUMBERS.items()}
_MASKS = {row.plural: name for name, row in STYLE_MASKS.items()}

COLUMNS = ("photo", "paintings", *_NUMBERS, *_MASKS, "leave_alone", "recipe", "output")
"""The columns that a table may have."""


def read_table(path: Path) -> list[Row]:
    """Read a table of jobs; relative paths in it are relative to its folder.

    Args:
        path: a file that ends in .csv, or in .jsonl, .ndjson or .json with an object in each line.

    Raises:
        OptionsError: it cannot be read, or a line holds what cannot be used; with the number of the line.
    """
    text = _text_of(path)
    lines = _rows_of_csv if path.suffix.lower() == ".csv" else _rows_of_json
    rows = [_row(values, f"Line {number} of {path}", path.parent) for number, values in lines(text, path)]
    require(bool(rows), f"The table {path} has no jobs. Give it a line for each picture.")
    return rows


def _text_of(path: Path) -> str:
    try:
        check_regular(path)
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        text = content.decode("utf-8-sig")  # spreadsheets write a mark at the beginning
    except UnicodeDecodeError:
        raise OptionsError(f"The table {path} is no text in UTF-8. Save it as CSV in UTF-8.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OptionsError(f"The table {path} cannot be read ({reason}).") from None
    require(len(content) <= MOST_BYTES, f"The table {path} is too long; at most {MOST_BYTES // 10**6} MB are read.")
    return text


def _rows_of_csv(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the number of the line and the values of each row; an empty field counts as left out."""
    lines = io.StringIO(text, newline="")
    reader = csv.DictReader(lines, delimiter=_delimiter(text), skipinitialspace=True, strict=True)
    try:
        header: list[str] = [name.strip().lower() for name in reader.fieldnames or ()]
        _check_columns(header, f"The header of {path}")
        require(len(set(header)) == len(header), f"The header of {path} has a column twice. Name each once.")
        reader.fieldnames = header
        rows: Iterator[dict[Any, Any]] = iter(reader)
        for values in rows:
            place = f"Line {reader.line_num} of {path}"
            require(None not in values, f"{place} has more fields than the header. {_QUOTES}")
            yield reader.line_num, {name: value.strip() for name, value in values.items() if value and value.strip()}
    except csv.Error as error:
        raise OptionsError(f"Line {reader.line_num} of {path} is no CSV ({error}).") from None


def _delimiter(text: str) -> str:
    """Return what separates the columns: a comma, or what else some spreadsheets write, by the names in the header."""
    header = text.split("\n", 1)[0]
    for delimiter in _DELIMITERS:
        names = [name.strip(' "\r').lower() for name in header.split(delimiter)]
        if len(names) > 1 and set(names) <= set(COLUMNS):
            return delimiter
    return _DELIMITERS[0]


def _rows_of_json(text: str, path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the number of the line and the object of each line; null counts as left out."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"Line {number} of {path}"
        try:
            values: Any = json.loads(line, object_pairs_hook=partial(_once, place))
        except (ValueError, RecursionError):
            values = None
        require(isinstance(values, dict), f"{place} must be a JSON object; got {shown(line)}.")
        _check_columns(values, place)
        yield number, {name: value for name, value in values.items() if value is not None}


def _once(place: str, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    require(len(values) == len(pairs), f"{place} has a column twice. Name each once.")
    return values


def _check_columns(names: Iterable[str], place: str) -> None:
    for name in names:
        alike = difflib.get_close_matches(name, COLUMNS, n=1)
        meant = f" Did you mean {alike[0]}?" if alike else ""
        require(name in COLUMNS, f"{place} has the column {shown(name)}.{meant} Known are {', '.join(COLUMNS)}.")


def _row(values: Mapping[str, Any], place: str, folder: Path) -> Row:
    def path(text: Any) -> Path:
        require(_is_name(text), f"{place} must name a file; got {shown(text)}.")
        return folder / path_named(text)

    def number(value: Any) -> float:
        try:
            if isinstance(value, bool) or "_" in str(value):  # which Python takes for numbers, and people do not
                raise ValueError
            return float(value)
        except (TypeError, ValueError, OverflowError):
            raise OptionsError(f"{place} must have numbers as {', '.join(_NUMBERS)}; got {shown(value)}.") from None

    def mask(text: Any) -> Path | str:
        return text if text == NO_MASK or text in READY else path(text)

    def each(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
        return lambda value: tuple(map(read, _several(value, place)))

    readers: dict[str, Callable[[Any], Any]] = dict.fromkeys(_FILES, path)
    readers |= {"paintings": each(path), "leave_alone": mask}
    readers |= dict.fromkeys(_NUMBERS, each(number)) | dict.fromkeys(_MASKS, each(mask))
    require("photo" in values, f"{place} has no photo. Name one in each line.")
    found = {name: readers[name](value) for name, value in values.items()}
    of_styles = {name: found.pop(column) for column, name in (_NUMBERS | _MASKS).items() if column in found}
    row = Row(place=place, of_styles=of_styles, **found)
    _check_numbers(row)
    return row


def _is_name(text: object) -> bool:
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        return False
    try:
        os.fsencode(text)
    except UnicodeEncodeError:  # half of a character, as JSON can spell it
        return False
    return True


def _several(value: Any, place: str) -> Sequence[Any]:
    """Return the values of a field: a list, text with a `SEPARATOR` between them, or a single one."""
    several = value.split(SEPARATOR) if isinstance(value, str) else value if isinstance(value, list) else [value]
    several = [each.strip() if isinstance(each, str) else each for each in several]
    require(bool(several) and "" not in several, f"{place} has an empty value among {shown(value)}.")
    return several


def _check_numbers(row: Row) -> None:
    """Refuse shares and scales that no style can have, with the place of the row."""
    for name in STYLE_NUMBERS:
        for value in row.of_styles.get(name, ()):
            try:
                ChosenStyle(None, **{name: value})
            except OptionsError as error:
                raise OptionsError(f"{row.place}: {error}") from None

"""Rows of settings: everything that people and programs are told about a setting stands at its field.

A field of a record of settings is declared with `setting(...)`; its annotation says what kind of value it takes. From
these rows come the checks of the values, the flags of the command line, the Advanced panel of the page, the schema of
the API, the names that recipes know, and the table in the documents. Nothing here knows a particular setting.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache, reduce
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from neural_style.errors import OptionsError
from neural_style.validation import Bounds, is_number, is_whole, require, shown, shown_number

_Value = TypeVar("_Value")

_ROW = "row"
"""The key of a row among the metadata of its field."""


@dataclass(frozen=True)
class Kind:
    """The kind of value that an annotation stands for.

    Attributes:
        type: `bool`, `int`, `float`, or `str` for text of some form; None where only words are taken.
        words: values of the annotation's `Literal`s, words or numbers to choose from.
        optional: whether None is taken.
    """

    type: type[bool | int | float | str] | None
    words: tuple[Any, ...] = ()
    optional: bool = False

    @classmethod
    def of(cls, annotation: Any) -> "Kind":
        """Return the kind of an annotation such as `float`, `Literal["a", "b"] | None` or `int | Literal["auto"]`.

        Raises:
            TypeError: it is another one.
        """
        parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
        types = [part for part in parts if part in (bool, int, float, str)]
        literals = [part for part in parts if get_origin(part) is Literal]
        words = tuple(word for part in literals for word in get_args(part))
        if len(types) + len(literals) + (NoneType in parts) != len(parts) or len(types) > 1 or not (types or words):
            raise TypeError(f"A setting is a bool, number or text, or has words to choose from; got {annotation!r}.")
        return cls(types[0] if types else None, words, NoneType in parts)


@dataclass(frozen=True)
class Form:
    """The form that a text must have.

    Attributes:
        read: reads it; raises `OptionsError` for another one.
        wanted: what it is, in words that follow "must be".
    """

    read: Callable[[str], Any]
    wanted: str

    def holds(self, value: Any) -> bool:
        """Whether the value is a text of this form."""
        if not isinstance(value, str):
            return False
        try:
            self.read(value)
        except OptionsError:
            return False
        return True


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A setting, as people and programs are told about it.

    Attributes:
        label: name on the page and in the documents.
        help: one sentence on what it does, for all who are told; it begins with a capital letter and ends with a stop.
        group: heading that it stands under.
        noun: name in a refusal, after "The"; left out: the label, in lower case.
        flag: on the command line; left out: made from the field's name.
        bounds: range of a number.
        form: of a text.
        titles: value to choose -> what the page calls it; the others are called by themselves.
        unset: what holds where the setting is None.
        instead_of: path of the setting that it takes the place of; that one must be None then.
        former: the name that older recipes have for it; the flag made from it works, too, and is not shown.
        former_words: what older recipes have for a value -> today's value.
        is_movable: whether it can be changed while a picture is painted.
        in_panel: whether the Advanced panel has a field for it; the others have a place of their own on the page.
        path: of the field, such as `weights.style`.
        kind: of its values.
        default: where nothing is said.
    """

    label: str
    help: str
    group: str
    noun: str = ""
    flag: str = ""
    bounds: Bounds = Bounds()
    form: Form | None = None
    titles: Mapping[Any, str] = field(default_factory=dict)
    unset: str = ""
    instead_of: str = ""
    former: str = ""
    former_words: Mapping[str, Any] = field(default_factory=dict)
    is_movable: bool = False
    in_panel: bool = True
    path: str = ""
    kind: Kind = Kind(float)
    default: Any = None

    @property
    def name(self) -> str:
        """The name of the field, without the record that it is in."""
        return self.path.rpartition(".")[2]

    @property
    def former_flag(self) -> str:
        """The flag made from the former name; empty where there is none."""
        return _flag_of(self.former) if self.former else ""

    @property
    def wanted(self) -> str:
        """The values that are taken, in words that follow "must be"."""
        words = ", ".join(map(str, self.kind.words))
        if self.kind.type is None:
            return f"one of {words}"
        if self.kind.type is bool:
            return "yes or no"
        if self.form is not None:
            return self.form.wanted
        number = f"a {'whole ' if self.kind.type is int else ''}number {self.bounds.words}".strip()
        return f"{words} or {number}" if words else number

    def accepts(self, value: Any) -> bool:
        """Whether the setting may have this value."""
        if value is None:
            return self.kind.optional
        if (isinstance(value, str) or is_whole(value)) and value in self.kind.words:
            return True
        if self.kind.type is None or self.kind.type is bool:
            return self.kind.type is bool and isinstance(value, bool)
        if self.form is not None:
            return self.form.holds(value)
        return (is_whole(value) if self.kind.type is int else is_number(value)) and self.bounds.hold(value)

    def check(self, value: Any) -> None:
        """Refuse a value that the setting cannot have.

        Raises:
            OptionsError: with what was wanted and what came.
        """
        if self.noun or self.kind.type is not bool:
            subject = f"The {self.noun or lowered(self.label)}"
        else:
            subject = f'"{self.label}"'
        require(self.accepts(value), f"{subject} must be {self.wanted}; got {shown(value)}.")

    def value_in(self, record: Any) -> Any:
        """Return the value of this setting in a record that has its path."""
        return reduce(getattr, self.path.split("."), record)

    def title(self, word: Any) -> str:
        """Return the page's name for a value to choose."""
        return self.titles.get(word, str(word))

    def told(self, value: Any) -> str:
        """Return a value in words for people."""
        if value is None:
            return self.unset
        if isinstance(value, bool):
            return "yes" if value else "no"
        return shown_number(value) if is_number(value) else str(value)


def setting(
    default: _Value,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    **row: Any,
) -> _Value:
    """Declare a field of a record of settings.

    Args:
        default: where nothing is said.
        low: least number that is taken.
        high: largest number that is taken.
        above: largest number that is too small.
        below: least number that is too large.
        row: the attributes of its `Row`: `label`, `help` and `group`, and what else there is to say.
    """
    return field(default=default, metadata={_ROW: Row(bounds=Bounds(low, high, above, below), **row)})


@cache
def own_rows(kind: type) -> tuple[Row, ...]:
    """Return the rows of a record's own fields, without those of the records within it; in the order of the fields."""
    return tuple(row for row in rows_of(kind) if "." not in row.path)


@cache
def rows_of(kind: type) -> tuple[Row, ...]:
    """Return the rows of a record's fields and of the records within it; in the order of the fields.

    Raises:
        TypeError: a field has no row, its annotation is of no known kind, it may be None and does not say what holds
            then, or it is a text and does not say of which form.
    """
    return tuple(_rows(kind))


@cache
def records_of(kind: type) -> dict[str, type]:
    """Return the fields that are records themselves: name -> type."""
    return {each.name: each.type for each in fields(kind) if isinstance(each.type, type) and is_dataclass(each.type)}


def check_record(record: Any) -> None:
    """Refuse a record with a value that its rows do not take.

    Raises:
        OptionsError: with the first such value.
    """
    kind = type(record)
    for name, inner in records_of(kind).items():
        value = getattr(record, name)
        require(isinstance(value, inner), f"The {name} must be {inner.__name__}; got {shown(value)}.")
    for row in own_rows(kind):
        row.check(getattr(record, row.path))


def grouped(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Group rows by their heading: heading -> its rows, in their order."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return groups


def lowered(text: str) -> str:
    """Return the text as it stands within a sentence."""
    return text[:1].lower() + text[1:]


def _rows(kind: type) -> Iterator[Row]:
    records = records_of(kind)
    for each in fields(kind):
        if each.name in records:
            for row in rows_of(records[each.name]):
                yield replace(row, path=f"{each.name}.{row.path}")
            continue
        if _ROW not in each.metadata:
            raise TypeError(f"{kind.__name__}.{each.name} has no row. Declare it with setting(...).")
        row: Row = each.metadata[_ROW]
        named = replace(row, path=each.name, flag=row.flag or _flag_of(each.name))
        row = replace(named, kind=Kind.of(each.type), default=each.default)
        if row.kind.optional and not row.unset:
            raise TypeError(f"{kind.__name__}.{each.name} may be None. Say with unset=... what holds then.")
        if (row.kind.type is str) != (row.form is not None):
            raise TypeError(f"{kind.__name__}.{each.name}: a text, and nothing else, has a form=....")
        yield row


def _flag_of(name: str) -> str:
    return f"--{name.removesuffix('_px').replace('_', '-')}"

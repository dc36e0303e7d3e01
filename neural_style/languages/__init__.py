"""What people read comes in several languages: English is in the code, each other one in a table beside this module.

A record of texts is a dataclass whose defaults are the English ones. The table of a language is JSON: the name of the
record -> the name of the field -> the text. What a table lacks stays English. Placeholders such as `{width}` are the
same in all.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

ENGLISH = "en"

LANGUAGES = (ENGLISH, "de", "fr", "es", "ja", "zh")
"""The languages by their ISO 639 codes, English first."""

_Texts = TypeVar("_Texts")
_current: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have the texts within the `with` block in that one of `LANGUAGES`."""
    before = _current.set(language)
    try:
        yield
    finally:
        _current.reset(before)


def spoken() -> str:
    """Return the language that texts are in here."""
    return _current.get()


def in_language(texts: type[_Texts]) -> _Texts:
    """Return a record of texts in the language that is spoken here."""
    return _record(texts, spoken())


def preferred(accepted: str) -> str:
    """Return the language to speak with a browser.

    Args:
        accepted: its `Accept-Language` (RFC 9110), such as `de-AT,de;q=0.9,en;q=0.5`; whatever comes is taken.
    """
    wanted = [_wish(part) for part in accepted.lower().split(",")]
    known = [(weight, code) for code, weight in wanted if code in LANGUAGES and weight > 0.0]
    return max(known, key=lambda each: each[0], default=(0.0, ENGLISH))[1]


def table(language: str) -> dict[str, dict[str, Any]]:
    """Return the table of a language: name of a record of texts -> name of a field -> text; empty for English."""
    if language == ENGLISH:
        return {}
    return json.loads(Path(__file__).with_name(f"{language}.json").read_text(encoding="utf-8"))


@cache
def _record(texts: type[_Texts], language: str) -> _Texts:
    english, given = texts(), table(language).get(texts.__name__, {})
    return texts(**{name: _merged(getattr(english, name), text) for name, text in given.items()})


def _merged(english: Any, text: Any) -> Any:
    """Return a text, or several by their names; those that are not given stay English."""
    if not isinstance(english, dict):
        return text
    return {**english, **{name: _merged(english.get(name), value) for name, value in text.items()}}


def _wish(part: str) -> tuple[str, float]:
    """Return a language without its region, and how much it is wanted, of a part of an `Accept-Language`."""
    tag, _, parameters = part.partition(";")
    name, _, weight = parameters.strip().partition("=")
    try:
        return tag.strip().split("-")[0], float(weight) if name.strip() == "q" else 1.0
    except ValueError:
        return tag.strip().split("-")[0], 0.0

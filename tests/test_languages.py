"""The languages: which one a browser gets, and that every table says all that English says."""

import re
import string
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_style.languages import ENGLISH, LANGUAGES, in_language, preferred, speaking, spoken, table
from neural_style.service.messages import Messages, messages
from neural_style.ui.texts import Texts, texts

RECORDS = (Texts, Messages)
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each text in a record."""
    if isinstance(value, str):
        yield path, value
    else:
        for name, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(each, f"{path}/{name}")


def placeholders(text: str) -> set[str]:
    return {f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("pl,fr;q=0.4,es;q=0.6", "es"),
        ("ZH-Hant-TW", "zh"),
        ("ja;q=0, fr;q=0.1", "fr"),
        ("pl, *;q=0.5", "en"),
        ("de;q=much,fr;q=0.2", "fr"),
        (" ; ,, ;q= ", "en"),
    ],
)
def test_a_browser_gets_the_language_that_it_prefers_of_those_there_are(accepted: str, language: str) -> None:
    assert preferred(accepted) == language


@given(st.text())
def test_whatever_a_browser_says_it_gets_one_of_the_languages(accepted: str) -> None:
    assert preferred(accepted) in LANGUAGES


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("record", RECORDS)
def test_every_text_is_translated_with_its_placeholders_and_nothing_else_is(record: type, language: str) -> None:
    english = dict(leaves(asdict(record())))
    others = dict(leaves(table(language)[record.__name__]))
    technical = re.compile(r"^/setting_words/(optimizer|precision|scales|bits|pooling|weights\.style_balance)/")
    assert {path for path in english.keys() - others.keys() if not technical.match(path)} == set()
    assert others.keys() - english.keys() == set()
    wrong = {path: text for path, text in others.items() if placeholders(text) != placeholders(english[path])}
    assert wrong == {}
    assert not [text for text in others.values() if re.search(r"[<>&]", text) or not text.strip()]


@pytest.mark.parametrize("language", OTHERS)
def test_most_texts_of_a_table_differ_from_the_english_ones(language: str) -> None:
    with speaking(language):
        there = dict(leaves(asdict(texts())))
    english = dict(leaves(asdict(Texts())))
    alike = [path for path, text in there.items() if text == english[path] and len(text) > 12]
    assert len(alike) < 8, alike


def test_a_language_is_spoken_within_its_block_only() -> None:
    with speaking("de"):
        assert (spoken(), texts().paint) == ("de", "Malen")
        with speaking("fr"):
            assert texts().paint == "Peindre"
            assert messages().no_photo != Messages().no_photo
        assert texts().paint == "Malen"
    assert (spoken(), texts().paint) == (ENGLISH, "Paint")


def test_what_a_table_lacks_stays_english() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Unknown:
        word: str = "word"
        words: dict[str, str] = field(default_factory=lambda: {"a": "b"})

    with speaking("ja"):
        assert in_language(Unknown) == Unknown()

"""The README: short, ready for a Hugging Face Space, and its program paints."""

import os
import re
import subprocess
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import SpaceCard
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from neural_style.images.load import load_image
from neural_style.resources import checkout, resource

_TEXT = ((checkout() or pytest.skip("only a clone has the README", allow_module_level=True)) / "README.md").read_text(
    encoding="utf-8"
)

MOST_LINES = 130
"""More is not read in three minutes; the rest belongs into `docs/`."""


_COLORS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


def is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_emoji(value: object) -> bool:
    return isinstance(value, str) and bool(value) and all(unicodedata.category(sign) in {"So", "Mn"} for sign in value)


def is_license(value: object) -> bool:
    try:
        return isinstance(value, str) and canonicalize_license_expression(value).lower() == value
    except InvalidLicenseExpression:
        return False


def is_list_of_words(value: object) -> bool:
    return isinstance(value, list) and all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", str(word)) for word in value)


SPACE_FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "title": is_text,
    "emoji": is_emoji,
    "colorFrom": _COLORS.__contains__,
    "colorTo": _COLORS.__contains__,
    "sdk": {"gradio", "docker", "static"}.__contains__,
    "app_port": lambda value: type(value) is int and 1 <= value <= 65_535,
    "pinned": lambda value: isinstance(value, bool),
    "license": is_license,
    "short_description": lambda value: is_text(value) and len(value) <= 60,
    "tags": is_list_of_words,
}
"""The fields of the Hub's reference of a Space's configuration that are used here -> whether it takes a value.

The reference is https://huggingface.co/docs/hub/spaces-config-reference.
"""


def test_a_newcomer_reads_it_in_three_minutes() -> None:
    assert len(_TEXT.splitlines()) <= MOST_LINES


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    """Return the front matter, as the Hub's own library reads it."""
    return SpaceCard(_TEXT).data.to_dict()


def test_it_begins_with_what_a_space_needs(facts: dict[str, Any]) -> None:
    assert _TEXT.startswith("---\n")
    assert {"title", "emoji", "colorFrom", "colorTo", "sdk", "license"} <= facts.keys()
    assert facts["sdk"] == "docker"
    dockerfile = resource("Dockerfile").read_text(encoding="utf-8")
    assert f"GRADIO_SERVER_PORT={facts['app_port']}" in dockerfile
    assert f"EXPOSE {facts['app_port']}\n" in dockerfile


def test_a_space_knows_every_field_and_takes_its_value(facts: dict[str, Any]) -> None:
    wrong = [name for name, value in facts.items() if name not in SPACE_FIELDS or not SPACE_FIELDS[name](value)]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colorFrom", "orange"),
        ("sdk", "Docker"),
        ("app_port", "7860"),
        ("emoji", "art"),
        ("short_description", "x" * 61),
        ("pinned", "no"),
        ("license", "Apache 2"),
        ("tags", "art"),
    ],
)
def test_a_value_that_a_space_does_not_take_is_noticed(name: str, value: Any) -> None:
    assert not SPACE_FIELDS[name](value)


def test_the_licence_is_that_of_the_package(facts: dict[str, Any]) -> None:
    project = tomllib.loads(resource("pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert canonicalize_license_expression(facts["license"]) in project["license"].split(" AND ")


def test_the_two_commands_stand_in_its_first_half() -> None:
    first_half = _TEXT[: len(_TEXT) // 2]
    assert re.search(r"^make app\b", first_half, re.MULTILINE)
    assert re.search(r"^make test\b", first_half, re.MULTILINE)


@pytest.mark.slow
def test_its_program_paints(tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.+?)```", _TEXT, re.DOTALL)
    small = program.replace("longest_side_px=256", "longest_side_px=48, effort=None, iterations=2, scales=1")
    assert small != program
    (tmp_path / "examples").symlink_to(resource("examples"))
    environment = {**os.environ, "NEURAL_STYLE_WEIGHTS": str(tmp_path), "TF_CPP_MIN_LOG_LEVEL": "3"}
    ended = subprocess.run(
        [sys.executable, "-c", small], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    losses = [float(line.split()[1]) for line in ended.stdout.splitlines()]
    assert len(losses) == 3
    assert load_image(tmp_path / "panda.png").shape == (27, 48, 3)

"""The arithmetic that was found to be the fastest, from one process to the next."""

import json
from pathlib import Path

import pytest

from neural_style.backends.local import LocalStylizer
from neural_style.backends.machine_notes import machine_key
from neural_style.backends.remembered_choice import FILE_NAME, RememberedChoice
from neural_style.engine import precision
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.store import Store
from tests.fakes import tiny_network

NETWORK = tiny_network()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The precisions that the machine was asked for; it always answers bfloat16."""
    calls: list[str] = []

    def choose(wanted: str, _network: object) -> str:
        calls.append(wanted)
        return "bfloat16"

    monkeypatch.setattr(precision, "choose_arithmetic", choose)
    return calls


def test_the_machine_is_asked_once_for_each_network_and_never_for_what_a_person_chose(
    tmp_path: Path, asked: list[str]
) -> None:
    folder = tmp_path / "not" / "here"
    assert RememberedChoice(folder)("float32", NETWORK) == "float32"
    assert not folder.exists()
    assert [RememberedChoice(folder)("auto", NETWORK) for _ in range(3)] == ["bfloat16"] * 3
    assert asked == ["auto"]
    assert json.loads((folder / FILE_NAME).read_text()) == {machine_key(NETWORK): "bfloat16"}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"KEY": "float8"}', '{"KEY": 3}', '{"KEY": ["winograd"]}', "\0\1"])
def test_a_file_that_holds_anything_else_is_as_good_as_none(tmp_path: Path, asked: list[str], text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text.replace("KEY", machine_key(NETWORK)))
    assert RememberedChoice(tmp_path)("auto", NETWORK) == "bfloat16"
    assert asked == ["auto"]
    assert json.loads((tmp_path / FILE_NAME).read_text())[machine_key(NETWORK)] == "bfloat16"


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_memory(tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "file").write_text("")
    choose = RememberedChoice(tmp_path / "file")
    assert [choose("auto", NETWORK), choose("auto", NETWORK)] == ["bfloat16"] * 2
    assert asked == ["auto"] * 2


def test_the_choice_lies_beside_the_numbers_of_the_network(tmp_path: Path) -> None:
    provider = NetworkProvider(cache=Store(tmp_path))
    assert LocalStylizer.remembering(provider).choose == RememberedChoice(tmp_path)

"""Notes of a machine, from one process to the next."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.backends.machine_notes import MOST_ENTRIES, MachineNotes, machine_key
from tests.fakes import tiny_network

NETWORK = tiny_network()


def test_another_processor_setting_or_network_has_a_choice_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    key = machine_key(NETWORK)
    assert machine_key(tiny_network()) == key
    assert machine_key(replace(NETWORK, sha256="f" * 64)) != key
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
    assert machine_key(NETWORK) != key


def test_what_is_kept_is_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "not" / "here.json"
    assert MachineNotes(path).read() == {}
    MachineNotes(path).keep("a", 1.5)
    MachineNotes(path).keep("b", {"c": [None]})
    MachineNotes(path).keep("a", "other")
    assert MachineNotes(path).read() == {"b": {"c": [None]}, "a": "other"}


def test_the_oldest_entries_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "notes.json"
    path.write_text(json.dumps({f"key {number}": "float32" for number in range(MOST_ENTRIES)}))
    MachineNotes(path).keep("new", 1)
    kept = MachineNotes(path).read()
    assert len(kept) == MOST_ENTRIES
    assert "key 0" not in kept
    assert kept["new"] == 1

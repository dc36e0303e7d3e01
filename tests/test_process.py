"""The memory of this process, as Linux tells of it."""

import os
import sys
from pathlib import Path

import pytest

from neural_style import process
from neural_style.process import process_memory


def test_pages_become_bytes(tmp_path: Path) -> None:
    (tmp_path / "proc" / "self").mkdir(parents=True)
    (tmp_path / "proc" / "self" / "statm").write_text("500 20 1 1 0 1 0\n")
    found = process_memory(tmp_path)
    assert found is not None
    page_bytes = os.sysconf("SC_PAGE_SIZE")
    assert (found.addresses_bytes, found.resident_bytes) == (500 * page_bytes, 20 * page_bytes)


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells of it")
def test_of_this_process_there_are_more_addresses_than_memory_and_both_are_some() -> None:
    found = process_memory()
    assert found is not None
    assert found.addresses_bytes > found.resident_bytes > 10_000_000


def test_where_nothing_is_said_there_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert process_memory(tmp_path) is None
    (tmp_path / "proc" / "self").mkdir(parents=True)
    for text in ("", "many pages\n"):
        (tmp_path / "proc" / "self" / "statm").write_text(text)
        assert process_memory(tmp_path) is None
    monkeypatch.delattr(process.os, "sysconf")
    assert process_memory() is None

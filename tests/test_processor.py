"""What is known of the processor, on Linux and elsewhere."""

import os
import platform
from pathlib import Path

import pytest

from neural_style import processor
from neural_style.processor import cores, processor_facts, processor_name


def test_no_more_cores_are_counted_than_there_are() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)


def test_the_facts_are_those_of_the_first_processor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = "processor\t: 0\nmodel name\t: One: fast\nflags\t\t: fpu avx2\n\nprocessor\t: 1\nmodel name\t: Another\n"
    (tmp_path / "cpuinfo").write_text(told)
    monkeypatch.setattr(processor, "_FACTS", tmp_path / "cpuinfo")
    assert processor_facts() == {"processor": "0", "model name": "One: fast", "flags": "fpu avx2"}
    assert processor_name() == "One: fast"


def test_where_linux_tells_nothing_the_kind_is_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_FACTS", tmp_path / "gone")
    assert processor_facts() == {}
    assert processor_name() == (platform.processor() or platform.machine())

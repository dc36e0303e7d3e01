"""Python child processes of this program."""

import subprocess
from pathlib import Path

import pytest

import neural_style
from neural_style.networks.child import child_command, child_environment


def output_of(program: str, folder: Path) -> str:
    command = child_command("-c", program)
    return subprocess.run(
        command, env=child_environment(), cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_a_child_has_this_very_package_whatever_lies_in_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (tmp_path, tmp_path / "path"):
        (folder / "neural_style").mkdir(parents=True)
        (folder / "neural_style" / "__init__.py").write_text("raise ImportError('another one')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    found = output_of("import neural_style; print(neural_style.__file__)", tmp_path)
    assert found == neural_style.__file__


def test_a_child_leaves_the_gpu_alone_and_keeps_what_else_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    told = output_of("from os import environ as e; print(e['CUDA_VISIBLE_DEVICES'], e['HF_HUB_OFFLINE'])", tmp_path)
    assert told == "-1 1"
    assert str(tmp_path) in output_of("import sys; print(sys.path)", Path("/"))

"""The README: short, ready for a Hugging Face Space, and its program paints."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from neural_style.images.load import load_image
from neural_style.resources import checkout, resource

_TEXT = ((checkout() or pytest.skip("only a clone has the README", allow_module_level=True)) / "README.md").read_text(
    encoding="utf-8"
)

MOST_LINES = 130
"""More is not read in three minutes; the rest belongs into `docs/`."""


def test_a_newcomer_reads_it_in_three_minutes() -> None:
    assert len(_TEXT.splitlines()) <= MOST_LINES


def test_it_begins_with_what_a_space_needs() -> None:
    opening, front_matter, _ = _TEXT.split("---\n", 2)
    assert opening == ""
    facts = dict(re.findall(r"^(\w+): (.+)$", front_matter, re.MULTILINE))
    assert {"title", "emoji", "colorFrom", "colorTo", "license"} <= facts.keys()
    assert facts["sdk"] == "docker"
    dockerfile = resource("Dockerfile").read_text(encoding="utf-8")
    assert f"GRADIO_SERVER_PORT={facts['app_port']}" in dockerfile
    assert len(facts["short_description"]) <= 60  # the Hub refuses more


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

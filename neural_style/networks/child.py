"""Start Python child processes for work that must not slow down, or take along, the process that paints."""

import os
import sys
from pathlib import Path

_PACKAGE_PARENT = Path(__file__).parents[2]
_QUIET = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
"""The variables that make a child's TensorFlow leave the GPU and its memory to the painting."""


def child_command(*arguments: str) -> list[str]:
    """Run the same Python with those arguments, and without the working folder on its path."""
    return [sys.executable, "-P", *arguments]


def child_environment() -> dict[str, str]:
    """Return the environment of this process, with this very package first on the path."""
    search_path = os.pathsep.join(filter(None, [str(_PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, **_QUIET, "PYTHONPATH": search_path}

"""The fixtures that several rooms of the tests share."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from neural_style.backends.loading import load_tensorflow
from neural_style.service.orders import Order
from tests.service.helpers import order_for


def pytest_configure() -> None:
    """Load TensorFlow as the program does.

    Each process of `pytest -n` has one TensorFlow thread: each has one core, and more threads would only wait.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    load_tensorflow()


def pytest_collection_finish() -> None:
    """Freeze TensorFlow's and Gradio's millions of objects: every collection would look through them for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def eagerly() -> Iterator[None]:
    """Run TensorFlow eagerly, for a test of a few evaluations of any kind: compiling would take longer than they do."""
    import tensorflow as tf

    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    return order_for(tmp_path)

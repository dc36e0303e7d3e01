"""Fixtures that several rooms of the tests share."""

import gc
from pathlib import Path

import pytest

from neural_style.service.orders import (
    Order,
)
from tests.service.helpers import order_for


def pytest_collection_finish() -> None:
    """TensorFlow and Gradio are millions of objects that stay; every run would look through them for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    return order_for(tmp_path)

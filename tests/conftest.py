"""Fixtures that several rooms of the tests share."""

from pathlib import Path

import pytest

from neural_style.service.orders import (
    Order,
)
from tests.service.helpers import order_for


@pytest.fixture
def order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "gradio"))
    return order_for(tmp_path)

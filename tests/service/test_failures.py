"""What is said of an error."""

import logging
import re

import pytest

from neural_style.errors import ImageError
from neural_style.service.failures import sentence_of


def test_a_sentence_for_people_is_said_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    assert sentence_of(ImageError("The file is broken.")) == "The file is broken."
    assert caplog.text == ""


def test_anything_else_is_said_by_an_id_and_logged_under_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    said = sentence_of(ValueError("secret"))
    (error_id,) = re.findall(r"under ([0-9a-f]{8})", said)
    assert "secret" not in said
    assert error_id in caplog.text
    assert "secret" in caplog.text

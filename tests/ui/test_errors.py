"""Errors as sentences."""

import gradio as gr
import pytest

from neural_style.errors import NeuralStyleError
from neural_style.ui.errors import errors_as_sentences


def test_errors_for_people_pass_and_others_become_an_id(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(gr.Error) as told, errors_as_sentences():
        raise NeuralStyleError("<b> is no picture.")
    assert told.value.message == "&lt;b&gt; is no picture."
    with pytest.raises(gr.Error) as told, errors_as_sentences():
        raise ZeroDivisionError("secret")
    assert "secret" not in told.value.message
    assert "secret" in caplog.text

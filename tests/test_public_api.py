"""The package as others import it."""

import subprocess
import sys

import pytest

import neural_style
from neural_style.backends import local

HEAVY = ("tensorflow", "gradio", "matplotlib", "scipy", "safetensors", "huggingface_hub")


def test_importing_the_package_loads_neither_tensorflow_nor_gradio():
    script = f"import sys, neural_style; print([name for name in {HEAVY} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_everything_that_is_promised_is_there():
    assert sorted(neural_style.__all__) == neural_style.__all__
    for name in neural_style.__all__:
        assert getattr(neural_style, name) is not None


def test_what_paints_is_the_engine_on_this_machine():
    assert neural_style.stylize is local.stylize


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'paint'"):
        neural_style.paint  # noqa: B018  # pyright: ignore[reportAttributeAccessIssue]


def test_every_error_that_a_person_is_shown_has_one_base_class():
    for name in ("ImageError", "NetworkError", "OptionsError"):
        assert issubclass(getattr(neural_style, name), neural_style.NeuralStyleError)

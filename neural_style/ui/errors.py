"""Errors become sentences that visitors may see."""

import html
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from neural_style.service.failures import sentence_of


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Turn the errors of a handler's body into sentences that the page shows.

    Raises:
        gr.Error: with the sentence of a `NeuralStyleError`; for anything else, which is a bug, with an id under which
            the server's log has the traceback.
    """
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        raise _shown(sentence_of(error)) from error


def _shown(sentence: str) -> gr.Error:
    """Return the error with its sentence escaped: Gradio renders it as HTML, and it may quote a visitor's file name."""
    return gr.Error(html.escape(sentence, quote=False), print_exception=False)

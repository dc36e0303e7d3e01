"""What passes to visitors: errors as sentences, files as Gradio sends them."""

import html
import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr

from neural_style.errors import NeuralStyleError
from neural_style.ui import texts

_logger = logging.getLogger(__name__)


@contextmanager
def errors_for_visitors() -> Iterator[None]:
    """Around a handler's body.

    Raises:
        gr.Error: with the sentence of a `NeuralStyleError`; for anything else, which is a bug, with an id under which
            the server's log has the traceback.
    """
    try:
        yield
    except gr.Error:
        raise
    except NeuralStyleError as error:
        raise _shown(str(error)) from error
    except Exception as error:
        error_id = secrets.token_hex(4)
        _logger.exception("Unexpected error %s", error_id)
        raise _shown(texts.UNEXPECTED_ERROR.format(error_id=error_id)) from error


def file_record(path: Path) -> dict[str, Any]:
    """A file of this server as Gradio sends it; Gradio adds the address."""
    return {"path": str(path), "orig_name": path.name, "meta": {"_type": "gradio.FileData"}}


def _shown(sentence: str) -> gr.Error:
    """Gradio renders messages as HTML, and a sentence may quote a visitor's file name."""
    return gr.Error(html.escape(sentence, quote=False), print_exception=False)

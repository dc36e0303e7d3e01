"""What is said of an error: its own sentence where it is one for people, and else an id under which the log has it."""

import logging
import secrets

from neural_style.errors import NeuralStyleError
from neural_style.service.messages import messages

_logger = logging.getLogger(__name__)


def sentence_of(error: Exception) -> str:
    """Return the sentence to show; an error that is a bug is logged with its traceback, under the id that is shown."""
    if isinstance(error, NeuralStyleError):
        return str(error)
    error_id = secrets.token_hex(4)
    _logger.error("Unexpected error %s", error_id, exc_info=error)
    return messages().unexpected_error.format(error_id=error_id)

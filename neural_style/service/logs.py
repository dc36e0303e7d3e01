"""The program logs on standard error: each line has the time with its zone, the level, the logger and the message.

Only the logger `neural_style` is set up; those of the web server and of other libraries are left as they are.
"""

import logging
from typing import Literal

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_TIME = "%Y-%m-%dT%H:%M:%S%z"


def log_to_standard_error(level: LogLevel) -> None:
    """Write the lines of this level and above, such as `2026-01-31T12:00:00+0000 INFO neural_style.x: message`."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_LINE, _TIME))
    logger = logging.getLogger("neural_style")
    logger.setLevel(level)
    logger.addHandler(handler)

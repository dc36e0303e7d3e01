"""Load TensorFlow without its chatter, which hides what a person should see."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


@contextlib.contextmanager
def quiet_loading() -> Iterator[None]:
    """Hold back what is written to standard error within the context, and show it after all where loading fails.

    TensorFlow's own switch comes first: 3, since its errors arrive as exceptions as well. But its CUDA stubs write
    before they read the switch, so the file descriptor itself is turned aside.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    shown = os.dup(2)
    try:
        with tempfile.TemporaryFile() as held_back:
            os.dup2(held_back.fileno(), 2)
            try:
                yield
            except Exception:
                held_back.seek(0)
                os.write(shown, held_back.read())
                raise
            finally:
                os.dup2(shown, 2)
    finally:
        os.close(shown)

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
    before they read the switch, so the file descriptor itself is turned aside, where there is room for a file.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        held_back = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the one that turns it aside
    except OSError:
        yield
        return
    with held_back, _turned_aside(held_back.fileno()) as shown:
        try:
            yield
        except Exception:
            held_back.seek(0)
            os.write(shown, held_back.read())
            raise


@contextlib.contextmanager
def _turned_aside(descriptor: int) -> Iterator[int]:
    """Have standard error go elsewhere within the context, and give where it went."""
    sys.stderr.flush()
    shown = os.dup(2)
    try:
        os.dup2(descriptor, 2)
        yield shown
    finally:
        os.dup2(shown, 2)
        os.close(shown)

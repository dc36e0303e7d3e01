"""Load TensorFlow for this program: in half the time, and with the kernels that are fastest on any processor."""

import contextlib
import gc
import importlib
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from neural_style.errors import BackendError


def load_tensorflow() -> None:
    """Load TensorFlow, unless it is loaded already; the variables of the environment that people set are kept to.

    oneDNN's kernels are TensorFlow's default on recent processors only, but on one with AVX2 direct convolutions are
    1.2 times as fast by them, and the gradient of a maximum pooling three times. Keras, which TensorFlow loads to
    register its optimizers, is left out: it takes a quarter of the time, and 80 MB, and is loaded when it is first
    asked for. And nothing of what is loaded is garbage, so that it is not looked through for it, now or later.

    Raises:
        BackendError: it cannot be loaded.
    """
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    logging.getLogger("tensorflow").addFilter(_is_no_advice_on_tracing)
    with _without_keras(), _without_collections(), _with_name_of_temporary_folder():
        try:
            importlib.import_module("tensorflow")
        except ImportError as error:
            raise BackendError(
                f"TensorFlow cannot be loaded ({error}). It may be damaged, for another processor, or want more "
                "memory than this process may have (`ulimit -v`)."
            ) from error


def use_tensorflow() -> None:
    """Load TensorFlow to compute with it, which a process cannot that was forked from one that did.

    Raises:
        BackendError: it cannot be loaded; or it would hang here, waiting for threads that were not forked along.
    """
    global _used_in
    load_tensorflow()
    _used_in = _used_in or os.getpid()
    if _used_in != os.getpid():
        raise BackendError(
            "The network was used already in the process that this one was forked from, and would hang here. Start "
            "processes by `spawn` or `forkserver` (multiprocessing.set_start_method), or before the first picture."
        )


_used_in: int | None = None
"""The number of the process that has computed with TensorFlow first."""


def _is_no_advice_on_tracing(record: logging.LogRecord) -> bool:
    """Whether to show a record: a picture in tiles is traced for each size of a tile on purpose, and those are few."""
    return "triggered tf.function retracing" not in record.getMessage()


@contextlib.contextmanager
def _without_keras() -> Iterator[None]:
    """Have TensorFlow look for the older Keras, a package of its own, and not find it."""
    before = os.environ.get("TF_USE_LEGACY_KERAS")
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("TF_USE_LEGACY_KERAS", None)


@contextlib.contextmanager
def _with_name_of_temporary_folder() -> Iterator[None]:
    """Have a folder for temporary files be named also where there is none: TensorFlow asks for it without using it."""
    try:
        tempfile.gettempdir()
    except OSError:
        tempfile.tempdir = str(Path.cwd())
        try:
            yield
        finally:
            tempfile.tempdir = None
    else:
        yield


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Collect no garbage within the context, and never look at what exists at its end."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()

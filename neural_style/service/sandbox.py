"""Pictures of strangers are decoded in processes of their own, with nothing but memory and a bounded time.

A decoder that crashes, hangs, takes all memory or is taken over by a file costs that picture and one sentence. A
process decodes one picture after the other, since its start takes half a second; one that had to be ended is replaced.
"""

import json
import logging
import os
import queue
import select
import subprocess
import sys
import threading
import time
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from neural_style.errors import ImageError
from neural_style.images.load import READABLE_FORMATS
from neural_style.service.pictures import PackedImage
from neural_style.service.shared_file import read_at, shared_file, write_at

DECODE = "neural_style.service.pictures:decoded"
"""The function that decodes."""

PATIENCE_S = 30.0
"""The most seconds that a picture may take, of which one of a hundred million pixels takes ten."""

START_PATIENCE_S = 60.0

MOST_KEPT_BYTES = 100_000_000
"""The most bytes of a picture whose worker goes on: after a larger one it would keep the memory."""

_LONGEST_ANSWER_BYTES = 100_000
_logger = logging.getLogger(__name__)


class _DiedError(Exception):
    """The process of a worker has ended, or does not answer."""

    def __init__(self, *, is_late: bool) -> None:
        super().__init__()
        self.is_late = is_late


class Sandbox:
    """A sandbox with some workers, begun when they are first needed; safe to use from many threads.

    Args:
        workers: how many pictures are decoded at the same time.
        decode: the function that decodes, as `module:name`.
        patience_s: the most seconds that a picture may take.
    """

    is_possible = sys.platform != "win32"
    """Whether this system has the limits and the pipes that it takes."""

    def __init__(self, workers: int = 2, decode: str = DECODE, patience_s: float = PATIENCE_S) -> None:
        self._function, self._patience_s = decode, patience_s
        self._idle: queue.LifoQueue[_Worker | None] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._is_closed = threading.Event()

    def decode(self, file: BinaryIO) -> PackedImage:
        """Decode a picture file, as `pictures.decoded` does.

        Raises:
            ImageError: it cannot be read; or decoding it ends its process, or takes too long.
        """
        name = getattr(file, "name", None) or "The picture"
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._function)
            found = worker.load(file.read(), name, self._patience_s)
        except ImageError:
            raise
        except _DiedError as error:
            worker = _ended(worker)
            _logger.warning("A picture ended its decoder (%s).", "too late" if error.is_late else "crashed")
            raise ImageError(_of_hang(name) if error.is_late else _of_crash(name)) from None
        except BaseException:  # such as a system without memory: what the worker is at is not known
            worker = _ended(worker)
            raise
        else:
            if found.bytes > MOST_KEPT_BYTES:
                worker = _ended(worker)
            return found
        finally:
            self._idle.put(_ended(worker) if self._is_closed.is_set() else worker)

    def begin(self) -> None:
        """Begin a worker now, so that the first picture need not wait for it."""
        worker = self._idle.get()
        try:
            worker = worker or _Worker(self._function)
        except _DiedError:
            _logger.warning("A decoder could not be started.", exc_info=True)
        finally:
            self._idle.put(worker)

    def close(self) -> None:
        """End the workers; those that decode end behind their picture."""
        self._is_closed.set()
        for _ in range(self._idle.qsize()):
            self._idle.put(_ended(self._idle.get_nowait()))


def _ended(worker: "_Worker | None") -> None:
    """End a worker, in whose place another one is begun when it is needed."""
    if worker is not None:
        worker.end()


class _Worker:
    """A process of `service.sandbox_worker`, and the file through which pictures go to and fro."""

    def __init__(self, decode: str) -> None:
        self._shared = shared_file()
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "neural_style.service.sandbox_worker", decode, str(self._shared)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            pass_fds=[self._shared],
            env={**kept, "VIPS_CONCURRENCY": "2"},
        )
        try:
            started = self._answer(START_PATIENCE_S)
        except _DiedError:
            self.end()
            raise
        if not started.get("is_filtered"):
            _logger.warning("On this system decoders of pictures are held by limits alone, and not by seccomp.")

    def load(self, data: bytes, name: str, patience_s: float) -> PackedImage:
        """Have a picture decoded.

        Raises:
            ImageError: it was refused.
            _DiedError: the worker is of no use any more.
        """
        os.ftruncate(self._shared, 0)
        write_at(self._shared, data)
        answer = self._ask({"name": name, "size": len(data)}, patience_s)
        if "refused" in answer:
            raise ImageError(str(answer["refused"]))
        try:
            return _checked(self._planes(answer["planes"]), answer["notice"], answer["format"])
        except (KeyError, TypeError, ValueError, IndexError) as error:  # it is no longer our program that answers
            raise _DiedError(is_late=False) from error
        finally:
            os.ftruncate(self._shared, 0)

    def end(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        os.close(self._shared)

    def _ask(self, order: dict[str, Any], patience_s: float) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise _DiedError(is_late=False) from error
        return self._answer(patience_s)

    def _answer(self, patience_s: float) -> dict[str, Any]:
        """Return the next line of the worker's."""
        assert self._process.stdout is not None
        descriptor, line, end = self._process.stdout.fileno(), b"", time.monotonic() + patience_s
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                raise _DiedError(is_late=True)
            part = os.read(descriptor, _LONGEST_ANSWER_BYTES)
            line += part
            if not part or len(line) > _LONGEST_ANSWER_BYTES:
                raise _DiedError(is_late=False)
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise _DiedError(is_late=False) from error
        if not isinstance(answer, dict):
            raise _DiedError(is_late=False)
        return answer

    def _planes(self, described: Any) -> list[NDArray[Any]]:
        """Return the arrays that the worker has written, one behind the other."""
        found, place = [], 0
        size = os.fstat(self._shared).st_size
        for shape, kind in described:
            dtype = np.dtype({"|u1": np.uint8, "<f4": np.float32}[kind])
            if np.prod(shape, dtype=float) * dtype.itemsize > size - place:
                raise ValueError("more is described than was written")
            plane = np.empty(shape, dtype)
            place = read_at(self._shared, plane, place)
            plane.flags.writeable = False
            found.append(plane)
        return found


def _checked(planes: list[NDArray[Any]], notice: Any, name_of_format: Any) -> PackedImage:
    """Return the picture of a worker's arrays.

    Raises:
        ValueError: it is none.
    """
    image, alpha = planes[0], planes[1] if len(planes) > 1 else None
    is_image = image.ndim == 3 and image.shape[2] == 3 and (alpha is None or alpha.shape == image.shape[:2])
    if not (is_image and isinstance(notice, str | None) and name_of_format in READABLE_FORMATS):
        raise ValueError("a worker has answered with what is no picture")
    return PackedImage(image, alpha, notice, name_of_format)


def _of_crash(name: str) -> str:
    return (
        f"{name} could not be decoded: its decoder ended, or would have taken more memory than a picture may. The file "
        "may be damaged. Save it again in another program."
    )


def _of_hang(name: str) -> str:
    return f"{name} takes too long to decode. Save it again in another program, or smaller."

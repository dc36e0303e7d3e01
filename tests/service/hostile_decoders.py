"""Decoders that do what a file that has taken them over might do, by what is in it."""

import contextlib
import ctypes
import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from neural_style.errors import ImageError
from neural_style.service.pictures import PackedImage, decoded


def hang() -> None:
    while True:
        pass


def take_memory() -> None:
    kept = []
    while True:
        kept.append(np.empty(100_000_000, np.uint8))


def crash() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(0)


def answer_nonsense() -> None:
    os.write(1, b"no JSON\n")


def answer_too_much() -> None:
    os.write(1, b'{"planes": [[[99999, 99999, 3], "|u1"]], "notice": null, "format": ""}\n')


def open_socket() -> None:
    socket.socket().connect(("127.0.0.1", 9))


def read_file() -> None:
    Path("/etc/passwd").read_text()


def write_file() -> None:
    Path("/tmp/written-by-a-picture").write_text("x")


def begin_program() -> None:
    subprocess.run(["true"], check=True)


def fork() -> None:
    os.fork()


def kill_parent() -> None:
    os.kill(os.getppid(), 0)  # no signal, but a call that must not be permitted


DEEDS: dict[bytes, Callable[[], None]] = {
    each.__name__.encode(): each
    for each in (
        *(hang, take_memory, crash, leave, answer_nonsense, answer_too_much),
        *(open_socket, read_file, write_file, begin_program, fork, kill_parent),
    )
}


def decode(file: BinaryIO) -> PackedImage:
    """Decode a picture, unless the file has the name of a deed; what is not permitted is said."""
    content = file.read()
    deed = DEEDS.get(content)
    if deed is None:
        return decoded(_named(content, file.name))
    with contextlib.suppress(ImportError):
        try:
            deed()
        except (OSError, MemoryError) as error:
            raise ImageError(f"{file.name} was not permitted it ({type(error).__name__}).") from error
    raise ImageError(f"{file.name} has done it, in {sys.platform}.")


def _named(content: bytes, name: str) -> BinaryIO:
    file = io.BytesIO(content)
    file.name = name
    return file

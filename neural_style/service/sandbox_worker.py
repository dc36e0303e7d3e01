"""The worker of a sandbox decodes pictures of strangers; what it may do beside that is taken from it first.

It is run as a program by `service.sandbox`: with the name of the function that decodes, and the number of the open file
through which pictures come and go. On standard input it is told of one picture after the other, in a line of JSON each;
on standard output it answers likewise.
"""

import contextlib
import importlib
import io
import json
import os
import resource
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

import numpy as np
from PIL import Image

from neural_style.errors import ImageError
from neural_style.images.load import READABLE_FORMATS
from neural_style.images.srgb import SRGB
from neural_style.process import process_memory
from neural_style.service.pictures import PackedImage
from neural_style.service.shared_file import bytes_of, write_at

MOST_BYTES = 6_000_000_000
"""The most addresses that decoding may take beside those of the libraries: ten times what a photo of a phone does."""

MOST_OUTPUT_BYTES = 2_500_000_000
"""The most bytes of decoded pixels: 100 million pixels of RGB with opacity in float32 have less."""

ASSUMED_ADDRESSES_BYTES = 2_000_000_000
"""The addresses that the libraries are assumed to take where the system does not say."""

_NEEDED_CALLS = (
    *("read", "readv", "pread64", "preadv", "write", "writev", "pwrite64", "pwritev", "ftruncate", "lseek", "close"),
    *("fstat", "newfstatat", "poll", "ppoll", "select", "pselect6", "dup", "fcntl"),
    *("mmap", "munmap", "mremap", "mprotect", "madvise", "brk", "membarrier"),
    *("futex", "futex_waitv", "clone", "clone3", "set_robust_list", "rseq", "set_tid_address", "exit", "exit_group"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "tgkill", "restart_syscall"),
    *("sched_yield", "sched_getaffinity", "sched_setaffinity", "sched_getparam", "sched_getscheduler", "getcpu"),
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times"),
    *("getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrusage", "sysinfo", "uname", "getrandom"),
)
"""The system calls that are left: for memory, threads, time, and files that are open. All others are not permitted."""

_THREAD_FLAG = 0x00010000
"""The flag of clone(2) of a thread; without it a process would be begun."""

Decode = Callable[[BinaryIO], PackedImage]


def main(arguments: list[str]) -> int:
    """Decode pictures until there are no more; return the exit status."""
    decode, shared = _function(arguments[0]), int(arguments[1])
    _warm_up(decode)
    _say({"is_filtered": lock_down()})
    for line in sys.stdin:
        _say(_answer(json.loads(line), decode, shared))
    return 0


def lock_down() -> bool:
    """Take from this process, for good, all that decoding does not need; return whether system calls are filtered."""
    permit_only_needed = _filter_of_calls()  # which opens libraries
    taken = process_memory()
    limits = {
        resource.RLIMIT_AS: (ASSUMED_ADDRESSES_BYTES if taken is None else taken.addresses_bytes) + MOST_BYTES,
        resource.RLIMIT_FSIZE: MOST_OUTPUT_BYTES,
        resource.RLIMIT_NOFILE: 0,  # what is open stays so
        resource.RLIMIT_CORE: 0,
    }
    for limit, most in limits.items():
        _, hard = resource.getrlimit(limit)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (most, most))
    try:
        permit_only_needed()
    except (OSError, RuntimeError):  # not on this system
        return False
    return True


def _filter_of_calls() -> Callable[[], None]:
    """Return a function that permits no system calls but those that are needed, by seccomp(2).

    It raises OSError or RuntimeError where there can be no such filter.
    """
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        return partial(_fail, str(error))
    calls = pyseccomp.SyscallFilter(pyseccomp.ERRNO(1))
    for name in _NEEDED_CALLS:
        with contextlib.suppress(OSError, ValueError, RuntimeError):  # not on this processor
            if name == "clone":
                is_thread = pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _THREAD_FLAG, _THREAD_FLAG)
                calls.add_rule(pyseccomp.ALLOW, name, is_thread)
            elif name == "clone3":  # its flags cannot be looked at: libraries then use clone
                calls.add_rule(pyseccomp.ERRNO(38), name)
            else:
                calls.add_rule(pyseccomp.ALLOW, name)
    return calls.load


def _fail(reason: str) -> None:
    raise OSError(reason)


def _answer(order: dict[str, Any], decode: Decode, shared: int) -> dict[str, Any]:
    file = io.BytesIO(bytes_of(shared, order["size"]))
    file.name = order["name"]
    try:
        found = decode(file)
    except ImageError as error:
        return {"refused": str(error)}
    del file
    planes = [plane for plane in (found.image, found.alpha) if plane is not None]
    os.ftruncate(shared, 0)
    place = 0
    for plane in planes:
        place = write_at(shared, plane, place)
    shapes = [[list(plane.shape), plane.dtype.str] for plane in planes]
    return {"planes": shapes, "notice": found.notice, "format": found.format}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _warm_up(decode: Decode) -> None:
    """Decode a picture of each format, so that all is loaded that will be needed: later nothing can be opened."""
    gradient = np.add.outer(np.arange(16), np.arange(16)).astype(np.uint8) * 8
    picture = Image.fromarray(np.dstack([gradient, gradient, gradient.T]))
    profile = SRGB.tobytes()  # which is applied to a few colours, to see that it is sRGB's
    for name in READABLE_FORMATS:
        for options in ({}, {"icc_profile": profile}):
            file = io.BytesIO()
            with contextlib.suppress(Exception):  # a format that cannot be written here, or a decoder of a test
                picture.save(file, name, **options)
                decode(file)
    with contextlib.suppress(Exception):
        decode(io.BytesIO(b"no picture"))


def _function(name: str) -> Decode:
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Files of any kind: write so that a final name only ever holds a whole file."""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

_UMASK = os.umask(0o022)  # reading the umask means setting it: once, on import, before there are threads
os.umask(_UMASK)


_OF_DISKS = frozenset({errno.EIO, errno.ENOSPC, errno.EDQUOT})
"""The errors that say that what was written is not on the disk."""

_SPECIAL = {
    "a pipe": stat.S_ISFIFO,
    "a device": lambda mode: stat.S_ISCHR(mode) or stat.S_ISBLK(mode),
    "a socket": stat.S_ISSOCK,
}


class NoRegularFileError(OSError):
    """A pipe, a device or a socket was named in place of a file."""

    def __init__(self, kind: str) -> None:
        super().__init__(errno.EINVAL, f"it is {kind}, not a file")
        self.kind = kind


def check_regular(path: str | os.PathLike[str]) -> None:
    """Refuse what is there and no file, nor a link to one, before it is opened: its reading might never end.

    A folder is left to whoever opens it.

    Raises:
        NoRegularFileError: it is a pipe, a device or a socket.
        OSError: there is nothing, or nothing that may be looked at.
    """
    mode = Path(path).stat().st_mode
    for kind, is_kind in _SPECIAL.items():
        if is_kind(mode):
            raise NoRegularFileError(kind)


def path_named(text: str) -> Path:
    """Return the path of a name that a person wrote; `~` is the home folder, also where the shell did not expand it.

    A name that only begins like one, such as `~IMG.jpg`, is that of a file.
    """
    return Path(os.path.expanduser(text))  # noqa: PTH111 - Path.expanduser refuses such names


@contextlib.contextmanager
def replacing(path: Path, *, exclusive: bool = False, mark: str | None = None) -> Iterator[Path]:
    """Give the body a temporary path in the same folder to write to; move it to `path` when the body succeeds.

    The move is one step of the file system and follows an fsync, where it has one. When the body raises, the temporary
    file is removed and whatever stood at `path` is untouched. A file that is replaced keeps its mode, and of a link the
    file that it leads to is replaced.

    Args:
        path: the final name.
        exclusive: fail rather than replace a file that stands at `path` by the time of the move.
        mark: what the temporary name begins with behind its dot, by which `remove_left_over` knows it; None: as `path`.

    Raises:
        OSError: the folder cannot be written to, the disk is full; FileExistsError with `exclusive`.
    """
    if not exclusive and path.is_symlink():
        path = Path(os.path.realpath(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{mark or path.stem[:40]}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        with contextlib.suppress(OSError):  # some file systems have no modes
            temporary.chmod(_mode_of(path))
        with temporary.open("rb") as written:
            _flush(written.fileno())
        if exclusive:
            _move_to_free_name(temporary, path)
        else:
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _mode_of(path: Path) -> int:
    """Return the mode of a file, or that of a new one where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0o666 & ~_UMASK


def _flush(descriptor: int) -> None:
    """Have the system write a file to the disk; some file systems cannot be asked to.

    Raises:
        OSError: the disk is full or broken.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno in _OF_DISKS:
            raise


def remove_left_over(folder: Path, mark: str) -> None:
    """Delete the temporary files with that mark, which a program that was killed has left in a folder.

    What is written to a temporary file by way of another one has two dots before the mark.
    """
    for pattern in (f".{mark}-*", f"..{mark}-*"):
        with contextlib.suppress(OSError):  # a folder that cannot be, or may not be read
            for path in folder.glob(pattern):
                with contextlib.suppress(OSError):
                    path.unlink()


def _move_to_free_name(temporary: Path, path: Path) -> None:
    """Move a file to a name that must be free: unlike a rename, this fails if the name is taken."""
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as a memory card's
        path.touch(exist_ok=False)
        os.replace(temporary, path)

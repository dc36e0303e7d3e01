"""Writing files so that a final name only ever holds a whole file, whatever happens on the way."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_UMASK = os.umask(0o022)  # reading the umask means setting it: once, on import, before there are threads
os.umask(_UMASK)


@contextlib.contextmanager
def replacing(path: Path, *, exclusive: bool = False) -> Iterator[Path]:
    """Give the body a temporary path in the same folder to write to; move it to `path` when the body succeeds.

    The move is one step of the file system and follows an fsync. When the body raises, the temporary file is removed
    and whatever stood at `path` is untouched.

    Args:
        path: the final name.
        exclusive: fail rather than replace a file that stands at `path` by the time of the move.

    Raises:
        OSError: the folder cannot be written to, the disk is full; FileExistsError with `exclusive`.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem[:40]}-", suffix=path.suffix)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_UMASK)
        with temporary.open("rb") as written:
            os.fsync(written.fileno())
        if exclusive:
            os.link(temporary, path)  # unlike a rename, fails if the name is taken
        else:
            os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)

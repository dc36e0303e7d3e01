"""The folder of a server has its visitors' files, and its journal beside them, for this user alone.

A server that is ended deletes it, unless it is in one that the operator named. One that is killed leaves it, and the
next server at the same port goes on in it.
"""

import contextlib
import math
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from neural_style.errors import OptionsError

NAME_WITHIN = "neural-style-server"
"""What is made in a folder that the operator named, where there may be other things."""

_PRIVATE = 0o700


@dataclass(frozen=True)
class ServerFolder:
    """A folder that no other server uses.

    Attributes:
        path: where it is.
        files: the visitors' files, under a name that cannot be guessed: what is in it is served to whoever can name it.
    """

    path: Path
    files: Path

    @property
    def journal(self) -> Path:
        """The path of the journal (`service.journal`)."""
        return self.path / "journal.sqlite"


@contextlib.contextmanager
def server_folder(
    named: Path | None = None, *, port: int | None = None, within: Path | None = None, keep_s: float = math.inf
) -> Iterator[ServerFolder]:
    """Give the body a folder of its own: that of a server which was killed, where there is one.

    Args:
        named: where to have it; it stays at the end. None: one for servers of this user at that port, deleted at the
            end.
        port: the one that is asked for; None: any.
        within: where that one is made; None: the system's folder for temporary files.
        keep_s: seconds after which what other servers of this user have left there, which were killed, is deleted.

    Raises:
        OptionsError: the folder cannot be used, or another server uses the named one.
    """
    where = named or within or _temporary_folder()
    with contextlib.ExitStack() as ended:
        try:
            where.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
            path = _begin_named(where, ended) if named else _begin_unnamed(where, port, ended)
            if not named:
                _delete_left_over(where, path, keep_s)
            folder = ServerFolder(path, _files_in(path))
        except OSError as error:
            raise OptionsError(f"The folder {where} cannot be used ({error.strerror}). Name another one.") from error
        yield folder


def _temporary_folder() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise OptionsError(
            "There is no folder for temporary files that can be written to. Name one in TMPDIR, or one for visitors' "
            "files with --folder (NEURAL_STYLE_FOLDER)."
        ) from error


def _begin_named(where: Path, ended: contextlib.ExitStack) -> Path:
    path = where / NAME_WITHIN
    path.mkdir(exist_ok=True)
    path.chmod(_PRIVATE)
    try:
        ended.enter_context(_locked(path))
    except Timeout:
        raise OptionsError(f"Another server uses the folder {where}. End it, or name another folder.") from None
    return path


def _begin_unnamed(where: Path, port: int | None, ended: contextlib.ExitStack) -> Path:
    """Take the folder of a server that was killed or begin it; where that is not ours or in use, make another one."""
    path = where / f"{_prefix()}{port or 'any'}"
    with contextlib.suppress(OSError, Timeout):
        path.mkdir(mode=_PRIVATE, exist_ok=True)
        if _is_private(path):
            return _taken(path, ended)
    return _taken(Path(tempfile.mkdtemp(prefix=f"{_prefix()}another-", dir=where)), ended)


def _taken(path: Path, ended: contextlib.ExitStack) -> Path:
    """Lock a folder, and have it deleted at the end.

    Raises:
        OSError, Timeout: it cannot be locked, or is gone.
    """
    with contextlib.ExitStack() as begun:
        begun.enter_context(_locked(path))
        path.lstat()  # another server may have ended and deleted it meanwhile
        begun.callback(shutil.rmtree, path, ignore_errors=True)  # before it is unlocked
        ended.enter_context(begun.pop_all())
    return path


def _delete_left_over(where: Path, own: Path, keep_s: float) -> None:
    """Delete what servers of this user left that were killed long ago."""
    for path in where.glob(f"{_prefix()}*"):
        with contextlib.suppress(OSError, Timeout):
            if path != own and _is_private(path) and _last_used(path) < time.time() - keep_s:
                with _locked(path):
                    shutil.rmtree(path, ignore_errors=True)


def _last_used(path: Path) -> float:
    """Return when something was written in the folder, in seconds since 1970."""
    return max(each.lstat().st_mtime for each in (path, *path.iterdir()))


def _locked(path: Path) -> FileLock:
    """Return a lock of the system's, which goes with the process that holds it."""
    return FileLock(path / "lock", blocking=False)


def _files_in(path: Path) -> Path:
    found = sorted(each for each in path.glob("files-*") if each.is_dir())
    files = found[0] if found else path / f"files-{secrets.token_urlsafe(16)}"
    files.mkdir(mode=_PRIVATE, exist_ok=True)
    return files


def _prefix() -> str:
    """Return what the names begin with of the folders of servers of this user."""
    return f"neural-style-{os.getuid() if hasattr(os, 'getuid') else 'user'}-"


def _is_private(path: Path) -> bool:
    """Whether it is a folder that only this user can have made and can read: anybody may make one in `/tmp`."""
    facts = path.lstat()
    is_ours = not hasattr(os, "getuid") or (facts.st_uid == os.getuid() and not stat.S_IMODE(facts.st_mode) & 0o077)
    return stat.S_ISDIR(facts.st_mode) and is_ours

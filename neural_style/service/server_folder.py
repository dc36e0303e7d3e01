"""The folder of a server has its visitors' files, and its journal beside them, for this user alone.

A server that is ended deletes it, unless the operator named it. One that is killed leaves it, and the next server at
the same port goes on in it.
"""

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from neural_style.errors import OptionsError

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
    named: Path | None = None, *, port: int | None = None, within: Path | None = None
) -> Iterator[ServerFolder]:
    """Give the body a folder of its own: that of a server which was killed, where there is one.

    Args:
        named: which one; it stays at the end. None: one for servers of this user at that port, deleted at the end.
        port: the one that is asked for; None: any.
        within: where that one is made; None: the system's folder for temporary files.

    Raises:
        OptionsError: the named folder cannot be used, or another server uses it.
    """
    with contextlib.ExitStack() as ended:
        if named is None:
            path = _begin_unnamed(port, within or Path(tempfile.gettempdir()), ended)
        else:
            path = _begin_named(named, ended)
        yield ServerFolder(path, _files_in(path))


def _begin_named(path: Path, ended: contextlib.ExitStack) -> Path:
    try:
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        ended.enter_context(_locked(path))
    except Timeout:
        raise OptionsError(f"Another server uses the folder {path}. End it, or name another folder.") from None
    except OSError as error:
        raise OptionsError(f"The folder {path} cannot be used ({error.strerror}). Name another one.") from None
    return path


def _begin_unnamed(port: int | None, within: Path, ended: contextlib.ExitStack) -> Path:
    """Take the folder of a server that was killed or begin it; where that is not ours or in use, make another one."""
    path = within / f"neural-style-{_user()}-{port or 'any'}"
    with contextlib.suppress(OSError, Timeout):
        within.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=_PRIVATE, exist_ok=True)
        if _is_private(path):
            ended.enter_context(_locked(path))
            path.lstat()  # another server may have ended and deleted it meanwhile
            ended.callback(shutil.rmtree, path, ignore_errors=True)  # before it is unlocked
            return path
    path = Path(tempfile.mkdtemp(prefix="neural-style-", dir=within))
    ended.callback(shutil.rmtree, path, ignore_errors=True)
    return path


def _locked(path: Path) -> FileLock:
    """Return a lock of the system's, which goes with the process that holds it."""
    return FileLock(path / "lock", blocking=False)


def _files_in(path: Path) -> Path:
    found = sorted(path.glob("files-*"))
    files = found[0] if found else path / f"files-{secrets.token_urlsafe(16)}"
    files.mkdir(mode=_PRIVATE, exist_ok=True)
    return files


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else "user"


def _is_private(path: Path) -> bool:
    """Whether it is a folder that only this user can have made and can read: anybody may make one in `/tmp`."""
    facts = path.lstat()
    is_ours = not hasattr(os, "getuid") or (facts.st_uid == os.getuid() and not stat.S_IMODE(facts.st_mode) & 0o077)
    return stat.S_ISDIR(facts.st_mode) and is_ours

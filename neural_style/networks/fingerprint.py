"""Fingerprints, which tell one file from another by size and hashes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from neural_style.errors import NetworkError
from neural_style.files import check_regular

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Fingerprint:
    """The size in bytes, SHA-256 and MD5 of a file, both hashes as lower-case hexadecimal digits.

    The MD5 only serves to recognise files of which nothing else was ever published.
    """

    size: int
    sha256: str
    md5: str

    @classmethod
    def of(cls, path: Path) -> "Fingerprint":
        """Return the fingerprint of a file, which is read once as a whole: about a second for 500 MB.

        Raises:
            NetworkError: there is no such file, or it cannot be read.
        """
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        size = _read_into(path, sha256, md5)
        return cls(size, sha256.hexdigest(), md5.hexdigest())


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file alone, in half the time; raises the same errors as `Fingerprint.of`."""
    sha256 = hashlib.sha256()
    _read_into(path, sha256)
    return sha256.hexdigest()


def _read_into(path: Path, *digests: "hashlib._Hash") -> int:
    """Feed a file to the digests and return its size in bytes."""
    size = 0
    try:
        check_regular(path)
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                size += len(block)
                for digest in digests:
                    digest.update(block)
    except FileNotFoundError as error:
        raise NetworkError(f"There is no network file {path}. Check the path.") from error
    except IsADirectoryError as error:
        raise NetworkError(f"{path} is a folder; a network file (.mat or .safetensors) is needed.") from error
    except OSError as error:
        raise NetworkError(f"The network file {path} cannot be read ({error.strerror or error}).") from error
    return size

import hashlib
from pathlib import Path

import pytest

from neural_style.errors import NetworkError
from neural_style.networks.fingerprint import Fingerprint, sha256_of


def test_a_fingerprint_is_that_of_the_standard(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    fingerprint = Fingerprint.of(tmp_path / "abc")
    assert fingerprint.size == 3
    assert fingerprint.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert fingerprint.md5 == "900150983cd24fb0d6963f7d28e17f72"
    assert sha256_of(tmp_path / "abc") == fingerprint.sha256


def test_a_file_of_many_blocks_is_read_to_its_end(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    (tmp_path / "large").write_bytes(content)
    fingerprint = Fingerprint.of(tmp_path / "large")
    assert fingerprint == Fingerprint(
        len(content), hashlib.sha256(content).hexdigest(), hashlib.md5(content).hexdigest()
    )


def test_what_cannot_be_read_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"no network file .*absent\.mat"):
        Fingerprint.of(tmp_path / "absent.mat")
    with pytest.raises(NetworkError, match="is a folder"):
        sha256_of(tmp_path)

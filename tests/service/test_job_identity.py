"""A picture is the same by what its files hold and how it is painted, not by what they are called."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.masks import READY
from neural_style.request import ChosenStyle
from neural_style.service import job_identity
from neural_style.service.job_identity import FileDigests, Identity
from neural_style.settings import Settings

IDENTITY = Identity("a" * 64, [ChosenStyle("b" * 64)], Settings(), network="c" * 64)


def test_an_identity_is_a_digest_that_stays_the_same():
    assert len(IDENTITY.id) == 64
    assert IDENTITY.id == Identity("a" * 64, (ChosenStyle("b" * 64),), Settings(), network="c" * 64).id


@pytest.mark.parametrize(
    "changes",
    [
        {"photo": "d" * 64},
        {"photo": None},
        {"styles": [ChosenStyle("d" * 64)]},
        {"styles": [ChosenStyle("b" * 64, share=2.0)]},
        {"styles": [ChosenStyle("b" * 64, scale=0.5)]},
        {"styles": [ChosenStyle("b" * 64)] * 2},
        {"settings": Settings(seed=1)},
        {"initial": "d" * 64},
        {"network": "d" * 64},
        {"styles": [ChosenStyle("b" * 64, region=READY["left"])]},
        {"left_alone": READY["left"]},
    ],
)
def test_whatever_changes_the_picture_changes_its_identity(changes: dict[str, object]):
    assert replace(IDENTITY, **changes).id != IDENTITY.id  # pyright: ignore[reportArgumentType]


def test_pictures_of_another_version_are_others(monkeypatch: pytest.MonkeyPatch):
    before = IDENTITY.id
    monkeypatch.setattr(job_identity, "PICTURES_VERSION", job_identity.PICTURES_VERSION + 1)
    assert before != IDENTITY.id


def test_a_file_is_read_once_while_it_stays_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path, digests = tmp_path / "a", FileDigests()
    path.write_bytes(b"one")
    first = digests.of(path)
    assert first == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("read again"))
    assert digests.of(path) == first
    monkeypatch.undo()
    path.write_bytes(b"two")
    os.utime(path, ns=(1, 1))
    assert digests.of(path) != first


def test_what_cannot_be_read_has_no_digest(tmp_path: Path):
    assert [FileDigests().of(path) for path in (tmp_path / "missing", tmp_path, Path("\0"))] == [None] * 3


def test_it_stays_what_it_is_when_further_settings_come():
    assert IDENTITY.id == "bdaa4d5a6089566603e764cdfd1bc94971c44cbc5ea5221f0937da3b483e209e"


def test_other_masks_are_other_pictures():
    left, right = (replace(IDENTITY, left_alone=READY[name]).id for name in ("left", "right"))
    assert left != right

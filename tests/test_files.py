"""Atomic writing: a final name only ever holds a whole file."""

import errno
import os
import stat
from pathlib import Path

import pytest

from neural_style.files import NoRegularFileError, check_regular, remove_left_over, replacing


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_the_file_appears_whole_under_its_final_name(tmp_path: Path):
    path = tmp_path / "table.txt"
    with replacing(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
        assert temporary.parent == path.parent
        assert temporary.suffix == path.suffix
    assert path.read_text() == "whole"
    assert names_in(tmp_path) == ["table.txt"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()])
def test_a_failure_half_way_leaves_the_old_file_and_nothing_else(tmp_path: Path, error: BaseException):
    path = tmp_path / "table.txt"
    path.write_text("old")

    def write() -> None:
        with replacing(path) as temporary:
            temporary.write_text("half")
            raise error

    with pytest.raises(type(error)):
        write()
    assert path.read_text() == "old"
    assert names_in(tmp_path) == ["table.txt"]


def test_a_new_file_has_the_permissions_that_any_program_gives(tmp_path: Path):
    with replacing(tmp_path / "a") as temporary:
        temporary.touch()
    (tmp_path / "b").touch()
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in "ab"}
    assert len(modes) == 1


def has_no_links(_source: Path, _target: Path) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


@pytest.mark.parametrize("with_links", [True, False])
def test_exclusive_writing_replaces_nothing_on_any_file_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, with_links: bool
):
    if not with_links:  # as on a memory card
        monkeypatch.setattr(os, "link", has_no_links)
    path = tmp_path / "table.txt"
    with replacing(path, exclusive=True) as temporary:
        temporary.write_text("first")

    def write_again() -> None:
        with replacing(path, exclusive=True) as temporary:
            temporary.write_text("second")

    with pytest.raises(FileExistsError):
        write_again()
    assert path.read_text() == "first"
    assert names_in(tmp_path) == ["table.txt"]


def test_what_a_killed_program_left_is_known_by_its_mark(tmp_path: Path):
    with replacing(tmp_path / "a.png", mark="batch-1") as temporary, replacing(temporary) as inner:
        assert temporary.name.startswith(".batch-1-")
        left = [temporary.name, inner.name, ".batch-2-x.png", ".a-x.png", "batch-1-mine.png"]
    for name in left:
        (tmp_path / name).touch()
    remove_left_over(tmp_path, "batch-1")
    assert sorted(names_in(tmp_path)) == sorted(["a.png", *left[2:]])
    remove_left_over(tmp_path / "missing", "batch-1")
    remove_left_over(tmp_path / ("a/" * 3000), "batch-1")


def test_pipes_and_devices_are_no_files_but_links_to_files_are(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "zeros").symlink_to("/dev/zero")
    for name, kind in (("pipe", "a pipe"), ("zeros", "a device")):
        with pytest.raises(NoRegularFileError, match=kind):
            check_regular(tmp_path / name)
    for name in ("file", "link", "."):
        check_regular(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        check_regular(tmp_path / "missing")


def test_a_file_that_is_replaced_keeps_its_mode_and_a_new_one_has_the_usual(tmp_path: Path):
    secret, new = tmp_path / "secret.png", tmp_path / "new.png"
    secret.write_text("old")
    secret.chmod(0o600)
    for path in (secret, new):
        with replacing(path) as temporary:
            temporary.write_text("whole")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert stat.S_IMODE(new.stat().st_mode) & 0o600 == 0o600
    assert secret.read_text() == "whole"


def test_of_a_link_the_file_that_it_leads_to_is_replaced(tmp_path: Path):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "picture.png", tmp_path / "link.png"
    target.write_text("old")
    link.symlink_to(target)
    with replacing(link) as temporary:
        assert temporary.parent == target.parent
        temporary.write_text("whole")
    assert link.is_symlink()
    assert target.read_text() == "whole"
    dangling = tmp_path / "dangling.png"
    dangling.symlink_to(tmp_path / "there" / "new.png")
    with replacing(dangling) as temporary:
        temporary.write_text("whole")
    assert (tmp_path / "there" / "new.png").read_text() == "whole"


def test_a_link_stands_in_the_way_of_what_must_be_new(tmp_path: Path):
    link = tmp_path / "link.png"
    link.symlink_to(tmp_path / "nothing.png")
    with pytest.raises(FileExistsError), replacing(link, exclusive=True) as temporary:
        temporary.write_text("whole")
    assert not (tmp_path / "nothing.png").exists()


@pytest.mark.parametrize("call", ["fsync", "chmod"])
def test_a_file_system_that_does_not_permit_modes_or_flushing_gets_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
):
    def refused(*_arguments: object, **_options: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(f"neural_style.files.os.{call}", refused)
    with replacing(tmp_path / "out.png") as temporary:
        temporary.write_text("whole")
    assert (tmp_path / "out.png").read_text() == "whole"


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_disk_that_did_not_take_the_file_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
):
    def broken(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("neural_style.files.os.fsync", broken)
    with pytest.raises(OSError, match=os.strerror(number)), replacing(tmp_path / "out.png") as temporary:
        temporary.write_text("whole")
    assert names_in(tmp_path) == []

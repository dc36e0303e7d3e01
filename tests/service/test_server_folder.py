"""The folder of a server: its own, and that of one which was killed."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from neural_style.errors import OptionsError
from neural_style.service.server_folder import NAME_WITHIN, server_folder

KILLED = """
import os, sys, pathlib
from neural_style.service.server_folder import server_folder
with server_folder(port=7860, within=pathlib.Path(sys.argv[1])) as folder:
    (folder.files / "picture.png").write_text("a picture")
    print(folder.path)
    os.kill(os.getpid(), 9)
"""


def killed(within: Path) -> Path:
    """Return the folder of a server that was killed."""
    process = subprocess.run([sys.executable, "-c", KILLED, str(within)], stdout=subprocess.PIPE, check=False)
    return Path(process.stdout.decode().strip())


def test_it_is_for_this_user_alone_and_gone_at_the_end(tmp_path: Path) -> None:
    with server_folder(within=tmp_path / "temp") as folder:
        assert stat.S_IMODE(folder.path.stat().st_mode) == stat.S_IMODE(folder.files.stat().st_mode) == 0o700
        folder.journal.write_text("a journal")
        (folder.files / "picture.png").write_text("a picture")
    assert list((tmp_path / "temp").iterdir()) == []


def test_what_is_served_does_not_hold_the_journal_and_has_a_name_that_cannot_be_guessed(tmp_path: Path) -> None:
    with server_folder(port=1, within=tmp_path) as one, server_folder(port=2, within=tmp_path) as two:
        assert one.files.name != two.files.name
        assert not one.journal.is_relative_to(one.files)


def test_after_a_kill_the_next_server_at_that_port_has_the_files_of_the_one_before(tmp_path: Path) -> None:
    left = killed(tmp_path)
    with server_folder(port=7861, within=tmp_path) as other:
        assert other.path != left
    with server_folder(port=7860, within=tmp_path) as folder:
        assert folder.path == left
        assert (folder.files / "picture.png").read_text() == "a picture"
    assert not left.exists()


def test_two_servers_at_once_have_a_folder_each(tmp_path: Path) -> None:
    with server_folder(port=7860, within=tmp_path) as one, server_folder(port=7860, within=tmp_path) as two:
        assert one.path != two.path
        (one.files / "a").write_text("1")
        assert list(two.files.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_a_folder_that_somebody_else_put_there_is_not_taken(tmp_path: Path) -> None:
    with server_folder(port=7860, within=tmp_path) as folder:
        name = folder.path.name
    theirs = tmp_path / "theirs"
    theirs.mkdir(mode=0o700)
    within = tmp_path / "temp"
    within.mkdir()
    (within / name).symlink_to(theirs)
    with server_folder(port=7860, within=within) as folder:
        assert folder.path != within / name
    assert list(theirs.iterdir()) == []
    (within / name).unlink()
    (within / name).mkdir()
    (within / name).chmod(0o777)
    with server_folder(port=7860, within=within) as folder:
        assert folder.path != within / name
    assert (within / name).exists()


def test_a_named_folder_stays_and_is_for_one_server(tmp_path: Path) -> None:
    named = tmp_path / "data" / "visitors"
    with server_folder(named) as folder:
        assert folder.path == named / NAME_WITHIN
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        folder.journal.write_text("a journal")
        with pytest.raises(OptionsError, match="Another server uses the folder"), server_folder(named):
            pass
    with server_folder(named) as again:
        assert again == folder
        assert again.journal.read_text() == "a journal"


def test_what_else_is_in_a_named_folder_is_neither_served_nor_touched_nor_seen_by_others(tmp_path: Path) -> None:
    (tmp_path / "files-backup").mkdir()
    (tmp_path / "files-list.txt").write_text("mine")
    tmp_path.chmod(0o755)
    with server_folder(tmp_path) as folder:
        assert not (tmp_path / "files-backup").is_relative_to(folder.files)
        assert folder.files.parent == folder.path == tmp_path / NAME_WITHIN
        folder.path.chmod(0o755)
        (folder.path / "files-0.txt").write_text("no folder")
    with server_folder(tmp_path) as folder:
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert folder.files.is_dir()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_what_other_servers_left_that_were_killed_is_deleted_when_it_is_old(tmp_path: Path) -> None:
    left = killed(tmp_path)
    with server_folder(port=1, within=tmp_path, keep_s=3600.0):
        assert left.exists()
    with server_folder(port=2, within=tmp_path, keep_s=0.0) as running, server_folder(port=3, within=tmp_path):
        assert not left.exists()
        assert running.path.exists()


def test_a_folder_for_temporary_files_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OptionsError, match="cannot be used"), server_folder(within=tmp_path / "file"):
        pass


def test_a_named_folder_that_cannot_be_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OptionsError, match="cannot be used"), server_folder(tmp_path / "file" / "folder"):
        pass

"""Old results are deleted, new ones stay."""

import os
import threading
import time
from pathlib import Path

from neural_style.service.retention import delete_older_than, keep_clean


def result_of_age(folder: Path, name: str, age_s: float) -> Path:
    """A folder with a picture, last touched so long ago."""
    result = folder / name
    result.mkdir(parents=True)
    (result / "a.png").write_bytes(b"x")
    touched = time.time() - age_s
    os.utime(result, (touched, touched))
    return result


def test_what_is_older_goes_with_all_that_is_in_it_and_the_rest_stays(tmp_path: Path) -> None:
    old, new = result_of_age(tmp_path, "old", 120.0), result_of_age(tmp_path, "new", 30.0)
    delete_older_than(tmp_path, 60.0)
    assert not old.exists()
    assert (new / "a.png").exists()


def test_without_a_folder_there_is_nothing_to_delete(tmp_path: Path) -> None:
    delete_older_than(tmp_path / "results", 0.0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_result_is_left_alone_and_costs_no_deletion(tmp_path: Path) -> None:
    (tmp_path / "a note").write_text("mine")
    os.utime(tmp_path / "a note", (0, 0))
    old = result_of_age(tmp_path, "old", 120.0)
    delete_older_than(tmp_path, 60.0)
    assert (tmp_path / "a note").exists()
    assert not old.exists()


def test_from_time_to_time_it_is_done_again_until_the_end(tmp_path: Path) -> None:
    results = tmp_path / "results"
    first = result_of_age(results, "first", 60.0)
    upload, needed = (result_of_age(tmp_path, name, 60.0) for name in ("upload", "needed"))
    os.utime(results, (0, 0))
    ended, forgotten = threading.Event(), threading.Event()
    cleaner = threading.Thread(target=keep_clean, args=(results, 0.05, lambda: {needed}, forgotten.set, ended))
    cleaner.start()
    for result in (first, result_of_age(results, "second", 60.0), upload):
        deadline = time.monotonic() + 10.0
        while result.exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert forgotten.wait(10.0)
    ended.set()
    cleaner.join(10)
    assert needed.exists()
    assert results.exists()
    assert not cleaner.is_alive()

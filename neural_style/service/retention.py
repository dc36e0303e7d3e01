"""Visitors' files are deleted when they are old: uploads and results, each in a folder of its own.

What is kept in memory of the pictures of deleted files, by whomever, goes with them.
"""

import contextlib
import shutil
import threading
import time
from pathlib import Path

from neural_style.service.pictures import PictureCache

CLEAN_EVERY_S = 600
"""The longest time from one look at the age of files to the next."""


def delete_older_than(folder: Path, age_s: float, but: Path | None = None) -> None:
    """Remove the folders within one, but for that one, that have not been touched for so long; some cannot be."""
    with contextlib.suppress(OSError):
        for within in list(folder.iterdir()):
            with contextlib.suppress(OSError):
                if within != but and time.time() - within.stat().st_mtime > age_s:
                    shutil.rmtree(within)


def keep_clean(results: Path, age_s: float, pictures: PictureCache, ended: threading.Event) -> None:
    """Delete old files, and forget the pictures of those that are gone, from time to time until the end.

    Args:
        results: the folder of the results, within that of the uploads.
        age_s: seconds for which files are kept.
        pictures: those in memory.
        ended: set at the end.
    """
    while not ended.wait(min(CLEAN_EVERY_S, age_s)):
        delete_older_than(results, age_s)
        delete_older_than(results.parent, age_s, but=results)
        pictures.forget_deleted()

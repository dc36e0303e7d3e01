"""Results are deleted when they are old. Each has a folder of its own; uploads are the front end's to delete.

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


def delete_older_than(folder: Path, age_s: float) -> None:
    """Remove the results whose folder has not been touched for so long; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        for result in list(folder.iterdir()):
            with contextlib.suppress(OSError):
                if time.time() - result.stat().st_mtime > age_s:
                    shutil.rmtree(result)


def keep_clean(folder: Path, age_s: float, pictures: PictureCache, ended: threading.Event) -> None:
    """Delete old results, and forget the pictures of files that are gone, from time to time until the end."""
    while not ended.wait(min(CLEAN_EVERY_S, age_s)):
        delete_older_than(folder, age_s)
        pictures.forget_deleted()

"""Visitors' files are deleted when they are old: uploads and results, each in a folder of its own.

What is kept in memory of the pictures of deleted files, by whomever, goes with them.
"""

import contextlib
import shutil
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

CLEAN_EVERY_S = 600
"""The longest time from one look at the age of files to the next."""


def delete_older_than(folder: Path, age_s: float, but: Collection[Path] = ()) -> None:
    """Remove the folders within one, but for some, that have not been touched for so long; what cannot be, stays."""
    with contextlib.suppress(OSError):
        for within in list(folder.iterdir()):
            with contextlib.suppress(OSError):
                if within not in but and time.time() - within.stat().st_mtime > age_s:
                    shutil.rmtree(within)


def keep_clean(
    results: Path,
    age_s: float,
    needed: Callable[[], Collection[Path]],
    forget: Callable[[], None],
    end: threading.Event,
) -> None:
    """Delete old files from time to time until the end.

    Args:
        results: the folder of the results, within that of the uploads.
        age_s: seconds for which files are kept.
        needed: returns the folders that stay however old they are: something is still to be painted of what is there.
        forget: forgets what is known of files that are gone.
        end: set at the end.
    """
    while not end.wait(min(CLEAN_EVERY_S, age_s)):
        kept = needed()
        delete_older_than(results, age_s, but=kept)
        delete_older_than(results.parent, age_s, but={results, *kept})
        forget()

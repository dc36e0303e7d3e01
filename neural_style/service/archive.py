"""Several results become one file to download: a ZIP of their pictures."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

from neural_style.files import replacing
from neural_style.service.results import Result


def write_zip(path: Path, results: Sequence[Result]) -> None:
    """Write the pictures of the results into a ZIP, each under a name of its own; PNGs are not compressed again.

    Args:
        path: where to write; a file already there is replaced by a whole one.
        results: oldest first, which is the order of the names.
    """
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for number, result in enumerate(results, start=1):
            picture = result.files.picture
            archive.write(picture, f"{number:02d}-{picture.name}")

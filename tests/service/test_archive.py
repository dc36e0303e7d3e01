"""Several results as one file."""

import zipfile
from pathlib import Path

from neural_style.service.archive import write_zip
from tests.service.helpers import result_in


def test_every_picture_is_in_it_as_it_is_under_a_name_of_its_own(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()
    results = [result_in(folder) for folder in folders]
    write_zip(tmp_path / "all.zip", results)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["01-a.png", "02-a.png"]
        assert [archive.read(name) for name in archive.namelist()] == [
            result.files.picture.read_bytes() for result in results
        ]
        assert archive.testzip() is None

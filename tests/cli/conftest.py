from pathlib import Path

import pytest

from tests.cli.command import write_pictures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a content and two styles in it, and an accent and a space in its name."""
    folder = tmp_path / "mes images, été"
    folder.mkdir()
    write_pictures(folder)
    return folder

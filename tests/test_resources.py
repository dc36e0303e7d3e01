"""The files beside the code are found in a clone and in an installed package."""

from pathlib import Path

import pytest

from neural_style import resources
from neural_style.resources import checkout, resource


def test_a_clone_has_its_examples_and_its_table_of_networks():
    assert resource("weights", "sources.toml").is_file()
    assert any(resource("examples", "style").iterdir())
    assert checkout() == resource("pyproject.toml").parent


def test_an_installed_package_has_them_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "site-packages" / "neural_style"
    inside = package / "resources" / "examples"
    inside.mkdir(parents=True)
    (tmp_path / "site-packages" / "examples").mkdir()  # another package's, by the same name
    monkeypatch.setattr(resources, "_PACKAGE", package)
    monkeypatch.setattr(resources, "_CHECKOUT", package.parent)
    assert resource("examples") == inside
    assert checkout() is None


def test_a_file_that_is_missing_is_named():
    with pytest.raises(FileNotFoundError, match="examples/music is missing"):
        resource("examples", "music")

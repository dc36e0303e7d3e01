"""The tables in the documents are those of the code."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from neural_style.resources import checkout

_DOCS = (checkout() or pytest.skip("only a clone has the documents", allow_module_level=True)) / "docs"


def renew(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_DOCS / "tables.py"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for document in _DOCS.glob("*.md"):
        shutil.copy(document, tmp_path)
    return tmp_path


def test_no_table_is_stale(copy: Path) -> None:
    done = renew(copy)
    assert done.returncode == 0, done.stderr
    for document in copy.glob("*.md"):
        made = document.read_text(encoding="utf-8")
        assert made == (_DOCS / document.name).read_text(encoding="utf-8"), "run `make tables`"


def test_a_stale_table_is_made_anew_and_the_sentences_around_it_stay(copy: Path) -> None:
    document = copy / "server_options.md"
    whole = document.read_text(encoding="utf-8")
    document.write_text(whole.replace("`--max-side`", "`--side`"), encoding="utf-8")
    assert renew(copy).returncode == 0
    assert document.read_text(encoding="utf-8") == whole


def test_a_document_without_a_place_for_its_table_is_refused(copy: Path) -> None:
    document = copy / "server_options.md"
    document.write_text("# Server options\n", encoding="utf-8")
    done = renew(copy)
    assert done.returncode != 0
    assert "server_options.md must have the lines" in done.stderr
    assert document.read_text(encoding="utf-8") == "# Server options\n"

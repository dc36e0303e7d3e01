"""Files of this server, as Gradio keeps and sends them."""

from pathlib import Path

import pytest
from gradio import FileData

from neural_style.ui.files import file_record, results_folder


def test_results_lie_within_the_folder_that_gradio_serves_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    assert results_folder() == tmp_path / "results"
    assert not results_folder().exists()


def test_a_record_is_one_of_gradios_with_the_files_own_name(tmp_path: Path) -> None:
    record = FileData(**file_record(tmp_path / "my cup.png"))
    assert (record.path, record.orig_name, record.url) == (str(tmp_path / "my cup.png"), "my cup.png", None)
    assert record.meta == {"_type": "gradio.FileData"}

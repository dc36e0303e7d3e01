"""The table and the plot of losses."""

import math
from pathlib import Path

import numpy as np
import pytest

from neural_style.errors import NeuralStyleError
from neural_style.images.load import load_image
from neural_style.iterate import LossValues
from neural_style.record.loss_table import LossTable


def table_of(*rows: tuple[float, float, float]) -> LossTable:
    table = LossTable()
    for step, row in enumerate(rows):
        terms: dict[str, float] = dict(zip(("content", "style", "total_variation"), row, strict=True))
        table.add(step, LossValues(terms, sum(terms.values())))
    return table


def test_the_text_is_columns_under_a_header_that_numpy_reads_back_exactly(tmp_path: Path):
    table_of((1.5, 2e9, 0.0), (1 / 3, 1e-12, math.nan)).write(tmp_path / "progress.txt")
    lines = (tmp_path / "progress.txt").read_text().splitlines()
    assert lines[0] == "# itr content style tv total"
    assert lines[1].split()[0] == "0"
    np.testing.assert_allclose(
        np.loadtxt(tmp_path / "progress.txt"),
        [[0, 1.5, 2e9, 0, 2e9 + 1.5], [1, 1 / 3, 1e-12, math.nan, math.nan]],
        rtol=1e-9,
    )


def test_a_table_without_steps_has_its_header(tmp_path: Path):
    LossTable().write(tmp_path / "progress.txt")
    assert (tmp_path / "progress.txt").read_text() == "# itr total\n"


def test_a_term_of_another_kind_has_a_column_of_its_own_name(tmp_path: Path):
    table = LossTable()
    table.add(0, LossValues({"content": 1.0, "histogram": 2.0}, 3.0))
    table.write(tmp_path / "progress.txt")
    assert (tmp_path / "progress.txt").read_text().splitlines()[0] == "# itr content histogram total"


def test_the_plot_is_a_picture_in_which_lines_were_drawn(tmp_path: Path):
    table_of(*((100 / step, 1000 / step, 10.0) for step in range(1, 30))).plot(tmp_path / "progress.png")
    drawn = load_image(tmp_path / "progress.png")
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) > 4


@pytest.mark.parametrize("rows", [[], [(0.0, 0.0, 0.0)], [(math.nan, math.inf, -1.0)]])
def test_losses_that_a_logarithmic_axis_cannot_show_are_left_out(
    tmp_path: Path, rows: list[tuple[float, float, float]]
):
    table_of(*rows).plot(tmp_path / "progress.png")
    assert load_image(tmp_path / "progress.png").shape[2] == 3


def test_what_cannot_be_written_is_said_in_a_sentence_and_an_old_file_stays(tmp_path: Path):
    (tmp_path / "old").write_text("old")
    table = table_of((1.0, 1.0, 1.0))
    for write in (table.write, table.plot):
        with pytest.raises(NeuralStyleError, match="cannot be written"):
            write(tmp_path / "missing" / "file")
        with pytest.raises(NeuralStyleError, match="cannot be written"):
            write(tmp_path / "old", exclusive=True)
    assert (tmp_path / "old").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old"]

"""A table of jobs is read as it is meant, or refused with the number of its line."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_style.errors import OptionsError
from neural_style.service.job_table import COLUMNS, Row, read_table


def table(folder: Path, text: str, name: str = "jobs.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def test_a_csv_has_its_columns_in_any_order_and_leaves_out_what_it_wants(tmp_path: Path):
    text = "\ufeffPaintings, photo ,shares,scales,recipe,output\na.jpg; b.jpg,p.jpg,3;1,0.5,r.png,o/p.png\n,q.jpg,,,,\n"
    first, second = read_table(table(tmp_path, text))
    assert first == Row(
        place=f"Line 2 of {tmp_path / 'jobs.csv'}",
        photo=tmp_path / "p.jpg",
        paintings=(tmp_path / "a.jpg", tmp_path / "b.jpg"),
        of_styles={"share": (3.0, 1.0), "scale": (0.5,)},
        recipe=tmp_path / "r.png",
        output=tmp_path / "o/p.png",
    )
    assert second == Row(place=f"Line 3 of {tmp_path / 'jobs.csv'}", photo=tmp_path / "q.jpg")


def test_json_lines_say_the_same(tmp_path: Path):
    lines = [
        {"photo": "p.jpg", "paintings": ["a;b.jpg", "b.jpg"], "shares": [3, 1], "scales": 0.5, "recipe": None},
        {"photo": "/elsewhere/q.jpg", "paintings": "a.jpg"},
    ]
    first, second = read_table(table(tmp_path, "\n\n".join(map(json.dumps, lines)), "jobs.jsonl"))
    assert first.paintings == (tmp_path / "a;b.jpg", tmp_path / "b.jpg")
    assert (first.of_styles, first.recipe) == ({"share": (3.0, 1.0), "scale": (0.5,)}, None)
    assert (second.photo, second.paintings) == (Path("/elsewhere/q.jpg"), (tmp_path / "a.jpg",))


def test_masks_are_files_beside_the_table_ready_ones_or_none(tmp_path: Path):
    text = "photo,turns,regions,excerpts,leave_alone\np.jpg,30;0,sky;-,a.png;middle,b.png\n"
    (row,) = read_table(table(tmp_path, text))
    assert row.of_styles == {"turn": (30.0, 0.0), "region": ("sky", "-"), "excerpt": (tmp_path / "a.png", "middle")}
    assert row.leave_alone == tmp_path / "b.png"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_may_separate_the_columns_as_some_spreadsheets_write_them(tmp_path: Path, delimiter: str):
    text = 'Photo,"paintings",shares\r\np.jpg,"a.jpg;b.jpg","3;1"\r\n'.replace(",", delimiter)
    (row,) = read_table(table(tmp_path, text))
    assert (row.photo, row.paintings) == (tmp_path / "p.jpg", (tmp_path / "a.jpg", tmp_path / "b.jpg"))
    assert row.of_styles == {"share": (3.0, 1.0)}


def test_a_photo_that_is_named_like_a_home_folder_is_a_file(tmp_path: Path):
    assert read_table(table(tmp_path, "photo\n~IMG.jpg\n"))[0].photo == tmp_path / "~IMG.jpg"


def test_names_with_commas_stand_in_quotes(tmp_path: Path):
    (row,) = read_table(table(tmp_path, 'photo\n"a, b ""c"".jpg"\n'))
    assert row.photo == tmp_path / 'a, b "c".jpg'


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "has no jobs"),
        ("photo\n", "has no jobs"),
        ("foto\na.jpg\n", "column 'foto'. Did you mean photo"),
        ("photo,photo\na,b\n", "a column twice"),
        ("photo\na.jpg,b.jpg\n", "Line 2 .* more fields than the header"),
        ("photo,shares\na.jpg,much\n", "Line 2 .* numbers as shares"),
        ("photo,shares\na.jpg,-1\n", "Line 2 .*share of a style"),
        ("photo,scales\na.jpg,nan\n", "Line 2 .*scale of a style"),
        ("photo,paintings\na.jpg,b.jpg;;c.jpg\n", "Line 2 .* empty value"),
        ("photo,output\n,b.png\n", "Line 2 .* has no photo"),
        ('photo\n"a.jpg\n', "is no CSV"),
        ("photo\na\0b.jpg\n", "is no CSV|must name a file"),
    ],
)
def test_a_csv_that_cannot_be_meant_is_refused_in_words(tmp_path: Path, text: str, sentence: str):
    with pytest.raises(OptionsError, match=sentence):
        read_table(table(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1]", "Line 1 .* must be a JSON object"),
        ('{"photo": "a.jpg"}\n{', "Line 2 .* must be a JSON object"),
        ('{"photo": 7}', "must name a file; got 7"),
        ('{"photo": "a.jpg", "paintings": []}', "empty value"),
        ('{"photo": "a.jpg", "shares": [[]]}', "numbers as shares"),
        ('{"photo": "a.jpg", "look": "bold"}', "column 'look'"),
        ('{"photo": "a.jpg", "photo": "b.jpg"}', "Line 1 .* a column twice"),
        ('{"photo": "a.jpg", "shares": true}', "numbers as shares.* got True"),
        ('{"photo": "a.jpg", "shares": "1_0"}', "numbers as shares.* got '1_0'"),
        ('{"photo": "\\ud800.jpg"}', "must name a file"),
    ],
)
def test_json_lines_that_cannot_be_meant_are_refused_in_words(tmp_path: Path, text: str, sentence: str):
    with pytest.raises(OptionsError, match=sentence):
        read_table(table(tmp_path, text, "jobs.jsonl"))


def test_what_is_no_text_or_not_there_is_refused_in_words(tmp_path: Path):
    (tmp_path / "jobs.csv").write_bytes(b"photo\n\xff\xfe\n")
    for name, sentence in (("jobs.csv", "no text in UTF-8"), ("missing.csv", "cannot be read"), ("", "cannot be read")):
        with pytest.raises(OptionsError, match=sentence):
            read_table(tmp_path / name)


FIELD = st.text(max_size=8) | st.sampled_from(["a.jpg", "1", "0.5;2", "nan", "1e999", "~x/a", "a;b"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | FIELD | st.lists(FIELD, max_size=3)


@given(rows=st.lists(st.dictionaries(st.sampled_from(COLUMNS) | FIELD, VALUES, max_size=4), max_size=3))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_objects_are_jobs_or_refused(tmp_path: Path, rows: list[dict[str, Any]]):
    check(table(tmp_path, "\n".join(map(json.dumps, rows)), "jobs.jsonl"))


@given(text=st.text(max_size=60) | st.lists(FIELD, max_size=8).map(lambda each: "photo,shares\n" + ",".join(each)))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_a_table_or_refused(tmp_path: Path, text: str):
    check(table(tmp_path, text.encode("utf-8", "ignore").decode()))


def check(path: Path) -> None:
    try:
        rows = read_table(path)
    except OptionsError:
        return
    assert rows
    assert all(isinstance(row.photo, Path) and row.photo.is_absolute() for row in rows)

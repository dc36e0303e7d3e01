"""A variable of the environment as a row."""

import pytest

from neural_style.environment import Variable, markdown_table

PAGE = Variable("PAGE_TITLE", "title of `the page`", "--title", "a | b", "`none`")


def test_a_variable_is_read_without_spaces_around_it_and_from_the_process_where_no_other_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert PAGE.text({"PAGE_TITLE": "  My page\n"}) == "My page"
    assert PAGE.text({"PAGE_TITLE": "  "}) == PAGE.text({}) == ""
    monkeypatch.setenv("PAGE_TITLE", "Ours")
    assert PAGE.text() == "Ours"


def test_the_help_of_a_flag_has_values_default_and_variable_and_no_marks_of_markdown() -> None:
    assert PAGE.help == "title of the page (a | b; default: none) [env: PAGE_TITLE]"
    assert Variable("A", "first letter").help == "first letter [env: A]"
    assert Variable("A", "first letter", default="`b`").help == "first letter (default: b) [env: A]"


def test_the_table_has_a_row_for_each_variable_and_no_cell_breaks_it() -> None:
    assert markdown_table([PAGE, Variable("A", "first letter")]).splitlines() == [
        "| variable | flag | sets | values | default |",
        "| --- | --- | --- | --- | --- |",
        r"| `PAGE_TITLE` | `--title` | title of `the page` | a \| b | `none` |",
        "| `A` |  | first letter |  |  |",
    ]

"""Server options: one row each, from the environment and from flags."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any, cast

import pytest

from neural_style.errors import OptionsError
from neural_style.networks.variables import NETWORK_VARIABLES
from neural_style.service.options import MIN_STEPS_LIMIT, SERVER_OPTIONS, ServerOptions, server_options_table


def test_the_environment_is_read_and_checked() -> None:
    options = ServerOptions.from_environment({"GRADIO_SERVER_NAME": "0.0.0.0", "NEURAL_STYLE_MAX_STEPS": " 90 "})
    assert (options.host, options.port, options.steps_limit, options.memory_gb) == ("0.0.0.0", None, 90, None)
    assert ServerOptions.from_environment({"NEURAL_STYLE_MEMORY_GB": "2.5"}).memory_gb == 2.5
    assert ServerOptions.from_environment({"NEURAL_STYLE_LOG_LEVEL": "debug"}).log_level == "DEBUG"
    for name, value in [
        ("NEURAL_STYLE_MAX_SIDE", "big"),
        ("NEURAL_STYLE_JOBS_AT_ONCE", "0"),
        ("GRADIO_SERVER_PORT", "99999"),
        ("NEURAL_STYLE_MAX_STEPS", f"{MIN_STEPS_LIMIT - 1}"),
        ("NEURAL_STYLE_MEMORY_GB", "much"),
        ("NEURAL_STYLE_MEMORY_GB", "0"),
        ("NEURAL_STYLE_MEMORY_GB", "nan"),
        ("NEURAL_STYLE_MAX_UPLOAD_MB", "0"),
        ("NEURAL_STYLE_MCP", "maybe"),
        ("NEURAL_STYLE_EXAMPLES", "/no/such/folder"),
        ("NEURAL_STYLE_LOG_LEVEL", "loud"),
    ]:
        with pytest.raises(OptionsError, match=f"^The variable {name} must be .*{value}"):
            ServerOptions.from_environment({name: value})


def test_words_switches_and_accounts_are_read_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "style").mkdir()
    options = ServerOptions.from_environment(
        {
            "NEURAL_STYLE_TITLE": "The Atelier",
            "NEURAL_STYLE_AUTH": "ann:pa:ss, bob:word",
            "NEURAL_STYLE_EXAMPLES": str(tmp_path),
            "NEURAL_STYLE_MCP": "No",
        }
    )
    assert (options.title, options.examples, options.mcp) == ("The Atelier", tmp_path, False)
    assert ServerOptions.from_environment({"NEURAL_STYLE_MCP": "Yes"}).mcp
    assert options.auth == (("ann", "pa:ss"), ("bob", "word"))


def test_a_variable_that_is_empty_counts_as_not_set() -> None:
    assert ServerOptions.from_environment({row.variable.name: " " for row in SERVER_OPTIONS.values()}) == (
        ServerOptions()
    )


def test_a_password_is_never_shown() -> None:
    assert "secret" not in repr(ServerOptions(auth=(("ann", "secret"),)))
    with pytest.raises(OptionsError, match="NEURAL_STYLE_AUTH must be name:password") as told:
        ServerOptions.from_environment({"NEURAL_STYLE_AUTH": "ann:ok,secret"})
    assert "secret" not in str(told.value)
    assert not SERVER_OPTIONS["auth"].variable.flag


def test_a_flag_comes_before_its_variable_and_a_refusal_names_it() -> None:
    environ = {"NEURAL_STYLE_MAX_SIDE": "512", "NEURAL_STYLE_MCP": "1", "NEURAL_STYLE_QUEUE_SIZE": "3"}
    flags = {"side_limit_px": "600", "mcp": False, "queue_size": None, "unrelated": "x"}
    options = ServerOptions.from_environment(environ, flags)
    assert (options.side_limit_px, options.mcp, options.queue_size) == (600, False, 3)
    for given in ("64", "big", ""):
        with pytest.raises(OptionsError, match=f"flag --max-side must be a whole number from 128 to 10000.*{given}"):
            ServerOptions.from_environment(environ, {"side_limit_px": given})


def test_a_variable_that_cannot_be_used_is_refused_beside_a_flag_too() -> None:
    with pytest.raises(OptionsError, match="variable GRADIO_SERVER_PORT must be a whole number"):
        ServerOptions.from_environment({"GRADIO_SERVER_PORT": "front"}, {"port": "8000"})


def test_options_cannot_be_built_wrong_by_keywords_nor_by_replacement() -> None:
    with pytest.raises(OptionsError, match="The server option side_limit_px must be a whole number"):
        ServerOptions(side_limit_px=50_000)
    with pytest.raises(OptionsError, match="The server option port must be a whole number"):
        replace(ServerOptions(port=80), port=0)
    for name, row in SERVER_OPTIONS.items():
        if not row.may_be_none:
            with pytest.raises(OptionsError, match=name):
                ServerOptions(**{name: cast(Any, None)})


def test_tools_without_passwords_are_not_offered_beside_a_page_with_them() -> None:
    with pytest.raises(OptionsError, match="NEURAL_STYLE_MCP and NEURAL_STYLE_AUTH do not go together"):
        ServerOptions(mcp=True, auth=(("ann", "secret"),))


def test_every_field_has_a_row_a_line_of_documentation_and_a_row_in_the_table() -> None:
    table = server_options_table()
    assert list(SERVER_OPTIONS) == [entry.name for entry in fields(ServerOptions)]
    for name, row in SERVER_OPTIONS.items():
        assert row.variable.sets
        assert f"    {name}: {row.variable.sets}." in (ServerOptions.__doc__ or "")
    for variable in [*(row.variable for row in SERVER_OPTIONS.values()), *NETWORK_VARIABLES]:
        assert table.count(f"\n| `{variable.name}` |") == 1


def test_the_table_has_range_and_default_as_the_row_has_them() -> None:
    rows = server_options_table().splitlines()
    (side,) = [row for row in rows if "`NEURAL_STYLE_MAX_SIDE`" in row]
    assert side.split(" | ")[1:] == [
        "`--max-side`",
        "largest longest side of a result, in pixels",
        "128 to 10000",
        "`5000` |",
    ]


def test_one_visitor_may_have_a_quarter_of_the_places_rounded_up() -> None:
    assert [ServerOptions(queue_size=size).queue_share for size in (1, 4, 5, 20)] == [1, 1, 2, 5]

"""Server options are read from the environment and checked."""

from pathlib import Path

import pytest

from neural_style.errors import OptionsError
from neural_style.resources import resource
from neural_style.service.options import ServerOptions


def test_the_environment_is_read_and_checked() -> None:
    options = ServerOptions.from_environment({"GRADIO_SERVER_NAME": "0.0.0.0", "NEURAL_STYLE_MAX_STEPS": " 90 "})
    assert (options.host, options.port, options.steps_limit, options.memory_gb) == ("0.0.0.0", None, 90, None)
    assert ServerOptions.from_environment({"NEURAL_STYLE_MEMORY_GB": "2.5"}).memory_gb == 2.5
    for name, value in [
        ("NEURAL_STYLE_MAX_SIDE", "big"),
        ("NEURAL_STYLE_JOBS_AT_ONCE", "0"),
        ("GRADIO_SERVER_PORT", "99999"),
        ("NEURAL_STYLE_MAX_STEPS", "59"),
        ("NEURAL_STYLE_MEMORY_GB", "much"),
        ("NEURAL_STYLE_MEMORY_GB", "0"),
        ("NEURAL_STYLE_MEMORY_GB", "nan"),
        ("NEURAL_STYLE_MAX_UPLOAD_MB", "0"),
        ("NEURAL_STYLE_MCP", "maybe"),
        ("NEURAL_STYLE_EXAMPLES", "/no/such/folder"),
    ]:
        with pytest.raises(OptionsError, match=value):
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
    with pytest.raises(OptionsError, match="NEURAL_STYLE_AUTH must be name:password") as told:
        ServerOptions.from_environment({"NEURAL_STYLE_AUTH": "ann:ok,secret"})
    assert "secret" not in str(told.value)


def test_tools_without_passwords_are_not_offered_beside_a_page_with_them() -> None:
    with pytest.raises(OptionsError, match="NEURAL_STYLE_MCP and NEURAL_STYLE_AUTH do not go together"):
        ServerOptions(mcp=True, auth=(("ann", "secret"),))


def test_every_variable_of_the_environment_is_in_both_tables() -> None:
    from neural_style.service import options as environment

    readme = resource("README.md").read_text(encoding="utf-8")
    rows = [line for line in (environment.__doc__ or "").splitlines() if line.startswith("| `")]
    assert {row.split("`")[1] for row in rows} == set(environment._VARIABLES.values())
    assert all(row in readme for row in rows)

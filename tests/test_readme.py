"""What the README tells people to type is accepted by the program."""

import ast
import re
import shlex

import pytest

from neural_style.cli.main import build_parser
from neural_style.presets import PRESETS
from neural_style.resources import checkout
from neural_style.service.orders import settings_from_json

_TEXT = ((checkout() or pytest.skip("only a clone has the README")) / "README.md").read_text(encoding="utf-8")
_BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", _TEXT, re.MULTILINE | re.DOTALL)
_COMMANDS = [
    line.strip()
    for language, block in _BLOCKS
    if not language
    for line in block.replace("\\\n", " ").splitlines()
    if line.strip().startswith("neural-style ")
]
_PROGRAMS = [block for language, block in _BLOCKS if language == "python"]


def test_there_is_something_to_check():
    assert len(_COMMANDS) >= 3
    assert len(_PROGRAMS) == 2


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_is_one_that_the_program_takes(command):
    _, *arguments = shlex.split(command)
    assert callable(build_parser().parse_args(arguments).run)


@pytest.mark.parametrize("program", _PROGRAMS)
def test_every_python_program_is_whole_and_imports_what_there_is(program):
    tree = ast.parse(program)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    exec(compile(ast.Module([*imports], []), "README.md", "exec"), {})


def test_the_settings_sent_to_the_api_are_ones_that_there_are():
    sent = next(program for program in _PROGRAMS if "gradio_client" in program)
    settings = ast.literal_eval(re.search(r"settings=(\{.*?\})", sent)[1])  # pyright: ignore[reportOptionalSubscript]
    settings_from_json(settings)


def test_every_preset_stands_in_the_table_of_looks():
    rows = re.findall(r"^\| `([\w-]+)` \| [^|]+ \|$", _TEXT, re.MULTILINE)
    assert set(rows) == set(PRESETS)


def test_every_picture_and_page_linked_to_is_there():
    links = re.findall(r"\]\(((?!http)[^)#]+)\)|src=\"([^\"]+)\"", _TEXT)
    root = checkout()
    assert root is not None
    missing = [target for pair in links for target in pair if target and not (root / target).exists()]
    assert missing == []

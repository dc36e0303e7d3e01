"""The documents are true: links lead somewhere, commands and programs are ones that there are."""

import argparse
import ast
import re
import shlex
from collections.abc import Collection, Iterator

import pytest

from benchmarks import pareto, quality
from neural_style.cli.main import COMMANDS, build_parser
from neural_style.presets import PAGE_PRESETS, PRESETS
from neural_style.service.orders import settings_from_json
from tests.documents import Document, all_documents, slug

_DOCUMENTS = {str(document): document for document in all_documents()}
if not _DOCUMENTS:
    pytest.skip("only a clone has the documents", allow_module_level=True)

_ROOT = _DOCUMENTS["README.md"].root
_COMMANDS = {line for document in _DOCUMENTS.values() for line in document.shell_lines if "neural-style " in line}
_TYPED = sorted(line for line in _COMMANDS if re.match(r"(\S+/)?neural-style (?!weights )\S", line))
_PROGRAMS = [(name, program) for name, document in _DOCUMENTS.items() for program in document.blocks("python")]

_OF_OTHER_TIMES = {"docs/changelog.md", "docs/releasing.md"}
"""Documents that name flags of earlier versions, or of other programs."""

_BENCHMARKS = "docs/benchmarks.md"

_FLAG = re.compile(r"(?<![\w-])--[a-z][a-z0-9-]+")

every_document = pytest.mark.parametrize("document", _DOCUMENTS.values(), ids=str)


@every_document
def test_every_link_and_picture_leads_to_a_file_or_a_heading(document: Document) -> None:
    included = document.text != document.path.read_text(encoding="utf-8")
    missing = [link for link in document.links if not _leads_somewhere(document, link, included)]
    assert missing == []


@pytest.mark.parametrize(("link", "leads"), [("looks.md", True), ("looks.md#looks", True), ("looks.md#books", False)])
def test_a_link_to_nowhere_is_noticed(link: str, leads: bool) -> None:
    document = _DOCUMENTS["docs/index.md"]
    assert _leads_somewhere(document, link) is leads
    assert not _leads_somewhere(document, "no_such_page.md")


def test_a_heading_is_linked_to_as_the_builder_of_the_site_links_to_it() -> None:
    assert slug("Time to the original program's loss") == "time-to-the-original-programs-loss"
    assert slug("`losses/` and more") == "losses-and-more"


def test_every_page_is_in_the_navigation_once() -> None:
    configuration = (_ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    listed = re.findall(r"^ *- (?:.+: )?([\w/]+\.md)$", configuration, re.MULTILINE)
    pages = [name.removeprefix("docs/") for name in _DOCUMENTS if name.startswith("docs/")]
    assert sorted(listed) == sorted(pages)


def test_the_documents_have_commands_and_programs_to_check() -> None:
    assert len(_TYPED) >= 8
    assert len(_PROGRAMS) >= 4


@pytest.mark.parametrize("command", _TYPED)
def test_every_command_is_one_that_the_program_takes(command: str) -> None:
    _, *words = shlex.split(command)
    arguments = words if words[0] in COMMANDS else ["paint", *words]
    assert callable(build_parser().parse_args(arguments).run)


def test_every_target_of_make_is_there() -> None:
    makefile = (_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    said = {name for text in _said() for name in re.findall(r"\bmake\s+([a-z][\w-]*)", text)}
    assert {"app", "test", "docs", "bench"} <= said <= targets


def test_every_benchmark_named_is_there() -> None:
    said = {name for text in _said() for name in re.findall(r"-m\s+benchmarks(?:\.|\s+)([a-z][\w-]*)", text)}
    missing = {name for name in said if not (_ROOT / "benchmarks" / f"{name.replace('-', '_')}.py").exists()}
    assert said
    assert missing == set()


def test_every_flag_named_is_one_of_the_programs() -> None:
    said = {flag for text in _said(_OF_OTHER_TIMES | {_BENCHMARKS}) for flag in _FLAG.findall(text)}
    assert {"--preset", "--effort", "--padding"} <= said
    assert said - set(_flags_of(build_parser())) == set()


def test_every_flag_named_with_the_benchmarks_is_the_programs_or_one_of_theirs() -> None:
    said = set(_FLAG.findall(_DOCUMENTS[_BENCHMARKS].text))
    known = {
        flag for parser in (build_parser(), quality.build_parser(), pareto.build_parser()) for flag in _flags_of(parser)
    }
    assert {"--quick", "--lpips"} <= said <= known


def test_every_variable_of_the_environment_named_is_read_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (_ROOT / "neural_style").rglob("*.py"))
    said = {name for text in _said() for name in re.findall(r"\bNEURAL_STYLE_\w+", text)}
    assert said
    assert {name for name in said if name not in sources} == set()


def test_every_file_named_in_the_layout_is_there() -> None:
    said = {code for code in _DOCUMENTS["CONTRIBUTING.md"].inline_code if re.fullmatch(r"[\w./]+(\.py|\.md|/)", code)}
    places = (_ROOT, _ROOT / "neural_style")
    assert "neural_style/settings.py" in said
    assert {name for name in said if not any((place / name).exists() for place in places)} == set()


@pytest.mark.parametrize(("name", "program"), _PROGRAMS, ids=[name for name, _ in _PROGRAMS])
def test_every_python_program_is_whole_and_imports_what_there_is(name: str, program: str) -> None:
    tree = ast.parse(program)
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    assert imports
    exec(compile(ast.Module([*imports], []), name, "exec"), {})


def test_the_settings_sent_to_the_api_are_ones_that_there_are() -> None:
    (program,) = _DOCUMENTS["docs/api.md"].blocks("python")
    sent = re.search(r"settings=(\{.*?\})", program)
    assert sent is not None
    settings_from_json(ast.literal_eval(sent[1]))


def test_every_preset_stands_in_the_table_of_looks() -> None:
    text = _DOCUMENTS["docs/looks.md"].text
    assert set(re.findall(r"^\| `([\w-]+)` \| [^|]+ \|$", text, re.MULTILINE)) == set(PRESETS)
    (sentence,) = [line for line in text.splitlines() if "are on the page" in line]
    assert set(re.findall(r"`([\w-]+)`", sentence.partition("are on the page")[0])) == set(PAGE_PRESETS)


def _leads_somewhere(document: Document, link: str, is_included: bool = False) -> bool:
    """Other sites are not asked. A document that includes another one may not link relative to that one's folder."""
    if re.match(r"[a-z]+:", link):
        return True
    path, _, anchor = link.partition("#")
    target = (document.path.parent / path).resolve() if path else document.path
    if not target.exists() or (is_included and path):
        return False
    return not anchor or anchor in Document(document.root, target).anchors


def _said(except_in: Collection[str] = ()) -> Iterator[str]:
    """Code in the documents: between backticks, and commands."""
    for name, document in _DOCUMENTS.items():
        if name not in except_in:
            yield from document.inline_code
            yield from document.shell_lines


def _flags_of(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:
        yield from action.option_strings
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                yield from _flags_of(each)

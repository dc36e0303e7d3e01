"""The tests mirror the package: `tests/room/test_x.py` is for `neural_style/room/x.py`."""

import ast
from pathlib import Path

import pytest

import neural_style

PACKAGE = Path(neural_style.__file__).parent
TESTS = Path(__file__).parent

ELSEWHERE = {
    "cli/batch_flags.py": ("cli/test_batch.py", "flags are tested by what they do"),
    "cli/batch_reading.py": ("cli/test_batch.py", "from words, flags and tables to pictures"),
    "cli/defaults.py": ("cli/test_flags.py", "seen in the settings that flags leave"),
    "cli/job.py": ("cli/test_stylize.py", "every file that a run writes"),
    "cli/reading.py": ("cli/test_flags.py", "from flags to a request"),
    "cli/setting_flags.py": ("cli/test_flags.py", "flags are tested by what they set"),
    "cli/sheet_flags.py": ("cli/test_sheet.py", "flags are tested by what they do"),
    "loss_weights.py": ("test_settings.py", "a record within the settings"),
    "networks/fetching.py": ("networks/test_background.py", "a child process, seen from outside"),
    "networks/matfile.py": ("networks/test_matconvnet.py", "the one kind of .mat file that is read"),
    "service/sandbox_worker.py": ("service/test_sandbox.py", "a child process, seen from outside"),
    "service/messages.py": ("test_languages.py", "with the other texts, in every language"),
    "ui/app.py": ("ui/test_page.py", "in a real browser"),
    "ui/form_events.py": ("ui/test_page.py", "in a real browser"),
    "ui/gradio_cancel.py": ("ui/test_api.py", "by programs that cancel"),
    "ui/visitors.py": ("ui/test_api.py", "programs take turns by their connection"),
    "ui/layout.py": ("ui/test_page.py", "in a real browser"),
    "ui/run_events.py": ("ui/test_page.py", "in a real browser"),
    "ui/parts/blocks.py": ("ui/test_page.py", "in a real browser"),
    "ui/parts/own_looks.py": ("ui/test_looks_page.py", "in a real browser"),
    "ui/parts/options.py": ("ui/test_page.py", "in a real browser"),
    "ui/parts/photo.py": ("ui/test_page.py", "in a real browser"),
    "ui/parts/recipe_panel.py": ("ui/test_results_page.py", "in a real browser"),
    "ui/parts/run_panel.py": ("ui/test_page.py", "in a real browser"),
    "ui/parts/result_panel.py": ("ui/test_results_page.py", "in a real browser"),
    "ui/theme.py": ("ui/test_accessible_page.py", "its contrasts, by axe in a real browser"),
}
"""Module -> the test module that has its tests, and why there."""


def does_something(module: Path) -> bool:
    """Whether there is a function in it, other than a protocol's."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    protocols = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in each.bases)
    ]
    declared = {function for protocol in protocols for function in ast.walk(protocol)}
    return any(
        isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each not in declared for each in ast.walk(tree)
    )


MODULES = sorted(
    str(path.relative_to(PACKAGE).as_posix())
    for path in PACKAGE.rglob("*.py")
    if path.name != "__init__.py" and does_something(path)
)


def mirrored(module: str) -> Path:
    path = TESTS / module
    return path.with_name(f"test_{path.name}")


@pytest.mark.parametrize("module", MODULES)
def test_every_module_that_does_something_has_its_tests_in_the_mirrored_place_or_the_list_says_where(
    module: str,
) -> None:
    if module not in ELSEWHERE:
        assert mirrored(module).exists(), f"write {mirrored(module)}, or say in ELSEWHERE where its tests are"
        return
    place, _why = ELSEWHERE[module]
    assert (TESTS / place).exists()
    assert not mirrored(module).exists(), "take it off the list: it has tests in the mirrored place"


def test_the_list_names_modules_that_are_there() -> None:
    assert ELSEWHERE.keys() <= set(MODULES)


@pytest.mark.parametrize(
    ("source", "does"),
    [
        ("LIMIT = 3", False),
        ("class Point:\n    x: int", False),
        ("class Painter(Protocol):\n    def paint(self) -> None: ...", False),
        ("def paint() -> None: ...", True),
        ("class Point:\n    def move(self) -> None: ...", True),
    ],
)
def test_constants_and_protocols_need_no_tests(tmp_path: Path, source: str, does: bool) -> None:
    (tmp_path / "module.py").write_text(source)
    assert does_something(tmp_path / "module.py") == does

"""A plain `pip install neural-style`: what works without the extras, and what is said where one is wanted.

The program runs in a process of its own, in which nothing can be imported but what the base of the package asks for.
"""

import json
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from neural_style.errors import MissingExtraError
from neural_style.extras import EXTRAS, FILM, RAY, Extra
from neural_style.images.load import load_image
from neural_style.record.loss_table import LossTable
from neural_style.record.timelapse import Timelapse
from neural_style.resources import resource
from neural_style.service.orders import Order
from tests.cli.command import flags, start, write_pictures
from tests.service.helpers import fake_painter, paint

_PROJECT = tomllib.loads(resource("pyproject.toml").read_text(encoding="utf-8"))["project"]

_MAIN = """
import json, sys
sys.modules |= dict.fromkeys(json.loads(sys.argv.pop(1)))  # None: an import of it finds no such module
import neural_style
from neural_style.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def distributions_of(requirements: list[str]) -> set[str]:
    """Everything that these requirements bring along on this machine."""
    found: set[tuple[str, str]] = set()
    pending = [(Requirement(text), "") for text in requirements]
    while pending:
        requirement, of_extra = pending.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": of_extra}):
            continue
        for extra in ("", *requirement.extras):
            name = canonicalize_name(requirement.name)
            if (name, extra) not in found:
                found.add((name, extra))
                pending += [(Requirement(text), extra) for text in metadata.requires(name) or ()]
    return {name for name, _ in found}


@cache
def modules_beyond_the_base() -> list[str]:
    """Return what can be imported here and would be missing where only the base of the package is installed."""
    wanted = distributions_of(_PROJECT["dependencies"]) | {"neural-style"}
    owners = metadata.packages_distributions().items()
    return [module for module, names in owners if wanted.isdisjoint(map(canonicalize_name, names))]


def run_base(*arguments: str) -> tuple[int, str, str]:
    """The program with the base alone; its exit status, and what it said."""
    process = start([sys.executable, "-c", _MAIN, json.dumps(modules_beyond_the_base())], list(arguments))
    stdout, stderr = process.communicate(timeout=150)
    return process.returncode, stdout, stderr


def test_the_extras_are_those_of_the_package() -> None:
    declared = _PROJECT["optional-dependencies"]
    everything = Requirement(declared["all"][0]).extras
    apart = {RAY.name, "cuda"}  # large, and of no use to most
    assert {extra.name for extra in EXTRAS} == set(declared) - {"all"} - apart == everything
    for extra in EXTRAS:
        names = metadata.packages_distributions()[extra.module]
        assert set(names) <= {Requirement(text).name for text in declared[extra.name]}
        assert extra.is_installed
        extra.require("A test")


def test_the_base_is_without_the_extras() -> None:
    assert {extra.module for extra in EXTRAS} <= set(modules_beyond_the_base())


def test_the_base_has_help_and_says_what_the_page_needs() -> None:
    status, stdout, _ = run_base("--help")
    assert (status, "stylize" in stdout) == (0, True)
    sentence = "neural-style: error: The page needs Gradio: pip install 'neural-style[app]'\n"
    assert run_base("app") == (2, "", sentence)


@pytest.mark.slow
def test_the_base_paints_in_sixteen_bits(tmp_path: Path) -> None:
    write_pictures(tmp_path)
    status, stdout, stderr = run_base(*flags(tmp_path, "--iterations", "1", "--bits", "16", "--progress-write"))
    assert status == 0, stderr
    assert "out.png was painted by" in stdout
    assert load_image(tmp_path / "out.png").shape == (40, 56, 3)


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        (["--timelapse", "film.mp4"], r"Writing a film .*needs PyAV: pip install 'neural-style\[film\]'"),
        (["--progress-plot"], r"Drawing the losses .*needs Matplotlib: pip install 'neural-style\[plot\]'"),
    ],
)
def test_the_base_refuses_before_any_work_what_it_cannot_write(tmp_path: Path, wish: list[str], sentence: str) -> None:
    write_pictures(tmp_path)
    before = sorted(tmp_path.iterdir())
    status, stdout, stderr = run_base(*flags(tmp_path, *wish))
    assert (status, stdout) == (2, "")
    assert re.fullmatch(rf"neural-style: error: {sentence}\n", stderr), stderr
    assert sorted(tmp_path.iterdir()) == before


def test_films_and_plots_of_the_library_are_refused_in_the_same_words(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for extra in EXTRAS:
            patch.setitem(sys.modules, extra.module, None)
            assert not extra.is_installed
        with pytest.raises(MissingExtraError, match="PyAV"):
            Timelapse()
        with pytest.raises(MissingExtraError, match="Matplotlib"):
            LossTable().plot(tmp_path / "plot.png")


def test_a_job_without_pyav_has_a_picture_and_no_film(order: Order) -> None:
    runner, _ = fake_painter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, FILM.module, None)
        files = list(paint(runner, order))[-1].files
    assert files is not None
    assert files.film is None
    assert files.picture.exists()


def test_a_package_that_is_there_is_not_imported_to_find_out() -> None:
    program = (
        "from neural_style.extras import PLOT; assert PLOT.is_installed; import sys; print('matplotlib' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
    assert not Extra("none", "neural_style_none", "Nothing").is_installed

"""The form of a visit, kept and brought back."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from neural_style.images.save import save_image
from neural_style.service.pictures import Picture
from neural_style.ui.form_memory import MOST_CHARACTERS, fields, form_of, restored
from tests.fakes import small_picture


@dataclass(eq=False)
class Component:
    """Stands for a component, which is only a key here."""


def part(*names: str) -> Any:
    return SimpleNamespace(**{name: Component() for name in names})


@dataclass(eq=False)
class Page:
    """Has the components that are kept."""

    photo: Any = field(default_factory=lambda: part("image"))
    paintings: Any = field(default_factory=lambda: part("gallery", "own", "excerpts"))
    regions: Any = field(default_factory=Component)
    options: Any = field(
        default_factory=lambda: SimpleNamespace(
            **vars(part("look", "strength", "size", "side", "paper", "effort")), sheet=part("sheet")
        )
    )
    advanced: Any = field(
        default_factory=lambda: SimpleNamespace(
            **vars(part("start_picture", "filled", "filled_strength")), fields={"seed": Component()}
        )
    )


def upload(path: Path) -> dict[str, Any]:
    save_image(path, small_picture())
    return {"path": str(path), "orig_name": "my photo.png", "meta": {"_type": "gradio.FileData"}}


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Any, dict[str, Any]]:
    """Return a page, and what its components hold by the names of their fields."""
    page = Page()
    own = {key: Picture.of(tmp_path / f"{key}.png") for key in ("mine", "lost")}
    save_image(own["mine"].path, small_picture())
    numbers = {"share": 50.0, "scale": 1.0, "turn": 0.0}
    values = dict.fromkeys(fields(page))  # pyright: ignore[reportArgumentType]
    values |= {
        "photo": upload(tmp_path / "photo.png"),
        "gallery": {
            "styles": {"starry_night": numbers, "mine": numbers, "lost": numbers},
            "own": [{"key": "mine"}, {"key": "lost"}],
        },
        "own": own,
        "size": "print",
        "side": 640,
        "paper": "A4-300",
        "look": "bold",
    }
    return page, values


def form_in(page: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return the form of values, as it is after it was kept as JSON."""
    form = form_of(page, {component: values[name] for name, component in fields(page).items()})
    return json.loads(json.dumps(form))


def test_what_is_there_comes_back_and_what_was_deleted_does_not(kept: tuple[Any, dict[str, Any]]) -> None:
    page, values = kept
    form = form_in(page, values)
    changes: dict[Any, Any] = restored(page, form)
    assert changes[page.photo.image]["orig_name"] == "my photo.png"
    assert changes[page.paintings.gallery]["styles"].keys() == {"starry_night", "mine"}
    assert changes[page.paintings.gallery]["own"] == [{"key": "mine"}]
    assert changes[page.paintings.own] == {"mine": values["own"]["mine"]}
    assert (changes[page.options.paper]["visible"], changes[page.options.side]["visible"]) == (True, False)
    assert changes[page.options.look] == "bold"
    Path(form["photo"]["path"]).unlink()
    changes = restored(page, form)
    assert changes[page.photo.image] == gr.skip()


def test_a_form_is_what_the_components_hold_and_one_that_is_too_large_is_not_kept(
    kept: tuple[Any, dict[str, Any]],
) -> None:
    page, held = kept
    assert {name: value for name, value in form_in(page, held).items() if name != "own"} == {
        name: value for name, value in held.items() if name != "own"
    }
    values: dict[Any, Any] = {component: held[name] for name, component in fields(page).items()}
    assert form_of(page, {**values, page.options.look: "x" * MOST_CHARACTERS}) is None


@pytest.mark.parametrize("wrong", [{}, {"own": None}, {"own": {}, "gallery": 3}, {"own": {}, "gallery": {}, "size": 1}])
def test_a_form_that_no_page_sends_changes_nothing(kept: tuple[Any, dict[str, Any]], wrong: dict[str, Any]) -> None:
    page, _ = kept
    assert restored(page, wrong) == {}

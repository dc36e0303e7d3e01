"""The settings of an operator, seen from outside."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, expect

from neural_style.images.save import save_image
from neural_style.presets import PRESETS, SCALE
from tests.browser import visit
from tests.fakes import small_picture
from tests.ui.conftest import picture_file, serving


@pytest.mark.browser
def test_the_page_has_the_operators_title_and_pictures(browser: Browser, tmp_path: Path) -> None:
    for name in ("content/my_cat.png", "style/wall_paper.png"):
        (tmp_path / name).parent.mkdir()
        save_image(tmp_path / name, small_picture())
    with (
        serving(title="Ann & Bob's <b>Atelier</b>", examples=tmp_path) as server,
        visit(browser, server.url) as page,
    ):
        server.stylizer.steps = 2
        expect(page).to_have_title("Ann & Bob's <b>Atelier</b>")
        expect(page.locator("h1")).to_have_text("Ann & Bob's <b>Atelier</b>")
        expect(page.locator(".card-title")).to_have_text("wall paper")
        expect(page.locator("#sources")).to_be_hidden()
        page.click('.photo[data-key="my_cat"]')
        page.wait_for_selector("#photo img")
        page.click(".card")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")


def test_only_those_with_a_name_and_a_password_come_in(tmp_path: Path) -> None:
    photo = picture_file(tmp_path / "photo.png", 1)
    with serving(auth=(("ann", "secret"),)) as server:
        assert httpx.get(f"{server.url}config").status_code == 401
        with pytest.raises(ValueError, match="Could not login"):
            Client(server.url, verbose=False, auth=("ann", "wrong"))
        client = Client(server.url, verbose=False, auth=("ann", "secret"), download_files=tmp_path / "downloads")
        settings = {"iterations": 2}
        client.predict(handle_file(photo), [handle_file(photo)], settings=settings, api_name="/stylize")
    assert len(server.stylizer.requests) == 1


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with serving(upload_mb=1) as server:
        answers = [
            httpx.post(f"{server.url}gradio_api/upload", files={"files": ("a.png", b"x" * size)}).status_code
            for size in (900_000, 1_100_000)
        ]
    assert answers == [200, 413]


def test_programs_can_ask_for_the_looks_and_the_limits(tmp_path: Path) -> None:
    with serving(side_limit_px=512, steps_limit=300) as server:
        told = Client(server.url, verbose=False, download_files=tmp_path).predict(api_name="/looks")
    assert told["presets"].keys() == PRESETS.keys()
    assert told["presets"]["bold"]["purpose"] == PRESETS["bold"].purpose
    assert [told["presets"][name]["strength"] for name in ("bold", "classic")] == [SCALE["bold"], None]
    assert told["limits"] == {"side_px": 512, "steps": 300}


def test_a_recipe_stands_in_for_the_settings_of_a_program(tmp_path: Path) -> None:
    photo = handle_file(picture_file(tmp_path / "photo.png", 1))
    styles = [handle_file(picture_file(tmp_path / f"{name}.png", seed)) for name, seed in (("a", 2), ("b", 3))]
    recipe = {
        "settings": {"preset": "bold", "iterations": 2},
        "styles": [{"share": 3, "scale": 0.5}, {"share": 1}],
    }
    with serving() as server:
        client = Client(server.url, verbose=False, download_files=tmp_path / "downloads")
        additions: list[dict[str, Any]] = [{}, {"shares": [1, 1]}, {"scales": [2, 2], "initial": photo}]
        for more in additions:
            client.predict(photo, styles, settings=recipe, api_name="/stylize", **more)
        client.predict(photo, styles[:1], settings=recipe, api_name="/stylize")
    requests = server.stylizer.requests
    assert [request.shares for request in requests] == [(0.75, 0.25), (0.5, 0.5), (0.75, 0.25), (1.0,)]
    assert [[style.scale for style in request.styles] for request in requests] == [
        [0.5, 1.0],
        [0.5, 1.0],
        [2, 2],
        [1.0],
    ]
    assert all(request.settings.weights == PRESETS["bold"].settings.weights for request in requests)

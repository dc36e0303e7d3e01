"""Control over the real engine in a real browser: painted parts, moving while it paints, and going on."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.color import palette_distance
from neural_style.images.load import load_image, load_picture, read_recipe
from neural_style.resources import resource
from neural_style.ui.texts import texts
from tests.browser import choose, set_number, unfold, visit
from tests.ui.conftest import download
from tests.ui.test_regions_page import PHONE, brush_of, fill, set_size, stroke, title_of, touch
from tests.ui.test_serve import app_process, clean_environment

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

CUP = resource("examples", "content", "coffee_cup.jpg")
NIGHT, SUN = "starry_night_van_gogh", "the_sun_munch"
PATIENCE_MS = 180_000


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app over the real engine, in a process of its own."""
    with app_process(tmp_path_factory.mktemp("server")) as (_, address):
        yield address


def painting(name: str) -> np.ndarray:
    return load_image(resource("examples", "style", f"{name}.jpg")).astype(np.float32)


def prepare(page: Page, shares: dict[str, int], side: int = 192) -> None:
    page.set_default_timeout(PATIENCE_MS)
    choose(page, str(CUP), shares)
    set_number(page, "side", side)
    page.get_by_label("Quick", exact=True).check()


def painted(page: Page, folder: Path) -> Path:
    """Press Paint, wait for the end, and fetch the PNG."""
    page.click("#paint")
    return finished(page, folder)


def finished(page: Page, folder: Path) -> Path:
    expect(page.locator("#status")).to_contain_text("Finished", timeout=PATIENCE_MS)
    page.wait_for_selector("#download:visible")
    folder.mkdir()
    return download(page, "#download", folder)


def open_regions(page: Page, count: int) -> None:
    page.click("#regions summary")
    page.wait_for_function("document.querySelector('.region-canvas')?.width > 0")
    expect(page.locator(".region-brush")).to_have_count(count + 2)
    set_size(page, 40)


def check_halves(picture: Path) -> None:
    """Each half of the picture has the colours of its own painting, and not those of the other."""
    image = load_image(picture).astype(np.float32)
    third = image.shape[1] // 3
    for half, own, other in ((image[:, :third], NIGHT, SUN), (image[:, -third:], SUN, NIGHT)):
        to_own, to_other = (palette_distance(half, [painting(name)], [1.0]) for name in (own, other))
        assert 1.5 * to_own < to_other, (own, to_own, to_other)


def repeated(picture: Path, paintings: tuple[str, ...]) -> np.ndarray:
    """Paint it again by its recipe, on the command line."""
    output = picture.with_name("again.png")
    styles = [str(resource("examples", "style", f"{name}.jpg")) for name in paintings]
    command = [sys.executable, "-m", "neural_style", "stylize", "--recipe", str(picture), "--content", str(CUP)]
    subprocess.run([*command, "--styles", *styles, "--output", str(output)], check=True, env=clean_environment())
    return load_image(output)


def test_two_brushed_parts_are_painted_each_after_its_painting_and_again_by_the_recipe(
    url: str, browser: Browser, tmp_path: Path
) -> None:
    with visit(browser, url, accept_downloads=True, viewport={"width": 1400, "height": 1600}) as page:
        prepare(page, {NIGHT: 50, SUN: 50})
        open_regions(page, 2)
        brush_of(page, title_of(page, NIGHT))
        stroke(page, (0.1, 0.02), (0.1, 0.98))
        stroke(page, (0.35, 0.02), (0.35, 0.98))
        brush_of(page, title_of(page, SUN))
        stroke(page, (0.2, 0.2), (0.2, 0.8))
        page.click(".region-undo")
        stroke(page, (0.65, 0.02), (0.65, 0.98))
        stroke(page, (0.9, 0.02), (0.9, 0.98))
        picture = painted(page, tmp_path / "first")
    check_halves(picture)
    np.testing.assert_array_equal(repeated(picture, (NIGHT, SUN)), load_image(picture))


def test_the_same_by_a_finger_on_a_phone(url: str, browser: Browser, tmp_path: Path) -> None:
    with visit(browser, url, accept_downloads=True, **PHONE) as page:
        prepare(page, {NIGHT: 50, SUN: 50})
        open_regions(page, 2)
        for name, columns in ((NIGHT, (0.1, 0.35)), (SUN, (0.65, 0.9))):
            brush_of(page, title_of(page, name))
            canvas = page.locator(".region-canvas")
            canvas.scroll_into_view_if_needed()
            box = canvas.bounding_box()
            assert box is not None
            for column in columns:
                x, height = box["x"] + column * box["width"], box["height"]
                touch(page, [(x, box["y"] + 0.04 * height)], [(x, box["y"] + 0.96 * height)])
        picture = painted(page, tmp_path / "first")
    check_halves(picture)


def move_share(page: Page, key: str, share: int) -> None:
    page.locator(f'.mix input.share[data-key="{key}"]').evaluate(
        "(slider, share) => { slider.value = share; slider.dispatchEvent(new Event('input')); }", share
    )


def paint_above_the_ground(page: Page, iterations: int) -> None:
    """Leave the ground as it is in the photo, press Paint, and wait until the shares can be moved."""
    open_regions(page, 2)
    brush_of(page, texts().region_words["keep"])
    fill(page, "ground")
    unfold(page, texts().advanced_heading)
    page.locator("#advanced-iterations").get_by_role("textbox").fill(str(iterations))
    page.click("#paint")
    expect(page.locator("#follows")).to_be_visible(timeout=PATIENCE_MS)


def preview_after(page: Page, seen: list[str], folder: Path) -> np.ndarray:
    """Wait for a preview that was not seen yet, and return it."""
    address = page.wait_for_function(
        """seen => {
            const address = document.querySelector('#viewer .after')?.src;
            return !address?.startsWith('data:') || seen.includes(address) ? null : address;
        }""",
        arg=seen,
    ).json_value()
    seen.append(address)
    path = folder / f"preview {len(seen)}.jpg"
    path.write_bytes(base64.b64decode(address.partition(",")[2]))
    return load_picture(path).image


def test_a_share_that_is_moved_while_it_paints_changes_the_picture_within_two_previews(
    url: str, browser: Browser, tmp_path: Path
) -> None:
    """Measured by the colours: from the painting that had nearly all to the one that has nearly all now."""
    with visit(browser, url, accept_downloads=True, viewport={"width": 1400, "height": 1600}) as page:
        prepare(page, {NIGHT: 100, SUN: 1})
        paint_above_the_ground(page, iterations=400)
        seen: list[str] = []
        shown = [preview_after(page, seen, tmp_path) for _ in range(10)]
        move_share(page, SUN, 100)
        move_share(page, NIGHT, 1)
        preview_after(page, seen, tmp_path)  # on its way already when the share was moved
        shown += [preview_after(page, seen, tmp_path) for _ in range(2)]
        top = shown[0].shape[0] // 2  # what lies below is left alone
        calm, before, after = (shown[index][:top] for index in (-5, -3, -1))
        to_new, was_to_new = (palette_distance(each, [painting(SUN)], [1.0]) for each in (after, before))
        assert to_new < 0.95 * was_to_new, (to_new, was_to_new)
        assert np.abs(after - before).mean() > 1.5 * np.abs(before - calm).mean()
        page.click("#stop")
        expect(page.locator("#status")).to_contain_text("the best picture so far", timeout=PATIENCE_MS)
        expect(page.locator("#follows")).to_be_hidden()
        page.wait_for_selector("#download:visible")
        (tmp_path / "first").mkdir()
        picture = download(page, "#download", tmp_path / "first")
    recipe = json.loads(read_recipe(picture) or "")
    assert recipe["changes"]
    assert recipe["changes"][-1]["shares"] == [1.0, 100.0]


def test_a_picture_with_masks_and_changes_goes_on_and_is_repeated_bit_by_bit_on_the_command_line(
    url: str, browser: Browser, tmp_path: Path
) -> None:
    with visit(browser, url, accept_downloads=True, viewport={"width": 1400, "height": 1600}) as page:
        prepare(page, {NIGHT: 100, SUN: 20}, side=128)
        paint_above_the_ground(page, iterations=200)
        seen: list[str] = []
        preview_after(page, seen, tmp_path)
        move_share(page, SUN, 100)
        picture = finished(page, tmp_path / "first")
        first = json.loads(read_recipe(picture) or "")
        (change,) = first["changes"]
        assert change["shares"] == [100.0, 100.0]
        np.testing.assert_array_equal(repeated(picture, (NIGHT, SUN)), load_image(picture))
        unfold(page, texts().details_heading)
        expect(page.locator("#losses .nearness tr")).to_have_count(4)
        page.get_by_role("button", name="Keep going").click()
        expect(page.locator("#stop")).to_be_visible()
        more = finished(page, tmp_path / "second")
    second = json.loads(read_recipe(more) or "")
    assert second["changes"] == [change, {"step": first["steps"]["done"], "more": 50}]
    assert second["steps"]["done"] == first["steps"]["done"] + 50
    assert second["losses"]["total"] < first["losses"]["total"]
    np.testing.assert_array_equal(repeated(more, (NIGHT, SUN)), load_image(more))

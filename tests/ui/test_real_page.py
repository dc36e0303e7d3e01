"""The whole line: the page over the real engine and the network that comes with pip, in a process of its own."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from gradio_client import Client, handle_file
from playwright.sync_api import Browser, Page, expect

from neural_style.images.load import load_image, read_recipe
from neural_style.images.resize import resize
from neural_style.presets import PRESETS
from neural_style.resources import resource
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, previews, set_number, unfold, visit
from tests.ui.conftest import download, wait_until
from tests.ui.test_serve import app_process, clean_environment

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUP = resource("examples", "content", "coffee_cup.jpg")
NIGHT, MOSAIC = "starry_night_van_gogh", "stained_glass_mosaic"


@pytest.fixture(scope="module")
def server_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The app, which takes a while to start; the last test ends it."""
    with app_process(tmp_path_factory.mktemp("server")) as running:
        yield running


def paint_a_cup(page: Page, folder: Path) -> Path:
    """Put the photo in, paint with what the page asks for, and fetch the PNG."""
    page.set_default_timeout(3 * TIMEOUT_MS)
    page.set_input_files("#photo input[type=file]", CUP)
    page.wait_for_selector("#photo img")
    page.click("#paint")
    expect(page.locator("#status")).to_contain_text("Finished", timeout=3 * TIMEOUT_MS)
    page.wait_for_selector("#download")
    folder.mkdir()
    return download(page, "#download", folder)


def test_a_recipe_goes_from_page_to_png_to_page_to_command_line_and_gives_the_same_picture(
    server_process: tuple[subprocess.Popen[bytes], str], browser: Browser, tmp_path: Path
) -> None:
    _, url = server_process
    with visit(browser, url, accept_downloads=True) as page:
        page.click(f'.card[data-key="{NIGHT}"]')
        page.click(f'.card[data-key="{MOSAIC}"]')
        page.locator(f'.mix input.scale[data-key="{MOSAIC}"]').fill("-2")
        set_number(page, "side", 128)
        page.get_by_label(PRESETS["bold"].label, exact=True).check()
        unfold(page, texts().advanced_heading)
        page.locator("#advanced-iterations").get_by_role("textbox").fill("6")
        page.locator("#advanced-initial_noiseblend").get_by_role("textbox").fill("0.3")
        first = paint_a_cup(page, tmp_path / "first")
    with visit(browser, url, accept_downloads=True) as page:
        unfold(page, texts().recipe_heading)
        page.set_input_files("#recipe-drop input[type=file]", first)
        expect(page.locator(".mix-row")).to_have_count(2)
        second = paint_a_cup(page, tmp_path / "second")
    third = tmp_path / "third.png"
    styles = [str(resource("examples", "style", f"{name}.jpg")) for name in (NIGHT, MOSAIC)]
    command = [sys.executable, "-m", "neural_style", "stylize", "--recipe", str(second), "--content", str(CUP)]
    subprocess.run([*command, "--styles", *styles, "--output", str(third)], check=True, env=clean_environment())
    pictures = [load_image(path) for path in (first, second, third)]
    np.testing.assert_array_equal(pictures[1], pictures[0])
    np.testing.assert_array_equal(pictures[2], pictures[0])


def test_the_program_in_the_documentation_paints_through_the_api(
    server_process: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    _, url = server_process
    text = resource("docs", "api.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(.+?)```", text, re.DOTALL)
    assert "http://127.0.0.1:7860" in program
    program = program.replace("http://127.0.0.1:7860", url)
    for folder in ("examples/content", "examples/style"):
        (tmp_path / folder).parent.mkdir(exist_ok=True)
        (tmp_path / folder).symlink_to(resource(*folder.split("/")))
    environment = {**clean_environment(), "TMPDIR": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path, env=environment
    )
    *_, told = ended.stdout.splitlines()
    assert told.startswith("The PNG is at ")
    assert load_image(told.removeprefix("The PNG is at ")).std() > 20


def test_a_photo_is_painted_live_and_the_server_ends_promptly_while_it_paints(
    server_process: tuple[subprocess.Popen[bytes], str], browser: Browser, tmp_path: Path
) -> None:
    process, url = server_process
    with visit(browser, url, accept_downloads=True) as page:
        page.set_default_timeout(3 * TIMEOUT_MS)  # TensorFlow is still being loaded
        choose(page, str(CUP), {NIGHT: 70, MOSAIC: 30})
        set_number(page, "side", 160)
        page.click("#paint")
        assert len(previews(page, 4)) == 4
        page.click("#stop")
        expect(page.locator("#status")).to_contain_text("the best picture so far")
        unfold(page, texts().details_heading)
        expect(page.locator("#details")).to_contain_text("Painted with VGG-16 (ImageNet)")
        download(page, "#download", tmp_path).rename(tmp_path / "result.png")
        unfold(page, texts().timelapse_heading)
        download(page, "#mp4", tmp_path).rename(tmp_path / "film.mp4")

    job = Client(url, verbose=False).submit(handle_file(CUP), [handle_file(CUP)], api_name="/stylize")
    wait_until(lambda: len(job.outputs()) > 2)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0

    result = load_image(tmp_path / "result.png")
    content = resize(load_image(CUP), *result.shape[:2])
    assert result.shape == (107, 160, 3)
    assert result.std() > 20  # not a constant
    assert np.abs(result - content).mean() > 10  # not the photo
    with av.open(str(tmp_path / "film.mp4")) as film:
        iterates = [iterate.to_ndarray(format="rgb24") for iterate in film.decode(video=0)]
    assert len({iterate.tobytes() for iterate in iterates}) > 10
    error, change = (np.abs(iterates[-1] - resize(each, *iterates[-1].shape[:2])).mean() for each in (result, content))
    assert error < min(10, 0.25 * change)  # what the film's compression takes of fine strokes
    recipe = json.loads(read_recipe(tmp_path / "result.png") or "")
    assert [style["share"] for style in recipe["styles"]] == [70, 30]

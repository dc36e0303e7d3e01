"""Several photos as one job."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, visit
from tests.ui.conftest import Server, download, picture_file

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"


def put_in(page: Page, paths: list[str]) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#several")
    chooser.value.set_files(paths)


def test_several_photos_become_several_pictures_and_one_file(server: Server, browser: Browser, tmp_path: Path) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 5, 0.1
    photos = [picture_file(tmp_path / f"{name}.png", seed, height=90 + seed) for seed, name in enumerate("abc")]
    broken = tmp_path / "broken.png"
    broken.write_text("no picture")
    with visit(browser, server.url, accept_downloads=True) as page:
        page.wait_for_selector("#estimate p")
        page.click(f'.card[data-key="{NIGHT}"]')
        put_in(page, [*photos, str(broken)])
        expect(page.locator("#paint-all")).to_have_text(re.compile(r"Paint all 4 photos, about \d+ s"))
        page.click("#paint-all")
        expect(page.locator("#status")).to_contain_text(texts().status_place.format(number=2, all=4))
        expect(page.locator("#paint")).to_be_visible()
        expect(page.locator(".strip-result")).to_have_count(3)
        expect(page.locator("#status")).to_contain_text("broken.png")
        with zipfile.ZipFile(download(page, "#archive", tmp_path)) as archive:
            assert archive.namelist() == [f"0{index}-{name}-{NIGHT}.png" for index, name in enumerate("abc", start=1)]
    assert [request.content.shape[0] for request in server.stylizer.requests] == [90, 91, 92]


def test_an_album_goes_on_after_a_reload_and_stops_where_it_is_asked_to(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 20, 0.1
    photos = [picture_file(tmp_path / f"{name}.png", seed) for seed, name in enumerate("abcdef")]
    with visit(browser, server.url, tolerated="AbortError|Connection") as page:
        choose(page, photo, {NIGHT: 50})
        put_in(page, photos)
        page.click("#paint-all")
        expect(page.locator("#status")).to_contain_text(texts().status_place.format(number=2, all=6))
        page.reload()
        expect(page.locator("#status")).to_contain_text("of 6")
        page.click("#stop")
        expect(page.locator("#paint")).to_be_visible()
        expect(page.locator("#download")).to_be_visible()
    assert len(server.stylizer.requests) < 6

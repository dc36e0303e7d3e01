"""The page in a real browser, over a stylizer that only pretends to paint."""

import re
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from neural_style.images.load import load_image
from neural_style.images.samples import Samples
from neural_style.images.srgb import image_of
from neural_style.presets import PRESETS
from neural_style.record.recipe import load_recipe
from neural_style.resources import resource
from neural_style.service.messages import messages
from neural_style.service.orders import APP_SETTINGS
from neural_style.settings import ROWS, with_changes
from neural_style.strength import at_strength, settings_at
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, add_painting, choose, previews, set_number, set_slider, unfold, visit
from tests.hard_inputs import hard_inputs
from tests.ui.conftest import NETWORK, Server, download, picture_file, serving, wait_until

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE, SUN = "starry_night_van_gogh", "great_wave_hokusai", "the_sun_munch"


def told(page: Page, sentence: str) -> str:
    """Wait for a message that says so. Returns all that the page has told by then."""
    return page.locator(".toast-body", has_text=sentence).inner_text()


def test_a_photo_and_two_paintings_become_a_watched_picture_that_stop_keeps(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.delay_s = 0.2
    with visit(browser, server.url, accept_downloads=True) as page:
        choose(page, photo, {NIGHT: 70, WAVE: 30})
        expect(page.locator(".mix-value.share")).to_have_text(["70 %", "30 %"])
        page.click("#paint")
        assert len(previews(page, 3)) == 3
        progress = re.compile(rf"Step \d+ of at most {APP_SETTINGS.iterations} · about \d+ s left")
        expect(page.locator("#status")).to_contain_text(progress)
        expect(page.locator("#paint")).to_be_hidden()
        page.click("#stop")
        expect(page.locator("#status")).to_contain_text("the best picture so far")
        expect(page.locator("#paint")).to_be_visible()
        result = download(page, "#download", tmp_path)
    assert result.name == f"my_photo-{NIGHT}-{WAVE}.png"
    assert load_image(result).shape == (120, 160, 3)
    assert [style.title for style in load_recipe(result).styles] == [NIGHT, WAVE]
    assert server.stylizer.requests[0].shares == (0.7, 0.3)
    assert server.stylizer.closed == 1
    assert server.stylizer.steps_done < APP_SETTINGS.iterations


def test_a_run_to_its_end_shows_the_very_result(server: Server, browser: Browser, photo: str, tmp_path: Path) -> None:
    server.stylizer.steps = 10
    with visit(browser, server.url, accept_downloads=True) as page:
        choose(page, photo, {NIGHT: 50})
        set_number(page, "side", 128)
        page.get_by_label(ROWS["effort"].title("best"), exact=True).check()
        page.get_by_label(PRESETS["bold"].label, exact=True).check()
        expect(page.locator("#look")).to_contain_text(PRESETS["bold"].purpose)
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished after 10 steps")
        unfold(page, texts().details_heading)
        expect(page.locator("#network")).to_have_text(f"Network: {NETWORK.title}.")
        result = load_image(download(page, "#download", tmp_path))
    request = server.stylizer.requests[0]
    assert request.settings == replace(PRESETS["bold"].settings, longest_side_px=128, effort="best")
    np.testing.assert_array_equal(result, list(server.stylizer(request))[-1].result())


def test_example_photos_and_own_paintings_can_be_chosen(server: Server, browser: Browser, tmp_path: Path) -> None:
    own = picture_file(tmp_path / "<b>my & ${painting}.png", seed=3)
    with visit(browser, server.url) as page:
        page.click('.photo[data-key="red_panda"]')
        page.wait_for_selector("#photo img")
        add_painting(page, own)
        expect(page.locator('.card[aria-pressed="true"] .card-title')).to_have_text("<b>my & ${painting}.png")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    request = server.stylizer.requests[0]
    assert request.content.shape == (576, 1024, 3)
    np.testing.assert_array_equal(request.styles[0].image, load_image(own))


def test_from_putting_it_in_to_the_engine_each_picture_is_decoded_once(
    server: Server, browser: Browser, photo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[tuple[int, int]] = []

    def counted(samples: Samples) -> np.ndarray:
        sizes.append(samples.levels.shape[1::-1])
        return image_of(samples)

    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        monkeypatch.setattr("neural_style.images.load.image_of", counted)
        choose(page, photo, {})
        for width in (140, 150):
            add_painting(page, picture_file(tmp_path / f"{width}.png", seed=width, width=width))
            expect(page.locator(f".card-title:text-is('{width}.png')")).to_be_visible()
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    assert sorted(sizes) == [(140, 120), (150, 120), (160, 120)]
    request = server.stylizer.requests[0]
    np.testing.assert_array_equal(request.content, load_image(photo))
    np.testing.assert_array_equal(request.styles[1].image, load_image(tmp_path / "150.png"))


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("photo.heic", "IMG_1.HEIC"),
        ("rgb.tif", "rgb.tif"),
        ("photo.heic", "IMG_2.jpg"),
        ("photo.heic", f"{'写' * 60}.heic"),
    ],
)
def test_a_photo_that_browsers_cannot_show_is_shown(
    server: Server, browser: Browser, tmp_path: Path, name: str, called: str
) -> None:
    wanted = hard_inputs()[name]
    (tmp_path / called).write_bytes(wanted.content)
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, str(tmp_path / called), {NIGHT: 50})
        page.wait_for_function("document.querySelector('#photo img')?.naturalWidth === 64")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    assert wanted.picture is not None
    assert np.abs(server.stylizer.requests[0].content - wanted.picture).mean() <= wanted.tolerance + 0.5


_PICTURE_FILE = """bytes => {
    const file = new File([new Uint8Array(bytes)], "given.png", { type: "image/png" });
    const transfer = new DataTransfer();
    transfer.items.add(file);
    return transfer;
}"""


_NO_CLIPBOARD = "Object.defineProperty(Navigator.prototype, 'clipboard', { value: undefined })"


@pytest.mark.parametrize("script", ["", _NO_CLIPBOARD])
def test_a_clipboard_that_cannot_be_read_is_said(server: Server, browser: Browser, script: str) -> None:
    with visit(browser, server.url, script=script, permissions=[]) as page:
        page.locator("#photo").get_by_label("Paste from clipboard").click()
        expect(page.locator("#photo-note")).to_contain_text(texts().photo_paste)


@pytest.mark.parametrize("way", ["drop", "paste", "press Paste"])
def test_a_photo_may_be_dropped_or_pasted(server: Server, browser: Browser, photo: str, way: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        transfer = page.evaluate_handle(_PICTURE_FILE, list(Path(photo).read_bytes()))
        if way == "drop":
            for kind in ("dragenter", "dragover", "drop"):
                page.locator("#photo button").first.dispatch_event(kind, {"dataTransfer": transfer})
        elif way == "paste":
            page.evaluate(
                """transfer => document.body.dispatchEvent(
                    new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true })
                )""",
                transfer,
            )
        else:
            page.evaluate(
                "transfer => navigator.clipboard.write([new ClipboardItem({ 'image/png': transfer.files[0] })])",
                transfer,
            )
            page.locator("#photo").get_by_label("Paste from clipboard").click()
        page.wait_for_selector("#photo img")
        page.click(f'.card[data-key="{NIGHT}"]')
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    assert np.abs(server.stylizer.requests[0].content - load_image(photo)).max() < 1


def test_of_two_dropped_photos_the_first_is_taken_and_that_is_said(
    server: Server, browser: Browser, photo: str
) -> None:
    with visit(browser, server.url) as page:
        transfer = page.evaluate_handle(
            """bytes => {
                const transfer = new DataTransfer();
                for (const name of ["first.png", "second.png"]) {
                    transfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
                }
                return transfer;
            }""",
            list(Path(photo).read_bytes()),
        )
        for kind in ("dragenter", "dragover", "drop"):
            page.locator("#photo button").first.dispatch_event(kind, {"dataTransfer": transfer})
        page.wait_for_selector("#photo img")
        expect(page.locator("#photo-note")).to_contain_text(texts().photo_one.format(name="first.png", count=2))


def test_paintings_may_be_dropped_on_the_gallery(server: Server, browser: Browser, photo: str) -> None:
    with visit(browser, server.url) as page:
        transfer = page.evaluate_handle(_PICTURE_FILE, list(Path(photo).read_bytes()))
        for kind in ("dragenter", "dragover", "drop"):
            page.locator("#paintings .gallery").dispatch_event(kind, {"dataTransfer": transfer})
        expect(page.locator(".mix-row")).to_have_count(1)
        expect(page.locator('.card[aria-pressed="true"] .card-title')).to_have_text("given.png")


def test_the_parts_of_the_paintings_add_up_to_a_hundred_percent(server: Server, browser: Browser, photo: str) -> None:
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50, WAVE: 25, SUN: 5})
        for shares in ({NIGHT: 33, WAVE: 33, SUN: 33}, {NIGHT: 1, WAVE: 1, SUN: 100}, {NIGHT: 50, WAVE: 25, SUN: 5}):
            for key, share in shares.items():
                page.locator(f'.mix input.share[data-key="{key}"]').fill(str(share))
            said = page.locator(".mix-value.share").all_inner_texts()
            assert sum(int(text.removesuffix(" %")) for text in said) == 100


def test_a_photo_may_be_taken_with_the_camera(server: Server, browser: Browser) -> None:
    server.stylizer.steps = 2
    gradios = "404|^Response$"  # Gradio asks how far an upload without a name is
    with visit(browser, server.url, permissions=["camera"], tolerated=gradios) as page:
        page.locator("#photo").get_by_label("Capture from camera").click()
        page.locator("#photo button", has_text="Click to Access Webcam").click()
        page.wait_for_function("document.querySelector('#photo video')?.currentTime > 0.2")
        page.locator("#photo").get_by_label("capture photo").click()
        page.wait_for_selector("#photo img")
        page.click(f'.card[data-key="{NIGHT}"]')
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    assert server.stylizer.requests[0].content.std() > 10  # Chromium's picture is green, with a pie in it


def test_what_is_wrong_with_a_photo_is_told_beside_it_at_once(server: Server, browser: Browser, photo: str) -> None:
    files, note = Path(photo).parent, "#photo-note"
    (files / "broken.jpg").write_bytes(resource("examples", "content", "coffee_cup.jpg").read_bytes()[:2000])
    (files / "dance.gif").write_bytes(hard_inputs()["animated.gif"].content)
    with visit(browser, server.url, tolerated="broken") as page:
        remove = page.locator("#photo").get_by_label("Remove Image")
        expect(page.locator(note)).to_be_hidden()
        page.set_input_files("#photo input[type=file]", files / "broken.jpg")
        expect(page.locator(f"{note} [role=alert]")).to_contain_text("broken.jpg cannot be read as a picture")
        page.click("#photos .photo >> nth=0")
        expect(page.locator(note)).to_be_hidden()
        remove.click()
        page.set_input_files("#photo input[type=file]", files / "dance.gif")
        expect(page.locator(f"{note} [role=status]")).to_contain_text("the first one is used")
        remove.click()
        expect(page.locator(note)).to_be_hidden()


def test_a_painting_that_cannot_be_read_is_told_and_the_others_are_shown(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    (tmp_path / "notes.png").write_text("not a picture")
    with visit(browser, server.url) as page:
        with page.expect_file_chooser() as chooser:
            page.click("#upload")
        chooser.value.set_files([str(tmp_path / "notes.png"), photo])
        expect(page.locator("#upload-note [role=alert]")).to_contain_text(
            "notes.png is a file of an unknown kind, not a picture"
        )
        expect(page.locator(".mix-row")).to_have_count(1)
        add_painting(page, photo)
        expect(page.locator(".mix-row")).to_have_count(2)
        expect(page.locator("#upload-note")).to_be_hidden()


def test_two_visitors_at_once_get_each_their_own_picture(server: Server, browser: Browser, tmp_path: Path) -> None:
    server.stylizer.delay_s, server.stylizer.steps = 0.05, 30
    first_photo = picture_file(tmp_path / "first.png", seed=4, height=90)
    second_photo = picture_file(tmp_path / "second.png", seed=5, height=110)
    with (
        visit(browser, server.url, accept_downloads=True) as first,
        visit(browser, server.url, accept_downloads=True) as second,
    ):
        for page, photo, painting in ((first, first_photo, NIGHT), (second, second_photo, WAVE)):
            choose(page, photo, {painting: 50})
            page.click("#paint")
        for page in (first, second):
            expect(page.locator("#status")).to_contain_text("Finished")
        results = [load_image(download(page, "#download", tmp_path)) for page in (first, second)]
    assert [result.shape[0] for result in results] == [90, 110]


def test_a_job_that_waits_can_be_cancelled_and_clicks_do_not_wait_behind_a_painting(
    browser: Browser, photo: str
) -> None:
    with serving() as server, visit(browser, server.url) as painting:
        server.stylizer.delay_s, server.stylizer.steps = 0.2, 1000
        choose(painting, photo, {NIGHT: 50})
        painting.click("#paint")
        previews(painting, 1)
        with visit(browser, server.url) as waiting:
            waiting.click('.photo[data-key="red_panda"]')
            waiting.wait_for_selector("#photo img")
            waiting.click(f'.card[data-key="{WAVE}"]')
            waiting.click("#paint")
            expect(waiting.locator("#status")).to_contain_text(texts().status_next)
            waiting.wait_for_timeout(500)
            waiting.click("#leave")
            expect(waiting.locator("#status")).to_contain_text(messages().status_left_queue)
            expect(waiting.locator("#paint")).to_be_visible()
        painting.click("#stop")
        expect(painting.locator("#status")).to_contain_text("the best picture so far")
        assert len(server.stylizer.requests) == 1


def test_what_is_missing_or_unreadable_is_said_in_a_sentence(server: Server, browser: Browser, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"this is not a picture")
    with visit(browser, server.url, tolerated="422") as page:
        page.wait_for_selector("#estimate p")  # what the page asks for when it is opened is answered
        page.click("#paint")
        expect(page.locator("#photo")).to_contain_text(messages().no_photo)
        expect(page.locator("#paintings")).to_contain_text(messages().no_painting)
        page.click('.photo[data-key="red_panda"]')
        page.wait_for_selector("#photo img")
        page.click("#paint")
        expect(page.locator("#photo")).not_to_contain_text(messages().no_photo)
        expect(page.locator("#paintings")).to_contain_text(messages().no_painting)
        add_painting(page, str(broken))
        expect(page.locator("#upload-note")).to_contain_text("broken.png")
        expect(page.locator("#paint")).to_be_visible()
    assert server.stylizer.requests == []


def test_a_bug_is_shown_as_an_id_and_logged_with_it(
    server: Server, browser: Browser, photo: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.stylizer.delay_s = cast(float, "no number")
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        sentence = told(page, "Something went wrong")
        expect(page.locator("#paint")).to_be_visible()
        expect(page.locator("#status")).to_have_text(texts().status_failed)
    error_id = re.search(r"under ([0-9a-f]{8})", sentence)
    assert error_id
    assert f"Unexpected error {error_id[1]}" in caplog.text


def test_of_three_paintings_one_is_taken_off_and_the_others_keep_their_share_and_brush(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 60, WAVE: 30, SUN: 10})
        expect(page.locator(".mix-value.share")).to_have_text(["60 %", "30 %", "10 %"])
        page.locator(f'.mix input.scale[data-key="{NIGHT}"]').fill("2")
        page.locator(f'.mix-row[data-key="{WAVE}"] .mix-remove').click()
        expect(page.locator(".mix-row")).to_have_count(2)
        expect(page.locator(".mix-value.share")).to_have_text(["86 %", "14 %"])
        expect(page.locator(".mix-value.scale")).to_have_text(["× 2", "× 1"])
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    request = server.stylizer.requests[0]
    assert [(style.title, style.share, style.scale) for style in request.styles] == [(NIGHT, 60, 2.0), (SUN, 10, 1.0)]


def test_seven_paintings_at_once(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {})
        for card in page.locator(".card").all()[:7]:
            card.click()
        expect(page.locator(".mix-value.share")).to_have_text(["15 %"] * 2 + ["14 %"] * 5)
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    assert len(server.stylizer.requests[0].styles) == 7


def test_a_setting_in_advanced_is_used_until_it_is_reset(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        unfold(page, texts().advanced_heading)
        for field, value in (("weights-wasserstein", "1234"), ("seed", "7")):
            page.locator(f"#advanced-{field} input").fill(value)
        page.locator("#advanced-iterations").get_by_role("textbox").fill("9")
        page.get_by_label(ROWS["preserve_colors"].label).check()
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
        page.click("#advanced-reset")
        wanted = f"{APP_SETTINGS.weights.wasserstein:g}"
        expect(page.locator("#advanced-weights-wasserstein input")).to_have_value(wanted)
        expect(page.locator("#advanced-iterations").get_by_role("textbox")).to_have_value("")
        page.click("#paint")
        wait_until(lambda: len(server.stylizer.requests) == 2)
        expect(page.locator("#paint")).to_be_visible()
    changed, reset = [request.settings for request in server.stylizer.requests]
    assert reset == APP_SETTINGS
    weights = replace(APP_SETTINGS.weights, wasserstein=1234)
    assert changed == replace(APP_SETTINGS, weights=weights, seed=7, iterations=9, effort=None, preserve_colors=True)


def strength_of_page(page: Page) -> Locator:
    return page.locator("#strength input[type=number]")


def content_weight(page: Page) -> Locator:
    return page.locator("#advanced-weights-content input")


def look(page: Page, name: str) -> Locator:
    return page.get_by_label(PRESETS[name].label, exact=True)


def test_looks_and_strength_move_each_other_and_fill_the_panel(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        unfold(page, texts().advanced_heading)
        page.locator("#advanced-seed input").fill("7")
        set_slider(page, "strength", 0.95)
        expect(look(page, "abstract")).to_be_checked()  # the nearest of those that differ in strength only
        expect(page.locator("#look")).to_contain_text(PRESETS["abstract"].purpose)
        expect(content_weight(page)).to_have_value(f"{settings_at(0.95)['weights.content']:g}")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
        look(page, "print").check()
        expect(strength_of_page(page)).to_have_value("0.4")
        set_slider(page, "strength", 0.1)
        expect(content_weight(page)).to_have_value(f"{settings_at(0.1)['weights.content']:g}")
        expect(look(page, "print")).to_be_checked()
        page.click("#advanced-reset")
        expect(strength_of_page(page)).to_have_value("0.4")
        expect(content_weight(page)).to_have_value(f"{APP_SETTINGS.weights.content:g}")
        page.click("#paint")
        wait_until(lambda: len(server.stylizer.requests) == 2)
        expect(page.locator("#paint")).to_be_visible()
    pulled, reset = [request.settings for request in server.stylizer.requests]
    assert pulled == replace(at_strength(APP_SETTINGS, 0.95), seed=7)
    assert reset == replace(PRESETS["print"].settings, longest_side_px=APP_SETTINGS.longest_side_px)


def test_a_setting_of_the_strength_that_is_changed_in_advanced_wins_until_the_strength_is_moved(
    server: Server, browser: Browser, photo: str
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        unfold(page, texts().advanced_heading)
        set_slider(page, "strength", 0.2)
        expect(content_weight(page)).to_have_value(f"{settings_at(0.2)['weights.content']:g}")
        content_weight(page).fill("9")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
        set_slider(page, "strength", 0.25)
        expect(content_weight(page)).to_have_value(f"{settings_at(0.25)['weights.content']:g}")
    assert server.stylizer.requests[0].settings == with_changes(at_strength(APP_SETTINGS, 0.2), {"weights.content": 9})


@pytest.mark.parametrize("strength", [None, 0.55])
def test_what_is_chosen_is_painted_though_the_panel_has_not_been_filled(
    server: Server, browser: Browser, photo: str, strength: float | None
) -> None:
    server.stylizer.steps = 2
    held: list[Route] = []
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        page.wait_for_selector("#estimate p")  # what the page asks for when it is opened is answered
        unfold(page, texts().advanced_heading)
        page.route("**/run/predict*", lambda route: held.append(route))
        look(page, "bold").check()
        expect(strength_of_page(page)).to_have_value("0.7")  # needs no answer
        if strength is not None:
            set_slider(page, "strength", strength)
        page.click("#paint")
        wait_until(lambda: len(server.stylizer.requests) == 1)
        expect(content_weight(page)).to_have_value(f"{APP_SETTINGS.weights.content:g}")
        assert held
        page.unroute("**/run/predict*")  # lets go on what was held
        expected = at_strength(APP_SETTINGS, strength or 0.7)
        expect(content_weight(page)).to_have_value(f"{expected.weights.content:g}")
        expect(page.locator("#paint")).to_be_visible()
    assert server.stylizer.requests[0].settings == expected


def test_a_start_picture_goes_with_the_start_picture(
    server: Server, browser: Browser, photo: str, tmp_path: Path
) -> None:
    server.stylizer.steps = 2
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        unfold(page, texts().advanced_heading)
        page.locator("#advanced-start input").click()
        page.get_by_role("option", name=ROWS["start"].title("image"), exact=True).click()
        page.click("#paint")
        told(page, messages().no_start_picture)
        page.set_input_files("#start-picture input[type=file]", picture_file(tmp_path / "start.png", seed=9))
        page.wait_for_selector("#start-picture img")
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text("Finished")
    assert server.stylizer.requests[0].initial is not None


def test_the_chart_grows_while_it_paints(server: Server, browser: Browser, photo: str) -> None:
    server.stylizer.steps, server.stylizer.delay_s = 30, 0.05
    with visit(browser, server.url) as page:
        choose(page, photo, {NIGHT: 50})
        unfold(page, texts().details_heading)
        page.click("#paint")
        points = "() => document.querySelector('.losses .total')?.getAttribute('points').split(' ').length ?? 0"
        page.wait_for_function(f"() => ({points})() >= 5")
        page.wait_for_function(f"() => ({points})() >= 25")
        expect(page.locator(".losses polyline")).to_have_count(4)


def test_everything_to_press_has_a_name(server: Server, browser: Browser) -> None:
    with visit(browser, server.url) as page:
        page.click(f'.card[data-key="{NIGHT}"]')
        page.click(f'.card[data-key="{WAVE}"]')
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('main button, main input:not([type=file])')]
            .filter(node => node.checkVisibility() && !(node.textContent.trim() || node.ariaLabel || node.title
                || node.labels?.length || node.querySelector('img[alt]')?.alt))
            .map(node => node.outerHTML.slice(0, 200))"""
        )
        assert nameless == []
        assert page.locator("h1").inner_text() == "Neural Style"

"""Looking closely at a picture and comparing it in a real browser, with a mouse, with fingers and with the keyboard."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Locator, Page, expect

from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, previews, set_slider, visit
from tests.ui.conftest import Server, picture_file, serving
from tests.ui.test_accessible_page import barriers

pytestmark = pytest.mark.browser
expect.set_options(timeout=TIMEOUT_MS)

NIGHT, WAVE = "starry_night_van_gogh", "great_wave_hokusai"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "reduced_motion": "reduce",
}
WIDTH, HEIGHT = 1600, 1200


@dataclass(frozen=True)
class Painted:
    """A server, and the storage of a browser that has painted two pictures of the same size there."""

    server: Server
    storage: Any


@pytest.fixture(scope="module")
def painted(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Painted]:
    photo = picture_file(tmp_path_factory.mktemp("photo") / "photo.png", 1, HEIGHT, WIDTH)
    with serving(side_limit_px=WIDTH) as server:
        server.stylizer.steps = 2
        with visit(browser, server.url, **DESKTOP) as page:
            set_slider(page, "side", WIDTH)
            choose(page, photo, {NIGHT: 50})
            page.click("#paint")
            expect(page.locator("#download")).to_be_visible()
            page.click(f'.card[data-key="{NIGHT}"]')
            page.click(f'.card[data-key="{WAVE}"]')
            page.click("#paint")
            expect(page.locator(".strip-result")).to_have_count(2)
            storage = page.context.storage_state()
        yield Painted(server, storage)


@contextmanager
def looking(painted: Painted, browser: Browser, **context: Any) -> Iterator[Page]:
    """Open the page of the browser that has painted, with its second picture shown; other tests may have added more."""
    painted.server.stylizer.__init__()
    with visit(browser, painted.server.url, storage_state=painted.storage, **context) as page:
        second = page.locator(".strip-card:nth-last-child(2) .strip-result")
        second.click()
        expect(second).to_have_attribute("aria-pressed", "true")
        for name, image in ((WAVE, ".after"), ("before", ".before")):
            page.wait_for_function(
                "([name, image]) => (({ src, naturalWidth }) => src.includes(name) && naturalWidth === 1600)"
                "(document.querySelector(`#viewer ${image}`))",
                arg=[name, image],
            )
        page.locator("#viewer .frame").evaluate(
            "frame => frame.scrollIntoView({ block: 'center', behavior: 'instant' })"
        )
        yield page


def compare_with_first(page: Page) -> Locator:
    return page.locator(".strip-compare").last


def viewer(page: Page) -> Locator:
    return page.locator("#viewer .viewer")


def box_of(page: Page, selector: str = ".after") -> dict[str, float]:
    """Return where a part of the viewer lies, as the browser has painted it."""
    return page.locator(f"#viewer {selector}").evaluate(
        "node => { const { x, y, width, height } = node.getBoundingClientRect(); return { x, y, width, height }; }"
    )


def zoom_of(page: Page) -> float:
    """Return the size of the picture, in that of the whole picture in its pane."""
    picture, pane = box_of(page), box_of(page, ".after-pane")
    return picture["width"] / min(pane["width"], pane["height"] * picture["width"] / picture["height"])


def place_of(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return the point of the picture, from 0 to 1, that lies at that point of the window."""
    box = box_of(page)
    return (x - box["x"]) / box["width"], (y - box["y"]) / box["height"]


def in_pane(page: Page, right: float, down: float, pane: str = ".after-pane") -> tuple[float, float]:
    """Return the point of the window at these parts of the pane's width and height."""
    box = box_of(page, pane)
    return box["x"] + right * box["width"], box["y"] + down * box["height"]


def cut_of(page: Page) -> float:
    return viewer(page).evaluate("figure => parseFloat(figure.style.getPropertyValue('--cut'))")


def fits(page: Page) -> bool:
    return zoom_of(page) == pytest.approx(1, abs=0.01)


def is_actual(page: Page) -> bool:
    """Return whether a pixel of the picture has one of the screen."""
    return box_of(page)["width"] * page.evaluate("devicePixelRatio") == pytest.approx(WIDTH, abs=1)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


class Fingers:
    """Fingers on the screen, as the browser's own protocol sends them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.session: CDPSession = page.context.new_cdp_session(page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def move(self, *ways: tuple[tuple[float, float], tuple[float, float]], steps: int = 8) -> None:
        """Move one finger along each way, all at once."""
        self.send("touchStart", *(start for start, _ in ways))
        for step in range(1, steps + 1):
            part = step / steps
            self.send("touchMove", *((a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])) for a, b in ways))
            self.page.wait_for_timeout(16)
        self.send("touchEnd")

    def spread(self, middle: tuple[float, float], before: float, after: float) -> None:
        """Move two fingers beside a point from one distance to another."""
        x, y = middle
        self.move(*(((x + side * before / 2, y), (x + side * after / 2, y)) for side in (-1, 1)))

    def double_tap(self, point: tuple[float, float]) -> None:
        for _ in range(2):
            self.send("touchStart", point)
            self.send("touchEnd")


@pytest.mark.parametrize("device_scale_factor", [1, 2])
def test_a_double_click_shows_the_pictures_own_pixels_and_another_one_all_of_it(
    painted: Painted, browser: Browser, device_scale_factor: float
) -> None:
    small = {**DESKTOP, "viewport": {"width": 760, "height": 800}, "device_scale_factor": device_scale_factor}
    with looking(painted, browser, **small) as page:
        assert fits(page)
        point = in_pane(page, 0.3, 0.6)
        there = place_of(page, *point)
        page.mouse.dblclick(*point)
        assert is_actual(page)
        assert place_of(page, *point) == pytest.approx(there, abs=0.002)
        assert cut_of(page) == 0  # a click does not move the line
        expect(page.locator("#viewer .zoom")).to_have_text("100 %")
        page.mouse.dblclick(*point)
        assert fits(page)


def test_a_double_click_enlarges_a_picture_that_100_percent_would_not(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **{**DESKTOP, "device_scale_factor": 4}) as page:
        page.mouse.dblclick(*in_pane(page, 0.5, 0.5))
        assert zoom_of(page) == pytest.approx(2, abs=0.01)
        page.mouse.dblclick(*in_pane(page, 0.5, 0.5))
        page.click('#viewer [data-does="actual"]')
        assert is_actual(page)
        assert zoom_of(page) < 1
        page.click('#viewer [data-does="actual"]')
        assert fits(page)


SCROLLED = "(scrollY + document.querySelector('#run').scrollTop)"
"""How far the page is scrolled, or the column of the picture where that is higher than the window."""


def test_the_wheel_zooms_at_the_pointer_and_scrolls_the_page_over_a_whole_picture(
    painted: Painted, browser: Browser
) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        before = page.evaluate(SCROLLED)
        page.mouse.move(*in_pane(page, 0.25, 0.3))
        page.mouse.wheel(0, -60 if before else 60)
        page.wait_for_function(f"before => {SCROLLED} !== before", arg=before)
        assert fits(page)
        point = in_pane(page, 0.25, 0.6)
        page.mouse.move(*point)
        there, scrolled = place_of(page, *point), page.evaluate(SCROLLED)
        page.keyboard.down("Control")
        page.mouse.wheel(0, -100)
        page.keyboard.up("Control")
        page.wait_for_function("() => document.querySelector('#viewer .zoomed')")
        with_key = zoom_of(page)
        page.mouse.wheel(0, -100)
        page.wait_for_timeout(200)
        assert zoom_of(page) > 1.1 * with_key > 1.1
        assert place_of(page, *point) == pytest.approx(there, abs=0.002)
        assert page.evaluate(SCROLLED) == scrolled
        for _ in range(8):
            page.mouse.wheel(0, 100)
        page.wait_for_timeout(200)
        assert fits(page)
        assert page.evaluate(SCROLLED) == scrolled  # the turn that has zoomed does not go on to scroll


def test_a_drag_moves_a_zoomed_picture_as_far_as_its_edge_and_the_handle_the_line(
    painted: Painted, browser: Browser
) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        drag(page, in_pane(page, 0.1, 0.5), in_pane(page, 0.4, 0.5))
        assert cut_of(page) == pytest.approx(40, abs=1)
        page.mouse.dblclick(*in_pane(page, 0.5, 0.5))
        start, end = in_pane(page, 0.7, 0.5), in_pane(page, 0.65, 0.55)
        there = place_of(page, *start)
        drag(page, start, end)
        assert place_of(page, *end) == pytest.approx(there, abs=0.002)
        assert cut_of(page) == pytest.approx(40, abs=1)
        before = box_of(page)
        drag(page, in_pane(page, 0.4, 0.5), in_pane(page, 0.6, 0.5))
        assert cut_of(page) == pytest.approx(60, abs=1)
        assert box_of(page) == before
        for _ in range(4):
            drag(page, in_pane(page, 0.1, 0.1), in_pane(page, 0.55, 0.9))
        pane, picture = box_of(page, ".after-pane"), box_of(page)
        assert (picture["x"], picture["y"]) == pytest.approx((pane["x"], pane["y"]), abs=0.5)


def test_picture_and_photo_stay_in_step(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        transforms = (
            "() => [...document.querySelectorAll('#viewer .pane img')].map(each => getComputedStyle(each).transform)"
        )
        for key in ("z", "+", "+", "-"):
            page.locator("#viewer .frame").press(key)
            after, before = page.evaluate(transforms)
            assert after == before
            assert after != "none"
            assert box_of(page) == box_of(page, ".before")


def test_all_of_it_works_with_the_keyboard_alone(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        frame = page.locator("#viewer .frame")
        frame.focus()
        page.keyboard.press("z")
        assert is_actual(page)
        before = box_of(page)
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
        moved = box_of(page)
        assert moved["x"] < before["x"]
        assert moved["y"] < before["y"]
        page.keyboard.press("+")
        assert box_of(page)["width"] > before["width"]
        page.keyboard.press("-")
        assert is_actual(page)
        page.keyboard.press("0")
        assert fits(page)
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
        assert cut_of(page) == 1
        page.keyboard.press("z")
        assert is_actual(page)
        page.keyboard.press("Z")
        assert fits(page)
        for name in (texts().side_by_side, *(name for _, name in texts().zoom_buttons.values()), texts().full_screen):
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.getAttribute('aria-label')") == name


def test_line_and_zoom_stay_while_previews_come_and_when_a_result_of_the_same_shape_is_chosen(
    painted: Painted, browser: Browser
) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        drag(page, in_pane(page, 0.1, 0.5), in_pane(page, 0.4, 0.5))
        page.mouse.dblclick(*in_pane(page, 0.3, 0.3))
        kept = place_of(page, *in_pane(page, 0.5, 0.5)), zoom_of(page)
        picture = page.locator("#viewer .after").get_attribute("src")
        page.locator(".strip-result").last.click()
        expect(page.locator("#viewer .after")).not_to_have_attribute("src", str(picture))
        expect(page.locator(".strip-result").last).to_have_attribute("aria-pressed", "true")
        page.wait_for_timeout(300)
        assert (place_of(page, *in_pane(page, 0.5, 0.5)), zoom_of(page)) == (
            pytest.approx(kept[0], abs=0.002),
            pytest.approx(kept[1]),
        )
        assert cut_of(page) == pytest.approx(40, abs=1)
        page.locator(".strip-card:nth-last-child(2) .strip-compare").click()
        painted.server.stylizer.delay_s, painted.server.stylizer.steps = 0.5, 30
        page.click("#another")
        previews(page, 3)
        page.wait_for_timeout(100)
        assert (place_of(page, *in_pane(page, 0.5, 0.5)), zoom_of(page)) == (
            pytest.approx(kept[0], abs=0.01),
            pytest.approx(kept[1]),
        )
        assert cut_of(page) == pytest.approx(40, abs=1)
        expect(page.locator("#viewer .line")).to_be_visible()  # a preview is compared with the chosen result
        page.click("#stop")
        expect(page.locator("#download")).to_be_visible()


def test_a_picture_of_another_shape_is_seen_whole_and_distorts_nothing(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        compare_with_first(page).click()
        page.locator("#viewer .frame").press("z")
        painted.server.stylizer.steps = 2
        page.click('.photo[data-key="astronaut_portrait"]')
        expect(page.locator("#photo img")).to_have_attribute("src", re.compile("astronaut"))
        page.click(f'.card[data-key="{NIGHT}"]')
        page.click("#paint")
        expect(page.locator("#download")).to_be_visible()
        expect(page.locator("#viewer .comparing")).to_be_visible()
        page.wait_for_function("() => document.querySelector('#viewer .after').src.includes('astronaut')")
        pane = box_of(page, ".after-pane")
        assert box_of(page)["height"] == pytest.approx(pane["height"], abs=1)
        expect(page.locator("#viewer .before")).to_have_class(re.compile("another-shape"))


def test_two_results_are_compared_under_the_line_and_side_by_side(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        photo = page.locator("#viewer .before").get_attribute("src")
        other = page.locator(".strip-result").last.get_attribute("aria-label")
        compare = page.get_by_role("button", name=texts().compare_result.format(label=other))
        compare.focus()
        page.keyboard.press("Enter")
        expect(compare).to_have_attribute("aria-pressed", "true")
        expect(page.locator("#viewer .before")).not_to_have_attribute("src", str(photo))
        expect(page.locator("#viewer .compared-with")).to_have_text(f"Compared with: {other}")
        assert cut_of(page) == 50
        page.wait_for_function("width => document.querySelector('#viewer .before').naturalWidth === width", arg=WIDTH)
        page.get_by_role("button", name=texts().side_by_side).click()
        left, right = box_of(page, ".before-pane"), box_of(page, ".after-pane")
        assert left["x"] + left["width"] <= right["x"]
        expect(page.locator("#viewer .line")).to_be_hidden()
        expect(page.locator("#viewer .before-name")).to_have_text(str(other))
        point = in_pane(page, 0.3, 0.4, ".before-pane")
        page.mouse.dblclick(*point)
        panes = [box_of(page, f".{name}-pane") for name in ("before", "after")]
        boxes = [box_of(page, f".{name}") for name in ("before", "after")]
        inside = [(box["x"] - pane["x"], box["y"] - pane["y"]) for box, pane in zip(boxes, panes, strict=True)]
        assert inside[0] == pytest.approx(inside[1], abs=0.1)
        assert is_actual(page)
        page.get_by_role("button", name=texts().compare_words["photo_again"]).click()
        expect(page.locator("#viewer .before")).to_have_attribute("src", str(photo))
        expect(compare).to_have_attribute("aria-pressed", "false")
        page.locator(".strip-result").last.click(modifiers=["Shift"])
        expect(compare).to_have_attribute("aria-pressed", "true")


def test_full_screen_keeps_zoom_line_and_comparison(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **DESKTOP) as page:
        compare_with_first(page).click()
        page.locator("#viewer .frame").press("z")
        page.click('#viewer [data-does="wide"]')
        page.wait_for_function("() => document.fullscreenElement?.classList.contains('viewer')")
        expect(page.locator('#viewer [data-does="wide"]')).to_have_attribute("aria-label", texts().not_full_screen)
        expect(page.locator("#viewer .line")).to_be_visible()
        page.locator("#viewer .frame").press("0")
        page.wait_for_timeout(200)
        assert box_of(page, ".frame")["height"] > 800
        page.mouse.move(*in_pane(page, 0.5, 0.5))
        page.mouse.wheel(0, -100)
        page.wait_for_function("() => document.querySelector('#viewer .zoomed')")
        page.click('#viewer [data-does="beside"]')
        assert box_of(page, ".before-pane")["width"] == pytest.approx(719, abs=2)
        page.click('#viewer [data-does="wide"]')
        page.wait_for_function("() => !document.fullscreenElement")


def test_two_fingers_zoom_and_one_moves_the_zoomed_picture(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **PHONE) as page:
        fingers = Fingers(page)
        middle = in_pane(page, 0.5, 0.5)
        there = place_of(page, *middle)
        fingers.spread(middle, 60, 180)
        assert zoom_of(page) == pytest.approx(3, abs=0.15)
        assert place_of(page, *middle) == pytest.approx(there, abs=0.02)
        assert page.evaluate("visualViewport.scale") == 1
        assert cut_of(page) == 0
        start, end = in_pane(page, 0.7, 0.3), in_pane(page, 0.3, 0.6)
        there, scrolled = place_of(page, *start), page.evaluate("scrollY")
        fingers.move((start, end))
        assert place_of(page, *end) == pytest.approx(there, abs=0.01)
        assert page.evaluate("scrollY") == scrolled
        fingers.spread(middle, 240, 40)
        assert fits(page)


def test_a_double_tap_zooms_and_another_one_fits(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **PHONE) as page:
        fingers, point = Fingers(page), in_pane(page, 0.6, 0.4)
        fingers.double_tap(point)
        page.wait_for_function("() => document.querySelector('#viewer .zoomed')")
        assert is_actual(page)
        page.wait_for_timeout(400)
        fingers.double_tap(point)
        page.wait_for_function("() => !document.querySelector('#viewer .zoomed')")
        assert fits(page)
        assert cut_of(page) == 0


def test_a_swipe_over_the_whole_picture_scrolls_the_page_and_one_across_moves_the_line(
    painted: Painted, browser: Browser
) -> None:
    with looking(painted, browser, **PHONE) as page:
        fingers, scrolled = Fingers(page), page.evaluate("scrollY")
        fingers.move((in_pane(page, 0.5, 0.2), in_pane(page, 0.52, 0.9)))
        page.wait_for_function("before => scrollY < before - 50", arg=scrolled)
        page.wait_for_timeout(500)
        assert cut_of(page) == 0
        fingers.move((in_pane(page, 0.2, 0.5), in_pane(page, 0.6, 0.52)))
        assert cut_of(page) == pytest.approx(60, abs=2)
        assert fits(page)


def test_the_pages_own_pinch_works_beside_the_picture(painted: Painted, browser: Browser) -> None:
    with looking(painted, browser, **PHONE) as page:
        box = page.locator("#status").bounding_box()
        assert box
        Fingers(page).spread((box["x"] + box["width"] / 2, box["y"] + box["height"] / 2), 60, 180)
        page.wait_for_function("() => visualViewport.scale > 1.5")
        assert fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_no_barrier_in_a_comparison(
    painted: Painted, browser: Browser, device: dict[str, Any], scheme: str
) -> None:
    with looking(painted, browser, **device, color_scheme=scheme) as page:
        compare_with_first(page).click()
        assert barriers(page) == []
        page.get_by_role("button", name=texts().side_by_side).click()
        page.click('#viewer [data-does="in"]')
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == device["viewport"]["width"]


def test_who_wants_no_motion_sees_none(painted: Painted, browser: Browser) -> None:
    duration = "() => parseFloat(getComputedStyle(document.querySelector('#viewer .after')).transitionDuration)"
    for motion in ("reduce", "no-preference"):
        with looking(painted, browser, **{**DESKTOP, "reduced_motion": motion}) as page:
            page.click('#viewer [data-does="in"]')
            assert (page.evaluate(duration) > 0) == (motion == "no-preference")

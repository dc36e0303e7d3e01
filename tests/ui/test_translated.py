"""The page in the language of each browser, in a real one."""

import httpx
import pytest
from playwright.sync_api import Browser, expect

from neural_style.languages import LANGUAGES, speaking
from neural_style.service.messages import messages
from neural_style.ui.texts import texts
from tests.browser import TIMEOUT_MS, choose, unfold, visit
from tests.ui.conftest import Server

expect.set_options(timeout=TIMEOUT_MS)

NIGHT = "starry_night_van_gogh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_sent_in_each_language(server: Server, language: str) -> None:
    answer = httpx.get(f"{server.url}config", headers={"accept-language": f"{language}-XX,en;q=0.1"}).json()
    sent = {each["props"].get("elem_id"): each["props"] for each in answer["components"]}
    with speaking(language):
        assert sent["paint"]["value"] == texts().paint
        assert {name: label for label, name in sent["look"]["choices"]} == texts().looks
        assert sent["advanced-weights-content"]["label"] == texts().setting_labels["weights.content"]
        assert texts().viewer_empty in sent["viewer"]["html_template"]
        assert sent["paintings"]["props"]["numbers"][0]["label"] == texts().style_numbers["share"]


def test_two_languages_differ_in_texts_only(server: Server) -> None:
    def sent(language: str) -> list[dict[str, object]]:
        answer = httpx.get(f"{server.url}config", headers={"accept-language": language}).json()
        return [
            {"id": each["id"], "type": each["type"], "names": sorted(each["props"])} for each in answer["components"]
        ]

    assert sent("en") == sent("de")


@pytest.mark.browser
@pytest.mark.parametrize(("locale", "language"), [("de-CH", "de"), ("ja-JP", "ja"), ("pl-PL", "en")])
def test_a_visitor_is_spoken_to_in_the_language_of_the_browser(
    server: Server, browser: Browser, photo: str, locale: str, language: str
) -> None:
    server.stylizer.steps = 3
    with visit(browser, server.url, locale=locale, tolerated="422") as page, speaking(language):
        page.wait_for_selector("#estimate p")
        assert page.evaluate("document.documentElement.lang") == language
        expect(page.locator("#paint")).to_have_text(texts().paint)
        expect(page.locator("#header p")).to_have_text(texts().subtitle)
        page.click("#paint")
        expect(page.locator("#photo")).to_contain_text(messages().no_photo)
        choose(page, photo, {NIGHT: 50})
        page.click("#paint")
        expect(page.locator("#status")).to_contain_text(texts().status_finished.split("{")[0])
        expect(page.locator("#download")).to_contain_text(texts().download_sized.split("{")[0])
        unfold(page, texts().advanced_heading)
        page.get_by_label(texts().looks["bold"], exact=True).check()
        expect(page.locator("#look")).to_contain_text(texts().purposes["bold"])
        low = page.locator("#strength .min_value").evaluate("each => getComputedStyle(each, '::before').content")
        assert low == f'"{texts().strength_ends[0]}"'

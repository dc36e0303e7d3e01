"""What a browser and a link preview are told of the page, and visitors who leave in the middle."""

import logging
import re
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from neural_style.languages import speaking
from neural_style.ui.front import introduced
from tests.ui.conftest import Server, serving, wait_until

GRADIOS = """<!doctype html>
<html
  lang="en"
  style="margin: 0;"
><head>
<meta property="og:title" content="Gradio" />
<meta
  property="og:image"
  content="https://example.org/gradio.jpg"
/>
<meta name="twitter:creator" content="@Gradio" />
<meta name="viewport" content="width=device-width" />
<script>window.gradio_config = {"root": "https://example.org/art", "title": "x"};</script>
</head><body></body></html>"""


def test_a_link_to_the_page_shows_its_own_title_text_and_picture() -> None:
    page = introduced(GRADIOS, 'Ink & "Light"')
    assert "Gradio" not in page
    assert '<meta property="og:title" content="Ink &amp; &quot;Light&quot;">' in page
    assert '<meta property="og:image" content="https://example.org/art/link-picture.jpg">' in page
    assert '<meta property="og:url" content="https://example.org/art/">' in page
    assert '<meta name="viewport" content="width=device-width" />' in page
    assert page.count("og:title") == 1


def test_an_address_that_a_visitor_made_up_stays_within_its_quotation_marks() -> None:
    page = introduced(GRADIOS.replace("example.org/art", 'a\\"b<c'), "Neural Style")
    assert '<meta property="og:url" content="https://a&quot;b&lt;c/">' in page
    assert '<meta property="og:url" content="/">' in introduced("<head>", "Neural Style")


def test_the_page_says_which_language_it_is_in() -> None:
    with speaking("ja"):
        assert re.search(r'<html\s+lang="ja"', introduced(GRADIOS, "Neural Style"))


def test_the_served_page_and_its_picture_can_be_shown_beside_a_link() -> None:
    with serving(title="Our own & only") as server:
        answer = httpx.get(server.url, headers={"accept-language": "es", "x-forwarded-proto": "https"})
        picture = re.search(r'og:image" content="([^"]*)"', answer.text)
        assert picture is not None
        assert picture[1].startswith("https://")
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert answer.headers["vary"] == "Accept-Language"
        assert 'content="Our own &amp; only"' in answer.text
        sent = httpx.get(server.url + urlsplit(picture[1]).path.lstrip("/"))
    assert (sent.status_code, sent.headers["content-type"]) == (200, "image/jpeg")


def test_a_visitor_who_leaves_during_an_upload_is_no_error(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    address = urlsplit(server.url)
    assert address.hostname is not None
    head = (
        "POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nhalf of it'
    )
    with caplog.at_level(logging.DEBUG):
        with socket.create_connection((address.hostname, address.port)) as visitor:
            visitor.sendall(head.encode())
        wait_until(lambda: "left before the request was complete" in caplog.text)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert httpx.get(server.url).status_code == 200

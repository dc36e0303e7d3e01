"""What a browser, and a site that shows a link to the page, are told of it before anything of Gradio's runs.

Gradio's page says that it is in English and describes itself as Gradio; here it says its language, title and picture.
"""

import html
import json
import logging
import re
from pathlib import Path

import gradio as gr
from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from neural_style.languages import preferred, speaking, spoken
from neural_style.ui.texts import texts

PICTURE = "/link-picture.jpg"
"""The path of the picture that stands beside a link to the page."""

_PICTURE_FILE = Path(__file__).with_name("link_picture.jpg")
_ABOUT_GRADIO = re.compile(r'<meta\s[^>]*(?:property="og:|name="twitter:)[^>]*>\s*')
_ROOT = re.compile(r'"root":\s*("(?:[^"\\]|\\.)*")')
_logger = logging.getLogger(__name__)


class FrontMiddleware:
    """Has requests answered in the language of the browser, and the page describe itself; ASGI middleware.

    A visitor who leaves during an upload is no error.

    Args:
        app: what answers.
        title: that of the page.
    """

    def __init__(self, app: ASGIApp, title: str) -> None:
        self._app, self._title = app, title

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with speaking(preferred(",".join(Headers(scope=scope).getlist("accept-language")))):
            try:
                await self._app(scope, receive, _Page(scope, send, self._title).send)
            except ClientDisconnect:
                _logger.debug("A visitor left before the request was complete.")


class _Page:
    """Sends a response on, a whole page of HTML with its head changed."""

    def __init__(self, scope: Scope, send: Send, title: str) -> None:
        self._scope, self._send, self._title = scope, send, title
        self._start: Message | None = None  # of a page whose body is awaited
        self._body = b""

    async def send(self, message: Message) -> None:
        """Send a message of a response on, or keep it until the page is complete."""
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_page()
        else:
            if message["type"] == "http.response.start" and self._scope["path"].endswith("/config"):
                MutableHeaders(raw=message["headers"]).append("vary", "Accept-Language")
            await self._send(message)

    async def _send_page(self) -> None:
        start, self._start = self._start, None
        if start is None:
            return
        page = introduced(self._body.decode("utf-8"), self._title)
        body = page.encode("utf-8")
        headers = MutableHeaders(raw=start["headers"])
        headers["content-length"] = str(len(body))
        headers.append("vary", "Accept-Language")
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def introduced(page: str, title: str) -> str:
    """Return a page of Gradio's that says its language, and what a link to it is to look like.

    Args:
        page: as HTML; its own address is in what Gradio tells its scripts.
        title: the page's own.
    """
    title, description = html.escape(title), html.escape(texts().subtitle)
    told = _ROOT.search(page)
    root = html.escape(json.loads(told[1])).rstrip("/") if told else ""
    facts = {
        "og:type": "website",
        "og:url": f"{root}/",
        "og:title": title,
        "og:description": description,
        "og:image": f"{root}{PICTURE}",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": description,
    }
    metas = [f'<meta property="{name}" content="{content}">' for name, content in facts.items()]
    metas += [
        f'<meta name="description" content="{description}">',
        '<meta name="twitter:card" content="summary_large_image">',
    ]
    page = _ABOUT_GRADIO.sub("", page).replace("<head>", "<head>\n" + "\n".join(metas), 1)
    return re.sub(r'(<html\s+lang=)"en"', rf'\1"{spoken()}"', page, count=1)


def add_link_picture(app: gr.Blocks) -> None:
    """Add the picture that stands beside a link to a page that has been launched; it needs no password."""

    async def picture(_request: Request) -> FileResponse:
        return FileResponse(_PICTURE_FILE)

    app.app.router.routes.insert(0, Route(PICTURE, picture))


def _is_html(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")

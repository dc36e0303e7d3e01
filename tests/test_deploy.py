"""The documented proxy, run by a real nginx before a real page."""

import getpass
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from gradio_client import Client, handle_file

from neural_style.images.load import load_image
from neural_style.resources import checkout
from neural_style.service.options import ServerOptions
from tests.documents import Document
from tests.ui.conftest import free_port, picture_file, serving, wait_until

_ROOT = checkout() or pytest.skip("only a clone has the documents", allow_module_level=True)
_DOCUMENT = Document(_ROOT, _ROOT / "docs" / "deploy.md")
(DOCUMENTED,) = _DOCUMENT.blocks("nginx")
UPSTREAM = "http://127.0.0.1:7860"

_AROUND = """
daemon off;
user {user};
pid {folder}/pid;
error_log {folder}/log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {server}
}}
"""


@contextmanager
def proxied(server: str, url: str, folder: Path) -> Iterator[str]:
    """Run nginx with a block of its configuration before the page at `url`, and yield its own address."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if nginx is None:
        (pytest.fail if os.environ.get("CI") and os.getuid() == 0 else pytest.skip)("no nginx is installed")
    port = free_port()
    block = server.replace("listen 80;", f"listen 127.0.0.1:{port};").replace(UPSTREAM, url.rstrip("/"))
    assert f":{port};" in block
    assert UPSTREAM not in block
    (folder / "nginx.conf").write_text(
        _AROUND.format(folder=folder, server=block, user=getpass.getuser()), encoding="utf-8"
    )
    process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "log")])
    try:
        wait_until((folder / "pid").exists)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait()


def under(path: str) -> str:
    """The block as the document says that it is changed for a path of the page's own."""
    assert f"`location {path}/`" in _DOCUMENT.text
    assert f"`proxy_pass {UPSTREAM}/;`" in _DOCUMENT.text
    return DOCUMENTED.replace("location / {", f"location {path}/ {{").replace(f"{UPSTREAM};", f"{UPSTREAM}/;")


def painted(url: str, folder: Path) -> tuple[list[float], Path]:
    """Paint as a program does; return when each answer came, in seconds since the first, and the picture."""
    photo = handle_file(picture_file(folder / "photo.png", 1))
    client = Client(url, verbose=False, download_files=folder / "downloads")
    job = client.submit(photo, [photo], settings={"iterations": 12}, api_name="/stylize")
    answers = [(time.monotonic(), answer) for answer in job]
    return [moment - answers[0][0] for moment, _ in answers], Path(answers[-1][1][-1])


class Ticking(BaseHTTPRequestHandler):
    """Sends small events, as of steps without a preview, with some time between them."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        for step in range(4):
            self.wfile.write(f"data: {step}\n\n".encode())
            time.sleep(0.5)

    def log_message(self, format: str, *_: object) -> None: ...  # noqa: A002


def moments_of_events(server: str, folder: Path) -> list[float]:
    """Return when each piece of the events came through a proxy, in seconds since the first."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Ticking) as ticking:
        threading.Thread(target=ticking.serve_forever, daemon=True).start()
        with (
            proxied(server, f"http://127.0.0.1:{ticking.server_port}", folder) as url,
            httpx.stream("GET", url) as answer,
        ):
            moments = [time.monotonic() for _ in answer.iter_raw()]
        ticking.shutdown()
    return [moment - moments[0] for moment in moments]


def test_events_come_through_the_proxy_when_they_are_sent(tmp_path: Path) -> None:
    assert moments_of_events(DOCUMENTED, tmp_path)[-1] > 1.0


def test_the_proxy_would_keep_events_back_without_what_is_said_of_buffering(tmp_path: Path) -> None:
    buffering = DOCUMENTED.replace("proxy_buffering off;", "proxy_buffering on;")
    assert buffering != DOCUMENTED
    assert moments_of_events(buffering, tmp_path)[-1] < 1.0


def test_what_is_painted_behind_the_proxy_is_shown_step_by_step(tmp_path: Path) -> None:
    with serving() as server, proxied(DOCUMENTED, server.url, tmp_path) as url:
        server.stylizer.delay_s = 0.2
        moments, picture = painted(url, tmp_path)
    assert load_image(picture).shape == (120, 160, 3)
    assert moments[-1] > 1.5, "the answers were kept until the end"


def test_a_page_under_a_path_of_its_own_names_its_files_by_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_ROOT_PATH", "/paint")
    with serving() as server, proxied(under("/paint"), server.url, tmp_path) as url:
        config = httpx.get(f"{url}paint/config").json()
        assert config["root"] == f"{url}paint"
        assert httpx.get(f"{url}paint/healthz").json()["status"] == "ok"
        assert load_image(painted(f"{url}paint/", tmp_path)[1]).shape == (120, 160, 3)


def test_the_proxy_lets_through_what_the_page_takes_and_says_how_it_is_reached(tmp_path: Path) -> None:
    with serving() as server, proxied(DOCUMENTED, server.url, tmp_path) as url:
        size = ServerOptions().upload_mb * 2**20 - 1000
        answer = httpx.post(f"{url}gradio_api/upload", files={"files": ("a.png", b"x" * size)}, timeout=60)
        assert answer.status_code == 200
        assert httpx.get(f"{url}config").json()["root"] == url.rstrip("/")
        secure = httpx.get(f"{server.url}config", headers={"x-forwarded-host": "a.org", "x-forwarded-proto": "https"})
        assert secure.json()["root"] == "https://a.org"

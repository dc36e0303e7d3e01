"""The server's answers to those who mean it harm: paths, addresses, too much, the wrong kinds, others' files."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client, handle_file

from neural_style.ui.files import results_folder
from tests.ui.conftest import Server

NOTHING = [None] * 4
META = {"_type": "gradio.FileData"}


@contextmanager
def eavesdropper() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, which no visitor can reach, and what it is asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_address[1]}", asked
        listener.shutdown()


def stylize(server: Server, *data: Any) -> str:
    """Return what comes of a call over plain HTTP."""
    api = f"{server.url}gradio_api/call/stylize"
    with httpx.Client(timeout=30) as web:
        answer = web.post(api, json={"data": [*data]})
        if answer.status_code != 200:
            return f"refused {answer.status_code}"
        return web.get(f"{api}/{answer.json()['event_id']}").text


def uploaded(server: Server, path: str) -> dict[str, Any]:
    with httpx.Client(timeout=20) as web:
        files = {"files": (Path(path).name, Path(path).read_bytes())}
        return {"path": web.post(f"{server.url}gradio_api/upload", files=files).json()[0], "meta": META}


def still_paints(server: Server, photo: str, folder: Path) -> bool:
    client = Client(server.url, verbose=False, download_files=folder / "downloads")
    settings = {"iterations": 2}
    result = client.predict(handle_file(photo), [handle_file(photo)], settings=settings, api_name="/stylize")[2]
    return Path(result).stat().st_size > 0


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/proc/self/environ",
        str(Path(__file__)),
        "C:/Windows/win.ini",
        "//etc/passwd",
        "file:///etc/passwd",
    ],
)
def test_no_file_of_the_machine_can_be_fetched(server: Server, path: str) -> None:
    for form in (path, quote(path, safe="")):
        answer = httpx.get(f"{server.url}gradio_api/file={form}")
        assert answer.status_code in (403, 404), answer.text
        assert "root:" not in answer.text


def test_results_cannot_be_listed_and_their_names_cannot_be_guessed(server: Server, photo: str, tmp_path: Path) -> None:
    assert still_paints(server, photo, tmp_path)
    folder = results_folder()
    (result,) = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)[-1:]
    assert len(result.name) >= 22  # 128 bits
    for listing in (folder, result, folder.parent):
        assert httpx.get(f"{server.url}gradio_api/file={listing}").status_code in (403, 404)


@pytest.mark.parametrize("where", ["content", "styles", "initial"])
@pytest.mark.parametrize("path", ["/etc/passwd", "{upload}/../../../../etc/passwd", "~/.ssh/id_rsa", "", "\0"])
def test_no_path_of_the_machine_is_taken_for_an_upload(server: Server, photo: str, where: str, path: str) -> None:
    mine = uploaded(server, photo)
    stolen = {"path": path.format(upload=Path(mine["path"]).parent), "meta": META}
    data = {"content": mine, "styles": [mine], "shares": None, "settings": None, "scales": None, "initial": None}
    if where == "initial":
        data["settings"] = {"start": "image"}
    data[where] = [stolen] if where == "styles" else stolen
    assert "event: error" in stylize(server, *data.values())
    assert server.stylizer.requests == []


def test_no_address_that_a_visitor_gives_is_asked_on_this_machine(server: Server, photo: str) -> None:
    mine = uploaded(server, photo)
    with eavesdropper() as (address, asked):
        httpx.get(f"{server.url}gradio_api/file={address}/secret.png")
        httpx.get(f"{server.url}gradio_api/proxy={address}/secret.png")
        for record in (
            {"path": f"{address}/a.png", "meta": META},
            {"path": "a.png", "url": f"{address}/b.png", "meta": META},
            {"path": f"{address}/c.png", "url": f"{address}/c.png", "orig_name": "c.png", "meta": META},
        ):
            assert "event: error" in stylize(server, record, [mine], *NOTHING)
            assert "event: error" in stylize(server, mine, [record], *NOTHING)
        for text in (f"{address}/d.png", "file:///etc/passwd", "/etc/passwd", mine["path"], "data:text/html,x"):
            assert "uploaded file or a data URL" in stylize(server, mine, [text], *NOTHING)
    assert asked == []
    assert server.stylizer.requests == []


def test_wrong_kinds_and_too_much_end_in_an_error_and_leave_the_server_well(
    server: Server, photo: str, tmp_path: Path
) -> None:
    mine, deep = uploaded(server, photo), 1
    for _ in range(500):
        deep = [deep]
    wrong = ("bold", [1], deep, {"weights": deep}, {"x" * 10_000: 1})
    for data in (
        *([], [mine], ["x"] * 6, [1, 2, 3, 4, 5, 6], [mine] * 6, [[mine], mine, *NOTHING]),
        *([mine, [mine], value, None, None, None] for value in ("half", {"a": 1}, [None], [deep], [True], ["1"])),
        *([mine, [mine], None, value, None, None] for value in wrong),
        [mine, [mine], None, {"settings": {"seed": 10**400}}, None, None],
        [mine, [mine] * 500, *NOTHING],
        [mine, [mine], None, {"preset": "x" * 5_000_000}, None, None],
    ):
        answer = stylize(server, *json.loads(json.dumps(data)))
        assert "event: error" in answer or answer.startswith("refused 4"), str(data)[:100] + answer[:300]
        assert len(answer) < 2000
        assert "Traceback" not in answer
    assert server.stylizer.requests == []
    assert still_paints(server, photo, tmp_path)


def test_the_pages_own_functions_give_nothing_to_who_makes_up_tokens(
    server: Server, photo: str, tmp_path: Path
) -> None:
    assert still_paints(server, photo, tmp_path)
    with httpx.Client(timeout=30) as web:
        functions = [each for each in web.get(f"{server.url}config").json()["dependencies"] if each["queue"]]
        for function in functions:
            body = {
                "fn_index": function["id"],
                "data": ["made up"] * len(function["inputs"]),
                "session_hash": "stranger",
                "event_data": {"key": "made up"},
                "trigger_id": 1,
            }
            web.post(f"{server.url}gradio_api/queue/join", json=body)
        with web.stream("GET", f"{server.url}gradio_api/queue/data?session_hash=stranger") as stream:
            told = "".join(stream.iter_text())
    assert str(results_folder()) not in told
    assert "Traceback" not in told
    assert still_paints(server, photo, tmp_path)

"""A Hugging Face Hub of one's own: a local HTTP server that speaks enough of the protocol for the real client.

As on the Hub, `/OWNER/NAME/resolve/REVISION/FILE` answers with the file's size and hash and sends the client on to
another host for the bytes, here `localhost` instead of `127.0.0.1`. What goes wrong is scripted for each file.
"""

import contextlib
import hashlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_CDN = "/cdn"


@dataclass(frozen=True)
class Fault:
    """A fault of one transfer of the bytes, instead of all of them arriving.

    Attributes:
        drop_after: send so many bytes of the body, then close the connection.
        reset: close it with a reset (RST) instead of an orderly end.
        trickle_s: send byte by byte with this pause, for ever.
    """

    drop_after: int | None = None
    reset: bool = False
    trickle_s: float = 0.0


@dataclass
class HubFile:
    """A file of the Hub, and the way that the Hub answers for it.

    Attributes:
        content: what is sent.
        announced: the content whose size and hash are announced: another one makes the Hub a liar.
        announces: False leaves size and hash out of the answer.
        status: answer every request for it with this status; with `error_code` as the Hub does.
        silent: accept the request and never answer.
        honours_range: False sends everything, whatever part was asked for.
        faults: one for each transfer, in order; later transfers go well.
    """

    content: bytes
    announced: bytes | None = None
    announces: bool = True
    status: int = 200
    error_code: str = ""
    silent: bool = False
    honours_range: bool = True
    faults: list[Fault] = field(default_factory=list)


@dataclass
class Transfer:
    """A request for bytes, as the server saw it: the Range header (empty where none came) and the bytes sent."""

    path: str
    range: str
    sent: int = 0


class HubServer:
    """The server, its files by `OWNER/NAME` (a Space as `spaces/OWNER/NAME`), and what was asked of it."""

    def __init__(self, files: dict[str, HubFile]) -> None:
        self.files = files
        self.announcements: list[str] = []
        self.transfers: list[Transfer] = []
        self.closing = threading.Event()
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "HubServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: HubServer
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        repository, file = self._file()
        self.hub.announcements.append(repository)
        self._announce(file)

    def do_GET(self) -> None:
        repository, file = self._file()
        if not self.path.startswith(_CDN):
            self._announce(file)
            return
        transfer = Transfer(repository, self.headers.get("Range", ""))
        self.hub.transfers.append(transfer)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._send(file, transfer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass

    def _file(self) -> tuple[str, HubFile]:
        path = self.path.removeprefix(_CDN).split("?")[0].strip("/")
        repository = path.split("/resolve/")[0]
        return repository, self.hub.files.get(repository, HubFile(b"", status=404, error_code="RepoNotFound"))

    def _announce(self, file: HubFile) -> None:
        if file.silent:
            self.hub.closing.wait()
            self.close_connection = True
            return
        self.send_response(302 if file.status == 200 else file.status)
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", "0")
        if file.error_code:
            self.send_header("X-Error-Code", file.error_code)
        if file.status == 200:
            self.send_header("Location", f"http://localhost:{self.hub.port}{_CDN}{self.path}")
            announced = file.content if file.announced is None else file.announced
            if file.announces:
                self.send_header("X-Linked-Size", str(len(announced)))
                self.send_header("X-Linked-ETag", f'"{hashlib.sha256(announced).hexdigest()}"')
        self.end_headers()

    def _send(self, file: HubFile, transfer: Transfer) -> None:
        start = int(transfer.range.removeprefix("bytes=").rstrip("-") or 0) if file.honours_range else 0
        if start >= len(file.content) > 0:
            self.send_response(416)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = file.content[start:]
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(file.content) - 1}/{len(file.content)}")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        for part in self._parts(body, file.faults.pop(0) if file.faults else Fault()):
            self.wfile.write(part)
            self.wfile.flush()
            transfer.sent += len(part)

    def _parts(self, body: bytes, fault: Fault) -> Iterator[bytes]:
        if fault.trickle_s:
            for index in range(len(body)):
                yield body[index : index + 1]
                time.sleep(fault.trickle_s)
        yield body[: fault.drop_after]
        if fault.drop_after is not None:
            self._hang_up(reset=fault.reset)

    def _hang_up(self, *, reset: bool) -> None:
        time.sleep(0.2)  # what was sent shall arrive before the end of the connection
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.close_connection = True

"""The server as a process: its start, its end, and what it loads when."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from neural_style.networks.provider import NetworkProvider
from neural_style.service.options import ServerOptions
from neural_style.ui.serve import service_context
from tests.fakes import small_request
from tests.forking import Forking, forking
from tests.ui.conftest import free_port

START = """
    import sys, time
    began = time.monotonic()
    from neural_style.networks.provider import NetworkProvider
    from neural_style.service.options import ServerOptions
    from neural_style.ui.serve import close_page, compose, open_page, private_folder, service_context
"""


def clean_environment() -> dict[str, str]:
    """Without the folder of the server that runs in this process; nothing is fetched."""
    return {**os.environ, "NEURAL_STYLE_FETCH": "0", "GRADIO_TEMP_DIR": ""}


@pytest.fixture(scope="module")
def with_gradio() -> Iterator[Forking]:
    """Programs that Gradio is loaded for already, which takes longer than all that they do."""
    with forking("import gradio", clean_environment()) as process:
        yield process


def run_python(python: Forking, program: str) -> subprocess.CompletedProcess[str]:
    return python.run(textwrap.dedent(START) + textwrap.dedent(program), clean_environment())


def start_server(port: int, log: Path) -> subprocess.Popen[bytes]:
    program = f"""
        from neural_style.service.options import ServerOptions
        from neural_style.ui.serve import serve
        raise SystemExit(serve(ServerOptions(port={port})))
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    return subprocess.Popen(command, stderr=log.open("wb"), env=clean_environment())


def wait_for_page(url: str, timeout_s: float = 90.0) -> None:
    deadline = time.monotonic() + timeout_s
    while True:
        try:
            assert httpx.get(url, timeout=5).status_code == 200
        except httpx.TransportError:
            assert time.monotonic() < deadline, "the page did not come up"
            time.sleep(0.1)
        else:
            return


def start_app(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start app.py over the real engine, and wait for its page; it works in the folder, where its files are, too."""
    environment = {**clean_environment(), "GRADIO_SERVER_PORT": str(port), "GRADIO_TEMP_DIR": str(folder / "temp")}
    app = Path(__file__).parents[2] / "app.py"
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, str(app)], stdout=log, stderr=log, env=environment, cwd=folder)
    try:
        wait_for_page(f"http://127.0.0.1:{port}/")
    except BaseException:
        kill(process)
        raise
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


@contextmanager
def app_process(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run app.py over the real engine in a process of its own, and give it and its URL; see `start_app`."""
    port = free_port()
    process = start_app(folder, port)
    try:
        yield process, f"http://127.0.0.1:{port}/"
    finally:
        kill(process)


def test_the_page_answers_before_tensorflow_is_loaded(with_gradio: Forking) -> None:
    done = run_python(
        with_gradio,
        f"""
    import urllib.request
    options = ServerOptions(port={free_port()})
    with private_folder(options):
        app = compose(service_context(NetworkProvider(), options), options)
        url = open_page(app, ServerOptions(port={free_port()}))
        page = urllib.request.urlopen(url).read().decode()
        assert "starry_night_van_gogh" in page
        assert "tensorflow" not in sys.modules
        close_page(app)
    """,
    )
    assert done.returncode == 0, done.stderr


def test_importing_the_commands_loads_neither_gradio_nor_tensorflow() -> None:
    program = "import sys, neural_style.cli.app\nassert not {'gradio', 'tensorflow'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_visitors_files_lie_in_a_private_folder_that_ends_with_the_server(with_gradio: Forking) -> None:
    done = run_python(
        with_gradio,
        """
    import os, stat
    from pathlib import Path
    with private_folder(ServerOptions(port=9)) as folder:
        assert Path(os.environ["GRADIO_TEMP_DIR"]) == folder.files
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert not folder.path.exists()
    assert not os.environ["GRADIO_TEMP_DIR"]
    """,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_promptly_and_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    port = free_port()
    server = start_server(port, tmp_path / "log")
    try:
        wait_for_page(f"http://127.0.0.1:{port}/")
        time.sleep(1.0)  # TensorFlow is being loaded
        server.send_signal(number)
        assert server.wait(10) == 0
    finally:
        server.kill()
        server.wait()
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    line = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} INFO neural_style\.ui\.serve: "
    assert re.match(f"{line}Loading the page\\.$", log, re.MULTILINE), "before anything that takes long"
    assert re.search(f"{line}Neural Style is at http://127.0.0.1:{port}/ ", log, re.MULTILINE)
    assert re.search(f"{line}Ending\\.$", log, re.MULTILINE)


def test_the_memory_that_a_job_may_take_reaches_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[float | None] = []
    monkeypatch.setattr("neural_style.engine.stylize.stylize", lambda *_, memory_gb, **_named: taken.append(memory_gb))
    for memory_gb in (None, 1.5):
        service_context(NetworkProvider(), ServerOptions(memory_gb=memory_gb)).stylizer(small_request())
    assert taken == [None, 1.5]


def test_a_port_that_is_taken_is_said_in_a_sentence(with_gradio: Forking) -> None:
    done = run_python(
        with_gradio,
        """
    import socket
    from neural_style.errors import OptionsError
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = ServerOptions(port=taken.getsockname()[1])
        try:
            open_page(compose(service_context(NetworkProvider(), options), options), options)
        except OptionsError as error:
            assert str(options.port) in str(error), error
        else:
            raise AssertionError
    """,
    )
    assert done.returncode == 0, done.stderr

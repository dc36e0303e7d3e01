"""Surroundings that break such programs, each with the real thing: proxies, IPv6, limits, no folders, odd variables."""

import os
import resource
import shlex
import shutil
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from neural_style.images.load import load_image
from neural_style.resources import resource as file_of
from tests.cli.command import MAIN, flags, write_pictures
from tests.forking import Forking, forking
from tests.ui.conftest import free_port, wait_until
from tests.ui.test_serve import clean_environment, kill, run_python, wait_for_page

pytestmark = pytest.mark.slow

PAGE = """
    import urllib.request
    options = ServerOptions({options})
    with private_folder(options):
        app = compose(service_context(NetworkProvider(), options), options)
        url = open_page(app, options)
        page = urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open({url!r}).read().decode()
        assert "starry_night_van_gogh" in page
        print(url)
        close_page(app)
"""


@pytest.fixture(scope="module")
def with_gradio() -> Iterator[Forking]:
    """Programs that Gradio is loaded for already."""
    with forking("import gradio", clean_environment()) as process:
        yield process


def page_is_there(python: Forking, url: str, options: str, **environment: str) -> str:
    """Open the page in such surroundings, look at it past any proxy, and return its address."""
    set_first = f"\n    import os\n    os.environ.update({environment!r})"
    done = run_python(python, set_first + PAGE.format(options=options, url=url))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    "proxies",
    [
        dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
        dict.fromkeys(("all_proxy", "ALL_PROXY"), "socks5://127.0.0.1:9"),
    ],
)
def test_behind_a_proxy_the_page_starts_without_asking_it(with_gradio: Forking, proxies: dict[str, str]) -> None:
    port = free_port()
    page_is_there(with_gradio, f"http://127.0.0.1:{port}/", f"port={port}", **proxies)


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
@pytest.mark.parametrize("host", ["::", "::1"])
def test_the_page_listens_at_addresses_of_ipv6(with_gradio: Forking, host: str) -> None:
    port = free_port()
    environment = {"GRADIO_SERVER_NAME": host}  # Gradio reads it by itself, too
    url = page_is_there(with_gradio, f"http://[::1]:{port}/", f"port={port}, host={host!r}", **environment)
    assert url == f"http://[{host}]:{port}/"


def test_gradios_debugging_is_harmless(tmp_path: Path) -> None:
    port = free_port()
    environment = {**clean_environment(), "GRADIO_SERVER_PORT": str(port), "GRADIO_DEBUG": "1"}
    app = Path(__file__).parents[1] / "app.py"
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, str(app)], stderr=log, env=environment)
    try:
        wait_for_page(f"http://127.0.0.1:{port}/")
        wait_until(lambda: httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200)
        process.terminate()
        assert process.wait(20) == 0
    finally:
        kill(process)


def test_a_variable_of_the_hub_that_is_no_number_is_said() -> None:
    environment = {**clean_environment(), "HF_HUB_DOWNLOAD_TIMEOUT": "10s", "GRADIO_SERVER_PORT": str(free_port())}
    for command in ([str(Path(__file__).parents[1] / "app.py")], ["-m", "neural_style", "weights", "fetch"]):
        done = subprocess.run(
            [sys.executable, *command], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 2
        assert "HF_HUB_DOWNLOAD_TIMEOUT must be a whole number of seconds" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("limit_gb", "sentence"), [(2.8, "GB may be used"), (1.5, "TensorFlow cannot be loaded")])
def test_a_limit_of_addresses_is_a_sentence_and_no_crash(tmp_path: Path, limit_gb: float, sentence: str) -> None:
    write_pictures(tmp_path)
    limit = int(limit_gb * 1e9)
    done = subprocess.run(
        [*MAIN, *flags(tmp_path, "--iterations", "1", "--size", "64")],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert not (tmp_path / "out.png").exists()


FORKED = """
    import multiprocessing
    from neural_style.backends.local import LocalStylizer
    from tests.fakes import small_request, tiny_network

    def paint(_number):
        *_, last = LocalStylizer(tiny_network)(small_request(iterations=1))
        return last.step

    print("here", paint(0))
    with multiprocessing.get_context("fork").Pool(1) as pool:
        try:
            pool.map_async(paint, [0]).get(60)
        except Exception as error:
            print("forked", error)
"""


def test_a_process_that_is_forked_after_a_picture_is_told_so_and_does_not_hang() -> None:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FORKED)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "here 1" in done.stdout, done.stderr
    assert "forked The network was used already in the process" in done.stdout


def _may_unshare() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture
def outside() -> Iterator[Path]:
    """Return a folder that is not within the system's for temporary files."""
    folder = Path(__file__).parent / ".surroundings"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "read-only").mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.skipif(not _may_unshare(), reason="no mounts of one's own")
def test_without_a_folder_for_temporary_files_a_home_or_a_name_the_picture_is_painted(outside: Path) -> None:
    """Of what people may write to there is the folder of the output alone, and the user has no name."""
    photo, painting = (
        str(file_of("examples", *name)) for name in (("content", "coffee_cup.jpg"), ("style", "the_sun_munch.jpg"))
    )
    output = outside / "out.png"
    command = [sys.executable, "-m", "neural_style", "stylize", "--content", photo, "--styles", painting]
    command += ["--size", "64", "--iterations", "1", "--scales", "1", "--output", str(output)]
    mounts = [f"mount -t tmpfs -o ro none {name}" for name in ("/tmp", "/var/tmp", outside / "read-only")]
    unnamed = ["unshare", "-U", "--map-user=54321", "--map-group=54321", "env", "-u", "HOME", "-u", "TMPDIR"]
    program = " && ".join([*mounts, f"cd {outside / 'read-only'}", f"exec {shlex.join([*unnamed, *command])}"])
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", program],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert load_image(output).shape == (43, 64, 3)

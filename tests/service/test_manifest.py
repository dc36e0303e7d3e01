"""A manifest loses nothing that was written, believes nothing that is torn, and touches no file of somebody else's."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neural_style.service.manifest import Entry, ManifestError, open_manifest, read_manifest
from tests.service.batches import disk_of

ID, DIGEST = "1" * 64, "2" * 64


def entry(output: str = "a.png", state: str = "painted", **facts: object) -> Entry:
    facts = {"sha256": DIGEST, **facts} if state == "painted" else facts
    return Entry(id=ID, state=state, output=output, **facts)  # pyright: ignore[reportArgumentType]


def write(path: Path, *entries: Entry) -> bytes:
    with open_manifest(path) as manifest:
        for each in entries:
            manifest.append(each)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "out" / "manifest.jsonl"


def test_where_there_is_no_file_nothing_is_known_and_nothing_is_made(path: Path):
    assert read_manifest(path).latest == {}
    assert not path.parent.exists()


def test_what_was_written_is_read_again(path: Path):
    whole = entry(photo="é \udcff.jpg", bytes=9, seconds=1.5, steps=3, losses={"total": 2.0, "content": None})
    content = write(path, whole, entry("b/c.png", "failed", error="No."))
    read = read_manifest(path)
    assert read.latest == {"a.png": whole, "b/c.png": entry("b/c.png", "failed", error="No.")}
    assert read.whole_bytes == len(content)


def test_the_last_line_of_an_output_holds(path: Path):
    write(path, entry(), entry("b.png"), entry(sha256="3" * 64))
    assert read_manifest(path).latest["a.png"].sha256 == "3" * 64
    assert len(path.read_bytes().splitlines()) == 3, "nothing is written over"


@pytest.mark.parametrize(
    ("states", "is_known"),
    [
        (["begun"], True),
        (["begun", "failed"], False),
        (["begun", "painted"], True),
        (["begun", "painted", "begun", "failed"], True),
        (["begun", "begun", "failed"], True),
        (["failed"], False),
    ],
)
def test_an_output_is_known_where_a_batch_has_or_may_have_written_it(path: Path, states: list[str], is_known: bool):
    write(path, *(entry(state=state) for state in states))
    read = read_manifest(path)
    assert ("a.png" in read.known) == is_known
    assert [each.output for each in read.unfinished] == (["a.png"] if states[-1] == "begun" else [])


@pytest.mark.parametrize("keep", [1, 8, 30, -1])
def test_a_torn_last_line_is_dropped_and_cut_off_before_the_next(path: Path, keep: int):
    whole = write(path, entry())
    torn = whole + whole[:keep]
    path.write_bytes(torn)
    assert read_manifest(path).latest == {"a.png": entry()}
    assert path.read_bytes() == torn, "reading changes nothing"
    assert write(path, entry("b.png")).startswith(whole + b'{"id": "')
    assert set(read_manifest(path).latest) == {"a.png", "b.png"}


def test_zeros_that_a_crash_left_in_place_of_a_line_are_dropped(path: Path):
    whole = write(path, entry())
    for torn in (b"", b'{"i', b'{"id": "', b'{"id": "11', b'{"id": "' + ID.encode() + b'"'):
        path.write_bytes(whole + torn + b"\0" * 50)
        assert read_manifest(path).whole_bytes == len(whole)


@pytest.mark.parametrize(
    "content",
    [
        b"a note of mine",
        b"a note of mine\n",
        b'{"id": "12345-67", "name": "a table of mine"}',
        b'{"id": "' + ID.encode() + b'0", "name": "likewise"}',
        b'{"id": "1' + b"\0" * 20 + b'1", "name": "likewise"}',
        b"\x89PNG\r\n\x1a\n and so on",
        b"\n",
        b"[]\n",
        b"{}\n",
        b'{"id": "1", "state": "painted", "output": "a.png"}\n',
        json.dumps({"id": ID, "state": "painted", "output": "a.png"}).encode() + b"\n",
        json.dumps({"id": ID, "state": "lost", "output": "a.png"}).encode() + b"\n",
        json.dumps({"id": ID, "state": "begun", "output": "a\0.png"}).encode() + b"\n",
        json.dumps({"id": ID, "state": "begun", "output": "\ud800.png"}).encode() + b"\n",
        json.dumps({"id": ID, "state": "begun", "output": 7}).encode() + b"\n",
        json.dumps({"id": ID, "state": "begun", "output": "a.png", "photo": []}).encode() + b"\n",
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_file_of_somebody_elses_is_refused_and_left_alone(path: Path, content: bytes):
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ManifestError, match=r"Line 1 of .* is not from a batch"):
        read_manifest(path)
    with pytest.raises(ManifestError), open_manifest(path):
        pytest.fail("it was opened")
    assert path.read_bytes() == content


LINES = st.lists(st.sampled_from([entry(), entry("b.png", "begun"), entry("c.png", "failed", error="No.")]), max_size=3)
TAILS = st.binary(max_size=80) | st.sampled_from(['{"id": "1', '{"id": "' + ID + '", "state": "begun"}\n']).map(
    lambda text: text.encode()
)


@given(lines=LINES, tail=TAILS)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_manifest_ends_in_at_most_the_torn_tail_is_lost(path: Path, lines: list[Entry], tail: bytes):
    path.unlink(missing_ok=True)
    whole = write(path, *lines)
    path.write_bytes(whole + tail)
    try:
        read = read_manifest(path)
    except ManifestError:
        return
    assert read.whole_bytes >= len(whole)
    assert b"\n" not in tail[read.whole_bytes - len(whole) :]
    assert {each.output for each in lines} <= read.latest.keys()
    write(path)
    assert path.read_bytes() == (whole + tail)[: read.whole_bytes]


@given(content=st.binary(max_size=200))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_manifest_or_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "any.jsonl"
    path.write_bytes(content)
    with contextlib.suppress(ManifestError):
        assert read_manifest(path).latest == {}


def test_a_second_writer_is_refused_and_the_first_goes_on(path: Path):
    with open_manifest(path) as manifest:
        with pytest.raises(ManifestError, match="Another batch is writing"), open_manifest(path):
            pytest.fail("two write at once")
        manifest.append(entry())
    assert set(read_manifest(path).latest) == {"a.png"}
    write(path, entry("b.png"))


def test_a_link_to_a_manifest_is_that_manifest_for_the_lock_too(path: Path):
    whole = write(path, entry())
    link = path.parent.parent / "link.jsonl"
    link.symlink_to(path)
    with (
        open_manifest(path),
        pytest.raises(ManifestError, match="Another batch is writing"),
        open_manifest(link),
    ):
        pytest.fail("two write at once")
    assert write(link, entry("b.png")).startswith(whole)
    assert set(read_manifest(path).latest) == {"a.png", "b.png"}


def test_a_picture_is_of_its_photo_or_its_identity_whatever_failed_later(path: Path):
    write(path, entry(photo="a.jpg"), entry(photo="b.jpg", state="failed"), entry("b.png", "failed", photo="b.jpg"))
    read = read_manifest(path)
    assert read.painted == {"a.png": entry(photo="a.jpg")}
    assert read.is_of("a.png", "a.jpg", "0" * 64)
    assert read.is_of("a.png", "moved.jpg", ID)
    assert not read.is_of("a.png", "b.jpg", "0" * 64)
    assert not read.is_of("b.png", "b.jpg", ID), "no file of the batch's is there"


@pytest.mark.parametrize("place", ["file/manifest.jsonl", "folder"])
def test_a_place_where_nothing_can_be_written_is_refused(tmp_path: Path, place: str):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ManifestError, match=r"cannot be (read|written)"), open_manifest(tmp_path / place):
        pytest.fail("it was opened")


def test_a_full_disk_is_said_and_leaves_whole_lines(path: Path):
    whole = write(path, entry())
    with (
        open_manifest(path) as manifest,
        disk_of(len(whole) + 20),
        pytest.raises(ManifestError, match=r"cannot be written .*Make room"),
    ):
        manifest.append(entry("b.png"))
    assert path.read_bytes() == whole

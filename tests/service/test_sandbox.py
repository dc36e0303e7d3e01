"""Pictures of strangers are decoded where they can do no harm: real processes, with decoders that try to."""

import io
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from neural_style.errors import ImageError
from neural_style.service.pictures import decoded
from neural_style.service.sandbox import Sandbox
from tests.fakes import small_picture
from tests.hard_inputs import hard_inputs
from tests.service.hostile_decoders import DEEDS

pytestmark = pytest.mark.skipif(not Sandbox.is_possible, reason="no such limits on this system")

HOSTILE = "tests.service.hostile_decoders:decode"
PATIENCE_S = 3.0
SIZES = [name for name in hard_inputs() if name.startswith("size_")]
"""The pictures that are read, and refused later for their size."""


def named(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def picture(seed: int = 0) -> io.BytesIO:
    file = named(b"", "holiday.png")
    Image.fromarray(small_picture(seed=seed).astype(np.uint8)).save(file, "PNG")
    file.seek(0)
    return file


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox()) as opened:
        yield opened


@pytest.fixture(scope="module")
def hostile() -> Iterator[Sandbox]:
    with closing(Sandbox(workers=1, decode=HOSTILE, patience_s=PATIENCE_S)) as opened:
        yield opened


def test_every_kind_of_file_is_decoded_as_in_this_process_or_refused_in_the_same_words(sandbox: Sandbox) -> None:
    for name, wanted in hard_inputs().items():
        if wanted.picture is None and wanted.words and name not in SIZES:
            sentences = []
            for decode in (decoded, sandbox.decode):
                with pytest.raises(ImageError) as told:
                    decode(named(wanted.content, name))
                sentences.append(str(told.value))
            assert sentences[0] == sentences[1]
        else:
            expected = decoded(named(wanted.content, name))
            found = sandbox.decode(named(wanted.content, name))
            assert (found.notice, found.format, found.image.dtype) == (
                expected.notice,
                expected.format,
                expected.image.dtype,
            )
            np.testing.assert_array_equal(found.image, expected.image)
            np.testing.assert_array_equal(found.alpha, expected.alpha)


def test_many_at_once_get_their_own_pictures(sandbox: Sandbox) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda seed: sandbox.decode(picture(seed)).image, range(24)))
    for seed, image in enumerate(found):
        np.testing.assert_array_equal(image, small_picture(seed=seed).astype(np.uint8))


def _filters_calls() -> bool:
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError):
        return False
    return sys.platform == "linux" and hasattr(pyseccomp, "SyscallFilter")


def open_files() -> int:
    """Return the number of files that this process has open; 0 where the system does not say."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0


def check_unharmed(hostile: Sandbox) -> None:
    np.testing.assert_array_equal(hostile.decode(picture(5)).image, small_picture(seed=5).astype(np.uint8))


@pytest.mark.parametrize(
    ("deed", "sentence"),
    [
        ("hang", "evil.png takes too long to decode"),
        ("take_memory", "evil.png was not permitted it"),
        ("crash", "evil.png could not be decoded: its decoder ended"),
        ("leave", "evil.png could not be decoded: its decoder ended"),
        ("answer_nonsense", "evil.png could not be decoded: its decoder ended"),
        ("answer_too_much", "evil.png could not be decoded: its decoder ended"),
        ("open_socket", "evil.png was not permitted it"),
        ("read_file", "evil.png was not permitted it"),
        ("write_file", "evil.png was not permitted it"),
        ("begin_program", "evil.png was not permitted it"),
    ],
)
def test_what_a_decoder_must_not_do_costs_a_sentence_and_the_next_picture_is_right(
    hostile: Sandbox, deed: str, sentence: str
) -> None:
    check_unharmed(hostile)
    with pytest.raises(ImageError, match=re.escape(sentence)):
        hostile.decode(named(deed.encode(), "evil.png"))
    check_unharmed(hostile)
    assert not Path("/tmp/written-by-a-picture").exists()


@pytest.mark.skipif(not _filters_calls(), reason="no seccomp on this system")
@pytest.mark.parametrize("deed", ["fork", "kill_parent"])
def test_where_system_calls_are_filtered_there_are_no_processes_to_begin_or_to_end(hostile: Sandbox, deed: str) -> None:
    with pytest.raises(ImageError, match="was not permitted it"):
        hostile.decode(named(deed.encode(), "evil.png"))
    check_unharmed(hostile)


def test_every_deed_is_tried() -> None:
    assert len(DEEDS) == 12


def test_the_server_has_no_more_files_or_processes_after_a_hundred_pictures_and_ten_crashes() -> None:
    with closing(Sandbox(workers=1, decode=HOSTILE, patience_s=PATIENCE_S)) as opened:
        check_unharmed(opened)
        before = open_files()
        for number in range(100):
            opened.decode(picture(number))
            if number % 10 == 0:
                with pytest.raises(ImageError):
                    opened.decode(named(b"leave", "evil.png"))
        check_unharmed(opened)
        assert open_files() <= before
    with pytest.raises(ImageError, match="evil"), closing(opened):
        opened.decode(named(b"leave", "evil.png"))


def test_a_decoder_that_cannot_even_begin_is_a_sentence() -> None:
    with closing(Sandbox(workers=1, decode="no.such.module:decode")) as opened:
        opened.begin()
        with pytest.raises(ImageError, match="could not be decoded"):
            opened.decode(picture())

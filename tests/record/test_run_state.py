"""The file of a run that is to go on later."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neural_style.errors import ImageError, OptionsError
from neural_style.iterate import RunState
from neural_style.masks import READY
from neural_style.record.run_state import fingerprint, load_state, save_state
from tests.fakes import small_picture, small_request

STATE = RunState(scale=2, updates=7, step=66, elapsed_s=12.5, picture=small_picture(24, 31, seed=3))
OF = fingerprint(small_request())


def test_what_is_written_is_read_to_the_last_bit(tmp_path: Path) -> None:
    save_state(tmp_path / "state", STATE, OF)
    found = load_state(tmp_path / "state", OF)
    assert found is not None
    assert (found.scale, found.updates, found.step, found.elapsed_s) == (2, 7, 66, 12.5)
    np.testing.assert_array_equal(found.picture, STATE.picture)
    assert found.picture.dtype == np.float32
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_a_file_that_is_not_there_is_no_state(tmp_path: Path) -> None:
    assert load_state(tmp_path / "state", OF) is None


def test_the_state_of_another_run_is_refused(tmp_path: Path) -> None:
    save_state(tmp_path / "state", STATE, OF)
    with pytest.raises(OptionsError, match="another run"):
        load_state(tmp_path / "state", fingerprint(small_request(seed=6)))
    with pytest.raises(OptionsError, match="another run"):
        load_state(tmp_path / "state", fingerprint(replace(small_request(), left_alone=READY["left"])))


@pytest.mark.parametrize("damage", [b"", b"PK\3\4", b"no state at all", b"\x93NUMPY\1\0v\0"])
def test_anything_else_is_refused_in_a_sentence(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "state").write_bytes(damage)
    with pytest.raises(OptionsError, match="does not hold the state"):
        load_state(tmp_path / "state", OF)


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    save_state(tmp_path / "state", STATE, OF)
    whole = (tmp_path / "state").read_bytes()
    for part in (1, 2, 3):
        (tmp_path / "state").write_bytes(whole[: len(whole) * part // 4])
        with pytest.raises(OptionsError, match="does not hold the state"):
            load_state(tmp_path / "state", OF)


def test_a_state_without_a_number_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "state").open("wb") as file:
        np.savez(file, fingerprint=np.array(OF), picture=STATE.picture, scale=1)
    with pytest.raises(OptionsError, match="does not hold the state"):
        load_state(tmp_path / "state", OF)


def test_a_folder_and_a_missing_folder_are_said_and_leave_what_stood_there(tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match="does not hold the state"):
        load_state(tmp_path, OF)
    with pytest.raises(ImageError, match="cannot be written"):
        save_state(tmp_path / "not" / "here", STATE, OF)


def test_every_part_of_a_request_has_its_part_in_the_fingerprint() -> None:
    request = small_request()
    others = [
        replace(request, content=request.content + 1.0),
        replace(request, styles=[*request.styles, *request.styles]),
        replace(request, styles=[replace(request.styles[0], scale=0.5)]),
        replace(request, styles=[replace(request.styles[0], image=request.styles[0].image + 1.0)]),
        replace(request, initial=request.content, settings=replace(request.settings, start="image")),
        replace(request, settings=replace(request.settings, seed=9)),
    ]
    prints = {OF, fingerprint(request, "f" * 64), *map(fingerprint, others)}
    assert len(prints) == len(others) + 2
    assert fingerprint(small_request()) == OF


def test_what_the_optimiser_knew_is_read_to_the_last_bit(tmp_path: Path) -> None:
    knew = {"inner trial": small_picture(24, 31, seed=4), "loss": 3.25, "terms": [1.0, 2.0]}
    save_state(tmp_path / "state", replace(STATE, start=STATE.picture + 1.0, optimizer=knew), OF)
    found = load_state(tmp_path / "state", OF)
    assert found is not None
    assert found.optimizer is not None
    assert found.start is not None
    np.testing.assert_array_equal(found.start, STATE.picture + 1.0)
    np.testing.assert_array_equal(found.optimizer["inner trial"], knew["inner trial"])
    assert (float(found.optimizer["loss"]), list(found.optimizer["terms"])) == (3.25, [1.0, 2.0])


def test_a_run_may_go_on_for_longer_than_was_meant_at_first() -> None:
    assert fingerprint(small_request(iterations=500)) == fingerprint(small_request(effort="best")) == OF

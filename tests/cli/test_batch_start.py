"""A batch says beforehand how long all of it takes, and loads the network once."""

from dataclasses import replace
from pathlib import Path

import pytest

from neural_style.backends.local import LocalStylizer
from neural_style.cli.batch_start import BatchEngine, Expectation
from neural_style.cli.starting import WORTH_A_TRIAL
from neural_style.errors import NetworkError
from neural_style.networks import store
from neural_style.service.estimate import OVERHEAD_S, SpeedEstimate
from neural_style.settings import Settings
from tests.fakes import tiny_network

SETTINGS = Settings(iterations=10, precision="float32")


def engine(estimate: SpeedEstimate | None = None, memory_gb: float | None = 8.0) -> BatchEngine:
    network = tiny_network()
    return BatchEngine(network, LocalStylizer(lambda: network, memory_gb), estimate or SpeedEstimate())


def test_the_seconds_are_those_of_all_pictures_and_the_memory_that_of_the_largest():
    known = SpeedEstimate()
    known.begin_with(1e-6)
    small, large = ((100, 100), SETTINGS), ((200, 200), SETTINGS)
    of_small, of_large, of_all = (engine(known).expect(each, print) for each in ([small], [large], [small, large] * 2))
    assert of_small.seconds is not None
    assert of_small.seconds > OVERHEAD_S
    assert of_all.seconds == pytest.approx(2 * (of_small.seconds + (of_large.seconds or 0)))
    assert of_all.memory_bytes == pytest.approx(of_large.memory_bytes, rel=0.1)
    assert of_all.weights == of_small.weights + of_large.weights + of_small.weights + of_large.weights


def test_a_trial_is_made_where_the_speed_is_not_known_and_there_is_much_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(LocalStylizer, "warm_up", lambda _: 1e-6)
    told: list[str] = []
    side = round((WORTH_A_TRIAL / 10) ** 0.5)
    assert engine().expect([((64, 64), SETTINGS)], told.append).seconds is None
    assert told == []
    assert engine().expect([((side, side), SETTINGS)], told.append).seconds is not None
    assert told == ["Finding out how fast this machine is"]
    assert engine().expect([((64, 64), SETTINGS)], told.append, least_work=0.0).seconds is not None


def test_what_cannot_be_forecast_counts_as_nothing():
    known = SpeedEstimate()
    known.begin_with(1e-6)
    found = engine(known).expect([(None, SETTINGS), ((100, 100), SETTINGS)], print)
    assert found.weights[0] == 0
    assert found.weights[1] == found.seconds
    little = replace(engine(known), stylizer=LocalStylizer(tiny_network, memory_gb=1e-6))
    assert little.expect([((100, 100), SETTINGS)], print).weights == (0.0,)


def test_nothing_is_said_where_nothing_is_known():
    assert Expectation((1.0,), None, 10**9).sentence == ""
    assert Expectation((1.0,), 90.0, 2 * 10**9).sentence == (
        "That takes about 2 min on this machine, and 2.0 GB of memory."
    )


def test_the_network_is_loaded_once(tmp_path: Path):
    path = tmp_path / "tiny.safetensors"
    store.save(tiny_network(), path)
    found = BatchEngine.on_this_machine(path, None)
    path.unlink()
    assert found.stylizer.provider() is found.network
    with pytest.raises(NetworkError):
        BatchEngine.on_this_machine(path, None)

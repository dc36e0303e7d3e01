"""The optimiser that a scale of a run gets."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import neural_style.engine.optimizer as module
from neural_style.engine.device import kind_of_device
from neural_style.engine.optimizer import build_optimizer, vectors_of_device
from neural_style.optimizers.adam import Adam
from neural_style.optimizers.lbfgs import HISTORY, Lbfgs
from neural_style.optimizers.vectors import DeviceVectors, HostVectors
from neural_style.settings import AdamSettings, Settings

GRAY = np.full((4, 5, 3), 127.0, np.float32)


def first_change(settings: Settings, **options: Any) -> float:
    """The largest change of a value in the first step."""
    optimizer = build_optimizer(settings, **options)
    gradient = np.linspace(-1.0, 2.0, GRAY.size, dtype=np.float32).reshape(GRAY.shape)
    state, _ = optimizer.step(optimizer.start(GRAY), lambda _: ([1.0], gradient))
    return float(np.abs(np.asarray(state.trial) - GRAY).max())


@pytest.mark.parametrize(
    ("start", "goes_on", "levels"),
    [("noise", False, 60), ("content", False, 30), ("colors", False, 30), ("noise", True, 10), ("colors", True, 10)],
)
def test_the_first_step_of_l_bfgs_is_as_long_as_there_is_to_be_moved(start, goes_on, levels):
    settings = Settings(optimizer="lbfgs", start=start)
    assert first_change(settings, goes_on=goes_on) == pytest.approx(levels, rel=1e-5)


def test_adam_has_the_learning_rate_of_the_settings():
    assert first_change(Settings(optimizer="adam", adam=AdamSettings(learning_rate=7.0))) == pytest.approx(
        7.0, rel=1e-4
    )


def test_the_settings_choose_the_optimiser_and_the_plan_its_history():
    assert isinstance(build_optimizer(Settings(optimizer="adam")), Adam)
    optimizer = build_optimizer(Settings(optimizer="lbfgs"), history=3)
    assert isinstance(optimizer, Lbfgs)
    assert pairs_after(20, optimizer) == 3
    usual = build_optimizer(Settings(optimizer="lbfgs"))
    assert isinstance(usual, Lbfgs)
    assert pairs_after(20, usual) == HISTORY


def pairs_after(steps: int, lbfgs: Lbfgs) -> int:
    scales = np.geomspace(1.0, 30.0, GRAY.size, dtype=np.float32).reshape(GRAY.shape)

    def bowl(picture: Any) -> tuple[list[float], np.ndarray]:
        offset = np.asarray(picture) - np.float32(90.0)
        return [0.5 * float((scales * offset**2).sum())], scales * offset

    state = lbfgs.start(GRAY)
    for _ in range(steps):
        state, _ = lbfgs.step(state, bowl)
    return len(lbfgs._pairs)


@pytest.fixture(params=["CPU", "GPU"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(module, "kind_of_device", lambda: request.param)
    return request.param


@pytest.mark.parametrize("name", ["lbfgs", "adam"])
def test_pictures_stay_on_a_gpu_and_are_arrays_of_numpy_elsewhere(kind, name):
    optimizer = build_optimizer(Settings(optimizer=name))
    state, _ = optimizer.step(optimizer.start(GRAY), lambda _: ([1.0], tf.ones_like(GRAY)))
    assert tf.is_tensor(state.trial) == (kind == "GPU")
    assert isinstance(vectors_of_device(), DeviceVectors if kind == "GPU" else HostVectors)


def test_the_device_is_asked_for():
    assert isinstance(vectors_of_device(), DeviceVectors if kind_of_device() == "GPU" else HostVectors)

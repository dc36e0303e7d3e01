"""Finished runs are kept as long as there is room, and go on as if they had never stopped."""

import os
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from neural_style.backends.local import LocalStylizer
from neural_style.changes import Change
from neural_style.engine.precision import choose_arithmetic
from neural_style.errors import OptionsError
from neural_style.images.load import load_image
from neural_style.networks.provider import ProviderStatus
from neural_style.service.context import ServiceContext
from neural_style.service.kept_runs import NAME, drop_old_runs, load_run
from neural_style.service.orders import APP_SETTINGS, Order
from neural_style.service.runner import ResultFiles, Runner
from neural_style.settings import Settings
from tests.fakes import tiny_network
from tests.service.helpers import fake_painter, order_for, paint, request_for

SETTINGS = Settings(iterations=4, optimizer="lbfgs", start="content", precision="float32")


def runner_in(folder: Path, title: str = "tiny network") -> Runner:
    stylizer = LocalStylizer(tiny_network, choose=choose_arithmetic)
    return Runner(ServiceContext(stylizer, lambda: ProviderStatus(title, "off", 0, 0, "")), folder / "results")


def painted(runner: Runner, order: Order) -> tuple[ResultFiles, int]:
    stop, given_up = threading.Event(), threading.Event()
    request = request_for(order)
    begin = None if order.begin is None else load_run(order.begin, request, tiny_network().title)
    *_, last = runner.paint(request, order.file_stem, stop, given_up, begin=begin)
    assert last.files is not None
    return last.files, last.iterate.step


def test_a_picture_goes_on_from_its_kept_run_and_is_the_one_of_all_steps(tmp_path: Path) -> None:
    runner = runner_in(tmp_path, tiny_network().title)
    order = order_for(tmp_path, SETTINGS)
    files, step = painted(runner, order)
    assert files.run is not None
    assert (files.run.name, step) == (NAME, 4)
    more = replace(order, changes=(Change(step=4, more=3),), begin=files.run)
    gone_on, step = painted(runner, more)
    assert step == 7
    whole, _ = painted(runner, order_for(tmp_path, replace(SETTINGS, iterations=7)))
    np.testing.assert_array_equal(load_image(gone_on.picture), load_image(whole.picture))


def test_a_run_of_another_network_or_one_that_is_gone_is_not_gone_on_with(tmp_path: Path) -> None:
    runner = runner_in(tmp_path, tiny_network().title)
    order = order_for(tmp_path, SETTINGS)
    files, _ = painted(runner, order)
    assert files.run is not None
    for path, title in ((files.run, "VGG-19"), (tmp_path / "gone.npz", tiny_network().title)):
        with pytest.raises(OptionsError, match="cannot be painted further"):
            load_run(path, request_for(order), title)


def test_a_run_that_cannot_be_gone_on_with_exactly_is_not_kept(tmp_path: Path) -> None:
    runner, _ = fake_painter()
    *_, last = paint(runner, order_for(tmp_path, replace(APP_SETTINGS, iterations=3, effort=None)))
    assert last.files is not None
    assert last.files.run is None


def test_the_oldest_runs_go_where_all_are_too_many_bytes_and_the_latest_stays(tmp_path: Path) -> None:
    paths = []
    for number in range(4):
        path = tmp_path / f"result {number}" / NAME
        path.parent.mkdir()
        path.write_bytes(b"x" * 100)
        os.utime(path, (number, number))
        paths.append(path)
    drop_old_runs(tmp_path, 250)
    assert [path.exists() for path in paths] == [False, False, True, True]
    drop_old_runs(tmp_path, 50)
    assert [path.exists() for path in paths] == [False, False, False, True]

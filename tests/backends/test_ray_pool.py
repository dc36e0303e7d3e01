"""Painting on a real Ray cluster on this machine: the same pictures, at the same time, whatever dies."""

import hashlib
import logging
import os
import re
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import ray

from neural_style.backends import ray_pool
from neural_style.backends.ray_pool import ClusterOptions, RayStylizer
from neural_style.errors import BackendError, OptionsError
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest
from neural_style.service.batch import Worker, paint_all
from neural_style.service.manifest import NAME, open_manifest, read_manifest
from neural_style.vgg.network import Network
from tests.fakes import small_request, tiny_network
from tests.service.batches import job, plan, write_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NETWORK = tiny_network()


def request(**settings: Any) -> StylizeRequest:
    return small_request(**{"iterations": 4, "start": "content", **settings})


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    yield
    ray.shutdown()


@contextmanager
def pool_of(workers: int, provider: Callable[[], Network] = lambda: NETWORK, **options: Any) -> Iterator[RayStylizer]:
    stylizer = RayStylizer(provider, ClusterOptions(**{"workers": workers, "threads": 1, **options}))
    yield stylizer
    stylizer.close()


@pytest.fixture(scope="module")
def pool() -> Iterator[RayStylizer]:
    with pool_of(2) as stylizer:
        yield stylizer


@pytest.fixture
def single() -> Iterator[RayStylizer]:
    with pool_of(1) as stylizer:
        yield stylizer


def worker_of(pool: RayStylizer) -> int:
    """Return the process of a worker that is idle."""
    with pool._workers.lent() as worker:
        return pool.call(worker.actor.ready)


def test_a_picture_of_the_cluster_is_that_of_this_machine_with_as_many_threads(
    pool: RayStylizer, tmp_path: Path
) -> None:
    *_, last = pool(request())
    program = """
        import sys
        import numpy as np
        import tensorflow as tf
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        from neural_style.backends.local import LocalStylizer
        from tests.backends.test_ray_pool import NETWORK, request
        *_, last = LocalStylizer(lambda: NETWORK)(request())
        np.save(sys.argv[1], last.exact())
    """
    path = tmp_path / "local.npy"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TF_ENABLE_ONEDNN_OPTS": "1"}
    subprocess.run([sys.executable, "-c", textwrap.dedent(program), str(path)], check=True, env=environment)
    assert (last.step, last.is_last) == (4, True)
    assert last.exact is not None
    np.testing.assert_array_equal(last.exact(), np.load(path))


def test_runs_go_on_at_the_same_time_on_workers_of_their_own(pool: RayStylizer) -> None:
    first, second = pool(request()), pool(request(seed=1))
    assert [next(first).step, next(second).step, next(first).step, next(second).step] == [0, 0, 1, 1]
    assert next(first).picture().shape == (40, 56, 3)
    first.close()
    assert [iterate.step for iterate in second] == [2, 3, 4]
    assert len(list(pool(request()))) == 5, "the worker of a run that was left is free"


def test_more_runs_than_workers_wait_for_one(pool: RayStylizer) -> None:
    runs = [pool(request()) for _ in range(2)]
    for run in runs:
        next(run)
    waiting = threading.Thread(target=lambda: list(pool(request())))
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    runs[0].close()
    waiting.join(30)
    assert not waiting.is_alive()
    runs[1].close()


def test_a_sentence_of_the_engine_arrives_as_it_is() -> None:
    with pool_of(1, memory_gb=1e-6) as pool, pytest.raises(OptionsError, match="memory") as refused:
        list(pool(small_request(width=2000)))
    assert "Traceback" not in str(refused.value)


def test_an_iterate_that_is_over_does_not_pass_for_the_latest(pool: RayStylizer) -> None:
    run = pool(request())
    first = next(run)
    next(run)
    with pytest.raises(BackendError, match="step 0 is no longer there"):
        first.picture()
    run.close()


@pytest.mark.parametrize("keeps_states", [False, True])
def test_a_run_whose_worker_dies_goes_on_at_another_one(
    single: RayStylizer, monkeypatch: pytest.MonkeyPatch, keeps_states: bool
) -> None:
    monkeypatch.setattr(ray_pool, "STATE_INTERVAL_S", 0.0 if keeps_states else 1e9)
    steps, worker = [], worker_of(single)
    for iterate in single(request(iterations=6)):
        steps.append(iterate.step)
        if len(steps) == 4:
            os.kill(worker, signal.SIGKILL)
    assert steps[:4] == [0, 1, 2, 3]
    assert steps[4] == (3 if keeps_states else 0)
    assert steps[-1] == 6
    assert worker_of(single) != worker


def test_a_preview_of_a_worker_that_died_is_the_one_before_and_the_run_goes_on(single: RayStylizer) -> None:
    run, worker = single(request()), worker_of(single)
    first = next(run)
    shown = first.picture()
    os.kill(worker, signal.SIGKILL)
    np.testing.assert_array_equal(first.picture(), shown)
    assert [iterate.step for iterate in run] == [0, 1, 2, 3, 4]


def test_a_picture_that_kills_every_worker_fails_in_the_end(single: RayStylizer) -> None:
    def kill_at_each_start() -> Network:
        os.kill(processes[-1], signal.SIGKILL)
        return NETWORK

    processes = [worker_of(single)]
    with pool_of(1, kill_at_each_start) as pool:

        def note(worker: Any) -> bool:
            processes.append(pool.call(worker.ready))
            return True

        pool._workers._answers = note
        with pytest.raises(BackendError, match=f"{ray_pool.MOST_ATTEMPTS} workers died one after the other"):
            list(pool(request()))
    assert len(processes) == 1 + ray_pool.MOST_ATTEMPTS


def test_a_batch_loses_no_picture_where_a_worker_is_killed(pool: RayStylizer, tmp_path: Path) -> None:
    write_files(tmp_path, photos=8)
    jobs = [job(tmp_path, f"{number}.png") for number in range(8)]
    process = worker_of(pool)
    seen = 0

    def kill_one(_request: StylizeRequest, _iterate: Iterate) -> None:
        nonlocal seen
        seen += 1
        if seen == 5:
            os.kill(process, signal.SIGKILL)

    with open_manifest(tmp_path / "out" / NAME) as manifest:
        worker = Worker(pool, at_once=pool.workers)
        entries = list(paint_all(plan(tmp_path, jobs), manifest, worker, kill_one))
    assert sorted((entry.output, entry.state) for entry in entries) == [
        (f"{number}-style.png", "painted") for number in range(8)
    ]
    latest = read_manifest(tmp_path / "out" / NAME).latest
    for entry in entries:
        digest = hashlib.sha256((tmp_path / "out" / entry.output).read_bytes()).hexdigest()
        assert latest[entry.output].sha256 == digest
    assert len((tmp_path / "out" / NAME).read_text().splitlines()) == 2 * 8, "each is begun and painted once"


def test_the_command_paints_a_batch_on_a_cluster_of_its_own(tmp_path: Path) -> None:
    write_files(tmp_path, photos=3)
    command = f"""
        import sys
        from neural_style.cli.main import main
        sys.exit(main(["batch", "{tmp_path}/0.png", "{tmp_path}/1.png", "{tmp_path}/2.png", "--backend", "ray",
            "--styles", "{tmp_path}/style.png", "--output", "{tmp_path}/painted", "--workers", "2", "--iterations", "2",
            "--worker-threads", "1"]))
    """
    environment = {**os.environ, "RAY_ADDRESS": "127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(command)], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, f"without --ray-address it has a cluster of its own: {done.stderr}"
    assert "Starting 2 workers of 1 thread ..." in done.stderr
    assert re.search(r"^Painting 3 pictures\. Network: .*VGG", done.stderr, re.MULTILINE)
    assert len(done.stderr.splitlines()) == 6, f"the libraries' own lines are held back: {done.stderr}"
    assert len(list((tmp_path / "painted").glob("*.png"))) == 3


def test_an_idle_worker_that_died_is_replaced(pool: RayStylizer) -> None:
    for _ in range(pool.workers):
        os.kill(worker_of(pool), signal.SIGKILL)
    assert len(list(pool(request()))) == 5


def test_a_network_that_comes_later_is_taken_by_the_next_run() -> None:
    networks = [NETWORK, replace(tiny_network(seed=1), sha256="1" * 64, title="another one")]
    with pool_of(1, lambda: networks[0]) as pool:
        first, *_ = list(pool(request()))
        networks.reverse()
        second, *_ = list(pool(request()))
    assert (first.network, second.network) == (NETWORK.title, "another one")

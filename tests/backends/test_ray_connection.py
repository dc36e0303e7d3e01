"""A cluster is joined, or refused in a sentence, and it is noticed when its head is gone."""

import logging
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator

import pytest
import ray

from neural_style.backends import ray_connection
from neural_style.backends.ray_connection import ClusterOptions, RayConnection
from neural_style.errors import BackendError

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module", autouse=True)
def _cluster() -> Iterator[None]:
    ray.init("local", num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    yield
    ray.shutdown()


def room_for(threads: int, gpus: float = 0.0) -> RayConnection:
    """Join the cluster with workers of that size."""
    return RayConnection(ClusterOptions(threads=threads, gpus=gpus))


@pytest.fixture
def connection() -> RayConnection:
    return room_for(1)


@pytest.mark.parametrize("answer", [None, b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_a_cluster_that_is_not_there_is_refused_in_words(answer: bytes | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing listens, where something never answers, and where something else does."""
    monkeypatch.setattr(ray_connection, "CONNECT_PATIENCE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = "127.0.0.1:1" if answer is None else f"127.0.0.1:{listening.getsockname()[1]}"
        if answer:
            threading.Thread(target=lambda: listening.accept()[0].sendall(answer), daemon=True).start()
        connection = object.__new__(RayConnection)
        connection.ray, connection._options = ray, ClusterOptions(address)
        with pytest.raises(BackendError, match=rf"^There is no Ray cluster at {address} \(.*Start one: ray"):
            connection._connect()


def test_what_ray_listens_with_is_known(connection: RayConnection) -> None:
    ray_connection._check_reachable(ray.get_runtime_context().gcs_address)


def test_a_head_that_answers_no_more_is_told_after_a_while(
    connection: RayConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_connection, "HEAD_INTERVAL_S", 0.0)
    connection.check_head()
    with monkeypatch.context() as lost:
        lost.setattr(connection, "_head", "127.0.0.1:1")
        connection.check_head()
        lost.setattr(ray_connection, "HEAD_PATIENCE_S", 0.0)
        with pytest.raises(BackendError, match=r"The head of the Ray cluster at 127.* does not answer any more"):
            connection.check_head()
        assert connection.is_lost


def test_workers_that_no_machine_can_hold_are_refused_in_words() -> None:
    with pytest.raises(BackendError, match=r"takes 64 cores and 0 GPUs, and no machine .* has 4 cores and 0 GPUs"):
        room_for(64)
    with pytest.raises(BackendError, match=r"takes 1 core and 0\.5 GPUs"):
        room_for(1, gpus=0.5)


def test_workers_that_wait_for_room_say_so(caplog: pytest.LogCaptureFixture) -> None:
    task = ray.remote(lambda: time.sleep(60)).options(num_cpus=1)
    busy = [task.remote() for _ in range(4)]
    while ray.available_resources().get("CPU", 0.0) >= 1.0:
        time.sleep(0.1)
    room_for(1)
    for each in busy:
        ray.cancel(each, force=True)
    assert "Waiting for room in the cluster." in caplog.text


def test_what_the_program_does_on_a_signal_stays_as_it_was() -> None:
    program = """
        import signal
        from neural_style.backends.ray_connection import ClusterOptions, RayConnection
        handlers = lambda: [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        signal.signal(signal.SIGTERM, lambda *_: print("ended in order"))
        before = handlers()
        connection = RayConnection(ClusterOptions(threads=1))
        assert handlers() == before
        signal.raise_signal(signal.SIGTERM)
        connection.close()
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "ended in order\n"), done.stderr

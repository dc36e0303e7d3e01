"""Operators and containers are told how the server is."""

from pathlib import Path

from tests.ui.conftest import NETWORK, health, serving, submit, wait_until

IDLE = {"status": "ok", "network": NETWORK.title, "fetch": "off", "waiting": 0, "running": 0}


def test_the_health_says_what_paints_what_runs_and_how_many_wait(photo: str, tmp_path: Path) -> None:
    with serving() as server:
        assert health(server) == (200, IDLE)
        server.stylizer.delay_s = 0.2
        jobs = [submit(server, photo, tmp_path) for _ in range(3)]
        wait_until(lambda: health(server)[1] == {**IDLE, "waiting": 2, "running": 1})
        for job in jobs:
            job.cancel()
        wait_until(lambda: health(server)[1] == IDLE)


def test_a_server_that_is_ending_is_not_well_and_a_password_does_not_hide_it() -> None:
    with serving(auth=(("ann", "secret"),)) as server:
        assert health(server) == (200, IDLE)
        server.context.shutdown.begin(0.0)
        assert health(server) == (503, {**IDLE, "status": "ending"})

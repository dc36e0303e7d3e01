"""The queue of Gradio takes turns among visitors, and no visitor may fill it alone."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gradio_client import Client, handle_file

from neural_style.service.options import ServerOptions
from neural_style.service.turns import in_turns
from neural_style.ui.gradio_queue import OWNERS
from tests.ui.conftest import picture_file, serving, wait_until


def event(session: str, address: str = "::1") -> Any:
    return SimpleNamespace(session_hash=session, request=SimpleNamespace(client=SimpleNamespace(host=address)))


def test_a_connection_without_an_address_has_its_turn_too() -> None:
    unknown = SimpleNamespace(session_hash="u", request=SimpleNamespace(client=None))
    ordered = in_turns([event("a"), event("a"), unknown], [], OWNERS)  # pyright: ignore[reportArgumentType]
    assert [each.session_hash for each in ordered] == ["a", "u", "a"]


def test_a_visitor_does_not_wait_behind_all_pictures_of_another(photo: str, tmp_path: Path) -> None:
    other = picture_file(tmp_path / "other.png", seed=2, height=80)
    with serving() as server:
        server.stylizer.delay_s = 0.2
        many, single = (Client(server.url, verbose=False, download_files=tmp_path) for _ in range(2))
        endless = many.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: len(server.stylizer.requests) == 1)
        asked = {"settings": {"iterations": 2}, "api_name": "/stylize"}
        jobs = [many.submit(handle_file(photo), [handle_file(photo)], **asked) for _ in range(2)]
        wait_until(lambda: all(job.status().rank is not None for job in jobs))
        jobs.append(single.submit(handle_file(other), [handle_file(other)], **asked))
        wait_until(lambda: jobs[-1].status().rank is not None)
        endless.cancel()
        for job in jobs:
            job.result(timeout=30)
    assert [request.content.shape[0] for request in server.stylizer.requests] == [120, 80, 120, 120]


def test_one_visitor_may_have_a_quarter_of_the_queue(photo: str, tmp_path: Path) -> None:
    assert [ServerOptions(queue_size=size).queue_share for size in (1, 4, 5, 20)] == [1, 1, 2, 5]
    with serving(queue_size=4) as server:
        server.stylizer.delay_s = 0.2
        greedy, other = (Client(server.url, verbose=False, download_files=tmp_path) for _ in range(2))
        first = greedy.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: len(server.stylizer.requests) == 1)
        second = greedy.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: second.status().rank is not None)
        with pytest.raises(Exception, match="Queue is full"):  # the client's own words
            greedy.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize").result(timeout=20)
        third = other.submit(handle_file(photo), [handle_file(photo)], api_name="/stylize")
        wait_until(lambda: third.status().rank is not None)
        for job in (first, second, third):
            job.cancel()

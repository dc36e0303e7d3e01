"""Visitors take turns: everybody's first job comes before anybody's second."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

_Job = TypeVar("_Job")

Owner = Callable[[_Job], Hashable]
"""A function that returns whose a job is, such as the address or the session that it came from."""


def in_turns(waiting: Sequence[_Job], running: Sequence[_Job], owners: Sequence[Owner[_Job]]) -> list[_Job]:
    """Order jobs so that owners take turns; within a turn, first come, first served.

    Args:
        waiting: the jobs that wait, in the order in which they came.
        running: the jobs that run, which count as their owners' first.
        owners: who takes turns, from the narrowest kind of owner to the widest. Sessions before addresses: turns go
            among the addresses, since a program may open as many sessions as it likes, and at one address among the
            sessions, since all visitors behind a proxy share one address.

    Returns:
        The jobs of `waiting`, the next one first.
    """
    jobs = list(waiting)
    for owner in owners:
        jobs = _by_turn(jobs, running, owner)
    return jobs


def _by_turn(waiting: Sequence[_Job], running: Sequence[_Job], owner: Owner[_Job]) -> list[_Job]:
    turns = Counter(map(owner, running))

    def turn(job: _Job) -> int:
        turns[owner(job)] += 1
        return turns[owner(job)]

    return sorted(waiting, key=turn)

"""Whose turn it is: sessions take turns, and so do the addresses that they come from."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from neural_style.service.turns import in_turns


@dataclass(frozen=True, eq=False)
class Job:
    """Whose it is."""

    session: str
    address: str | None = "::1"


OWNERS = (lambda job: (job.address, job.session), lambda job: job.address)


def sessions(jobs: list[Job]) -> str:
    return "".join(job.session for job in jobs)


def test_everybodys_first_comes_before_anybodys_second() -> None:
    assert sessions(in_turns([Job(name) for name in "aaabac"], [], OWNERS)) == "abcaaa"


def test_who_is_being_painted_for_has_had_the_first_turn() -> None:
    assert sessions(in_turns([Job("a"), Job("b")], [Job("a")], OWNERS)) == "ba"


def test_many_sessions_of_one_address_share_its_turns() -> None:
    flood = [Job(name, "203.0.113.9") for name in "abc"]
    assert sessions(in_turns([*flood, Job("z", "198.51.100.7")], [], OWNERS)) == "azbc"


def test_without_any_owners_first_come_is_first_served() -> None:
    assert sessions(in_turns([Job(name) for name in "aabac"], [Job("a")], ())) == "aabac"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xy"))))
def test_nobody_is_lost_and_ones_own_order_stays(owners: list[tuple[str, str]]) -> None:
    jobs = [Job(*owner) for owner in owners]
    ordered = in_turns(jobs, [], OWNERS)
    assert Counter(map(id, ordered)) == Counter(map(id, jobs))
    for owner in set(owners):
        mine = [job for job, its in zip(jobs, owners, strict=True) if its == owner]
        assert [job for job in ordered if job in mine] == mine
    assert in_turns(ordered, [], OWNERS) == ordered

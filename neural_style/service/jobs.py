"""Jobs wait for their turn and are painted by threads of their own, whoever watches.

A job belongs to the one who ordered it and not to a connection: a page that was reloaded, closed or offline finds its
job running or finished, and so does one whose server was killed and started again (`journal`). A job that nobody has
watched for its patience ends. Visitors take turns (`turns`).
"""

import asyncio
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from neural_style.changes import Change
from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.iterate import Iterate
from neural_style.languages import speaking, spoken
from neural_style.service.failures import sentence_of
from neural_style.service.journal import Journal, KeptJob
from neural_style.service.messages import messages
from neural_style.service.mix import Mix
from neural_style.service.orders import Order
from neural_style.service.results import Result
from neural_style.service.runner import Update
from neural_style.service.shutdown import ServerEndsError
from neural_style.service.turns import in_turns

WATCH_INTERVAL_S = 0.05
"""The time from one look of a watcher at its job to the next."""

PROGRAM_PATIENCE_S = 10.0
"""The time for which the job of a program goes on without it: a program does not come back."""

KEPT_PREVIEWS = 3
"""The number of latest previews of a job that are kept for its watchers."""

MOST_ENDED = 500
"""The number of jobs that are remembered after their end, for watchers that come late."""


@dataclass(frozen=True)
class Moment:
    """What a watcher of a job is told.

    Attributes:
        ahead: the number of pictures that come before it; None: its turn has come.
        update: the state of the run, with a picture that cannot be asked for any more; None: there is none yet.
        preview: a small JPEG, where there is a new one.
        place: which of how many pictures of the job it is about; None: the job is one picture.
        sketch: a look and what the photo is like in it, as a data URL.
    """

    ahead: int | None = None
    update: Update | None = None
    preview: bytes | None = None
    place: tuple[int, int] | None = None
    sketch: tuple[str, str] | None = None


@dataclass(eq=False)
class Job:
    """A job that waits, runs, or has ended.

    Attributes:
        order: what is to be painted.
        session: the token of the browser, or of the program's connection, that ordered it.
        address: where it was ordered from.
        patience_s: the time for which it goes on while nobody watches.
        form: what the page had in its fields; kept with the result.
        paint: how it is painted, where that is not as other jobs are.
        is_kept: whether its best picture is kept where it ends early, and itself where the server does; that of a
            program that is gone is for nobody.
        album: the pictures that are painted one after the other; none where `order` is all.
        done: the number of pictures of the album that are done.
        reached: the latest step from which a later server went on with the picture that is painted now.
        beginnings: how often it was begun since: more than once where the server was killed.
        planned: the changes that its run is to make, each after its step: those of the order, those that a server made
            which was killed, and those that the run has taken here.
        token: unguessable.
        stop: set where it shall end with its best picture.
        given_up: set where it shall end, and nobody wants its picture.
        moments: what watchers are told; only the latest ones have their previews.
        result: the finished picture.
        error: why it failed; a bug has become a sentence, and is in the log.
        is_told: whether a watcher was told why it failed.
        failures: of several pictures, why some could not be painted.
        mix: what the page has in those of its controls that can be moved while it is painted; None: it is not known.
        language: that which was spoken where it was ordered; sentences about it are in it.
    """

    order: Order
    session: str
    address: str = ""
    patience_s: float = PROGRAM_PATIENCE_S
    is_kept: bool = False
    form: Mapping[str, Any] | None = None
    paint: "Paint | None" = None
    album: tuple[Order, ...] = ()
    done: int = 0
    reached: int = 0
    beginnings: int = 0
    planned: tuple[Change, ...] = ()
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    stop: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)
    moments: list[Moment] = field(default_factory=list)
    result: Result | None = None
    error: NeuralStyleError | None = None
    is_told: bool = False
    failures: list[str] = field(default_factory=list)
    mix: Mix | None = None
    language: str = field(default_factory=spoken)
    has_begun: bool = False
    has_ended: bool = False
    seen_at: float = field(default_factory=time.monotonic)
    _change: Change | None = None
    _change_lock: threading.Lock = field(default_factory=threading.Lock)
    _note_lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, kept: KeptJob) -> "Job":
        """Return a job of a server that was killed, as it was there."""
        facts = {name: getattr(kept, name) for name in _AS_THEY_ARE}
        job = cls(**facts, is_kept=True, failures=list(kept.failures), planned=kept.made, _change=kept.pending)
        if kept.is_stopped:
            job.stop.set()
        return job

    def kept(self) -> KeptJob:
        """Return what it takes to go on with it."""
        facts = {name: getattr(self, name) for name in _AS_THEY_ARE}
        with self._change_lock:
            return KeptJob(
                **facts,
                failures=tuple(self.failures),
                is_stopped=self.stop.is_set(),
                made=self._known,
                pending=self._change,
            )

    def note(self, journal: Journal) -> None:
        """Note how far it is, unless it has ended, or nobody will come back for it."""
        with self._note_lock:
            if self.is_kept and not self.has_ended:
                journal.keep_job(self.kept())

    def end(self, journal: Journal, *, is_to_go_on: bool = False) -> None:
        """Be at its end, and forgotten by the journal, unless a later server is to go on with it."""
        with self._note_lock:
            self.has_ended = True
            if not is_to_go_on:
                journal.forget_job(self.token)

    def change(self, change: Change) -> None:
        """Have the run take a change after its next step; several until then are one."""
        with self._change_lock:
            self._change = change if self._change is None else self._change.then(change)

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes so far: those of its run, or planned for it, and the one that it has not taken yet."""
        return (*(self._known or self.order.changes), *([self._change] if self._change else []))

    @property
    def _known(self) -> tuple[Change, ...]:
        """The changes that its run has made or is still to make, each with its step."""
        iterate = self._iterate
        if iterate is None:
            return self.planned
        later = [change for change in self.planned if (change.step or 0) >= iterate.step]
        return (*iterate.changes, *(change for change in later if change not in iterate.changes))

    @property
    def _iterate(self) -> Iterate | None:
        """The latest state of the picture that is painted."""
        latest = self.moments[-1] if self.moments else Moment()
        return None if latest.update is None or latest.place != self.place else latest.update.iterate

    def moved_to(self, mix: Mix) -> Change | None:
        """Note what the page has in its controls now, and return what was moved of it; None: nothing was."""
        with self._change_lock:
            before, self.mix = self.mix, mix
        return None if before is None else mix.since(before)

    def take_change(self) -> Change | None:
        """Return the change that the run has not taken yet, if any."""
        with self._change_lock:
            change, self._change = self._change, None
            if change is not None and self._iterate is not None:
                self.planned = (*self.planned, change.at(self._iterate.step))
            return change

    @property
    def files(self) -> set[Path]:
        """The files that it takes to paint it."""
        return {path for order in (self.order, *self.album) for path in order.files}

    @property
    def result_key(self) -> str:
        """The key of the result of the picture that is painted; the same under another server."""
        return f"{self.token}-{self.done}"

    @property
    def place(self) -> tuple[int, int] | None:
        """Which of how many pictures of the album is painted; None: there is only one picture."""
        return (self.done + 1, len(self.album)) if self.album else None

    def tell(self, moment: Moment) -> None:
        """Tell the watchers; only one thread does."""
        self.moments.append(moment)
        pictured = [index for index, each in enumerate(self.moments[:-1]) if each.preview is not None]
        if moment.preview is not None and len(pictured) >= KEPT_PREVIEWS:
            self.moments[pictured[0]] = replace(self.moments[pictured[0]], preview=None)

    def lose_patience(self) -> None:
        """End where nobody has watched for too long."""
        if time.monotonic() - self.seen_at > self.patience_s:
            (self.stop if self.is_kept else self.given_up).set()

    @property
    def latest(self) -> Moment | None:
        """The latest moment, with the latest preview; None before any."""
        if not self.moments:
            return None
        moments = list(self.moments)
        preview = next((each.preview for each in reversed(moments) if each.preview is not None), None)
        return replace(moments[-1], preview=preview)


_AS_THEY_ARE = tuple(
    name
    for name in (each.name for each in fields(KeptJob))
    if name in {each.name for each in fields(Job)} - {"failures"}
)
"""The attributes of a job that are kept as they are."""


def _session_of(job: Job) -> tuple[str, str]:
    return job.address, job.session


def _address_of(job: Job) -> str:
    return job.address


OWNERS = (_session_of, _address_of)
"""Sessions take turns at each address, and addresses among each other."""

Paint = Callable[[Job], None]
"""A function that paints a job from its turn to its end, telling its watchers; it may raise anything."""


class Jobs:
    """The jobs of a server; safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Job] = []  # the next one first
        self._running: list[Job] = []
        self._known: OrderedDict[str, Job] = OrderedDict()
        self._paint: Paint | None = None
        self._journal = Journal()
        self._at_once, self._most_waiting, self._most_of_one = 1, 1, 1

    def open(
        self, paint: Paint, *, at_once: int, most_waiting: int, most_of_one: int, journal: Journal | None = None
    ) -> None:
        """Say how jobs are painted, how many at the same time, and how many may wait, of all and of one session.

        Args:
            paint: paints one.
            at_once: how many at the same time.
            most_waiting: how many may wait.
            most_of_one: how many of one session may wait.
            journal: is told of those that are kept; None: nobody is.
        """
        self._paint, self._journal = paint, journal or self._journal
        self._at_once, self._most_waiting, self._most_of_one = at_once, most_waiting, most_of_one

    def resume(self) -> None:
        """Take up the jobs of a server that was killed, those first that it painted; call it before others come.

        They were accepted, so none is one too many. They wait until `begin`.
        """
        kept = sorted(self._journal.jobs(), key=lambda each: not each.has_begun)
        jobs = [Job.of(each) for each in kept]
        with self._lock:
            self._known |= {job.token: job for job in jobs}
            self._waiting = in_turns(jobs, self._running, OWNERS)

    def begin(self) -> None:
        """Begin the jobs that were taken up."""
        with self._lock:
            for _ in range(self._at_once):
                self._begin_next()

    def end(self) -> None:
        """Note that the server ends in order: what it is painting is not what ends it."""
        with self._lock:
            for job in self._running:
                job.beginnings = max(0, job.beginnings - 1)
                job.note(self._journal)

    def unfinished(self) -> list[Job]:
        """Return the jobs that run or wait."""
        with self._lock:
            return [*self._running, *self._waiting]

    @property
    def waiting(self) -> int:
        """The number of jobs that wait for their turn."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """The number of jobs that are being painted."""
        return len(self._running)

    def submit(self, job: Job) -> None:
        """Take a job; it is painted when its turn comes.

        Raises:
            OptionsError: too many are waiting, of all or of this session.
        """
        with self._lock:
            if len(self._running) >= self._at_once:
                self._refuse_too_many(job)
            job.seen_at = time.monotonic()
            self._waiting = in_turns([*self._waiting, job], self._running, OWNERS)
            self._known[job.token] = job
            job.note(self._journal)
            self._forget_old()
            self._begin_next()

    def find(self, token: object) -> Job | None:
        """Return the job with that token, also for a while after its end; None: there is none."""
        return self._known.get(token) if isinstance(token, str) else None

    def latest_of(self, session: str) -> Job | None:
        """Return the latest job of that session that waits or runs, or else one of whose failure it was not told."""
        with self._lock:
            mine = [job for job in (*self._running, *self._waiting) if job.session == session and job.is_kept]
            failed = [
                job
                for job in self._known.values()
                if job.session == session and job.is_kept and job.error is not None and not job.is_told
            ]
        return next(iter((*mine[-1:], *failed[-1:])), None)

    def ahead(self, job: Job) -> int | None:
        """Return how many pictures come before that of a waiting job; None: it does not wait."""
        with self._lock:
            if job not in self._waiting:
                return None
            return len(self._running) - self._at_once + 1 + self._waiting.index(job)

    def would_wait_for(self) -> int:
        """Return how many pictures a new job might have to wait for."""
        with self._lock:
            return max(0, len(self._waiting) + len(self._running) - self._at_once + 1)

    def change(self, job: Job, change: Change) -> None:
        """Have a job that runs, or will, take a change."""
        job.change(change)
        job.note(self._journal)

    def stop(self, job: Job) -> None:
        """End a job: one that runs at its next step, with its best picture; one that waits, at once and with none."""
        job.stop.set()
        with self._lock:
            if job in self._waiting:
                self._waiting.remove(job)
                job.end(self._journal)
        job.note(self._journal)

    def give_up(self, job: Job) -> None:
        """End a job whose picture nobody wants any more; one that has ended stays as it is."""
        job.given_up.set()
        self.stop(job)

    async def follow(self, job: Job, *, every: bool = False) -> AsyncIterator[Moment]:
        """Yield what there is to tell of a job until its end; as long as it is followed, it has its watcher.

        Args:
            job: which.
            every: yield every moment that has been; else the latest one at each look.

        Raises:
            NeuralStyleError: the job failed with it.
        """
        told, ahead_told = 0, None
        while True:
            job.seen_at = time.monotonic()
            has_ended, ahead = job.has_ended, self.ahead(job)
            if ahead is not None and ahead != ahead_told:
                ahead_told = ahead
                yield Moment(ahead=ahead)
            new = job.moments[told:]
            told += len(new)
            if new and not every:
                latest = job.latest
                new = [] if latest is None else [latest]
            for moment in new:
                yield moment
            if has_ended and told >= len(job.moments):
                break
            await asyncio.sleep(WATCH_INTERVAL_S)
        if job.error is not None:
            job.is_told = True
            raise job.error

    def _refuse_too_many(self, job: Job) -> None:
        if len(self._waiting) >= self._most_waiting:
            raise OptionsError(messages().queue_full.format(jobs=self._most_waiting))
        if sum(each.session == job.session for each in self._waiting) >= self._most_of_one:
            raise OptionsError(messages().queue_full_of_yours.format(jobs=self._most_of_one))

    def _begin_next(self) -> None:
        """Begin the job whose turn it is, in a thread of its own; the lock is held."""
        if self._waiting and len(self._running) < self._at_once:
            job = self._waiting.pop(0)
            self._running.append(job)
            threading.Thread(target=self._run, args=(job,), name="painting", daemon=True).start()

    def _run(self, job: Job) -> None:
        try:
            job.lose_patience()
            paint = job.paint or self._paint
            if not job.given_up.is_set() and paint is not None:
                job.has_begun = True
                job.tell(Moment())
                with speaking(job.language):
                    paint(job)
        except NeuralStyleError as error:
            job.error = error
        except Exception as error:  # a bug is in the log, whether or not anybody watches
            with speaking(job.language):
                job.error = OptionsError(sentence_of(error))
        finally:
            with self._lock:
                self._running.remove(job)
                job.end(self._journal, is_to_go_on=isinstance(job.error, ServerEndsError))
                self._begin_next()

    def _forget_old(self) -> None:
        """Forget the jobs that ended long ago; the lock is held."""
        ended = [token for token, job in self._known.items() if job.has_ended]
        for token in ended[: max(0, len(ended) - MOST_ENDED)]:
            del self._known[token]

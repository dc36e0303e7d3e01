"""Gradio's queue is held to our limit and our words here. Everything here reaches into Gradio; nothing else does."""

import contextlib
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.context import LocalContext
from gradio.queueing import Event

from neural_style.service import messages
from neural_style.service.turns import in_turns

PAINTING_QUEUE = "painting"
"""Gradio's name for the queue in which the page's and the programs' jobs wait for the device together."""


ORPHAN_PATIENCE_S, _ORPHAN_INTERVAL_S = 30.0, 0.5
"""The time for which, and the interval at which, a cancelled event is looked for: it may only be about to begin."""

_paintings: dict[str, Generator[Any, None, None]] = {}
"""The generators that paint, by Gradio's ids of their events."""


def share_queue(app: gr.Blocks, most_waiting: int, most_of_one: int) -> None:
    """Take paintings within bounds, refusing others in words, and let visitors have their turns one after the other.

    All other events pass, since none of them waits. Gradio's own limit counts events of every kind, so that a full
    queue would even keep visitors from looking around.

    Args:
        app: the page.
        most_waiting: paintings that may wait.
        most_of_one: paintings of one session, a page or a client, that may wait.
    """
    queue, push = app._queue, app._queue.push

    async def push_and_share(body: Any, request: Any, username: str | None) -> Any:
        function = app.fns.get(body.fn_index)
        if function is None or function.concurrency_id != PAINTING_QUEUE:
            return await push(body=body, request=request, username=username)
        if waiting(app) >= most_waiting:
            return False, messages.QUEUE_FULL.format(jobs=most_waiting), "queue_full"
        if sum(event.session_hash == body.session_hash for event in _waiting_events(app)) >= most_of_one:
            return False, messages.QUEUE_FULL_OF_YOURS.format(jobs=most_of_one), "queue_full"
        answer = await push(body=body, request=request, username=username)
        events = _waiting_events(app)
        running = [event for job in queue.active_jobs for event in job or [] if event.concurrency_id == PAINTING_QUEUE]
        events[:] = in_turns(events, running, OWNERS)
        if events:
            queue.broadcast_estimations(PAINTING_QUEUE)
        return answer

    queue.push = push_and_share


def _session_of(event: Event) -> tuple[str, str]:
    return _address_of(event), event.session_hash


def _address_of(event: Event) -> str:
    return event.request.client.host if event.request.client else ""


OWNERS = (_session_of, _address_of)
"""Sessions take turns at each address, and addresses among each other."""


@contextmanager
def closed_when_cancelled(generator: Generator[Any, None, None]) -> Iterator[None]:
    """See that the painting in the `with` block ends where its event is cancelled (`free_places_at_once`)."""
    event_id = LocalContext.event_id.get(None)
    if event_id is not None:
        _paintings[event_id] = generator
    try:
        yield
    finally:
        if event_id is not None:
            _paintings.pop(event_id, None)


def free_places_at_once(app: gr.Blocks) -> None:
    """See that a job which is cancelled in the moment its turn comes does not hold its place and its memory for ever.

    Gradio cancels the task of such an event while it waits for the first step, and then knows its generator no more,
    while the traceback of the cancellation keeps it alive. So what is left of a cancelled event is closed here.
    """
    queue, remove = app._queue, app._queue.remove_from_queue

    async def remove_and_end(event_id: str) -> None:
        event = queue.event_ids_to_events.get(event_id)
        if event is not None:
            event.alive = False
        await remove(event_id)
        threading.Thread(target=_close_orphan, args=(event_id,), daemon=True).start()

    queue.remove_from_queue = remove_and_end


def _close_orphan(event_id: str) -> None:
    """Try until Gradio or we have closed the generator of the event: it may be in the middle of a step."""
    deadline = time.monotonic() + ORPHAN_PATIENCE_S
    while time.monotonic() < deadline:
        time.sleep(_ORPHAN_INTERVAL_S)
        generator = _paintings.get(event_id)
        if generator is not None:
            with contextlib.suppress(ValueError):  # it is executing
                generator.close()
                _paintings.pop(event_id, None)
                return


def waiting(app: gr.Blocks) -> int:
    """Return the number of paintings that wait for their turn."""
    return len(_waiting_events(app))


def _waiting_events(app: gr.Blocks) -> list[Event]:
    """Return Gradio's own list of the events that wait, the next one first."""
    queue = app._queue.event_queue_per_concurrency_id.get(PAINTING_QUEUE)
    return [] if queue is None else queue.queue

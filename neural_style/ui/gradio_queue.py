"""Gradio's queue, held to our limit and our words. Everything here reaches into Gradio; nothing else does."""

import contextlib
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.context import LocalContext

from neural_style.ui import texts

PAINTING_QUEUE = "painting"
"""Gradio's name for the queue in which the page's and the programs' jobs wait for the device together."""


ORPHAN_PATIENCE_S, _ORPHAN_INTERVAL_S = 30.0, 0.5
"""How long, and how often, what is left of a cancelled event is looked for: it may only be about to begin."""

_paintings: dict[str, Generator[Any, None, None]] = {}
"""Gradio's id of an event -> what it paints with."""


def bound_queue(app: gr.Blocks, most_waiting: int) -> None:
    """Refuse a painting, in words, where so many wait already; all other events pass, since none of them waits.

    Gradio's own limit counts events of every kind, so that a full queue would even keep visitors from looking around.
    """
    queue, push = app._queue, app._queue.push

    async def push_within_bound(body: Any, request: Any, username: str | None) -> Any:
        function = app.fns.get(body.fn_index)
        if function is not None and function.concurrency_id == PAINTING_QUEUE and waiting(app) >= most_waiting:
            return False, texts.QUEUE_FULL.format(jobs=most_waiting), "queue_full"
        return await push(body=body, request=request, username=username)

    queue.push = push_within_bound


@contextmanager
def closed_when_cancelled(generator: Generator[Any, None, None]) -> Iterator[None]:
    """Around a painting: see that it ends where its event is cancelled (`free_places_at_once`)."""
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
    """Until Gradio or we have closed it: it may be in the middle of a step."""
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
    """Paintings that wait for their turn."""
    queue = app._queue.event_queue_per_concurrency_id.get(PAINTING_QUEUE)
    return 0 if queue is None else len(queue.queue)

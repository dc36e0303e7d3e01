"""The end of one event of Gradio's is held to that event here. This reaches into Gradio; little else does.

Gradio cancels all tasks of a function that a client has running, where the client cancels one of them. So the task of a
job has a name that Gradio does not look for, and is cancelled by itself when its event is.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gradio as gr
from gradio.context import LocalContext

_tasks: dict[str, asyncio.Task[object]] = {}
"""The task of each job that runs for an event, by Gradio's id of the event."""


@contextmanager
def ended_with_its_event(end: Callable[[], None]) -> Iterator[None]:
    """Call `end` where the event of the `with` block is cancelled, and where the block is left.

    The block is to be within the task of the event, as an asynchronous handler is.
    """
    event_id = LocalContext.event_id.get(None)
    task = asyncio.current_task()
    if event_id is not None and task is not None:
        _tasks[event_id] = task
        task.set_name(f"job of {event_id}")
    try:
        yield
    finally:
        end()
        if event_id is not None:
            _tasks.pop(event_id, None)


def end_jobs_with_events(app: gr.Blocks) -> None:
    """See that the job of an event which a client cancels ends (`ended_with_its_event`), and no other."""
    queue, remove = app._queue, app._queue.remove_from_queue

    async def remove_and_end(event_id: str) -> None:
        await remove(event_id)
        task = _tasks.get(event_id)
        if task is not None:  # as Gradio does: an iterator that is closed under a task's hands would begin anew
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    queue.remove_from_queue = remove_and_end

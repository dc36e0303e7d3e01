"""Gradio's queue, held to our limit and our words. Everything here reaches into Gradio; nothing else does."""

from typing import Any

import gradio as gr

from neural_style.ui import texts

PAINTING_QUEUE = "painting"
"""Gradio's name for the queue in which the page's and the programs' jobs wait for the device together."""


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


def waiting(app: gr.Blocks) -> int:
    """Paintings that wait for their turn."""
    queue = app._queue.event_queue_per_concurrency_id.get(PAINTING_QUEUE)
    return 0 if queue is None else len(queue.queue)

"""The lines under the picture: how far it is, how well it does, how long it takes, and which network paints."""

import html
from dataclasses import asdict
from typing import Any

from neural_style.frame import Frame, StepLosses
from neural_style.ui import texts
from neural_style.ui.painting import Update


def message(sentence: str) -> str:
    """A sentence alone."""
    return f'<p class="status-line" role="status">{html.escape(sentence)}</p>'


def status_html(update: Update) -> str:
    """A progress bar with its facts while it runs; what came of it at the end."""
    frame, losses = update.frame, _losses(update)
    if update.result is not None:
        return message(" ".join(filter(None, [_outcome(update), frame.notice, _network(frame)]))) + losses
    facts = [texts.STATUS_STEP.format(step=frame.step, steps=frame.steps)]
    if frame.painted_size != update.size:
        facts.append(texts.STATUS_SIZE.format(side=max(frame.painted_size)))
    if frame.remaining_s is not None:
        facts.append(texts.STATUS_REMAINING.format(remaining=duration(frame.remaining_s)))
    return (
        f'<progress value="{frame.work_done:.4f}" aria-label="{texts.PROGRESS_LABEL}"></progress>'
        f'<p class="status-line">{html.escape(" · ".join(facts))}. {html.escape(_network(frame))}</p>{losses}'
    )


def status_json(update: Update) -> dict[str, Any]:
    """The same facts for programs, and a few more."""
    frame = update.frame
    height, width = frame.painted_size
    return {
        "step": frame.step,
        "steps": frame.steps,
        "work_done": frame.work_done,
        "painted_size": {"width": width, "height": height},
        "arithmetic": frame.arithmetic,
        "losses": asdict(_shown_losses(update)),
        "elapsed_s": frame.elapsed_s,
        "remaining_s": frame.remaining_s,
        "network": frame.network,
        "notice": frame.notice,
    }


def duration(seconds: float) -> str:
    """`42 s`, `3 min 05 s`: as a person would say it."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s"


def _outcome(update: Update) -> str:
    frame = update.frame
    template = texts.STATUS_FINISHED
    if update.stopped:
        template = texts.STATUS_STOPPED
    elif frame.notice is not None:
        template = texts.STATUS_ENDED_EARLY
    return template.format(step=frame.step, elapsed=duration(frame.elapsed_s))


def _network(frame: Frame) -> str:
    return texts.STATUS_NETWORK.format(network=frame.network)


def _shown_losses(update: Update) -> StepLosses:
    """Those of the picture that is shown: the current one while it runs, the best one at the end."""
    return update.frame.losses if update.result is None else update.frame.best_losses


def _losses(update: Update) -> str:
    losses = _shown_losses(update)
    terms = [f"{texts.STATUS_TOTAL} <b>{losses.total:,.0f}</b>"]
    terms += [f"{label} {getattr(losses, name):,.0f}" for name, label in texts.STATUS_TERMS.items()]
    return f'<p class="status-losses">{" · ".join(terms)}</p>'

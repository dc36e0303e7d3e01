"""The lines under the picture say how far it is, how well it does, how long it takes, and which network paints."""

import html
import re
from collections.abc import Sequence
from typing import Any

from neural_style.iterate import LossValues, Nearness
from neural_style.networks.provider import ProviderStatus
from neural_style.service.estimate import remaining_s, rough_duration
from neural_style.service.loss_curve import LossPoint
from neural_style.service.results import Outcome
from neural_style.service.runner import Update
from neural_style.ui.parts.chart import loss_chart, total_first
from neural_style.ui.texts import texts


def message(sentence: str) -> str:
    """Return the HTML of a sentence alone."""
    return f'<p class="status-line" role="status">{html.escape(sentence)}</p>'


def problem(sentence: str) -> str:
    """Return the HTML of a sentence that says what is wrong with the thing beside it."""
    return f'<p class="problem" role="alert">{html.escape(sentence)}</p>'


def badge(status: ProviderStatus) -> str:
    """Return the HTML that says which network paints now, and how far VGG-19 is; all of it in words when pointed at."""
    sentence = texts().badge.format(network=status.title) if status.title else texts().badge_none
    if status.fetch == "fetching" and status.total_bytes:
        percent = 100 * status.done_bytes // status.total_bytes
        sentence += " " + texts().badge_fetching.format(percent=percent)
    elif status.fetch in texts().badge_fetch:
        sentence += " " + texts().badge_fetch[status.fetch]
    title = html.escape(status.sentence)
    return f'<p class="badge {status.fetch}" title="{title}">{html.escape(sentence)}</p>'


def progress_html(update: Update, place: str = "") -> str:
    """Return the HTML of a progress bar with its facts; `place` says which picture of several it is."""
    iterate = update.iterate
    facts = [texts().status_step.format(step=iterate.step, steps=iterate.steps)]
    if iterate.painted_size != update.size:
        facts.append(texts().status_size.format(side=max(iterate.painted_size)))
    left = remaining_s(iterate, update.settings)
    if left is not None:
        facts.append(texts().status_remaining.format(remaining=duration(left)))
    sentences = html.escape(" · ".join(filter(None, [place, *facts])))
    return (
        f'<progress value="{iterate.work_done:.4f}" aria-label="{texts().progress_label}"></progress>'
        f'<p class="status-line">{sentences}</p>'
    )


def details_html(
    network: str, losses: LossValues, points: Sequence[LossPoint], nearness: Nearness | None = None
) -> str:
    """Return the HTML of what painted a picture, its losses, with those on the way to it, and how near it came."""
    sentence = message(texts().status_network.format(network=network))
    return sentence + _losses(losses) + loss_chart(points) + nearness_html(nearness or {})


def nearness_html(nearness: Nearness) -> str:
    """Return a table of how near a picture is to painting and photo; nothing where it was not measured."""
    if not nearness:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{html.escape(_measure(term))}</th><td>{" ".join(map(_near, layers.items()))}</td></tr>'
        for term, layers in nearness.items()
    )
    return f'<table class="nearness"><caption>{html.escape(texts().nearness)}</caption>{rows}</table>'


def _measure(term: str) -> str:
    """Return the page's name of what is measured: of the content the forms, which are the photo's at 0."""
    return texts().nearness_forms if term == "content" else texts().loss_term(term)


def _near(of_layer: tuple[str, float]) -> str:
    layer, value = of_layer
    meter = f'<meter value="{min(1.0, max(0.0, value)):.3f}" aria-hidden="true"></meter>'
    return f'<span class="near">{meter} {html.escape(layer)} {value:.2f}</span>'


def outcome_html(outcome: Outcome) -> str:
    """Return the HTML of how a run ended, and of the notices on its files."""
    sentences = [_end(outcome), outcome.notice, *outcome.file_notices]
    return message(" ".join(filter(None, sentences)))


def status_json(update: Update) -> dict[str, Any]:
    """Return the facts of the status for programs, and a few more, of the shown picture: the best one at the end."""
    iterate = update.iterate
    height, width = iterate.painted_size
    return {
        "step": iterate.step,
        "steps": iterate.steps,
        "work_done": iterate.work_done,
        "painted_size": {"width": width, "height": height},
        "arithmetic": iterate.arithmetic,
        "losses": (iterate.losses if update.files is None else iterate.best_losses).with_total(),
        "elapsed_s": iterate.elapsed_s,
        "remaining_s": remaining_s(iterate, update.settings),
        "network": iterate.network,
        "notice": " ".join(filter(None, [*update.notices, iterate.notice])) or None,
    }


def duration(seconds: float) -> str:
    """Return a duration as a person would say it, such as `42 s` or `3 min 05 s`."""
    whole = round(seconds)
    return _in_units(f"{whole} s" if whole < 60 else f"{whole // 60} min {whole % 60:02d} s")


def rough(seconds: float) -> str:
    """Return a duration as a person would say it who does not know exactly, such as `15 s` or `4 min`."""
    return _in_units(rough_duration(seconds))


def _in_units(duration: str) -> str:
    """Return a duration with the units of the language that is spoken here."""
    return re.sub(r" (h|min|s)\b", lambda unit: texts().units[unit[1]], duration)


def _end(outcome: Outcome) -> str:
    template = texts().status_finished
    if outcome.stopped:
        template = texts().status_stopped
    elif outcome.notice is not None:
        template = texts().status_ended_early
    return template.format(step=outcome.step, elapsed=duration(outcome.elapsed_s))


def _losses(losses: LossValues) -> str:
    terms = [
        f'<span class="term {name}">{texts().loss_term(name)} {value:,.0f}</span>'
        for name, value in total_first(losses).items()
    ]
    return f'<p class="status-losses">{" ".join(terms)}</p>'

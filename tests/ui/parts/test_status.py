"""The lines below the picture."""

from pathlib import Path

import pytest

from neural_style.networks.provider import ProviderStatus
from neural_style.service.orders import APP_SETTINGS, Order
from neural_style.service.results import Outcome
from neural_style.service.runner import Update
from neural_style.ui.parts.status import badge, details_html, duration, outcome_html, progress_html, status_json
from tests.fakes import FakeStylizer
from tests.service.helpers import files_in, iterate_of, paint, painter_over, request_for


def test_the_status_says_the_size_that_is_painted_at_only_where_it_is_not_that_of_the_result(order: Order) -> None:
    request = request_for(order)
    small = Update.of(request, iterate_of(order, painted_size=(20, 28), work_done=0.2, elapsed_s=10.0))
    line = f"Step 1 of at most {APP_SETTINGS.iterations} · painting at 28 px · about 30 s left"
    assert line in progress_html(small)
    assert '<progress value="0.2000"' in progress_html(small)
    large = Update.of(request, iterate_of(order, painted_size=request.canvas_size))
    assert "painting at" not in progress_html(large)


def test_a_run_whose_effort_was_reached_is_finished_and_one_with_a_notice_is_not(order: Order) -> None:
    request = request_for(order)
    reached = Update.of(request, iterate_of(order, steps=1, is_last=True), files=files_in(Path()))
    assert "Finished after 1 steps in" in outcome_html(Outcome.of(reached, []))
    notice = "The style loss was no longer finite."
    ended = Update.of(request, iterate_of(order, steps=1, is_last=True, notice=notice), files=files_in(Path()))
    assert f"Ended after 1 steps. {notice}" in outcome_html(Outcome.of(ended, []))


def test_programs_are_told_what_the_page_leaves_out(order: Order) -> None:
    told = status_json(Update.of(request_for(order), iterate_of(order, work_done=0.25)))
    assert (told["work_done"], told["arithmetic"]) == (0.25, "float32")
    assert told["painted_size"] == {"width": 56, "height": 40}


def test_the_status_escapes_what_is_not_its_own(order: Order) -> None:
    runner = painter_over(FakeStylizer(network="<script>"))
    *running, last = paint(runner, order)
    outcome = Outcome.of(last, [])
    said = details_html(outcome.network, outcome.losses, [])
    assert "<script>" not in said
    assert "&lt;script&gt;" in said
    assert not any("script" in text for text in [*map(progress_html, running), outcome_html(outcome)])


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (ProviderStatus("VGG-19", "done", 5, 5, "all"), "Network: VGG-19."),
        (ProviderStatus("a <b>", "off", 0, 0, "all"), "Network: a &lt;b&gt;."),
        (ProviderStatus("small", "fetching", 0, 0, "all"), "Network: small. VGG-19 is on its way."),
        (ProviderStatus("small", "fetching", 267, 535, "all"), "Network: small. VGG-19 is on its way: 49 %."),
        (ProviderStatus("small", "failed", 0, 0, "all"), "could not be fetched"),
        (ProviderStatus("", "off", 0, 0, "No file."), "There is no network to paint with."),
    ],
)
def test_the_badge_says_which_network_paints_and_how_the_better_one_comes_along(
    status: ProviderStatus, said: str
) -> None:
    assert said in badge(status)
    assert f'class="badge {status.fetch}" title="{status.sentence}"' in badge(status)


@pytest.mark.parametrize(("seconds", "said"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (185, "3 min 05 s")])
def test_durations_are_said_as_a_person_would(seconds: float, said: str) -> None:
    assert duration(seconds) == said

"""A run says what it is about to do, how long that takes, and what is faster."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from neural_style.cli.defaults import SHORT
from neural_style.cli.progress import Progress
from neural_style.cli.starting import LONG_S, Starting, short_way
from neural_style.engine.forecast import Forecast
from neural_style.iterate import Iterates, RunState
from neural_style.request import Style, StylizeRequest
from neural_style.service.estimate import SMALL_TRIAL, SpeedEstimate, rough_duration
from neural_style.settings import Settings
from neural_style.vgg.network import Network
from tests.fakes import FakeStylizer, small_picture, small_request, tiny_network

NETWORK = tiny_network()


@dataclass(frozen=True)
class FakeLocal:
    """Stands for the engine: it forecasts what it is told to, and a trial finds the speed that it is told to."""

    work: float
    seconds_per_work: float = 1e-3
    tile_side_px: int | None = None
    provider: Callable[[], Network] = lambda: NETWORK

    def forecast(self, _request: StylizeRequest) -> Forecast:
        return Forecast(self.work, 2_000_000_000, self.tile_side_px)

    def warm_up(self) -> float:
        return self.seconds_per_work / SMALL_TRIAL

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        return FakeStylizer(steps=1)(request, begin)


def said(
    capsys: pytest.CaptureFixture[str], local: FakeLocal, request: StylizeRequest, estimate: SpeedEstimate | None = None
) -> list[str]:
    way = short_way(Path("my photo.jpg"), [Path("painting.jpg")])
    with Progress() as progress:
        starting = Starting(NETWORK, local, estimate or SpeedEstimate(), progress, way)  # pyright: ignore[reportArgumentType]
        assert len(list(starting(request))) == 2
    return capsys.readouterr().err.splitlines()


def test_a_short_run_says_what_it_paints_and_what_it_waits_for(capsys: pytest.CaptureFixture[str]):
    assert said(capsys, FakeLocal(work=1e3), small_request()) == [
        "Painting 56 x 40 px. Network: tiny random VGG-16",
        "Loading TensorFlow ...",
        "Preparing the first step ...",
    ]


def test_a_long_run_of_the_original_program_names_the_short_way_and_its_time(capsys: pytest.CaptureFixture[str]):
    request, estimate = small_request(iterations=1000), SpeedEstimate()
    lines = said(capsys, FakeLocal(work=1e9), request, estimate)
    long_s, short_s = (estimate.estimate_s((40, 56), settings) for settings in (request.settings, SHORT.settings()))
    assert long_s is not None
    assert short_s is not None
    assert long_s > LONG_S > 2 * short_s
    assert lines[2:] == [
        "Finding out how fast this machine is ...",
        f"That takes about {rough_duration(long_s)} on this machine, and 2.0 GB of memory.",
        f"The look of the page, at 56 x 40 px, takes about {rough_duration(short_s)}: "
        "neural-style 'my photo.jpg' painting.jpg",
        "Preparing the first step ...",
    ]


def test_the_short_way_is_at_most_as_large_as_it_would_paint(capsys: pytest.CaptureFixture[str]):
    large = StylizeRequest(small_picture(640, 1280), [Style(small_picture())], Settings())
    (sentence,) = [line for line in said(capsys, FakeLocal(work=1e9), large) if "look of the page" in line]
    assert "at 640 x 320 px" in sentence


def test_a_machine_whose_speed_is_known_is_not_tried(capsys: pytest.CaptureFixture[str]):
    known = SpeedEstimate()
    known.begin_with(1e-3 / SMALL_TRIAL)
    lines = said(capsys, FakeLocal(work=1e9, tile_side_px=512), small_request(iterations=1000), known)
    assert lines[2].startswith("That takes about ")
    assert lines[2].endswith(" on this machine, and 2.0 GB of memory, in tiles of 512 px.")


@pytest.mark.parametrize(
    "settings",
    [
        {"iterations": 1000, "effort": "best"},  # it is the page's way already
        {"iterations": 10},  # it is no long run
    ],
)
def test_the_short_way_is_named_only_where_it_is_worth_it(
    capsys: pytest.CaptureFixture[str], settings: dict[str, object]
):
    lines = said(capsys, FakeLocal(work=1e9), small_request(**settings))
    assert any(line.startswith("That takes about") for line in lines)
    assert not any("look of the page" in line for line in lines)

"""The orders, requests and runs that several tests of the service and of the page begin with."""

import threading
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from neural_style.images.save import save_image
from neural_style.iterate import Iterate
from neural_style.networks.provider import ProviderStatus
from neural_style.request import ChosenStyle, StylizeRequest
from neural_style.service.context import ServiceContext
from neural_style.service.options import ServerOptions
from neural_style.service.orders import APP_SETTINGS, Order
from neural_style.service.pictures import Picture, PictureCache
from neural_style.service.results import Outcome, Result
from neural_style.service.runner import ResultFiles, Runner, Update
from neural_style.settings import Settings
from neural_style.ui.files import results_folder
from tests.fakes import FakeStylizer, small_picture


def order_for(folder: Path, settings: Settings = APP_SETTINGS) -> Order:
    for name in ("photo", "style"):
        save_image(folder / f"{name}.png", small_picture())
    photo, style = (Picture.of(folder / f"{name}.png") for name in ("photo", "style"))
    return Order(photo, (ChosenStyle(style, title="style"),), settings)


def request_for(order: Order, **options: Any) -> StylizeRequest:
    return order.request(ServerOptions(**options), PictureCache())


def painter_over(stylizer: FakeStylizer) -> Runner:
    return Runner(ServiceContext(stylizer, lambda: ProviderStatus("fake", "off", 0, 0, "")), results_folder())


def fake_painter() -> tuple[Runner, FakeStylizer]:
    stylizer = FakeStylizer()
    return painter_over(stylizer), stylizer


def paint(
    runner: Runner, order: Order, stop: threading.Event | None = None, given_up: threading.Event | None = None
) -> Generator[Update, None, None]:
    return runner.paint(request_for(order), order.file_stem, stop or threading.Event(), given_up or threading.Event())


def iterate_of(order: Order, **changes: Any) -> Iterate:
    first, second, *_ = FakeStylizer()(request_for(order))
    assert first.step == 0
    return replace(second, **changes)


def files_in(folder: Path) -> ResultFiles:
    return ResultFiles(picture=folder / "a.png", before=folder / "before.jpg", film=None, recipe="{}")


def result_in(folder: Path, settings: Settings = APP_SETTINGS, size: tuple[int, int] = (90, 160)) -> Result:
    picture = folder / "a.png"
    save_image(picture, small_picture(*size))
    order = Order(Picture.of(picture), (ChosenStyle(Picture.of(picture), 0.5, 2.0),), settings)
    outcome = Outcome.of(Update.of(request_for(order), iterate_of(order), files=files_in(folder)), [])
    return Result(order=order, files=files_in(folder), size=size, thumbnail="data:", outcome=outcome)

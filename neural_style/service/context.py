"""The service context has the stylizer, its network's status, estimates of its speed, pictures, and its orderly end."""

from collections.abc import Callable
from dataclasses import dataclass, field

from neural_style.engine import Stylizer
from neural_style.iterate import Iterate
from neural_style.networks.provider import ProviderStatus
from neural_style.request import StylizeRequest
from neural_style.service.estimate import SpeedEstimate
from neural_style.service.pictures import PictureCache
from neural_style.service.shutdown import Shutdown

RecipeWriter = Callable[[StylizeRequest, Iterate], str]
"""A function that returns the text for a result's metadata that says how it was painted."""


@dataclass(frozen=True)
class ServiceContext:
    """The things that a front end, such as the page of `ui.app.build_app`, needs of the service.

    Attributes:
        stylizer: paints a request.
        network_status: which network would paint now; called whenever the page shows it, so cheap.
        recipe: what the metadata of a result says of how it was painted; None: nothing.
        estimate: what is known of the speed of this machine.
        shutdown: ends the jobs when the server ends.
        pictures: decoded picture files, so that each is decoded once.
    """

    stylizer: Stylizer
    network_status: Callable[[], ProviderStatus]
    recipe: RecipeWriter | None = None
    estimate: SpeedEstimate = field(default_factory=SpeedEstimate)
    shutdown: Shutdown = field(default_factory=Shutdown)
    pictures: PictureCache = field(default_factory=PictureCache)

"""The local backend: the engine on this machine, bound to the network that this installation has.

TensorFlow is loaded by the first run, not by importing this module.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from neural_style.backends.loading import load_tensorflow, use_tensorflow
from neural_style.backends.remembered_choice import RememberedChoice, by_trying
from neural_style.backends.remembered_speed import RememberedSpeed
from neural_style.engine import Choose
from neural_style.images.arrays import FloatImage
from neural_style.iterate import Iterates, Nearness, RunState
from neural_style.networks.provider import NetworkProvider
from neural_style.request import StylizeRequest
from neural_style.service.estimate import SpeedEstimate
from neural_style.vgg.network import Network

if TYPE_CHECKING:
    from neural_style.engine.forecast import Forecast

Provider = Callable[[], Network]
"""A function that gives the network to paint with; each run calls it once."""


@dataclass(frozen=True)
class LocalStylizer:
    """A `Stylizer` that paints requests on this machine.

    Attributes:
        provider: called once by each run, for the network to paint with.
        memory_gb: the most memory that a run may take, in units of 10^9 bytes. A picture that needs more is evaluated
            in tiles, to the same result. None: three quarters of what is free.
        choose: chooses the arithmetic.
        begin: where to go on from; None: from the beginning.
    """

    provider: Provider
    memory_gb: float | None = None
    choose: Choose = by_trying
    begin: RunState | None = None

    @classmethod
    def remembering(cls, provider: NetworkProvider, memory_gb: float | None = None) -> "LocalStylizer":
        """Return a stylizer that keeps what it finds out about this machine beside the network's numbers."""
        return cls(provider, memory_gb, RememberedChoice(provider.store.folder))

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        """Begin a run, or go on with one; see `engine.stylize.stylize`."""
        use_tensorflow()
        from neural_style.engine.stylize import stylize as run

        return run(request, self.provider, memory_gb=self.memory_gb, choose=self.choose, begin=begin or self.begin)

    def forecast(self, request: StylizeRequest) -> "Forecast":
        """Return what painting the request will take, with the memory that the process has before; loads TensorFlow.

        Raises:
            NetworkError: there is no network that can be used.
            OptionsError: the picture cannot be painted in that much memory.
        """
        load_tensorflow()
        from neural_style.engine.forecast import forecast
        from neural_style.engine.memory_plan import Conditions, memory_budget_bytes, process_bytes

        network, settings = self.provider(), request.settings
        conditions = Conditions.of(settings, network.topology, self.choose(settings.precision, network))
        expected = forecast(request.canvas_size, settings, memory_budget_bytes(self.memory_gb), conditions)
        return replace(expected, memory_bytes=expected.memory_bytes + process_bytes())

    def warm_up(self) -> float:
        """Do once what the first run would otherwise wait for; see `engine.stylize.warm_up`."""
        use_tensorflow()
        from neural_style.engine.stylize import warm_up

        return warm_up(self.provider, self.choose)


def measured(request: StylizeRequest, result: FloatImage, provider: Provider) -> Nearness:
    """Measure how near a picture is to painting and photo of a request; see `engine.nearness`.

    Args:
        request: the photo, the paintings, and by which statistics they are compared.
        result: the picture, `[H, W, 3] float32, RGB, 0..255`.
        provider: called once, for the network that looks at them.

    Raises:
        NetworkError: there is no network that can be used.
    """
    use_tensorflow()
    from neural_style.engine.nearness import nearness

    return nearness(request, result, provider())


def speed_estimate(provider: NetworkProvider, memory_gb: float | None = None) -> SpeedEstimate:
    """Return an estimate of this machine's speed that is kept beside the network's numbers."""
    return SpeedEstimate(RememberedSpeed(provider.store.folder, provider), memory_gb)


def stylize(request: StylizeRequest, provider: Provider | None = None, *, memory_gb: float | None = None) -> Iterates:
    """Paint a picture on this machine. Close the generator to stop early; that frees all that the run holds.

    Args:
        request: what to paint.
        provider: called once, for the network to paint with. None: the best network that this installation has now.
        memory_gb: the most memory that the run may take, in units of 10^9 bytes. None: three quarters of what is free.

    Yields:
        An iterate for the start picture and one after every update, each with the losses of its picture. The result
        of the last iterate is the best picture of its size. A loss that is not finite ends the run: the iterate then
        carries a notice and the last good pictures.

    Raises:
        NetworkError: there is no network that can be used.
        OptionsError: the picture cannot be painted in that much memory.
    """
    if provider is None:
        yield from LocalStylizer.remembering(NetworkProvider(), memory_gb)(request)
    else:
        yield from LocalStylizer(provider, memory_gb)(request)

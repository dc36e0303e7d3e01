"""The engine turns a request into iterates: targets, start picture, step, loop. Importing it loads no TensorFlow."""

from collections.abc import Callable
from typing import Protocol

from neural_style.iterate import Iterates, RunState
from neural_style.request import StylizeRequest
from neural_style.settings import Arithmetic, Precision
from neural_style.vgg.network import Network

Choose = Callable[[Precision, Network], Arithmetic]
"""A function from the precision asked for to an arithmetic, such as `engine.precision.choose_arithmetic`."""


class Stylizer(Protocol):
    """What paints: `stylize` with its network chosen, a fake for tests, or a remote one."""

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        """Return the run of a request, from its beginning or from a state of it."""
        ...

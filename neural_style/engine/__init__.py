"""The engine turns a request into iterates: targets, start picture, step, loop. Importing it loads no TensorFlow."""

from collections.abc import Callable

from neural_style.iterate import Iterates
from neural_style.request import StylizeRequest
from neural_style.settings import Arithmetic, Precision
from neural_style.vgg.network import Network

Choose = Callable[[Precision, Network], Arithmetic]
"""A function from the precision asked for to an arithmetic, such as `engine.precision.choose_arithmetic`."""

Stylizer = Callable[[StylizeRequest], Iterates]
"""A function from a request to a run: `stylize` with its network chosen, a fake for tests, or a remote one."""

"""The engine turns a request into iterates: targets, start picture, step, loop. Importing it loads no TensorFlow."""

from collections.abc import Callable

from neural_style.iterate import Iterates
from neural_style.request import StylizeRequest

Stylizer = Callable[[StylizeRequest], Iterates]
"""A function from a request to a run: `stylize` with its network chosen, a fake for tests, or a remote one."""

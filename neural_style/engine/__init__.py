"""A request becomes iterates: targets, start picture, step, loop. Importing this much loads no TensorFlow."""

from collections.abc import Callable

from neural_style.iterate import Iterates
from neural_style.request import StylizeRequest

Stylizer = Callable[[StylizeRequest], Iterates]
"""A request in, a run out: `stylize` with its network chosen, a fake for tests, or a remote one."""

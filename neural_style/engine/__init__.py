"""A request becomes frames: targets, start picture, step, loop. Importing this much loads no TensorFlow."""

from collections.abc import Callable

from neural_style.frame import Frames
from neural_style.request import StylizeRequest

Stylizer = Callable[[StylizeRequest], Frames]
"""A request in, a run out: `stylize` with its network chosen, a fake for tests, or a remote one."""

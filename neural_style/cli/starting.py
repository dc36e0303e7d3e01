"""Begin a run on this machine: a person sees at once what will be painted, and then how long it will take.

To load TensorFlow takes seconds, and so does a trial of a machine whose speed is not known; both are said before.
"""

import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from neural_style.backends.loading import load_tensorflow
from neural_style.backends.local import LocalStylizer
from neural_style.cli.defaults import SHORT, SHORT_LONGEST_SIDE_PX
from neural_style.cli.progress import Progress, say
from neural_style.cli.quiet import quiet_loading
from neural_style.engine.allocator import keep_freed_memory
from neural_style.images.resize import size_for_longest_side
from neural_style.iterate import Iterates, RunState
from neural_style.request import StylizeRequest
from neural_style.service.estimate import SpeedEstimate, rough_duration
from neural_style.vgg.network import Network

LONG_S = 600.0
"""The seconds from which on the short way is worth a sentence."""

WORTH_A_TRIAL = 3e6
"""The least work that is worth saying how long it takes, and a trial of two seconds where that is not known yet."""


@dataclass(frozen=True)
class Starting:
    """A `Stylizer` that says what it is about to do.

    Attributes:
        network: what is painted with.
        stylizer: what paints.
        estimate: what is known of the speed of this machine.
        progress: shows what is being done before the first step.
        short_way: the command that paints the same pictures by the defaults `SHORT`.
    """

    network: Network
    stylizer: LocalStylizer
    estimate: SpeedEstimate
    progress: Progress
    short_way: str

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        """Begin a run, or go on with one; see `engine.stylize.stylize`."""
        height, width = request.canvas_size
        say(f"Painting {width} x {height} px. Network: {self.network.title}", sys.stderr)
        self.progress.prepare("Loading TensorFlow")
        keep_freed_memory()
        with quiet_loading():
            load_tensorflow()
        stylizer = replace(self.stylizer, provider=lambda: self.network)
        sentence = self._expectation(request, stylizer)
        if sentence:
            say(sentence, sys.stderr)
        self.progress.prepare("Preparing the first step")
        return stylizer(request, begin)

    def _expectation(self, request: StylizeRequest, stylizer: LocalStylizer) -> str:
        """Say what the run will take, if that is much; nothing for one that is over before it could be said."""
        with quiet_loading():
            expected = stylizer.forecast(request)
        if expected.work < WORTH_A_TRIAL:
            return ""
        if not self.estimate.recall():
            self.progress.prepare("Finding out how fast this machine is")
            with quiet_loading():
                self.estimate.begin_with(stylizer.warm_up())
        seconds = self.estimate.estimate_s(request.canvas_size, request.settings)
        if seconds is None:
            return ""
        memory = f"{expected.memory_bytes / 1e9:.1f} GB of memory"
        tiles = "" if expected.tile_side_px is None else f", in tiles of {expected.tile_side_px} px"
        told = f"That takes about {rough_duration(seconds)} on this machine, and {memory}{tiles}."
        return "\n".join(filter(None, [told, self._faster(request, seconds)]))

    def _faster(self, request: StylizeRequest, seconds: float) -> str:
        """Say what the short way is, where the run is a long one with all steps of the original program."""
        if seconds < LONG_S or request.settings.effort is not None:
            return ""
        height, width = request.content.shape[:2]
        height, width = size_for_longest_side(height, width, SHORT_LONGEST_SIDE_PX)
        short_s = self.estimate.estimate_s((height, width), SHORT.settings())
        if short_s is None or short_s > seconds / 2:
            return ""
        look = f"The look of the page, at {width} x {height} px,"
        return f"{look} takes about {rough_duration(short_s)}: {self.short_way}"


def short_way(photo: Path, paintings: Iterable[Path]) -> str:
    """Return the command that paints these pictures by the defaults `SHORT`, as it is typed into a shell."""
    return shlex.join(["neural-style", *map(str, (photo, *paintings))])

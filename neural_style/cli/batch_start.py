"""Begin a batch on this machine: the network is loaded once, and a person is told how long all of it will take."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from neural_style.backends.loading import load_tensorflow
from neural_style.backends.local import LocalStylizer, speed_estimate
from neural_style.cli.quiet import quiet_loading
from neural_style.cli.starting import WORTH_A_TRIAL
from neural_style.engine.allocator import keep_freed_memory
from neural_style.errors import OptionsError
from neural_style.networks.provider import NetworkProvider
from neural_style.service.estimate import SpeedEstimate, rough_duration
from neural_style.settings import Settings
from neural_style.vgg.network import Network

Size = tuple[int, int]
"""A (height, width) in pixels."""


@dataclass(frozen=True)
class Expectation:
    """What many pictures will take.

    Attributes:
        weights: the work of each, in one unit.
        seconds: of all together, as far as it is known; None: it is not.
        memory_bytes: the most that one of them takes, with what the process has before.
    """

    weights: tuple[float, ...]
    seconds: float | None
    memory_bytes: int

    @property
    def sentence(self) -> str:
        """The expectation in words; empty where there is nothing to say."""
        if self.seconds is None:
            return ""
        memory = f"{self.memory_bytes / 1e9:.1f} GB of memory"
        return f"That takes about {rough_duration(self.seconds)} on this machine, and {memory}."


@dataclass(frozen=True)
class BatchEngine:
    """The engine of this machine, with one network for all pictures.

    Attributes:
        network: what paints.
        stylizer: paints with it.
        estimate: what is known of the speed of this machine.
    """

    network: Network
    stylizer: LocalStylizer
    estimate: SpeedEstimate

    @classmethod
    def on_this_machine(cls, network_file: Path | None, memory_gb: float | None) -> "BatchEngine":
        """Return the engine with the best network here, or the one of a file; it is loaded once.

        Raises:
            NetworkError: there is none that can be used.
        """
        provider = NetworkProvider(network_file)
        network, remembering = provider(), LocalStylizer.remembering(provider, memory_gb)
        stylizer = replace(remembering, provider=lambda: network)
        return cls(network, stylizer, speed_estimate(provider, memory_gb))

    def start(self, prepare: Callable[[str], None]) -> None:
        """Load TensorFlow without its chatter; `prepare` is told what is being done."""
        prepare("Loading TensorFlow")
        keep_freed_memory()
        with quiet_loading():
            load_tensorflow()

    def expect(
        self,
        wanted: Sequence[tuple[Size | None, Settings]],
        prepare: Callable[[str], None],
        least_work: float = WORTH_A_TRIAL,
    ) -> Expectation:
        """Forecast pictures; where the speed is not known, and there is much to do, a trial finds it out.

        Args:
            wanted: the size of each picture and how it is painted. One whose size is not known, or which does not fit
                into the memory, counts as nothing: it will say so when it is its turn.
            prepare: told what is being done.
            least_work: what is worth a trial.
        """
        from neural_style.engine.memory_plan import process_bytes

        found = {each: self._forecast(*each) for each in dict.fromkeys(wanted)}
        work = [found[each][0] for each in wanted]
        if sum(work) >= least_work and not self.estimate.recall():
            prepare("Finding out how fast this machine is")
            with quiet_loading():
                self.estimate.begin_with(self.stylizer.warm_up())
        seconds = {
            (size, settings): self.estimate.estimate_s(size, settings) if size and works else 0.0
            for (size, settings), (works, _) in found.items()
        }
        known = [seconds[each] for each in wanted]
        total = None if None in known or not any(known) else sum(filter(None, known))
        weights = work if total is None else [each or 0.0 for each in known]
        memory = max((memory for _, memory in found.values()), default=0) + process_bytes()
        return Expectation(tuple(weights), total, memory)

    def _forecast(self, size: Size | None, settings: Settings) -> tuple[float, int]:
        """Return the work and the bytes of memory of a picture; none where nothing can be said."""
        from neural_style.engine.forecast import forecast
        from neural_style.engine.memory_plan import Conditions, memory_budget_bytes

        if size is None:
            return 0.0, 0
        with quiet_loading():
            arithmetic = self.stylizer.choose(settings.precision, self.network)
        conditions = Conditions.of(settings, self.network.topology, arithmetic)
        try:
            expected = forecast(size, settings, memory_budget_bytes(self.stylizer.memory_gb), conditions)
        except OptionsError:
            return 0.0, 0
        return expected.work, expected.memory_bytes

"""Run `neural-style stylize`, which paints one picture; TensorFlow is loaded only after everything is checked."""

import argparse
import contextlib
import sys
import tempfile
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from neural_style.backends.local import LocalStylizer, speed_estimate
from neural_style.cli.destinations import PLOT_NAME, TABLE_NAME, Destinations, checkpoints
from neural_style.cli.flags import add_flags
from neural_style.cli.interruption import Interruption
from neural_style.cli.progress import Progress, say, step_text
from neural_style.cli.quiet import quiet_loading
from neural_style.cli.reading import read_request
from neural_style.cli.resume import Resume
from neural_style.engine import Stylizer
from neural_style.engine.allocator import keep_freed_memory
from neural_style.engine.coarse_to_fine import step_count
from neural_style.engine.effort import scales_of
from neural_style.errors import ImageError, OptionsError
from neural_style.images.save import check_png16_path
from neural_style.iterate import Iterate, Iterates
from neural_style.networks.provider import NetworkProvider
from neural_style.presets import PRESETS
from neural_style.record.loss_table import LossTable
from neural_style.record.recipe import recipe
from neural_style.record.result import save_result
from neural_style.record.run_state import fingerprint
from neural_style.record.timelapse import Timelapse, save_film
from neural_style.request import StylizeRequest
from neural_style.service.estimate import SpeedEstimate, rough_duration
from neural_style.validation import require_number
from neural_style.vgg.network import Network

_MORE_HELP = """\
presets:
{presets}

example:
  neural-style stylize --content photo.jpg --styles painting.jpg --output painted.png --width 512 --preset painted

The first Ctrl-C ends the run and keeps the best picture so far, the second one ends the program at once."""


_WORTH_A_TRIAL = 3e6
"""The least work that is worth saying how long it takes, and a trial of two seconds where that is not known yet."""


@dataclass(frozen=True)
class Job:
    """A checked order for one picture.

    Attributes:
        request: what to paint.
        destinations: where to write.
        print_iterations: steps from one line of losses to the next, or None.
        network_sha256: of the network's source file, for the recipe; None where it is not known.
        losses: filled while the picture is painted.
        film: likewise; None where none is wanted.
        resume: keeps the state of the run; None where that is not wanted.
        estimate: what is known of the speed of this machine, which learns from the run.
    """

    request: StylizeRequest
    destinations: Destinations
    print_iterations: int | None = None
    network_sha256: str | None = None
    losses: LossTable = field(default_factory=LossTable)
    film: Timelapse | None = None
    resume: Resume | None = None
    estimate: SpeedEstimate = field(default_factory=SpeedEstimate)

    @property
    def ends_by_losses(self) -> bool:
        """Whether the number of steps is only a bound."""
        return self.request.settings.effort is not None

    def save(self, path: Path, iterate: Iterate, *, exclusive: bool) -> None:
        """Write the best picture so far, with its recipe; where it is exclusive, the name must be free."""
        text = recipe(self.request, iterate, self.network_sha256)
        save_result(path, self.request, iterate, recipe=text, exclusive=exclusive)


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `stylize` its flags and `run`, a function from the arguments to the exit status."""
    parser.description = "Repaint a photograph in the style of one or more paintings."
    parser.epilog = _MORE_HELP.format(presets=_preset_list())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add_flags(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, stylizer: Stylizer | None = None) -> int:
    """Paint what the arguments ask for.

    Args:
        arguments: as parsed by the parser of `configure`.
        stylizer: what paints; None: the engine with the best network here.

    Returns:
        The exit status: 0, or 128 and the number of the signal that ended the run early.

    Raises:
        NeuralStyleError: something cannot be used; nothing has been written then, unless a file could not be written
            at the end.
    """
    request = read_request(arguments)
    destinations = read_destinations(arguments, request)
    if arguments.print_iterations is not None and arguments.print_iterations < 1:
        raise OptionsError(f"--print-iterations must be at least 1; got {arguments.print_iterations}.")
    if arguments.memory_gb is not None:
        require_number("memory in GB", arguments.memory_gb, low=0, open_ends=True)
    for notice in request.notices:
        say(notice, sys.stderr)
    film = None if destinations.timelapse is None else Timelapse()
    job = Job(request, destinations, arguments.print_iterations, film=film)
    if stylizer is None:
        provider = NetworkProvider(arguments.network)
        network = provider()
        job = replace(job, network_sha256=network.sha256)
        local = LocalStylizer.remembering(provider, arguments.memory_gb)
        job = replace(job, estimate=speed_estimate(provider, arguments.memory_gb))
        if arguments.resume is not None:
            resume = Resume(arguments.resume, fingerprint(request, network.sha256))
            job, local = replace(job, resume=resume), replace(local, begin=resume.begin())
        stylizer = partial(_stylize, network, local, job.estimate)
    with Interruption() as interruption:
        iterate = _paint(job, stylizer, interruption)
        if interruption.status is not None and not iterate.is_last and _is_kept(job, iterate):
            return interruption.status
        _save_result(job, iterate)
        _save_losses(job)
        _save_timelapse(job, iterate)
        if iterate.is_last and iterate.notice is None:
            job.estimate.learn(job.request.canvas_size, job.request.settings, iterate)
        if job.resume is not None and (interruption.status is None or iterate.is_last):
            job.resume.end()
    _tell(job, iterate, interruption)
    return interruption.status or 0


def read_destinations(arguments: argparse.Namespace, request: StylizeRequest) -> Destinations:
    """Return the files to write, checked without touching anything.

    Args:
        arguments: as parsed.
        request: what will be painted; its number of steps says what checkpoints there may be.

    Raises:
        OptionsError, ImageError: something cannot be written.
    """
    folder = arguments.output.parent
    destinations = Destinations(
        output=arguments.output,
        overwrite=arguments.overwrite,
        checkpoints=checkpoints(arguments.checkpoint_output, arguments.checkpoint_iterations),
        table=folder / TABLE_NAME if arguments.progress_write else None,
        plot=folder / PLOT_NAME if arguments.progress_plot else None,
        timelapse=arguments.timelapse,
        resume=arguments.resume,
        goes_on=arguments.resume is not None and arguments.resume.exists(),
    )
    if request.settings.bits == 16:
        check_png16_path(destinations.output)
    destinations.check(_most_steps(request))
    return destinations


def _most_steps(request: StylizeRequest) -> int:
    """Return the most steps of a run: smaller sizes have steps of their own, and moving on to the next size is one."""
    return step_count(scales_of(request)) - 1


def _preset_list() -> str:
    width = max(map(len, PRESETS)) + 2
    return "\n".join(f"  {name:{width}}{preset.purpose}" for name, preset in PRESETS.items())


def _stylize(network: Network, stylizer: LocalStylizer, estimate: SpeedEstimate, request: StylizeRequest) -> Iterates:
    height, width = request.canvas_size
    say(f"Painting {width} x {height} px. Network: {network.title}", sys.stderr)
    keep_freed_memory()
    stylizer = replace(stylizer, provider=lambda: network)
    with quiet_loading():
        sentence = _expectation(request, stylizer, estimate)
        iterates = stylizer(request)
    if sentence:
        say(sentence, sys.stderr)
    return iterates


def _expectation(request: StylizeRequest, stylizer: LocalStylizer, estimate: SpeedEstimate) -> str:
    """Say what the run will take, if that is much; nothing for one that is over before it could be said."""
    expected = stylizer.forecast(request)
    if expected.work < _WORTH_A_TRIAL:
        return ""
    if not estimate.recall():
        estimate.begin_with(stylizer.warm_up())
    seconds = estimate.estimate_s(request.canvas_size, request.settings)
    if seconds is None:
        return ""
    memory = f"{expected.memory_bytes / 1e9:.1f} GB of memory"
    tiles = "" if expected.tile_side_px is None else f", in tiles of {expected.tile_side_px} px"
    return f"That takes about {rough_duration(seconds)} on this machine, and {memory}{tiles}."


def _paint(job: Job, stylizer: Stylizer, interruption: Interruption) -> Iterate:
    """Return the last iterate of the run; from the first update on, a signal ends the run at that iterate."""
    iterate = None
    bar = Progress(job.print_iterations, ends_by_losses=job.ends_by_losses)
    with contextlib.closing(stylizer(job.request)) as iterates, bar as progress:
        for iterate in iterates:
            interruption.is_deferred = iterate.step > 0
            job.losses.add(iterate.step, iterate.losses)
            if job.film is not None:
                job.film.add(iterate)
            progress.show(iterate)
            _save_checkpoint(job, iterate)
            if job.resume is not None and not iterate.is_last:
                job.resume.keep(iterate)
            if interruption.status is not None:
                break
    if iterate is None:
        raise RuntimeError("the stylizer gave no iterate")
    return iterate


def _is_kept(job: Job, iterate: Iterate) -> bool:
    """Keep the state of a run that was stopped; False where it cannot be: the picture so far is written then."""
    if job.resume is None:
        return False
    try:
        job.resume.save(iterate)
    except ImageError as error:
        say(f"neural-style: {error}", sys.stderr)
        return False
    say(f"Stopped after step {iterate.step}; the same command goes on from there.", sys.stderr)
    return True


def _save_checkpoint(job: Job, iterate: Iterate) -> None:
    """Write the checkpoint that is due, if any; one that cannot be written is no reason to give up the picture."""
    checkpoints = job.destinations.checkpoints
    if checkpoints is not None and checkpoints.is_due(iterate.step):
        try:
            exclusive = not job.destinations.may_replace_checkpoints
            job.save(checkpoints.path(iterate.step), iterate, exclusive=exclusive)
        except ImageError as error:
            say(f"neural-style: {error}", sys.stderr)


def _save_result(job: Job, iterate: Iterate) -> None:
    """Write the result; where the disk is full or the name was taken meanwhile, to the folder for temporary files."""
    output, exclusive = job.destinations.output, not job.destinations.overwrite
    try:
        job.save(output, iterate, exclusive=exclusive)
    except ImageError as error:
        refuge = Path(tempfile.mkdtemp(prefix="neural-style-")) / output.name
        job.save(refuge, iterate, exclusive=exclusive)
        raise ImageError(f"{error} The picture is in {refuge} instead.") from error


def _save_losses(job: Job) -> None:
    exclusive = not job.destinations.overwrite
    if job.destinations.table is not None:
        job.losses.write(job.destinations.table, exclusive=exclusive)
    if job.destinations.plot is not None:
        job.losses.plot(job.destinations.plot, exclusive=exclusive)


def _save_timelapse(job: Job, iterate: Iterate) -> None:
    path = job.destinations.timelapse
    if path is not None and job.film is not None:
        save_film(path, job.film.finish(iterate.result()), exclusive=not job.destinations.overwrite)


def _tell(job: Job, iterate: Iterate, interruption: Interruption) -> None:
    if iterate.notice is not None:
        say(iterate.notice, sys.stderr)
    if interruption.status is not None:
        done = step_text(iterate, ends_by_losses=job.ends_by_losses)
        say(f"Stopped after step {done}; the best picture so far was kept.", sys.stderr)
    painted = f"{job.destinations.output} was painted by {iterate.network}"
    say(f"{painted} in {iterate.step} steps and {tqdm.format_interval(iterate.elapsed_s)}.")

"""Run `neural-style stylize`, which paints one picture; TensorFlow is loaded only after everything is checked."""

import argparse
import contextlib
import sys
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm

from neural_style.backends.local import LocalStylizer, speed_estimate
from neural_style.cli.defaults import ORIGINAL
from neural_style.cli.destinations import PLOT_NAME, TABLE_NAME, Destinations, checkpoints, output_beside
from neural_style.cli.flags import STOPPING, add_flags, add_pictures_by_flags, describe
from neural_style.cli.interruption import Interruption
from neural_style.cli.job import Job
from neural_style.cli.progress import Progress, say, step_text
from neural_style.cli.reading import read_request
from neural_style.cli.resume import Resume
from neural_style.cli.starting import Starting, short_way
from neural_style.engine import Stylizer
from neural_style.engine.coarse_to_fine import step_count
from neural_style.engine.effort import scales_of
from neural_style.errors import OptionsError
from neural_style.images.save import check_png16_path
from neural_style.iterate import Iterate
from neural_style.networks.provider import NetworkProvider
from neural_style.record.run_state import fingerprint
from neural_style.record.timelapse import Timelapse
from neural_style.request import StylizeRequest
from neural_style.validation import require_number

_MORE_HELP = """\
presets:
{presets}

example:
  neural-style stylize --content photo.jpg --styles painting.jpg --output painted.png --width 512 --preset painted

{stopping}"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `stylize` its flags and `run`, a function from the arguments to the exit status."""
    description = (
        "Repaint a photograph in the style of one or more paintings, by the flags and defaults of the original program."
    )
    describe(parser, description, _MORE_HELP, stopping=STOPPING)
    add_flags(parser, ORIGINAL, add_pictures_by_flags)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, stylizer: Stylizer | None = None) -> int:
    """Paint what the arguments ask for.

    Args:
        arguments: as parsed by the parser of `configure`, or that of `paint`.
        stylizer: what paints; None: the engine with the best network here.

    Returns:
        The exit status: 0, or 128 and the number of the signal that ended the run early.

    Raises:
        NeuralStyleError: something cannot be used; nothing has been written then, unless a file could not be written
            at the end.
    """
    destinations = read_destinations(arguments)
    request = read_request(arguments)
    if request.settings.bits == 16:
        check_png16_path(destinations.output)
    destinations.check(_most_steps(request))
    if arguments.print_iterations is not None and arguments.print_iterations < 1:
        raise OptionsError(f"--print-iterations must be at least 1; got {arguments.print_iterations}.")
    if arguments.memory_gb is not None:
        require_number("memory in GB", arguments.memory_gb, low=0, open_ends=True)
    for notice in request.notices:
        say(notice, sys.stderr)
    film = None if destinations.timelapse is None else Timelapse()
    job = Job(request, destinations, arguments.print_iterations, film=film)
    progress = Progress(job.print_iterations, ends_by_losses=job.ends_by_losses)
    if stylizer is None:
        provider = NetworkProvider(arguments.network)
        network = provider()
        job = replace(job, network_sha256=network.sha256)
        local = LocalStylizer.remembering(provider, arguments.memory_gb)
        job = replace(job, estimate=speed_estimate(provider, arguments.memory_gb))
        of = fingerprint(request, network.sha256)
        resume, finished = (path and Resume(path, of) for path in (arguments.resume, arguments.save_run))
        job, local = replace(job, resume=resume, finished_run=finished), replace(local, begin=resume and resume.begin())
        in_short = short_way(arguments.content, arguments.styles)
        stylizer = Starting(network, local, job.estimate, progress, in_short)
    with Interruption() as interruption:
        iterate = _paint(job, stylizer, interruption, progress)
        if interruption.status is not None and not iterate.is_last and job.keep_state(iterate):
            return interruption.status
        output = job.save(iterate)
        if iterate.is_last and iterate.notice is None:
            job.estimate.learn(job.request.canvas_size, job.request.settings, iterate)
        job.end(iterate, is_over=interruption.status is None or iterate.is_last)
    _tell(job, output, iterate, interruption)
    return interruption.status or 0


def read_destinations(arguments: argparse.Namespace) -> Destinations:
    """Return the files to write.

    Raises:
        OptionsError, ImageError: something cannot be written. The rest is found by `Destinations.check`.
    """
    output = arguments.output or output_beside(arguments.content, arguments.styles)
    folder = output.parent
    return Destinations(
        output=output,
        overwrite=arguments.overwrite,
        checkpoints=checkpoints(arguments.checkpoint_output, arguments.checkpoint_iterations),
        table=folder / TABLE_NAME if arguments.progress_write else None,
        plot=folder / PLOT_NAME if arguments.progress_plot else None,
        timelapse=arguments.timelapse,
        resume=arguments.resume,
        finished_run=arguments.save_run,
        goes_on=arguments.resume is not None and arguments.resume.exists(),
        is_numbered=arguments.output is None,
    )


def _most_steps(request: StylizeRequest) -> int:
    """Return the most steps of a run: smaller sizes have steps of their own, and moving on to the next size is one."""
    return step_count(scales_of(request)) - 1


def _paint(job: Job, stylizer: Stylizer, interruption: Interruption, bar: Progress) -> Iterate:
    """Return the last iterate of the run; from the first update on, a signal ends the run at that iterate."""
    iterate = None
    with bar as progress, contextlib.closing(stylizer(job.request)) as iterates:
        for iterate in iterates:
            interruption.is_deferred = iterate.step > 0
            progress.show(iterate)
            job.note(iterate)
            if interruption.status is not None:
                break
    if iterate is None:
        raise RuntimeError("the stylizer gave no iterate")
    return iterate


def _tell(job: Job, output: Path, iterate: Iterate, interruption: Interruption) -> None:
    if iterate.notice is not None:
        say(iterate.notice, sys.stderr)
    if interruption.status is not None:
        done = step_text(iterate, ends_by_losses=job.ends_by_losses)
        say(f"Stopped after step {done}; the best picture so far was kept.", sys.stderr)
    painted = f"{output} was painted by {iterate.network}"
    say(f"{painted} in {iterate.step} steps and {tqdm.format_interval(iterate.elapsed_s)}.")

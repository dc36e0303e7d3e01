"""Run `neural-style batch`, which paints many photos with one start, and goes on where it was stopped."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from neural_style.cli.batch_flags import CLUSTER_FLAGS, add_batch_flags
from neural_style.cli.batch_progress import BatchProgress
from neural_style.cli.batch_reading import BatchOrder, manifest_path, read_batch
from neural_style.cli.batch_start import BatchEngine
from neural_style.cli.flags import FAILED
from neural_style.cli.interruption import Interruption, Stopped
from neural_style.cli.progress import say
from neural_style.cli.starting import WORTH_A_TRIAL
from neural_style.engine import Stylizer
from neural_style.errors import ImageError
from neural_style.iterate import Iterate
from neural_style.request import StylizeRequest
from neural_style.service.batch import Worker, nothing, paint_all, remove_unfinished
from neural_style.service.batch_plan import REASONS, PlannedJob, Planner
from neural_style.service.estimate import SpeedEstimate, rough_duration
from neural_style.service.job_identity import FileDigests
from neural_style.service.manifest import Entry, Manifest, open_manifest, read_manifest
from neural_style.service.pictures import PictureCache
from neural_style.validation import counted, require, require_number


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `batch` its flags and `run`, a function from the arguments to the exit status."""
    add_batch_flags(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, stylizer: Stylizer | None = None) -> int:
    """Paint what the arguments ask for.

    Args:
        arguments: as parsed by the parser of `configure`.
        stylizer: what paints; None: the engine with the best network here.

    Returns:
        The exit status: 0, `FAILED`, or 128 and the number of the signal that ended the batch early.

    Raises:
        NeuralStyleError: something cannot be used, before anything was written; or the manifest or a picture could not
            be written, after which nothing more was begun.
    """
    _check(arguments)
    engine = None if stylizer else BatchEngine.on_this_machine(arguments.network, arguments.memory_gb)
    if engine is None or arguments.backend == "local" or arguments.dry_run:
        return _paint(_Batch.of(arguments, engine, stylizer), arguments)
    from neural_style.backends.ray_pool import ClusterOptions, RayStylizer

    cluster = ClusterOptions(
        address=arguments.ray_address,
        workers=arguments.workers or 1,
        threads=arguments.worker_threads,
        gpus=arguments.worker_gpus or 0.0,
        memory_gb=arguments.memory_gb,
    )
    say(f"Starting {cluster.in_words} ...", sys.stderr)
    with contextlib.closing(RayStylizer(lambda: engine.network, cluster)) as workers:
        return _paint(replace(_Batch.of(arguments, engine, workers), check=workers.connection.check_head), arguments)


def _paint(batch: "_Batch", arguments: argparse.Namespace) -> int:
    """Paint a batch that was read, or say what would be done."""
    plan = batch.plan()
    for notice in batch.order.notices:
        say(notice, sys.stderr)
    if batch.order.left_out:
        painted = counted(batch.order.left_out, "picture")
        say(f"Left out as photos: {painted} that this program painted.", sys.stderr)
    wanted = [planned for planned in plan if planned.reason is not None]
    if arguments.dry_run:
        batch.tell_plan(plan)
        return 0
    if not wanted:
        say(f"Nothing to do: {counted(len(plan), 'picture')} of {batch.manifest} are there.", sys.stderr)
        return 0
    with open_manifest(batch.manifest) as manifest, Interruption() as interruption:
        return batch.paint(manifest, interruption)


@dataclass(frozen=True)
class _Batch:
    """A batch that was read and checked.

    Attributes:
        order: what is wanted.
        planner: says what of it is to be done.
        limit: the most pictures to paint now; None: all.
        engine: the engine of this machine; None where something else paints.
        network: the title of the network; empty where it is not known.
        check: called again and again while pictures are painted; what it raises ends the batch.
        worker: paints a job.
    """

    order: BatchOrder
    planner: Planner
    limit: int | None
    engine: BatchEngine | None
    network: str
    worker: Worker
    check: Callable[[], None] = nothing

    @classmethod
    def of(cls, arguments: argparse.Namespace, engine: BatchEngine | None, stylizer: Stylizer | None) -> "_Batch":
        """Read what the arguments ask for.

        Raises:
            NeuralStyleError: something cannot be used.
        """
        manifest, digests, pictures = manifest_path(arguments), FileDigests(), PictureCache()
        sha256, network = engine and engine.network.sha256, engine.network.title if engine else ""
        paints = stylizer or (engine and engine.stylizer)
        if paints is None:
            raise ValueError("either an engine or a stylizer is needed")
        planner, at_once = Planner(manifest, digests, sha256, arguments.overwrite), 0
        order = read_batch(arguments, pictures, planner)
        if engine is not None and stylizer is not None:  # of a cluster, whose speed is not known
            engine, at_once = None, arguments.workers or 1
        worker = Worker(paints, sha256, digests, pictures, at_once)
        return cls(order, planner, arguments.limit, engine, network, worker)

    @property
    def manifest(self) -> Path:
        return self.planner.manifest

    def plan(self, manifest: Manifest | None = None) -> list[PlannedJob]:
        """Return what is to be done by the manifest: as it was when it was opened, or as it is now."""
        read = read_manifest(self.manifest) if manifest is None else manifest.read
        plan = self.planner.plan(self.order.jobs, read)
        wanted = [planned for planned in plan if planned.reason is not None]
        put_off = set() if self.limit is None else {planned.name for planned in wanted[self.limit :]}
        return [planned for planned in plan if planned.name not in put_off]

    def tell_plan(self, plan: Sequence[PlannedJob]) -> None:
        """Say what would be done, for which files, and what it would take."""
        wanted, failing = [planned for planned in plan if planned.reason is not None], 0
        for planned in plan:
            state = "is painted" if planned.reason is None else REASONS[planned.reason]
            try:
                if planned.reason is not None:
                    planned.job.check_sources()
            except ImageError as error:
                failing, state = failing + 1, f"cannot be painted: {error}"
            say(f"{planned.job.photo} -> {planned.job.output} ({state})")
        cannot = f", {failing} of which cannot be read" if failing else ""
        done = len(plan) - len(wanted)
        say(f"{counted(len(wanted), 'picture')} to paint{cannot}, {done} painted. Nothing was written.")
        if wanted and self.engine is not None:
            with BatchProgress([]) as progress:
                sentence = self._expected(wanted, progress.prepare, least_work=0.0)[1]
            if sentence:
                say(sentence)

    def paint(self, manifest: Manifest, interruption: Interruption) -> int:
        """Paint what is to be painted, and return the exit status."""
        wanted = [planned for planned in self.plan(manifest) if planned.reason is not None]
        remove_unfinished(manifest, self.manifest)
        network = f" Network: {self.network}" if self.network else ""
        say(f"Painting {counted(len(wanted), 'picture')}.{network}", sys.stderr)
        failed = 0
        with BatchProgress([1.0] * len(wanted)) as progress:
            try:
                progress.weights, sentence = self._expected(wanted, progress.prepare)
                if sentence:
                    say(sentence, sys.stderr)
                at_once = self.worker.at_once
                estimate = self.engine and self.engine.estimate
                watch = _Watch(wanted, progress, interruption, estimate, is_alone=at_once <= 1)
                interruption.is_deferred = at_once > 0  # `check` looks at it again and again

                def check() -> None:
                    interruption.check()
                    self.check()

                for entry in paint_all(wanted, manifest, self.worker, watch, check):
                    failed += entry.state == "failed"
                    _tell(entry, progress)
                    interruption.is_deferred = at_once > 0
            except Stopped as stop:
                say(f"Stopped after {progress.count} pictures. The same command goes on from there.", sys.stderr)
                return stop.status
        return self._end(len(wanted), failed)

    def _expected(
        self, wanted: Sequence[PlannedJob], prepare: Callable[[str], None], least_work: float = WORTH_A_TRIAL
    ) -> tuple[Sequence[float], str]:
        """Return the work of each picture, and a sentence on what all of them take; see `BatchEngine.expect`."""
        sizes = [planned.job.expected_size() for planned in wanted]
        if self.engine is None:
            return [float(size[0] * size[1]) if size else 0.0 for size in sizes], ""
        self.engine.start(prepare)
        settings = [planned.job.settings for planned in wanted]
        expected = self.engine.expect(list(zip(sizes, settings, strict=True)), prepare, least_work)
        return expected.weights, expected.sentence

    def _end(self, count: int, failed: int) -> int:
        painted = f"{counted(count - failed, 'picture')} painted"
        if not failed:
            say(f"{painted}; {self.manifest} has a line for each.", sys.stderr)
            return 0
        say(f"{painted}, {failed} failed; the same command tries those again. See {self.manifest}.", sys.stderr)
        return FAILED


@dataclass
class _Watch:
    """Shows each iterate, learns from the last one of a picture, and ends the batch at a step after a signal."""

    wanted: Sequence[PlannedJob]
    progress: BatchProgress
    interruption: Interruption
    estimate: SpeedEstimate | None  # of this machine, where it paints
    is_alone: bool = True  # one picture at a time, whose steps are shown
    _said: set[str] = field(default_factory=set)

    def __call__(self, request: StylizeRequest, iterate: Iterate) -> None:
        self.interruption.is_deferred = self.interruption.is_deferred or iterate.step > 0
        for notice in request.notices:
            if notice not in self._said:
                self._said.add(notice)
                say(notice, sys.stderr)
        if self.is_alone:
            name = self.wanted[self.progress.finished].job.photo.name
            self.progress.show(name, request.settings, iterate)
        else:
            self.progress.begin()
        if iterate.is_last and iterate.notice is None:
            if self.estimate is not None:
                self.estimate.learn(request.canvas_size, request.settings, iterate)
        else:
            self.interruption.check()


def _tell(entry: Entry, progress: BatchProgress) -> None:
    """Say how a picture ended: on a terminal only what a person must know."""
    if entry.state == "failed":
        progress.fail(entry.error or "")
        return
    if entry.notice is not None:
        say(f"{entry.output}: {entry.notice}", sys.stderr)
    progress.finish(f"{entry.output} in {rough_duration(entry.seconds or 0.0)}")


def _check(arguments: argparse.Namespace) -> None:
    require(arguments.limit is None or arguments.limit >= 1, f"--limit must be at least 1; got {arguments.limit}.")
    for flag in CLUSTER_FLAGS:
        is_given = getattr(arguments, flag.removeprefix("--").replace("-", "_")) is not None
        require(
            arguments.backend == "ray" or not is_given,
            f"{flag} is for painting on a cluster. Add --backend ray, or leave {flag} out.",
        )
    for flag, number in (("--workers", arguments.workers), ("--worker-threads", arguments.worker_threads)):
        require(number is None or number >= 1, f"{flag} must be at least 1; got {number}.")
    if arguments.worker_gpus is not None:
        require_number("number of GPUs of --worker-gpus", arguments.worker_gpus, low=0)
    if arguments.memory_gb is not None:
        require_number("memory in GB", arguments.memory_gb, low=0, open_ends=True)

"""Run `neural-style sheet`: a photo after many paintings, at several strengths or in several looks, as one picture."""

import argparse
import contextlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from neural_style.cli.batch_progress import BatchProgress
from neural_style.cli.batch_start import BatchEngine
from neural_style.cli.destinations import Destinations
from neural_style.cli.flags import FAILED
from neural_style.cli.interruption import Interruption
from neural_style.cli.progress import say
from neural_style.cli.reading import read_request
from neural_style.cli.sheet_flags import Wanted, add_sheet_flags, wanted_cells
from neural_style.engine import Stylizer
from neural_style.errors import NameTakenError, NeuralStyleError, OptionsError
from neural_style.images.arrays import ByteImage
from neural_style.images.load import load_picture
from neural_style.images.save import save_image
from neural_style.iterate import Iterate
from neural_style.record.result import file_stem
from neural_style.service.batch_jobs import BatchJob
from neural_style.service.contact_sheet import Cell, contact_sheet
from neural_style.service.estimate import rough_duration
from neural_style.validation import require_number


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `sheet` its flags and `run`, a function from the arguments to the exit status."""
    add_sheet_flags(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, stylizer: Stylizer | None = None) -> int:
    """Paint what the arguments ask for.

    Args:
        arguments: as parsed by the parser of `configure`.
        stylizer: what paints; None: the engine with the best network here.

    Returns:
        The exit status: 0, `FAILED`, or 128 and the number of the signal that ended the run early.

    Raises:
        NeuralStyleError: something cannot be used, or the sheet cannot be written.
    """
    _check(arguments)
    destinations = _destinations(arguments)
    destinations.check(iterations=0)
    wanted = wanted_cells(arguments)
    load_picture(arguments.content)
    engine = None if stylizer else BatchEngine.on_this_machine(arguments.network, arguments.memory_gb)
    paints = engine.stylizer if engine else stylizer
    if paints is None:
        raise ValueError("either an engine or a stylizer is needed")
    with BatchProgress([1.0] * len(wanted)) as progress, Interruption() as interruption:
        _begin(wanted, engine, progress)
        cells, failed = _Painting(paints, progress, interruption).cells(wanted)
        if all(cell.picture is None for cell in cells):
            return _no_sheet(interruption)
        path = _save(destinations, contact_sheet(cells, _longest_side(cells)))
    shown = sum(cell.picture is not None for cell in cells)
    say(f"{path} shows {shown} of {len(cells)} pictures.")
    return interruption.status or (FAILED if failed else 0)


@dataclass(frozen=True)
class _Painting:
    """Paints cells one after the other.

    Attributes:
        stylizer: what paints.
        progress: shows how far all of them are.
        interruption: notes the signal that ends the run.
    """

    stylizer: Stylizer
    progress: BatchProgress
    interruption: Interruption

    def cells(self, wanted: Sequence[Wanted]) -> tuple[list[Cell], int]:
        """Return the cells and how many failed; after a signal the others stay empty."""
        cells, failed = [], 0
        for each in wanted:
            picture = None
            if self.interruption.status is None:
                try:
                    picture = self._picture(each)
                except NeuralStyleError as error:
                    failed += 1
                    self.progress.fail(str(error))
            cells.append(Cell(each.label, picture))
        return cells, failed

    def _picture(self, wanted: Wanted) -> ByteImage | None:
        """Paint a cell; None where a signal ended it."""
        request, last = read_request(wanted.arguments), None
        with contextlib.closing(self.stylizer(request)) as iterates:
            for last in iterates:
                self.interruption.is_deferred = self.interruption.is_deferred or last.step > 0
                self.progress.show(wanted.label, request.settings, last)
                if self.interruption.status is not None and not last.is_last:
                    return None
        if last is None:
            raise RuntimeError("the stylizer gave no iterate")
        self._finish(wanted, last)
        return last.result()

    def _finish(self, wanted: Wanted, last: Iterate) -> None:
        if last.notice is not None:
            say(f"{wanted.label}: {last.notice}", sys.stderr)
        self.progress.finish(f"{wanted.label} in {rough_duration(last.elapsed_s)}")


def _begin(wanted: Sequence[Wanted], engine: BatchEngine | None, progress: BatchProgress) -> None:
    """Start the engine, and say what all cells will take."""
    if engine is None:
        return
    say(f"Painting {len(wanted)} pictures for one sheet. Network: {engine.network.title}", sys.stderr)
    engine.start(progress.prepare)
    photo = wanted[0].arguments.content
    sizes = [BatchJob(photo, (), each.settings, Path()).expected_size() for each in wanted]
    settings = [each.settings for each in wanted]
    expected = engine.expect(list(zip(sizes, settings, strict=True)), progress.prepare)
    progress.weights = expected.weights
    if expected.sentence:
        say(expected.sentence, sys.stderr)


def _no_sheet(interruption: Interruption) -> int:
    """Say that no cell has a picture; return the exit status where a signal is the reason."""
    if interruption.status is None:
        raise OptionsError("None of the pictures could be painted, so there is no sheet.")
    say("Stopped before a picture was painted.", sys.stderr)
    return interruption.status


def _longest_side(cells: Sequence[Cell]) -> int:
    return max(max(cell.picture.shape[:2]) for cell in cells if cell.picture is not None)


def _destinations(arguments: argparse.Namespace) -> Destinations:
    """Return where the sheet goes: the output that was given, or a PNG beside the photo, under a free name."""
    beside = arguments.content.parent / f"{file_stem([arguments.content.name])}-sheet.png"
    return Destinations(arguments.output or beside, arguments.overwrite, is_numbered=arguments.output is None)


def _save(destinations: Destinations, sheet: ByteImage) -> Path:
    """Write the sheet under the first name that is free, and return that."""
    for path in destinations.output_names():
        try:
            save_image(path, sheet, exclusive=not destinations.overwrite)
        except NameTakenError:
            if not destinations.is_numbered:
                raise
        else:
            return path
    raise AssertionError("names do not end")


def _check(arguments: argparse.Namespace) -> None:
    if arguments.memory_gb is not None:
        require_number("memory in GB", arguments.memory_gb, low=0, open_ends=True)

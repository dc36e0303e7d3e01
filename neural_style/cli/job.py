"""A checked order for one picture, and how its files are written; nothing that can be kept is lost to a full disk."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from neural_style.cli.destinations import Destinations
from neural_style.cli.progress import say
from neural_style.cli.resume import Resume
from neural_style.errors import ImageError, NameTakenError
from neural_style.iterate import Iterate
from neural_style.record.loss_table import LossTable
from neural_style.record.recipe import recipe
from neural_style.record.result import save_result
from neural_style.record.timelapse import Timelapse, save_film
from neural_style.request import StylizeRequest
from neural_style.service.estimate import SpeedEstimate


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
        finished_run: keeps the state at the end, likewise.
        estimate: what is known of the speed of this machine, which learns from the run.
    """

    request: StylizeRequest
    destinations: Destinations
    print_iterations: int | None = None
    network_sha256: str | None = None
    losses: LossTable = field(default_factory=LossTable)
    film: Timelapse | None = None
    resume: Resume | None = None
    finished_run: Resume | None = None
    estimate: SpeedEstimate = field(default_factory=SpeedEstimate)

    @property
    def ends_by_losses(self) -> bool:
        """Whether the number of steps is only a bound."""
        return self.request.settings.effort is not None

    def note(self, iterate: Iterate) -> None:
        """Note the losses, and keep what is wanted while the picture is painted: film, checkpoint, state."""
        self.losses.add(iterate.step, iterate.losses)
        if self.film is not None:
            self.film.add(iterate)
        self._save_checkpoint(iterate)
        if self.resume is not None and not iterate.is_last:
            self.resume.keep(iterate)

    def keep_state(self, iterate: Iterate) -> bool:
        """Keep the state of a run that was stopped; False where it cannot be: the picture so far is written then."""
        if self.resume is None:
            return False
        try:
            self.resume.save(iterate)
        except ImageError as error:
            say(f"neural-style: {error}", sys.stderr)
            return False
        say(f"Stopped after step {iterate.step}; the same command goes on from there.", sys.stderr)
        return True

    def end(self, iterate: Iterate, *, is_over: bool) -> None:
        """Keep the state at the end where that is wanted; that of a run that is over need not be kept any more.

        Raises:
            ImageError: it cannot be written.
        """
        if self.resume is not None and is_over:
            self.resume.end()
        if self.finished_run is not None:
            self.finished_run.save(iterate)

    def save(self, iterate: Iterate) -> Path:
        """Write the picture, and what is wanted beside it.

        Returns:
            The path of the picture.

        Raises:
            ImageError: something cannot be written; the picture is in the folder for temporary files then.
        """
        output = self._save_picture(iterate)
        exclusive = not self.destinations.overwrite
        if self.destinations.table is not None:
            self.losses.write(self.destinations.table, exclusive=exclusive)
        if self.destinations.plot is not None:
            self.losses.plot(self.destinations.plot, exclusive=exclusive)
        if self.destinations.timelapse is not None and self.film is not None:
            save_film(self.destinations.timelapse, self.film.finish(iterate.result()), exclusive=exclusive)
        return output

    def _save_picture(self, iterate: Iterate) -> Path:
        """Write the picture; where the disk is full or its name was taken, to the folder for temporary files."""
        names = self.destinations.output_names()
        try:
            return self._save_under_first_free(names, iterate)
        except ImageError as error:
            try:
                refuge = Path(tempfile.mkdtemp(prefix="neural-style-")) / self.destinations.output.name
            except OSError:  # nor is there a folder for temporary files
                raise error from None
            self._save_as(refuge, iterate, exclusive=True)
            raise ImageError(f"{error} The picture is in {refuge} instead.") from error

    def _save_under_first_free(self, names: Iterator[Path], iterate: Iterate) -> Path:
        """Write the picture under the first name that no other program takes at the same moment."""
        path = next(names)
        while True:
            try:
                self._save_as(path, iterate, exclusive=not self.destinations.overwrite)
            except NameTakenError:
                path = next(names, None)
                if path is None:
                    raise
            else:
                return path

    def _save_checkpoint(self, iterate: Iterate) -> None:
        """Write the checkpoint that is due, if any; one that cannot be written is no reason to give up the picture."""
        checkpoints = self.destinations.checkpoints
        if checkpoints is not None and checkpoints.is_due(iterate.step):
            try:
                exclusive = not self.destinations.may_replace_checkpoints
                self._save_as(checkpoints.path(iterate.step), iterate, exclusive=exclusive, is_measured=False)
            except ImageError as error:
                say(f"neural-style: {error}", sys.stderr)

    def _save_as(self, path: Path, iterate: Iterate, *, exclusive: bool, is_measured: bool = True) -> None:
        """Write the best picture so far, with its recipe; where it is exclusive, the name must be free."""
        text = recipe(self.request, iterate, self.network_sha256, is_measured=is_measured)
        save_result(path, self.request, iterate, recipe=text, exclusive=exclusive)

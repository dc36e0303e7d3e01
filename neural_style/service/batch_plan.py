"""The plan of a batch: which of its pictures are there by now, which are to be painted, and that none is in the way."""

import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from neural_style.errors import ImageError, OptionsError
from neural_style.images.save import can_be_png16, check_output_path, check_png16_path
from neural_style.request import ChosenStyle
from neural_style.service.batch_jobs import BatchJob
from neural_style.service.job_identity import FileDigests
from neural_style.service.manifest import Entry, Read

Reason = Literal["new", "killed", "failed", "missing", "changed", "other"]
"""Why a picture is to be painted: it never was; it was in progress when a batch was killed; it failed; its file is
missing; its file was changed; photo, painting, settings or network are others now."""

REASONS: Mapping[Reason, str] = {
    "new": "new",
    "killed": "was not finished",
    "failed": "failed before",
    "missing": "the file is missing",
    "changed": "the file was changed",
    "other": "photo, paintings, settings or network are others now",
}
"""The reasons, for people."""


@dataclass(frozen=True)
class PlannedJob:
    """A job with its identity, as a worker needs it.

    Attributes:
        job: what to paint.
        id: its identity, 64 hexadecimal digits.
        name: its output, as the manifest calls it.
        reason: why it is to be painted; None: it is painted.
        may_replace: whether a file that stands at the output may be replaced.
    """

    job: BatchJob
    id: str
    name: str
    reason: Reason | None
    may_replace: bool = False

    @property
    def mark(self) -> str:
        """What the names of its temporary files begin with; see `files.replacing`."""
        return mark_of(self.id)

    def entry(self, **facts: object) -> Entry:
        """Return an entry of the manifest with these facts."""
        return Entry(id=self.id, output=self.name, photo=str(self.job.photo), **facts)  # pyright: ignore[reportArgumentType]


def mark_of(id_: str) -> str:
    """Return what the names of temporary files begin with for the job of an identity."""
    return f"batch-{id_[:16]}"


@dataclass(frozen=True)
class Planner:
    """Makes plans from jobs and a manifest, without writing anything.

    Attributes:
        manifest: path of the manifest.
        digests: of files that were read before.
        network_sha256: of the network that will paint; None where it is not known.
        overwrite: whether files that the manifest does not know may be replaced.
    """

    manifest: Path
    digests: FileDigests
    network_sha256: str | None = None
    overwrite: bool = False

    def plan(self, jobs: Sequence[BatchJob], read: Read) -> list[PlannedJob]:
        """Return the jobs with what is to be done; those with the same paintings follow one another.

        What the engine works out of a painting is then there for the next photo, however many paintings a batch has.

        Args:
            jobs: the pictures that are wanted.
            read: what the manifest holds.

        Raises:
            ImageError: an output cannot be written, or would replace a file that is no picture of this batch.
            OptionsError: two outputs are the same file, or an output is a file that is read.
        """
        check_outputs_differ(jobs, self.manifest)
        planned = [self._planned(job, read) for job in jobs]
        self._check_nothing_is_in_the_way(planned)
        order: dict[tuple[ChosenStyle[Path], ...], int] = {}
        for job in jobs:
            order.setdefault(job.styles, len(order))
        return sorted(planned, key=lambda each: order[each.job.styles])

    def _planned(self, job: BatchJob, read: Read) -> PlannedJob:
        name = name_in_manifest(job.output, self.manifest)
        id_ = job.identity(self.digests, self.network_sha256).id
        reason = self._reason(job, id_, read.latest.get(name))
        return PlannedJob(job, id_, name, reason, may_replace=self.overwrite or name in read.known)

    def _reason(self, job: BatchJob, id_: str, entry: Entry | None) -> Reason | None:
        """Return why a job is to be painted; None: the file that is there is what the manifest says."""
        if entry is None:
            return "new"
        if entry.state != "painted":
            return "killed" if entry.state == "begun" else "failed"
        if entry.id != id_:
            return "other"
        digest = self.digests.of(job.output)
        if digest is None:
            return "missing"
        return None if digest == entry.sha256 else "changed"

    def _check_nothing_is_in_the_way(self, planned: Sequence[PlannedJob]) -> None:
        for each in planned:
            if each.reason is not None:
                check_png16(each.job)
                _check_place(each.job.output)
        taken = [each for each in planned if each.reason and not each.may_replace and os.path.lexists(each.job.output)]
        if taken:
            others = f", and so do {len(taken) - 1} others" if len(taken) > 1 else ""
            raise ImageError(
                f"{taken[0].job.output} exists already, and not as a picture of this batch{others}. Give --overwrite "
                "to replace such files, or choose another --output."
            )


def check_png16(job: BatchJob) -> None:
    """Refuse 16 bits a sample for an output that cannot have them.

    Raises:
        ImageError: its name does not end in .png.
    """
    if job.settings.bits == 16 and not can_be_png16(job.output):
        check_png16_path(job.output)


def name_in_manifest(output: Path, manifest: Path) -> str:
    """Return what a manifest calls an output: its path from the manifest's folder, with slashes."""
    try:
        return Path(os.path.relpath(output.absolute(), manifest.absolute().parent)).as_posix()
    except ValueError:  # another drive, on Windows
        return output.absolute().as_posix()


def path_of_name(name: str, manifest: Path) -> Path:
    """Return the path of the output that a manifest calls so."""
    return Path(os.path.normpath(manifest.absolute().parent / name))


def check_outputs_differ(jobs: Sequence[BatchJob], manifest: Path) -> None:
    """Check that no output is another one, a file that is read, or the manifest.

    Names that differ in the case of letters only are the same: many file systems take them so.

    Raises:
        OptionsError: with both files.
    """
    sources = {spelling(path): path for job in jobs for path in job.sources}
    taken = {spelling(manifest): "the manifest"}
    for job in jobs:
        key = spelling(job.output)
        if key in sources:
            raise OptionsError(f"The picture of {job.photo} would replace {sources[key]}, which is read. Rename it.")
        if key in taken:
            raise OptionsError(
                f"The picture of {job.photo} would have the name of {taken[key]}, {job.output}. Name it otherwise."
            )
        taken[key] = f"the picture of {job.photo}"


def spelling(path: Path) -> str:
    """Return a text that is the same for two paths that may be the same file."""
    return unicodedata.normalize("NFC", os.path.realpath(path)).casefold()


def _check_place(output: Path) -> None:
    """Check that an output can be written, whose folder may not be there yet.

    Raises:
        ImageError: it cannot.
    """
    folder = output.parent
    try:
        while not os.path.lexists(folder) and folder != folder.parent:
            folder = folder.parent
        is_folder = folder.is_dir()
    except (OSError, ValueError) as error:
        raise ImageError(f"{output} cannot be written ({error}). Choose another name.") from error
    if not is_folder:
        raise ImageError(f"{folder} is no folder, so that {output} cannot be written. Choose another place.")
    check_output_path(folder / output.name, overwrite=True)

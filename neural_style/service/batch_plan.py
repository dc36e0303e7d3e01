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
from neural_style.validation import counted

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
        photo: its photo, likewise.
        reason: why it is to be painted; None: it is painted.
        may_replace: whether a file that stands at the output may be replaced.
    """

    job: BatchJob
    id: str
    name: str
    photo: str
    reason: Reason | None
    may_replace: bool = False

    @property
    def mark(self) -> str:
        """What the names of its temporary files begin with; see `files.replacing`."""
        return mark_of(self.id)

    def entry(self, **facts: object) -> Entry:
        """Return an entry of the manifest with these facts."""
        return Entry(id=self.id, output=self.name, photo=self.photo, **facts)  # pyright: ignore[reportArgumentType]


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
        overwrite: whether files may be replaced that the manifest does not know as pictures of the same photo.
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
            ImageError: an output cannot be written, or would replace a file that is no picture of its photo.
            OptionsError: two outputs are the same file, or an output is a file that is read.
        """
        check_outputs_differ(jobs, self.manifest)
        planned = [self._planned(job, read) for job in jobs]
        self._check_nothing_is_in_the_way(planned)
        order: dict[tuple[ChosenStyle[Path], ...], int] = {}
        for job in jobs:
            order.setdefault(job.styles, len(order))
        return sorted(planned, key=lambda each: order[each.job.styles])

    def id_of(self, job: BatchJob) -> str:
        """Return the identity of a job, 64 hexadecimal digits."""
        return job.identity(self.digests, self.network_sha256).id

    def _planned(self, job: BatchJob, read: Read) -> PlannedJob:
        name, photo = (name_in_manifest(path, self.manifest) for path in (job.output, job.photo))
        id_ = self.id_of(job)
        may_replace = self.overwrite or read.is_of(name, photo, id_)
        return PlannedJob(job, id_, name, photo, self._reason(job, id_, name, read), may_replace)

    def _reason(self, job: BatchJob, id_: str, name: str, read: Read) -> Reason | None:
        """Return why a job is to be painted; None: the file that is there is what the manifest says."""
        latest, painted = read.latest.get(name), read.painted.get(name)
        if latest is None:
            return "new"
        digest = self.digests.of(job.output) if painted and painted.id == id_ else None
        if painted and digest is not None and digest == painted.sha256:
            return None
        if latest.state != "painted":
            return "killed" if latest.state == "begun" else "failed"
        if latest.id != id_:
            return "other"
        return "missing" if digest is None else "changed"

    def _check_nothing_is_in_the_way(self, planned: Sequence[PlannedJob]) -> None:
        for each in planned:
            if each.reason is not None:
                check_png16(each.job)
                _check_place(each.job.output)
        taken = [each for each in planned if each.reason and not each.may_replace and os.path.lexists(each.job.output)]
        if taken:
            others = f" (and {counted(len(taken) - 1, 'other')})" if len(taken) > 1 else ""
            raise ImageError(
                f"{taken[0].job.output} exists already, and not as a picture of {taken[0].job.photo} by this "
                f"batch{others}. Give --overwrite to replace such files, or choose another --output."
            )


def check_png16(job: BatchJob) -> None:
    """Refuse 16 bits a sample for an output that cannot have them.

    Raises:
        ImageError: its name does not end in .png.
    """
    if job.settings.bits == 16 and not can_be_png16(job.output):
        check_png16_path(job.output)


def name_in_manifest(output: Path, manifest: Path) -> str:
    """Return what a manifest calls an output or a photo: its path from the manifest's folder, with slashes.

    By whatever links the folders are named, it is the same.
    """
    place = os.path.join(os.path.realpath(output.parent), output.name)  # noqa: PTH118
    try:
        return Path(os.path.relpath(place, _folder_of(manifest))).as_posix()
    except ValueError:  # another drive, on Windows
        return Path(place).as_posix()


def path_of_name(name: str, manifest: Path) -> Path:
    """Return the path of the output that a manifest calls so."""
    return Path(os.path.normpath(_folder_of(manifest) / name))


def _folder_of(manifest: Path) -> Path:
    return Path(os.path.realpath(manifest)).parent


def check_outputs_differ(jobs: Sequence[BatchJob], manifest: Path) -> None:
    """Check that no output is another one or in another one, a file that is read, or the manifest.

    Raises:
        OptionsError: with both files.
    """
    sources = {file_key(path): path for job in jobs for path in job.sources}
    taken = {file_key(manifest): "the manifest"}
    for job in jobs:
        key = file_key(job.output)
        if key in sources:
            raise OptionsError(f"The picture of {job.photo} would replace {sources[key]}, which is read. Rename it.")
        if key in taken:
            raise OptionsError(
                f"The picture of {job.photo} would have the name of {taken[key]}, {job.output}. Name it otherwise."
            )
        taken[key] = f"the picture of {job.photo}"
    outputs = {Path(spelling(job.output)): job for job in jobs}
    for path, job in outputs.items():
        above = next((outputs[folder] for folder in path.parents if folder in outputs), None)
        if above is not None:
            raise OptionsError(
                f"The picture of {job.photo}, {job.output}, would be in a folder with the name of the picture of "
                f"{above.photo}, {above.output}. Name it otherwise."
            )


def spelling(path: Path) -> str:
    """Return a text that is the same for two paths that may be the same file."""
    return unicodedata.normalize("NFC", os.path.realpath(path)).casefold()


def file_key(path: Path) -> str:
    """Return a text that is the same for two paths of the same file, and for those that may become the same one.

    Of files that are there the file system knows whether the case of letters tells them apart.
    """
    try:
        facts = path.stat()
    except (OSError, ValueError):
        return spelling(path)
    return f"{spelling(path)}\0{facts.st_dev}:{facts.st_ino}"


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

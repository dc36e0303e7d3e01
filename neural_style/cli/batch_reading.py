"""Read the words, flags and tables of `batch`: photos, paintings and settings become jobs, each with its output."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from neural_style.cli.reading import kept_changes, read_choices, read_left_alone, read_settings
from neural_style.errors import NeuralStyleError, OptionsError
from neural_style.images.load import has_recipe
from neural_style.record.recipe import Recipe, load_recipe
from neural_style.record.result import file_stem
from neural_style.service.batch_jobs import BatchJob, load_shared
from neural_style.service.batch_plan import Planner, file_key, name_in_manifest, path_of_name
from neural_style.service.job_table import Row, read_table
from neural_style.service.manifest import NAME, Read, read_manifest
from neural_style.service.output_names import KeptNames, Unnamed, output_paths
from neural_style.service.photo_files import PhotoFile, find_photos
from neural_style.service.pictures import PictureCache
from neural_style.validation import require


@dataclass(frozen=True)
class BatchOrder:
    """What a command line of `batch` asks for.

    Attributes:
        jobs: the pictures, in the order of the words and then of the table.
        notices: what the person shall be told of recipes.
        left_out: number of files that were found, and were painted by this program.
    """

    jobs: tuple[BatchJob, ...]
    notices: tuple[str, ...] = ()
    left_out: int = 0


def manifest_path(arguments: argparse.Namespace) -> Path:
    """Return the path of the manifest: the one given, or one in the output folder, or else beside the table.

    Raises:
        OptionsError: none of the three was given.
    """
    if arguments.manifest is not None:
        return arguments.manifest
    if arguments.output is not None:
        return arguments.output / NAME
    require(arguments.jobs is not None, "Photos need --output, the folder for the pictures.")
    return arguments.jobs.parent / NAME


def read_batch(arguments: argparse.Namespace, pictures: PictureCache, planner: Planner) -> BatchOrder:
    """Return what the arguments ask for; of the pictures only those are read that all jobs share.

    Args:
        arguments: as parsed by the parser of `batch`.
        pictures: where the pictures are kept that were read.
        planner: knows the manifest, by which pictures keep their names, and which files are pictures of this batch.

    Raises:
        NeuralStyleError: something is missing or cannot be used.
    """
    reading = _Reading(arguments)
    found = find_photos(arguments.photos, recursive=arguments.recursive) if arguments.photos else []
    read = read_manifest(planner.manifest)
    papers = {file_key(path) for path in (planner.manifest, arguments.jobs, arguments.recipe) if path is not None}
    own = {file_key(path_of_name(name, planner.manifest)) for name in read.known}
    found = [photo for photo in found if file_key(photo.path) not in papers]
    photos = [photo for photo in found if file_key(photo.path) not in own and not _was_painted_here(photo)]
    rows = [] if arguments.jobs is None else read_table(arguments.jobs)
    require(bool(found or rows), _nothing_named(arguments))
    for path in (*(arguments.styles or ()), *([arguments.initial] if arguments.initial else [])):
        load_shared(path, pictures)
    drafts = [*(reading.of_photo(photo) for photo in photos), *(reading.of_row(row) for row in rows)]
    names = _Names(planner, read, arguments.output, f".{arguments.format}")
    return BatchOrder(tuple(names.give(drafts)), tuple(dict.fromkeys(reading.notices)), len(found) - len(photos))


def _was_painted_here(photo: PhotoFile) -> bool:
    """Whether a file that was found in a folder is no photo, but what this program made of one."""
    return photo.folder is not None and has_recipe(photo.path)


def _nothing_named(arguments: argparse.Namespace) -> str:
    said = "Nothing to paint was named. Give photos, folders, patterns, or a table with --jobs."
    behind = " What stands behind --styles are paintings: put the photos before it."
    return said + (behind if len(arguments.styles or ()) > 1 else "")


@dataclass
class _Draft:
    """A job whose output may not have a name yet: it is a placeholder where `is_named` is False."""

    photo: PhotoFile
    job: BatchJob
    is_named: bool


@dataclass
class _Reading:
    """Reads what holds for each photo; recipes are read once."""

    arguments: argparse.Namespace
    notices: list[str] = field(default_factory=list)
    _recipes: dict[Path, Recipe] = field(default_factory=dict)

    def of_photo(self, photo: PhotoFile) -> _Draft:
        """Return the draft of a photo that was named on the command line."""
        return _Draft(photo, self._job(self.arguments, photo.path, Path()), is_named=False)

    def of_row(self, row: Row) -> _Draft:
        """Return the draft of a row, whose own values come before those of the flags.

        Raises:
            OptionsError: with the place of the row.
        """
        given = {"styles": row.paintings, "recipe": row.recipe, "leave_alone": row.leave_alone, **row.of_styles}
        own = {name: value for name, value in given.items() if value is not None}
        try:
            job = self._job(argparse.Namespace(**{**vars(self.arguments), **own}), row.photo, row.output or Path())
        except NeuralStyleError as error:
            raise OptionsError(f"{row.place}: {error}") from error
        return _Draft(PhotoFile(row.photo), job, is_named=row.output is not None)

    def _job(self, arguments: argparse.Namespace, photo: Path, output: Path) -> BatchJob:
        require(bool(arguments.styles), f"There is no painting for {photo}. Give --styles, or name one in the table.")
        kept = None if arguments.recipe is None else self._recipe(arguments.recipe)
        settings = read_settings(arguments, kept and kept.settings)
        choices = read_choices(arguments, () if kept is None else kept.styles)
        styles = tuple(choice.with_image(path) for choice, path in zip(choices, arguments.styles, strict=True))
        require(
            sum(style.share for style in styles) > 0,
            "The shares of the styles are all 0. Give at least one style a share above 0.",
        )
        require(
            (settings.start == "image") == (arguments.initial is not None),
            'The start "image" and --initial go together; only one of the two was given.',
        )
        left_alone = read_left_alone(arguments, kept)
        changes = kept_changes(kept, len(styles))
        return BatchJob(photo, styles, settings, output, arguments.initial, left_alone, changes)

    def _recipe(self, path: Path) -> Recipe:
        if path not in self._recipes:
            self._recipes[path] = load_recipe(path)
            self.notices.extend(self._recipes[path].notices)
        return self._recipes[path]


@dataclass(frozen=True)
class _Names:
    """Gives pictures their outputs, in a folder, with an ending."""

    planner: Planner
    read: Read
    folder: Path | None
    ending: str

    def give(self, drafts: Sequence[_Draft]) -> Iterator[BatchJob]:
        """Yield the jobs, those without an output with one in the folder.

        Raises:
            OptionsError: there is no folder.
        """
        unnamed = [draft for draft in drafts if not draft.is_named]
        if self.folder is None and unnamed:
            raise OptionsError(f"{unnamed[0].job.photo} has no output. Give --output, the folder for the pictures.")
        named = [draft.job.output for draft in drafts if draft.is_named]
        kept = KeptNames(self.read, self.planner.manifest)
        paths = iter(output_paths([self._unnamed(draft) for draft in unnamed], self.ending, kept, taken=named))
        for draft in drafts:
            output = draft.job.output if draft.is_named else next(paths)
            yield replace(draft.job, output=output)

    def _unnamed(self, draft: _Draft) -> Unnamed:
        job = draft.job
        return Unnamed(
            folder=(self.folder or Path()) / (draft.photo.folder or Path()),
            stem=file_stem(path.name for path in (job.photo, *(style.image for style in job.styles))),
            photo=name_in_manifest(job.photo, self.planner.manifest),
            id=self.planner.id_of(job),
        )

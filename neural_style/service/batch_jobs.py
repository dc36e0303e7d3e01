"""The jobs of a batch: each a picture to paint, as files and settings, light enough for thousands of them."""

import os
from dataclasses import dataclass
from pathlib import Path

from neural_style.changes import Change
from neural_style.errors import ImageError
from neural_style.images.load import LoadedImage, load_picture, notices_of, size_of
from neural_style.images.resize import size_for_longest_side, size_for_width
from neural_style.masks import Mask
from neural_style.request import ChosenStyle, Style, StylizeRequest
from neural_style.service.job_identity import FileDigests, Identity
from neural_style.service.pictures import Picture, PictureCache
from neural_style.settings import Settings


@dataclass(frozen=True)
class BatchJob:
    """A picture that a batch is to paint.

    Attributes:
        photo: the file of the photo.
        styles: the files of the paintings, with their shares and scales.
        settings: how to paint.
        output: the file to write.
        initial: the file of the start picture; None: there is none.
        left_alone: the part of the photo that stays as it is; None: see `StylizeRequest.left_alone`.
        changes: those that are made while it is painted.
    """

    photo: Path
    styles: tuple[ChosenStyle[Path], ...]
    settings: Settings
    output: Path
    initial: Path | None = None
    left_alone: Mask | None = None
    changes: tuple[Change, ...] = ()

    @property
    def sources(self) -> tuple[Path, ...]:
        """The files that are read."""
        return (self.photo, *(style.image for style in self.styles), *([self.initial] if self.initial else []))

    def identity(self, digests: FileDigests, network_sha256: str | None) -> Identity:
        """Return what decides how the picture looks, by the files as they are now."""
        return Identity(
            photo=digests.of(self.photo),
            styles=[style.with_image(digests.of(style.image)) for style in self.styles],
            settings=self.settings,
            initial=None if self.initial is None else digests.of(self.initial),
            network=network_sha256,
            left_alone=self.left_alone,
            changes=self.changes,
        )

    def request(self, pictures: PictureCache) -> StylizeRequest:
        """Read the files; paintings and start picture, which other jobs may share, are kept in the cache.

        Raises:
            NeuralStyleError: a file cannot be read, or the picture cannot be painted.
        """
        content = load_picture(self.photo)
        paintings = [load_shared(style.image, pictures) for style in self.styles]
        initial = None if self.initial is None else load_shared(self.initial, pictures)
        return StylizeRequest(
            content=content.image,
            styles=[
                Style(painting.image, **style.facts) for painting, style in zip(paintings, self.styles, strict=True)
            ],
            settings=self.settings,
            initial=initial and initial.image,
            content_alpha=content.alpha,
            left_alone=self.left_alone,
            changes=self.changes,
            notices=notices_of([content, *paintings, initial]),
        )

    def check_sources(self) -> None:
        """Look at the headers of the files.

        Raises:
            ImageError: one is missing, or is no picture.
        """
        for path in self.sources:
            size_of(path)

    def expected_size(self) -> tuple[int, int] | None:
        """Return the (height, width) of the result by the header of the photo; None where that cannot be read."""
        try:
            height, width = size_of(self.photo)
        except ImageError:  # which is said when it is painted
            return None
        if self.settings.width is not None:
            return size_for_width(height, width, self.settings.width)
        if self.settings.longest_side_px is not None:
            return size_for_longest_side(height, width, self.settings.longest_side_px)
        return height, width


def load_shared(path: Path, pictures: PictureCache) -> LoadedImage:
    """Read a picture that several jobs share, once while the cache keeps it.

    Raises:
        ImageError: it cannot be read.
    """
    if path.is_file() and os.access(path, os.R_OK):
        return pictures.load(Picture(path, str(path)))
    return load_picture(path)  # which says what is wrong

"""Film a picture being painted: an MP4 (H.264) written while it is painted, and an animated WebP made of it.

PyAV, of the extra `film`, brings FFmpeg's libraries along, so that nothing is to be installed beside Python's packages.
"""

import io
import math
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from PIL import Image

from neural_style.errors import ImageError
from neural_style.extras import FILM
from neural_style.files import replacing
from neural_style.images.arrays import ByteImage
from neural_style.iterate import Iterate

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

FRAMES_PER_S = 20
MOST_FRAMES = 120
"""The most frames of the painting itself: six seconds."""

HOLD_S = 1.5
"""The seconds that the result stays at the end."""

FILM_SIDE_PX = 1024
"""The longest side of the MP4 at the most."""

FILM_ENDINGS = (".mp4", ".webp")

WEBP_SIDE_PX = 480
WEBP_MOST_FRAMES = 60
_WEBP_OPTIONS = {"quality": 75, "method": 2, "loop": 0}

_ENCODER = "libx264"
_ENCODER_OPTIONS = {"crf": "17", "preset": "veryfast"}
_PIXELS = "yuv420p"
"""The pixel format, which every browser and phone plays; it wants even sides."""

_BT709, _SRGB, _LIMITED = 1, 13, 1
"""The colour codes of ITU-T H.273, so that players need not guess the colours."""


class Timelapse:
    """Makes a film of the iterates that it is given, and of the result at the end.

    The film grows in memory, a few MB at the most, because FFmpeg does not take a full disk lightly.
    """

    def __init__(self) -> None:
        FILM.require("Writing a film")
        self._file = io.BytesIO()
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None
        self._stride = 1

    def add(self, iterate: Iterate) -> None:
        """Add the picture of this iterate, if it is one of those that the film will have."""
        if self._stream is None:
            self._stride = 1 + iterate.steps // MOST_FRAMES
        if iterate.step % self._stride == 0:
            self._write(iterate.picture())

    def finish(self, result: ByteImage) -> bytes:
        """Add the result at the end and return the MP4; nothing can be added after that.

        Raises:
            ImageError: the film cannot be encoded.
        """
        from av.error import FFmpegError

        try:
            self._write(result, times=1 + round(HOLD_S * FRAMES_PER_S))
            container, stream = self._opened()
            container.mux(stream.encode(None))
            container.close()
        except FFmpegError as error:
            raise ImageError(f"The film cannot be encoded ({error.strerror or error}).") from error
        return self._file.getvalue()

    def _write(self, picture: ByteImage, times: int = 1) -> None:
        import av

        if self._stream is None:
            self._open(*_film_size(*picture.shape[:2]))
        container, stream = self._opened()
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24").reformat(
            stream.width, stream.height, _PIXELS, dst_colorspace="itu709", interpolation="AREA"
        )
        for _ in range(times):
            frame.pts = None  # one after the other
            container.mux(stream.encode(frame))

    def _open(self, height: int, width: int) -> None:
        import av

        self._container = av.open(self._file, "w", format="mp4")
        self._stream = stream = self._container.add_stream(_ENCODER, rate=FRAMES_PER_S, options=_ENCODER_OPTIONS)
        stream.height, stream.width, stream.pix_fmt = height, width, _PIXELS
        context = stream.codec_context
        context.colorspace = context.color_primaries = _BT709
        context.color_trc, context.color_range = _SRGB, _LIMITED

    def _opened(self) -> "tuple[OutputContainer, VideoStream]":
        if self._container is None or self._stream is None:
            raise RuntimeError("no picture has been added")
        return self._container, self._stream


def save_film(path: Path, mp4: bytes, *, exclusive: bool = False) -> None:
    """Write the film as the ending of the path says (`FILM_ENDINGS`).

    Raises:
        ImageError: the file cannot be written, or with `exclusive`, exists; what stood there stays.
    """
    if path.suffix.lower() == ".webp":
        animated_webp(io.BytesIO(mp4), path, exclusive=exclusive)
        return
    try:
        with replacing(path, exclusive=exclusive) as temporary:
            temporary.write_bytes(mp4)
    except OSError as error:
        raise ImageError(f"The film {path} cannot be written ({error.strerror}).") from error


def animated_webp(film: Path | BinaryIO, path: Path, *, exclusive: bool = False) -> None:
    """Write a film as an animated WebP, smaller and with fewer frames, for places that show no video.

    Args:
        film: an MP4 that a `Timelapse` made: where it is, or the file itself.
        path: where to write; an existing file is replaced only by a whole one.
        exclusive: refuse to replace one.

    Raises:
        ImageError: the film is no longer there, or the file cannot be written.
    """
    from av.error import FFmpegError

    try:
        frames = _frames_of(film)
        count = min(len(frames), WEBP_MOST_FRAMES)
        chosen = [frames[round(index)] for index in np.linspace(0, len(frames) - 1, count)]
        durations = [round(1000 * len(frames) / count / FRAMES_PER_S)] * (count - 1) + [round(1000 * HOLD_S)]
        with replacing(path, exclusive=exclusive) as temporary:
            chosen[0].save(
                temporary, "WEBP", save_all=True, append_images=chosen[1:], duration=durations, **_WEBP_OPTIONS
            )
    except (OSError, FFmpegError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageError(f"The animation {path.name} cannot be made ({reason}).") from error


def _frames_of(film: Path | BinaryIO) -> list[Image.Image]:
    """Return small pictures of the painting, with the held result only once."""
    import av

    with av.open(str(film) if isinstance(film, Path) else film, "r") as container:
        stream = container.streams.video[0]
        shrink = min(1.0, WEBP_SIDE_PX / max(stream.height, stream.width))
        size = round(stream.width * shrink), round(stream.height * shrink)
        frames = [
            frame.to_image(width=size[0], height=size[1], interpolation="AREA") for frame in container.decode(stream)
        ]
    return frames[: max(1, len(frames) - round(HOLD_S * FRAMES_PER_S))]


def _film_size(height: int, width: int) -> tuple[int, int]:
    """Return the (height, width) of the film: at most `FILM_SIDE_PX`, and even."""
    shrink = min(1.0, FILM_SIDE_PX / max(height, width))
    even = [max(2, 2 * math.floor(side * shrink / 2)) for side in (height, width)]
    return even[0], even[1]

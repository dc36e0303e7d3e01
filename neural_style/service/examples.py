"""The example pictures are photos and paintings to click, each with its title, painter and year as far as they matter.

`examples/SOURCES.md` holds where each file comes from and why it is free. The labels below repeat its titles, painters
and years in the form that fits under a thumbnail; a test keeps the two together.
"""

import base64
import logging
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from neural_style.errors import ImageError
from neural_style.images.arrays import ByteImage, FloatImage
from neural_style.images.load import load_image
from neural_style.images.save import encode_preview
from neural_style.resources import resource

THUMBNAIL_PX = 240
"""The longest side of a thumbnail: twice the width of a card, for sharp screens."""

_THUMBNAIL_QUALITY = 75
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Example:
    """An example picture.

    Attributes:
        path: of its file.
        title: for people.
        maker: who made it; empty where it does not matter.
        year: likewise.
        has_twin: another one is called the same but for its extension.
    """

    path: Path
    title: str
    maker: str = ""
    year: str = ""
    has_twin: bool = field(default=False, kw_only=True)

    @property
    def key(self) -> str:
        """The name of the picture between page and server."""
        return self.path.name if self.has_twin else self.path.stem

    @cached_property
    def thumbnail(self) -> str:
        """A small copy, as a data URL."""
        return thumbnail_url(load_image(self.path))


_PAINTINGS = {
    "starry_night_van_gogh": ("The Starry Night", "Vincent van Gogh", "1889"),
    "great_wave_hokusai": ("The Great Wave off Kanagawa", "Katsushika Hokusai", "c. 1831"),
    "composition_vii_kandinsky": ("Composition VII", "Wassily Kandinsky", "1913"),
    "water_lilies_monet": ("Water Lilies", "Claude Monet", "1906"),
    "adele_bloch_bauer_klimt": ("Portrait of Adele Bloch-Bauer I", "Gustav Klimt", "1907"),
    "the_sun_munch": ("The Sun", "Edvard Munch", "c. 1910"),
    "mont_sainte_victoire_cezanne": ("Mont Sainte-Victoire", "Paul Cézanne", "1882-85"),
    "honfleur_harbor_seurat": ("The Harbour Entrance, Honfleur", "Georges Seurat", "1886"),
    "tama_river_moonlight_hiroshige": ("Six Jewel Rivers", "Utagawa Hiroshige", "1857"),
    "landscape_zhao_yuan": ("Landscape", "Zhao Yuan", "late 14th century"),
    "stained_glass_mosaic": ("Stained-glass mosaic", "drawn by a script", ""),
    "marbled_paper": ("Combed marbled paper", "drawn by a script", ""),
}
"""The title, painter and year of each file, in the order in which they are shown."""

_PHOTOS = {
    "red_panda": "Red Panda",
    "neuschwanstein_castle": "Neuschwanstein Castle",
    "astronaut_portrait": "Eileen Collins",
    "kingfisher": "Kingfisher",
    "coffee_cup": "Coffee cup",
    "suspension_bridge_night": "Roebling Suspension Bridge",
    "hawa_mahal_jaipur": "Hawa Mahal",
    "honey_bee_aster": "European honey bee",
    "great_wall_of_china": "Great Wall of China",
    "citrus_fruits": "Citrus fruits",
    "moonwalk_aldrin": "Apollo 11",
}
"""The title of each file."""


@dataclass(frozen=True)
class Examples:
    """The photos and paintings to click.

    Attributes:
        folder: one with `content/` and `style/`, and perhaps a `SOURCES.md`; None: the examples that come along.
    """

    folder: Path | None = None

    @cached_property
    def paintings(self) -> Mapping[str, Example]:
        """The paintings by their keys, in the order in which they are shown."""
        return self._found("style", _PAINTINGS)

    @cached_property
    def photos(self) -> Mapping[str, Example]:
        """The photos by their keys."""
        return self._found("content", {key: (title,) for key, title in _PHOTOS.items()})

    @property
    def root(self) -> Path:
        """The folder that pictures are shown from."""
        return self.folder or resource("examples")

    def sources(self) -> str:
        """Return what `SOURCES.md` says: all of an operator's; of ours a Markdown table, without paths in packages."""
        path = self.root / "SOURCES.md"
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if self.folder is not None:
            return text
        rows = re.findall(r"^\| (\w+\.jpg) \| (.+?) \| (.+?) \|", text, re.MULTILINE)
        lines = ["| file | title, author, year | why free |", "| --- | --- | --- |"]
        return "\n".join(lines + [f"| {name} | {title} | {reason} |" for name, title, reason in rows])

    def _found(self, kind: str, labels: Mapping[str, tuple[str, ...]]) -> Mapping[str, Example]:
        if self.folder is None:
            return {key: Example(self.root / kind / f"{key}.jpg", *label) for key, label in labels.items()}
        paths = [path for path in sorted(self.folder.glob(f"{kind}/*")) if _has_name(path)]
        stems = Counter(path.stem for path in paths)
        found = [Example(path, _words(path.stem), has_twin=stems[path.stem] > 1) for path in paths]
        return {example.key: example for example in found if _is_readable(example)}


def title_of(key: str) -> str:
    """Return the title of the painting of that name; another name than an example's becomes words."""
    return _PAINTINGS[key][0] if key in _PAINTINGS else _words(key)


def _words(stem: str) -> str:
    return stem.replace("_", " ")


def _has_name(path: Path) -> bool:
    """Whether the name of a file is text, which a page can hold."""
    try:
        path.name.encode("utf-8")
    except UnicodeEncodeError:
        _logger.warning("Not among the examples: the name %r is not in UTF-8.", path.name)
        return False
    return True


def _is_readable(example: Example) -> bool:
    """Return whether the example can be read: an operator's folder may hold other things than pictures."""
    try:
        return bool(example.thumbnail)
    except ImageError as error:
        _logger.warning("Not among the examples: %s", error)
        return False


def thumbnail_url(image: FloatImage | ByteImage) -> str:
    """Return a picture as a small JPEG in a data URL: there is no file that another visitor could ask for."""
    return jpeg_url(encode_preview(image, THUMBNAIL_PX, _THUMBNAIL_QUALITY))


def jpeg_url(jpeg: bytes) -> str:
    """Return JPEG bytes as a data URL."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")

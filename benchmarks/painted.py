"""Keep painted pictures in `build/`, so that a comparison that is asked for again only paints what is missing."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import neural_style
from benchmarks.common import Pair, last_iterate
from benchmarks.recipes import Recipe
from neural_style.engine.stylize import stylize
from neural_style.files import replacing
from neural_style.images.arrays import ByteImage, to_bytes
from neural_style.images.load import load_image
from neural_style.images.save import save_image
from neural_style.iterate import Iterate
from neural_style.record.recipe import settings_to_dict
from neural_style.vgg.network import Network


@dataclass(frozen=True)
class Facts:
    """The facts about one painted picture.

    Attributes:
        key: hash of all that it was painted from, but for the code.
        seconds: the engine's, from its call to the last iterate.
        loss: the lowest total of the losses; recipes of other weights have other losses.
        arithmetic: how convolutions were worked out.
        notice: why the run ended early, where it did.
        code: `code_fingerprint` of what painted it.
    """

    key: str
    seconds: float
    loss: float
    arithmetic: str
    notice: str | None
    code: str


@dataclass(frozen=True, eq=False)
class Painted:
    """A picture, `[H, W, 3] uint8`, with what is known of it."""

    picture: ByteImage
    facts: Facts


@dataclass(frozen=True, eq=False)
class ServiceContext:
    """Paints pairs by recipes, or finds what was painted before.

    Attributes:
        network: to paint with.
        folder: what is kept; each recipe has a folder in it.
        again: paint all anew. A change of the code calls for it; a picture by other code is taken, but can be told by
            its facts, because most changes of code change no picture and painting takes an hour.
    """

    network: Network
    folder: Path
    again: bool = False

    def painted(self, recipe: Recipe, pair: Pair) -> Painted:
        """Return the pair painted by the recipe."""
        key = self.key(recipe)
        path = self.path(recipe, pair)
        facts = None if self.again else _read(path.with_suffix(".json"))
        if facts is not None and facts.key == key and path.is_file():
            return Painted(to_bytes(load_image(path)), facts)
        return self._paint(recipe, pair)

    def path(self, recipe: Recipe, pair: Pair) -> Path:
        """Return the path of the PNG; the facts are beside it. The hash keeps sizes and networks apart."""
        return self.folder / f"{recipe.slug}-{self.key(recipe)[:8]}" / f"{pair.photo}__{pair.painting}.png"

    def key(self, recipe: Recipe) -> str:
        """Return the hash of a recipe and the network, 64 hexadecimal digits."""
        content = {"settings": settings_to_dict(recipe.settings), "network": self.network.sha256}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def _paint(self, recipe: Recipe, pair: Pair) -> Painted:
        path = self.path(recipe, pair)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)  # it must not stand beside another picture
        last = last_iterate(stylize(pair.request(recipe.settings), lambda: self.network))
        painted = Painted(last.result(), _facts(self.key(recipe), last))
        save_image(path, painted.picture)
        with replacing(path.with_suffix(".json")) as temporary:
            temporary.write_text(json.dumps(asdict(painted.facts), indent=1) + "\n", encoding="utf-8")
        return painted


ROOMS = ("engine", "losses", "optimizers", "vgg")
"""The rooms of the package that decide what is painted."""


@cache
def code_fingerprint() -> str:
    """Return 12 hexadecimal digits of the hash of the sources that decide what is painted."""
    package = Path(neural_style.__file__).parent
    sources = [path.read_bytes() for room in ROOMS for path in sorted((package / room).glob("*.py"))]
    return hashlib.sha256(b"".join(sources)).hexdigest()[:12]


def _facts(key: str, last: Iterate) -> Facts:
    loss = last.best_losses.total
    return Facts(key, last.elapsed_s, loss, last.arithmetic, last.notice, code_fingerprint())


def _read(path: Path) -> Facts | None:
    """Read the facts; None where there are none, or where they are of another version."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    known = {field.name for field in fields(Facts)}
    return Facts(**content) if isinstance(content, Mapping) and set(content) == known else None

"""The measures by networks that know pictures but paint none: LPIPS to the photo, and the way left to the style.

`python -m benchmarks.judges` gets their networks once, 64 MB; see `perceptual_file`.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

from numpy.typing import ArrayLike

from benchmarks.common import exit_status
from benchmarks.perceptual import FeatureNetwork, lpips
from benchmarks.perceptual_file import cached, fetched, read_networks
from benchmarks.style_distance import relative_style_distance

LEFT_OUT = (
    "LPIPS and the style by AlexNet are left out: their networks are not here. Get them once with `python -m "
    "benchmarks.judges`, or give their file with --lpips FILE."
)


@dataclass(frozen=True, eq=False)
class Judges:
    """Both networks."""

    alex: FeatureNetwork
    vgg: FeatureNetwork

    @classmethod
    def of_file(cls, path: Path) -> "Judges":
        """Return those of the package, see `perceptual_file`.

        Raises:
            NetworkError: it is not that package.
        """
        return cls(**read_networks(path))

    def content(self, result: ArrayLike, photo: ArrayLike) -> float:
        """Return the LPIPS of result and photo by AlexNet: 0 is the photo itself."""
        return lpips(result, photo, self.alex)

    def style(self, result: ArrayLike, photo: ArrayLike, painting: ArrayLike) -> float:
        """Return the way left to the painting's style: 1 is the photo, 0 the painting."""
        return relative_style_distance(result, photo, painting, self.alex)

    def measures(self, result: ArrayLike, photo: ArrayLike, painting: ArrayLike) -> dict[str, float]:
        """Return name -> number, less is better; for the arguments see `measures.measure`."""
        return {
            "lpips_alex": self.content(result, photo),
            "lpips_vgg": lpips(result, photo, self.vgg),
            "style_alex": self.style(result, photo, painting),
        }


def judges_here(file: Path | None) -> Judges | None:
    """Return the networks of the file, or of the one fetched before; None where there is neither.

    Raises:
        NetworkError: the file is not the package.
    """
    path = file or cached()
    return Judges.of_file(path) if path else None


def main() -> int:
    """Get the networks, and return the exit status."""

    def fetch() -> None:
        Judges.of_file(fetched())
        print("The networks that judge pictures are here.")

    return exit_status(fetch)


if __name__ == "__main__":
    sys.exit(main())

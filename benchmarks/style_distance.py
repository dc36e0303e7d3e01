"""How far a picture is from a painting's style by a network that no recipe here paints with: AlexNet.

Each layer's features are a cloud of points, one for each position, wherever it is. Clouds are compared by their sliced
Wasserstein distance (Heitz et al. 2021, there as a loss), which sees more of them than Gram matrices do.
"""

from statistics import fmean

import numpy as np
from numpy.typing import ArrayLike

from benchmarks.perceptual import FeatureNetwork, Features, features
from benchmarks.planes import Plane
from neural_style.errors import ImageError

DIRECTIONS = 128


def relative_style_distance(result: ArrayLike, photo: ArrayLike, painting: ArrayLike, network: FeatureNetwork) -> float:
    """Return how much of the way from the photo to the painting's style is left: 1 is the photo, 0 the painting.

    The mean over the layers of the result's distance from the painting over the photo's. A picture that is further
    away than the photo has more than 1.

    Args:
        result: the painted picture, `[H, W, 3]` uint8 or float, RGB, 0..255.
        photo: what it was painted from.
        painting: at the size at which the engine shows it to its network, so that a pixel means the same in all.
        network: whose features.

    Raises:
        ImageError: one is no picture or too small, or the photo is all but the painting.
    """
    ours, start, goal = (features(each, network) for each in (result, photo, painting))
    whole = [sliced_distance(*each) for each in zip(start, goal, strict=True)]
    if min(whole) <= 0.0:
        raise ImageError("The photo has the painting's own features, so there is no way between them. Take others.")
    left = [sliced_distance(*each) for each in zip(ours, goal, strict=True)]
    return fmean(each / of_photo for each, of_photo in zip(left, whole, strict=True))


def sliced_distance(ours: Features, theirs: Features, directions: int = DIRECTIONS, seed: int = 0) -> float:
    """Return the sliced Wasserstein-1 distance of two clouds, in units of their features.

    The mean over random directions of the distance of the distributions along them, taken at as many quantiles as the
    smaller cloud has points; where both have as many, these are the points in their order.

    Args:
        ours: `[h, w, C]`, positions in any order.
        theirs: of as many channels; other sizes are fine.
        directions: how many, of length 1.
        seed: of the directions.

    Raises:
        ImageError: the numbers of channels differ.
    """
    channels = ours.shape[-1]
    if theirs.shape[-1] != channels:
        raise ImageError(f"Features of {channels} and of {theirs.shape[-1]} channels cannot be compared.")
    axes = np.random.default_rng(seed).normal(size=(channels, directions))
    axes /= np.linalg.norm(axes, axis=0)
    count = min(ours.size, theirs.size) // channels
    levels = (np.arange(count) + 0.5) / count
    along = (np.sort(cloud.reshape(-1, channels).astype(np.float64) @ axes, axis=0) for cloud in (ours, theirs))
    first, second = (_at_levels(values, levels) for values in along)
    return float(np.abs(first - second).mean())


def _at_levels(ordered: Plane, levels: Plane) -> Plane:
    """Return the quantiles of the columns of `[n, directions]`; those at (i + 1/2) / n are its rows."""
    places = np.clip(levels * len(ordered) - 0.5, 0, len(ordered) - 1)
    below = np.floor(places).astype(int)
    share = (places - below)[:, np.newaxis]
    return ordered[below] * (1 - share) + ordered[np.minimum(below + 1, len(ordered) - 1)] * share

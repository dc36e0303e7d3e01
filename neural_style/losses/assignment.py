"""The assignment of places to paintings: each painting gets its share of the picture, where it fits best."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ROUNDS = 100
"""The most rounds; a few are enough unless the paintings are all but equal."""

TOLERANCE = 0.002
"""The largest deviation from a share at which the rounds end."""

_TIE = 1e-4
"""The size of the chance numbers that decide where paintings fit equally well."""


def assign(fits: NDArray[np.floating], shares: Sequence[float], seed: int = 0) -> NDArray[np.int64]:
    """Return the painting of each place: the one whose fit plus an offset is greatest.

    The offsets are such that every painting gets its share. For one painting, those of the others being fixed, the
    offset is a quantile of how much the others are ahead; round by round these agree (an auction, Bertsekas 1979).

    Args:
        fits: `[paintings, places]`, how well each painting fits each place.
        shares: one for each painting, above 0, summing to 1.
        seed: of the chance that decides between equal fits.
    """
    fitting = fits.astype(np.float64) + np.random.default_rng(seed).uniform(-_TIE, _TIE, fits.shape)
    offsets = np.zeros((len(shares), 1))
    for _ in range(ROUNDS):
        chosen = np.argmax(fitting + offsets, 0)
        got = np.bincount(chosen, minlength=len(shares)) / chosen.size
        if np.abs(got - shares).max() <= max(TOLERANCE, 0.5 / chosen.size):
            break
        for painting, share in enumerate(shares):
            others = np.delete(fitting + offsets, painting, 0)
            if len(others):
                offsets[painting] = np.quantile(others.max(0) - fitting[painting], share)
    return np.argmax(fitting + offsets, 0)

"""The balance of the style layers: their weights as in the papers, or relative to what the painting has there."""

from collections.abc import Mapping

from neural_style.losses.layers import style_layer_weights
from neural_style.settings import LossWeights

STYLE_ENERGY = 1e5
"""The usual mean square of a Gram matrix, over layers and many paintings: it keeps the size of weights."""

LEAST_STYLE_ENERGY = 1e-6
"""The least energy of a layer, relative to the layer that has most, or to 1 where none has as much. Less is taken
for nothing; otherwise the layer that a flat picture has least of would count most."""


def style_factors(energies: Mapping[str, float], weights: LossWeights) -> dict[str, float]:
    """Return, for each layer, the factor of the squared differences of its style statistics in the loss.

    The energy of a Gram matrix, its mean square, grows with the fourth power of a painting's contrast: it differs 350
    times between common paintings, and 1000 times between layers. With the balance "relative" each difference is
    divided by the energy of its target, so that a weight means as much for a pale painting as for a garish one, and as
    much on every layer. Statistics other than Gram matrices, of other sizes, are always balanced so.

    Args:
        energies: layer name -> mean square of the target.
        weights: the weight of the style, its share by layer, and the balance.
    """
    layers = style_layer_weights(weights)
    factors = {name: weights.style * layers[name] for name in energies}
    if weights.style_balance == "absolute" and weights.style_statistic == "gram":
        return factors
    least = LEAST_STYLE_ENERGY * max(1.0, *energies.values()) if energies else 1.0
    return {name: factor * STYLE_ENERGY / max(energies[name], least) for name, factor in factors.items()}

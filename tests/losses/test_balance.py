import numpy as np
import pytest

from neural_style.losses.balance import STYLE_ENERGY, style_factors
from neural_style.losses.style import Blended
from neural_style.settings import LossWeights

RELATIVE = LossWeights(style=3.0, style_balance="relative")


def energies_of(*scales: float) -> dict[str, float]:
    gram = np.array([[1.0, 2.0], [2.0, 5.0]], np.float32)  # mean square 8.5
    return {f"relu{k}_1": Blended(scale * gram, 0.0).energy for k, scale in enumerate(scales, start=1)}


def test_relative_factors_worked_out_by_hand():
    factors = style_factors(energies_of(1.0, 10.0, 1.0, 1.0, 1.0), RELATIVE)
    assert factors["relu1_1"] == pytest.approx(3.0 * 0.2 * STYLE_ENERGY / 8.5)
    assert factors["relu2_1"] == pytest.approx(3.0 * 0.2 * STYLE_ENERGY / 850.0)


def test_a_painting_of_any_contrast_has_the_same_relative_loss():
    pale, garish = (style_factors(energies_of(*[scale] * 5), RELATIVE) for scale in (0.1, 30.0))
    assert {name: 0.1**2 * factor for name, factor in pale.items()} == pytest.approx(
        {name: 30.0**2 * factor for name, factor in garish.items()}
    )


def test_a_layer_in_which_a_painting_has_all_but_nothing_does_not_count_most():
    factors = style_factors(energies_of(1.0, 1.0, 1.0, 1.0, 1e-12), RELATIVE)
    assert factors["relu5_1"] == pytest.approx(1e6 * factors["relu1_1"])
    nothing = style_factors(energies_of(*[0.0] * 5), RELATIVE)
    assert all(np.isfinite(factor) for factor in nothing.values())


def test_absolute_factors_are_the_weight_shared_by_the_layers_whatever_the_painting():
    factors = style_factors(energies_of(1.0, 10.0, 1.0, 1.0, 30.0), LossWeights(style=3.0))
    assert list(factors.values()) == pytest.approx([0.6] * 5)

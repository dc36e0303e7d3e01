"""The levels of activations."""

import pytest

from neural_style.vgg.levels import LEVELS, level_of


@pytest.mark.parametrize(
    ("layer", "named"), [("relu1_1", "conv1_1"), ("relu1_2", "conv1_1"), ("relu3_4", "conv3_1"), ("relu5_4", "conv5_2")]
)
def test_a_layer_without_a_level_of_its_own_has_that_of_the_one_before_it(layer: str, named: str) -> None:
    assert level_of(layer) == LEVELS[named]

import itertools

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from neural_style.engine.tiling import Tiling, tiling_for
from neural_style.errors import OptionsError
from neural_style.layers import receptive_radius_px
from neural_style.vgg.extractor import FeatureExtractor
from tests.fakes import small_picture, tiny_network


@pytest.mark.parametrize(
    ("topology", "layer", "halo"),
    [
        ("VGG-16", "relu1_1", 16),
        ("VGG-16", "relu4_2", 48),
        ("VGG-16", "relu5_1", 64),
        ("VGG-16", "relu5_2", 80),
        ("VGG-19", "relu5_1", 80),
        ("VGG-19", "relu5_2", 96),
    ],
)
def test_the_halo_follows_from_the_convolutions_up_to_the_deepest_layer(topology, layer, halo):
    layers = ("relu1_1", layer)
    assert tiling_for(512, topology, layers) == Tiling(512, halo)


def test_a_pixel_as_far_away_as_the_receptive_radius_is_seen_and_one_beyond_is_not():
    network = tiny_network()
    extract = FeatureExtractor(network, ["relu3_1"], "avg")
    picture = tf.constant(small_picture(128, 128))
    with tf.GradientTape() as tape:
        tape.watch(picture)
        cell = tf.reduce_sum(extract(picture)["relu3_1"][16, 16])  # its own pixels are 64 to 67
    gradient = np.asarray(tape.gradient(cell, picture))
    seen = np.flatnonzero(np.abs(gradient).sum(axis=(1, 2)))
    radius = receptive_radius_px("VGG-16", ("relu3_1",))
    assert (64 - seen.min(), seen.max() - 67) == (radius, radius)


@given(
    length=st.integers(1, 3000),
    other=st.integers(1, 600),
    tile=st.integers(1, 40).map(lambda k: 16 * k),
    halo=st.integers(1, 6).map(lambda k: 16 * k),
)
def test_every_pixel_is_in_one_core_and_every_core_has_its_halo(length, other, tile, halo):
    tiles = list(Tiling(tile, halo).tiles(length, other))
    assert sum(np.prod(_shape(tile.core)) for tile in tiles) == length * other
    assert len({_shape(tile.window) for tile in tiles}) <= 4
    column = [(tile.window[0], tile.core[0]) for tile in tiles if tile.core[1].start == 0]
    assert column[0][1].start == 0
    assert column[-1][1].stop == length
    assert all(one.stop == next_one.start for (_, one), (_, next_one) in itertools.pairwise(column))
    for window, core in column:
        assert window.start % 16 == core.start % 16 == 0
        assert window.stop - window.start <= tile + 2 * halo
        assert window.start <= max(0, core.start - halo)
        assert window.stop >= min(length, core.stop + halo)


def _shape(index: tuple[slice, slice]) -> tuple[int, ...]:
    return tuple(side.stop - side.start for side in index)


@pytest.mark.parametrize("side", [0, -16, 40])
def test_a_tile_or_a_halo_that_is_no_multiple_of_16_is_refused(side):
    with pytest.raises(OptionsError, match=rf"The side of a tile must be a positive multiple of 16 px; got {side}\."):
        Tiling(side, 64)
    with pytest.raises(OptionsError, match=r"The halo of a tile must be"):
        Tiling(64, side)

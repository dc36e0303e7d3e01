"""The matching loss, with a small network of real depth."""

from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from neural_style.color import match_colors
from neural_style.losses.candidates import MAX_CANDIDATES
from neural_style.losses.correspondence import Correspondence
from neural_style.losses.hypercolumns import LAYER_SHARES, of_channels, raw_hypercolumns
from neural_style.losses.matching import (
    SCALE,
    MatchingTerm,
    blended,
    find_matches,
    matching_layers,
    matching_term,
    unit_columns,
)
from neural_style.losses.objective import Objective
from neural_style.losses.term import View
from neural_style.regions import Division
from neural_style.settings import LossWeights, Settings
from neural_style.vgg.extractor import FeatureExtractor
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

NETWORK = tiny_network()
CHANNELS = [NETWORK.channels(layer) for layer in LAYER_SHARES]
PHOTO, PAINTING = small_picture(48, 64, seed=1), small_picture(56, 56, seed=2)
SETTINGS = Settings(weights=LossWeights(matching=2.0, coherence=0.0))


def sources(
    photo: np.ndarray = PHOTO, *paintings: np.ndarray, shares=(1.0,), settings=SETTINGS, product_type=tf.float32
) -> WholePictures:
    return WholePictures(NETWORK, photo, paintings or (PAINTING,), Division.of_shares(shares), settings, product_type)


def columns_of(picture: np.ndarray) -> np.ndarray:
    """As they are, `[h w, D] float64`."""
    features = FeatureExtractor(NETWORK, LAYER_SHARES)(tf.constant(picture))
    columns = raw_hypercolumns(features).numpy().astype(np.float64)
    return columns.reshape(-1, columns.shape[-1])


def loss(term: MatchingTerm, picture: np.ndarray) -> float:
    features = FeatureExtractor(NETWORK, LAYER_SHARES)(tf.constant(picture))
    planes = {name: plane.values for name, plane in term.planes.items()}
    return float(term.value(term.sums(View(tf.constant(picture), features, planes))))


def made(given: WholePictures) -> MatchingTerm:
    term = matching_term(given)
    assert term is not None
    return term


def unit(values: np.ndarray) -> np.ndarray:
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def centred(values: np.ndarray) -> np.ndarray:
    return unit(values - values.mean(0))


def test_without_a_weight_there_is_no_term() -> None:
    assert matching_term(sources(settings=Settings())) is None
    assert matching_layers(LossWeights()) == ()


@pytest.mark.parametrize("product_type", [tf.float32, tf.bfloat16])
def test_the_loss_is_one_less_the_mean_cosine_with_the_matches_of_brute_force(product_type: tf.DType) -> None:
    """But for the rounding of bfloat16, by which another of two like places may be taken."""
    given = sources(product_type=product_type)
    term = made(given)
    factors = of_channels(term.factors, CHANNELS).numpy().astype(np.float64)
    candidates = np.concatenate([columns_of(np.ascontiguousarray(np.rot90(PAINTING, k))) for k in (0, 2, 1, 3)])
    queries = columns_of(PHOTO) * factors
    cosines = centred(queries) @ centred(candidates * factors).T
    matches = unit(candidates * factors)[cosines.argmax(1)]
    expected = 2.0 * SCALE * np.mean(1.0 - (unit(queries) * matches).sum(1))
    assert loss(term, PHOTO) == pytest.approx(expected, rel=0.05)
    taken = find_matches(given).index.ravel()
    assert (cosines.max(1) - cosines[np.arange(len(taken)), taken]).max() < 0.03


def test_a_painting_that_is_sought_in_itself_has_hardly_any_loss() -> None:
    assert loss(made(sources(PAINTING)), PAINTING) < 0.02 * loss(made(sources()), PHOTO)


def test_the_loss_is_the_same_for_a_picture_whose_activations_are_all_twice_as_strong() -> None:
    term = made(sources())
    features = {
        layer: 2.0 * values for layer, values in FeatureExtractor(NETWORK, LAYER_SHARES)(tf.constant(PHOTO)).items()
    }
    planes = {name: plane.values for name, plane in term.planes.items()}
    twice = float(term.value(term.sums(View(tf.constant(PHOTO), features, planes))))
    assert twice == pytest.approx(loss(term, PHOTO), rel=1e-4)


@pytest.mark.parametrize("shares", [(0.7, 0.3), (0.5, 0.5), (0.3, 0.7)])
def test_two_paintings_get_their_shares_of_the_places_within_two_percent(shares: tuple[float, float]) -> None:
    photo = small_picture(160, 200, seed=4)
    matches = find_matches(sources(photo, PAINTING, small_picture(64, 48, seed=3), shares=shares))
    first = 4 * 14 * 14
    assert (matches.index < first).mean() == pytest.approx(shares[0], abs=0.02)


def test_the_room_for_candidates_is_shared_by_the_paintings() -> None:
    large = small_picture(512, 640, seed=5)
    matches = find_matches(sources(PHOTO, large, large, large, shares=(0.4, 0.3, 0.3)))
    assert matches.index.max() < len(matches.columns) <= MAX_CANDIDATES


def test_the_term_has_those_candidates_alone_that_a_place_is_matched_to_once() -> None:
    term, matches = made(sources()), find_matches(sources())
    columns = unit_columns(matches.columns, of_channels(matches.factors, CHANNELS)).numpy()
    index = term.planes["index"].values.numpy()[..., 0]
    targets = np.concatenate([term.targets[layer].numpy() for layer in LAYER_SHARES], -1)
    np.testing.assert_array_equal(targets[index], columns[matches.index])
    assert len(targets) == len(np.unique(matches.index)) < len(columns)


def test_targets_have_a_length_of_1_over_all_layers() -> None:
    targets = made(sources()).targets
    assert {values.dtype for values in targets.values()} == {tf.bfloat16}
    assert [values.shape[-1] for values in targets.values()] == CHANNELS
    squares = [np.square(values.numpy().astype(np.float64)).sum(-1) for values in targets.values()]
    np.testing.assert_allclose(np.sum(squares, 0), 1.0, rtol=5e-3)


def test_places_are_given_to_paintings_in_whole_parts() -> None:
    rng = np.random.default_rng(0)
    cosines = rng.uniform(size=(2, 40, 50)).astype(np.float32)
    matches = [Correspondence(np.full((40, 50), index, np.int64), plane) for index, plane in enumerate(cosines)]
    chosen = blended(matches, [10, 10], Division.of_shares([0.5, 0.5]).regions) >= 10
    assert (chosen[:, 1:] == chosen[:, :-1]).mean() > 0.85


FLAT = {
    "flat": np.full((48, 48, 3), 90.0, np.float32),
    "black": np.zeros((48, 48, 3), np.float32),
    "gray": np.repeat(small_picture(48, 48, seed=6)[..., :1], 3, -1),
    "tiny": small_picture(16, 16, seed=7),
    "narrow": small_picture(16, 200, seed=8),
}


@pytest.mark.parametrize("painting", FLAT.values(), ids=FLAT)
def test_any_painting_gives_a_finite_loss_and_gradient(painting: np.ndarray) -> None:
    settings = Settings(weights=LossWeights(matching=1.0, coherence=0.5))
    term = made(sources(match_colors(PHOTO, [painting], [1.0]), painting, settings=settings))
    features = dict(FeatureExtractor(NETWORK, LAYER_SHARES)(tf.constant(PHOTO)))
    planes = {name: plane.values for name, plane in term.planes.items()}
    sums, pull_back = term.with_pull_back(View(tf.constant(PHOTO), features, planes))
    values, derivatives = Objective([term]).values_and_derivatives({term.name: sums})
    assert np.isfinite(values).all()
    gradients = pull_back(derivatives[term.name])
    assert set(gradients) == set(features)
    for gradient in gradients.values():
        assert np.isfinite(gradient).all()


def test_a_flat_photo_gives_a_finite_loss() -> None:
    assert np.isfinite(loss(made(sources(FLAT["black"])), FLAT["black"]))


def test_more_coherence_matches_neighbours_to_neighbours() -> None:
    def agreement(coherence: float) -> float:
        weights = LossWeights(matching=1.0, coherence=coherence)
        index = find_matches(sources(settings=replace(SETTINGS, weights=weights))).index
        return float((index[:, 1:] - index[:, :-1] == 1).mean())

    assert agreement(0.0) < agreement(0.5) < agreement(2.0)


def test_there_may_be_forty_paintings() -> None:
    cosines = np.random.default_rng(1).uniform(size=(40, 20, 20)).astype(np.float32)
    matches = [Correspondence(np.full((20, 20), index, np.int64), plane) for index, plane in enumerate(cosines)]
    chosen = blended(matches, [100] * 40, Division.of_shares([1 / 40] * 40).regions)
    assert len(np.unique(chosen)) == 40
    assert (chosen // 100 == chosen % 100).all()


@pytest.mark.parametrize("coherence", [0.0, 1.0])
def test_places_are_looked_for_in_the_excerpt_of_a_painting_alone(coherence):
    """The photo is the right half of the painting; only the left half may be taken."""
    settings = Settings(weights=LossWeights(matching=2.0, coherence=coherence))
    parts = np.zeros(PAINTING.shape[:2], np.float32)
    parts[:, :28] = 255.0
    painting = np.dstack([PAINTING, parts])
    matches = find_matches(sources(PAINTING[:, 28:], painting, settings=settings))
    whole = find_matches(sources(PAINTING[:, 28:], PAINTING, settings=settings))
    used = np.unique(matches.index)
    rows, columns = np.divmod(used[used < 14 * 14], 14)  # of the painting as it is; the others are turned
    assert (columns < 7).all()
    turned = np.unique(matches.index[(matches.index >= 14 * 14) & (matches.index < 2 * 14 * 14)]) - 14 * 14
    assert (turned % 14 >= 7).all()
    assert not np.array_equal(matches.index, whole.index)
    assert rows.size + turned.size > 0


def test_an_excerpt_of_less_than_half_a_place_has_the_places_it_covers_most():
    parts = np.zeros(PAINTING.shape[:2], np.float32)
    parts[5, 9] = 255.0
    matches = find_matches(sources(PHOTO, np.dstack([PAINTING, parts])))
    assert len(np.unique(matches.index)) <= 4

import gc
import weakref

import numpy as np
import pytest
import tensorflow as tf

from neural_style.engine.evaluation import (
    REMEMBERED_STRUCTURES,
    CompiledLoss,
    WholeEvaluation,
    compiled_loss,
    losses_and_gradient,
    plane_values,
    tensors,
)
from neural_style.losses.objective import Objective, objective
from neural_style.losses.total_variation import TotalVariationTerm, total_variation
from neural_style.regions import Division
from neural_style.settings import Arithmetic, LossWeights, Pooling, Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network
from tests.fakes import small_picture, tiny_network
from tests.losses.sources import WholePictures

EVERY_TERM = LossWeights(
    content_blend=0.5,
    style_layer_exponent=2.0,
    wasserstein=1.0,
    matching=1.0,
    coherence=0.0,
    total_variation=10.0,
    chroma_smoothing=4.0,
    smoothing_exponent=1.0,
)
OTHER_WEIGHTS = LossWeights(
    content=2.0,
    content_blend=0.2,
    style=30.0,
    wasserstein=0.5,
    matching=3.0,
    coherence=0.0,
    total_variation=2.0,
    chroma_smoothing=16.0,
    smoothing_exponent=1.5,
)
STRUCTURES = {
    "the original program's defaults": LossWeights(),
    "both content layers": LossWeights(content_blend=0.5),
    "content alone": LossWeights(style=0.0, total_variation=0.0),
    "style alone": LossWeights(content=0.0, total_variation=0.0),
    "edges": LossWeights(smoothing_exponent=1.0),
    "Wasserstein distances": LossWeights(wasserstein=1.0),
    "matches": LossWeights(matching=1.0, coherence=0.0),
    "every term": EVERY_TERM,
}
"""What is said of weights -> weights: each asks for another structure."""


def objective_of(
    network: Network, weights: LossWeights, size: tuple[int, int] = (33, 47), seed: int = 1, is_adaptive: bool = False
) -> Objective:
    """Of a photograph of that size and a painting, both by the seed."""
    settings = Settings(weights=weights, smoothing="adaptive" if is_adaptive else "even")
    content, painting = small_picture(*size, seed=seed), small_picture(40 + seed, 48, seed=seed + 10)
    return objective(WholePictures(network, content, [painting], Division.of_shares([1.0]), settings))


def picture(size: tuple[int, int] = (33, 47)) -> tf.Tensor:
    return tf.constant(small_picture(*size, seed=5))


def evaluated(
    network: Network, loss: Objective, image: tf.Tensor, pooling: Pooling = "max", arithmetic: Arithmetic = "float32"
) -> tuple[tf.Tensor, tf.Tensor]:
    """Operation by operation, without a compiled function."""
    extract = FeatureExtractor(network, loss.layers, pooling, arithmetic)
    return losses_and_gradient(image, extract, loss, plane_values(loss))


def by_tape(network: Network, loss: Objective, image: tf.Tensor) -> tuple[tf.Tensor, np.ndarray]:
    extract = FeatureExtractor(network, loss.layers)
    with tf.GradientTape() as tape:
        tape.watch(image)
        terms = loss.values(loss.sums(image, extract(image), plane_values(loss)))
        total = terms[-1]
    return terms, np.asarray(tape.gradient(total, image))


def assert_same(found, expected, tolerance: float = 1e-5) -> None:
    """Values of the terms and gradients are the same but for the order in which they are summed."""
    np.testing.assert_allclose(found[0], expected[0], rtol=tolerance)
    gradient = np.asarray(expected[1])
    np.testing.assert_allclose(found[1], gradient, atol=tolerance * np.abs(gradient).max())


@pytest.mark.parametrize("weights", STRUCTURES.values(), ids=STRUCTURES)
@pytest.mark.parametrize("is_adaptive", [False, True])
def test_the_gradient_is_that_of_the_total_by_the_chain_rule_in_one_piece(weights, is_adaptive):
    network = tiny_network()
    loss = objective_of(network, weights, is_adaptive=is_adaptive)
    assert_same(evaluated(network, loss, picture()), by_tape(network, loss, picture()), 1e-4)


def test_without_layers_there_is_the_gradient_of_the_picture_alone():
    loss, image = Objective([TotalVariationTerm(7.0)]), picture()
    terms, gradient = losses_and_gradient(image, FeatureExtractor(tiny_network(), []), loss, plane_values(loss))
    with tf.GradientTape() as tape:
        tape.watch(image)
        value = 7.0 * total_variation(image)
    assert terms.numpy().tolist() == pytest.approx([float(value)] * 2, rel=1e-5)
    expected = np.asarray(tape.gradient(value, image))
    np.testing.assert_allclose(gradient, expected, atol=1e-5 * np.abs(expected).max())


def test_without_a_term_that_looks_at_the_picture_itself_there_is_the_gradient_through_the_network_alone():
    network = tiny_network()
    whole = objective_of(network, LossWeights(total_variation=0.0))
    through = Objective([term for term in whole.terms if term.layers])
    found, expected = (evaluated(network, loss, picture())[1] for loss in (through, whole))
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("is_adaptive", [False, True])
def test_objectives_of_one_structure_share_compiled_functions_whatever_their_sizes_targets_and_weights(is_adaptive):
    network = tiny_network()
    first = objective_of(network, EVERY_TERM, is_adaptive=is_adaptive)
    second = objective_of(network, OTHER_WEIGHTS, (40, 26), seed=2, is_adaptive=is_adaptive)
    loss = compiled_loss(network, first, "max", "float32")
    assert compiled_loss(network, second, "max", "float32") is loss
    whole = loss.whole
    for each, size in ((first, (33, 47)), (second, (40, 26)), (first, (33, 47))):
        found = loss.whole(picture(size), plane_values(each), tensors(each.numbers))
        assert_same(found, evaluated(network, each, picture(size)))
    assert loss.whole is whole


def test_another_structure_network_pooling_or_arithmetic_has_other_functions():
    network = tiny_network()
    plain = objective_of(network, LossWeights())
    loss = compiled_loss(network, plain, "max", "float32")
    assert compiled_loss(network, objective_of(network, LossWeights(content_blend=0.5)), "max", "float32") is not loss
    assert compiled_loss(network, plain, "avg", "float32") is not loss
    assert compiled_loss(tiny_network(), plain, "max", "float32") is not loss
    assert compiled_loss(network, plain, "max", "winograd") is not loss


def test_all_these_structures_differ():
    network = tiny_network()
    objectives = [objective_of(network, weights, (16, 17)) for weights in STRUCTURES.values()]
    objectives += [objective_of(network, LossWeights(), (16, 17), is_adaptive=True)]
    assert len({each.structure for each in objectives}) == len(objectives)


def test_no_more_structures_are_kept_than_are_said_and_those_used_last_are():
    network = tiny_network()
    several = [
        objective_of(network, weights, (16, 17)) for weights in list(STRUCTURES.values())[: 1 + REMEMBERED_STRUCTURES]
    ]

    def loss_of(each: Objective) -> CompiledLoss:
        return compiled_loss(network, each, "max", "float32")

    kept = [loss_of(each) for each in several[:REMEMBERED_STRUCTURES]]
    assert loss_of(several[0]) is kept[0]  # which makes the second the one that was used longest ago
    forgotten, remembered = weakref.ref(kept[1]), [kept[0], *kept[2:]]
    del kept
    last = loss_of(several[-1])
    gc.collect()
    assert forgotten() is None
    for each, known in zip([several[0], *several[2:]], [*remembered, last], strict=True):
        assert loss_of(each) is known


def test_what_was_compiled_goes_with_its_network():
    network = tiny_network()
    each = objective_of(network, EVERY_TERM, is_adaptive=True)
    loss = compiled_loss(network, each, "max", "float32")
    values, gradient = WholeEvaluation(loss, each)(picture())
    assert np.isfinite(values).all()
    gone = [weakref.ref(network), weakref.ref(loss), weakref.ref(loss.whole), weakref.ref(each)]
    del network, loss, each, gradient
    gc.collect()
    assert [reference() for reference in gone] == [None] * len(gone)


def test_what_was_compiled_does_not_keep_the_targets_that_it_was_compiled_with():
    network = tiny_network()
    first, second = (objective_of(network, LossWeights(), seed=seed) for seed in (1, 2))
    loss = compiled_loss(network, first, "max", "float32")
    WholeEvaluation(loss, first)(picture())
    plane = next(iter(first.terms[0].planes.values()))
    gone = [weakref.ref(first), weakref.ref(plane), weakref.ref(first.terms[1].numbers["means"]["relu5_1"])]
    del first, plane
    gc.collect()
    assert [reference() for reference in gone] == [None] * len(gone)
    assert compiled_loss(network, second, "max", "float32") is loss


@pytest.mark.parametrize(
    ("arithmetic", "of_values", "of_gradient"),
    [("winograd", 1e-4, 1e-4), ("float16", 0.002, 0.01), ("bfloat16", 0.01, 0.25)],
)
def test_other_arithmetics_are_compiled_too(arithmetic, of_values, of_gradient):
    """A processor that has no bfloat16 cuts digits off at each of thirteen layers: there the gradient is shorter."""
    network = tiny_network()
    each = objective_of(network, EVERY_TERM)
    terms, gradient = WholeEvaluation(compiled_loss(network, each, "avg", arithmetic), each)(picture())
    expected_terms, expected = evaluated(network, each, picture(), "avg")
    np.testing.assert_allclose(terms, expected_terms, rtol=of_values)
    ours, theirs = np.ravel(gradient), np.ravel(expected)
    assert np.linalg.norm(ours - theirs) < of_gradient * np.linalg.norm(theirs)
    assert ours @ theirs > 0.985 * np.linalg.norm(ours) * np.linalg.norm(theirs)


def test_an_evaluation_takes_arrays_and_gives_the_values_as_numbers_and_the_gradient():
    network = tiny_network()
    each = objective_of(network, LossWeights())
    evaluate = WholeEvaluation(compiled_loss(network, each, "max", "float32"), each)
    values, gradient = evaluate(small_picture(33, 47, seed=5))
    assert [type(value) for value in values] == [float] * (len(each.names) + 1)
    assert values[-1] == pytest.approx(sum(values[:-1]), rel=1e-6)
    assert (gradient.shape, gradient.dtype) == ((33, 47, 3), tf.float32)
    assert_same((values, gradient), evaluated(network, each, picture()))


def test_a_window_has_its_part_of_the_sums_and_of_the_gradient():
    network = tiny_network()
    each = objective_of(network, LossWeights(content_blend=0.5), (32, 48))
    loss = compiled_loss(network, each, "max", "float32")
    image, planes, numbers = picture((32, 48)), plane_values(each), tensors(each.numbers)
    features, by_image = FeatureExtractor(network, each.layers).with_pull_back(image)
    sums, _ = each.with_pull_back(image, features, planes)
    _, derivatives = each.values_and_derivatives(sums)
    total = np.zeros((32, 48, 3))
    for core in ((0, 16, 0, 48), (16, 32, 0, 48)):
        window = tf.constant(core)
        expected, pull_back = each.with_pull_back(image, features, planes, window)
        found = loss.sums(image, window, planes, numbers)
        tf.nest.map_structure(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-2), found, expected)
        gradients = dict(pull_back(derivatives))
        direct = gradients.pop("")
        part = loss.gradient(image, window, planes, numbers, derivatives)
        np.testing.assert_allclose(part, by_image(gradients) + direct, atol=1e-5 * np.abs(part).max())
        total += part.numpy()
    _, whole = evaluated(network, each, image)
    np.testing.assert_allclose(total, whole, atol=1e-5 * np.abs(whole).max())

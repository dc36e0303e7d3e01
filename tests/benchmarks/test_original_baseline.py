from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from benchmarks.original_baseline import original_evaluation, original_losses
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.evaluation import WholeEvaluation, compiled_loss
from neural_style.engine.stylize import stylize
from neural_style.engine.targets import PictureSources
from neural_style.losses.objective import objective
from neural_style.networks import embedded
from neural_style.presets import PRESETS
from neural_style.request import Style, StylizeRequest
from neural_style.settings import LossWeights
from tests.fakes import small_picture, small_request, tiny_network

WEIGHTS = LossWeights(content_blend=0.7, style_layer_exponent=1.3)


@pytest.mark.parametrize("topology", ["VGG-16", "VGG-19"])
@pytest.mark.parametrize("pooling", ["max", "avg"])
def test_its_loss_and_gradient_are_ours_although_nothing_of_them_is_shared(topology, pooling):
    network = tiny_network(topology)
    request = small_request(pooling=pooling, weights=WEIGHTS)
    second = Style(small_picture(44, 40, seed=3), share=0.4)
    request = replace(request, styles=[*request.styles, second])
    canvas = prepare_canvas(request, network.mean_rgb)
    targets = objective(PictureSources(canvas, network, request.settings))
    picture = tf.constant(small_picture(*canvas.start.shape[:2], seed=9))

    terms, ours = WholeEvaluation(compiled_loss(network, targets, pooling, "float32"), targets)(picture)
    loss, theirs = original_evaluation(canvas.content, canvas.styles, request, network)(picture)

    assert float(loss) == pytest.approx(terms[-1], rel=1e-5)
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * float(tf.reduce_max(tf.abs(theirs))))


def test_it_goes_the_way_of_our_adam_from_the_same_noise():
    network = tiny_network()
    request = small_request()
    losses = original_losses(request, network)
    theirs = [next(losses) for _ in range(6)]
    ours = [iterate.losses.total for iterate in stylize(request, lambda: network)]
    assert theirs == pytest.approx(ours, rel=1e-4)


@pytest.mark.slow
def test_the_classic_preset_has_the_loss_curve_of_the_original_algorithm_with_a_real_network():
    settings = replace(PRESETS["classic"].settings, iterations=20, precision="float32")
    request = StylizeRequest(small_picture(48, 64, seed=1), [Style(small_picture(50, 60, seed=2))], settings)
    network = embedded.load()
    losses = original_losses(request, network)
    theirs = [next(losses) for _ in range(21)]
    ours = [iterate.losses.total for iterate in stylize(request, lambda: network)]
    assert theirs[-1] < 0.5 * theirs[0]
    assert theirs[:4] == pytest.approx(ours[:4], rel=1e-5)
    assert theirs == pytest.approx(ours, rel=0.01)  # rounding grows: 0.1 of a grey level on the photo changes as much

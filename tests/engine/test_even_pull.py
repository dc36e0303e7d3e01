from dataclasses import replace

import numpy as np
import pytest

from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.evaluation import WholeEvaluation, compiled_loss
from neural_style.engine.even_pull import even_pull, probe
from neural_style.engine.stylize import stylize
from neural_style.engine.targets import PictureSources
from neural_style.losses.objective import Objective, objective
from neural_style.settings import LossWeights
from tests.fakes import small_picture, small_request, tiny_network

WEIGHTS = LossWeights(content=2.0, style=1.0, wasserstein=0.5, total_variation=0.25, normalize_gradients=True)


def test_the_mean_gradient_of_each_term_alone_is_its_weight():
    request, network = small_request(weights=WEIGHTS), tiny_network()
    canvas = prepare_canvas(request, network.mean_rgb)
    plain = objective(PictureSources(canvas, network, request.settings))
    picture = probe(canvas.content, canvas.styles)

    def gradient_of(of: Objective) -> np.ndarray:
        return np.asarray(WholeEvaluation(compiled_loss(network, of, "max", "float32"), of)(picture)[1])

    even = even_pull(plain, WEIGHTS, gradient_of)
    for term in even.terms:
        alone = Objective([other.scaled(float(other.name == term.name)) for other in even.terms])
        assert np.abs(gradient_of(alone)).mean() == pytest.approx(getattr(WEIGHTS, term.name), rel=1e-3), term.name


def test_the_probe_is_like_neither_photo_nor_paintings():
    photo, paintings = small_picture(20, 30, seed=1), [small_picture(25, 18, seed=2), small_picture(9, 9, seed=3)]
    seen = probe(photo, paintings)
    assert (seen.shape, seen.dtype) == (photo.shape, np.float32)
    assert all(np.abs(seen - other).mean() > 5.0 for other in (photo,))
    assert 0.0 <= seen.min() <= seen.max() <= 255.0


def test_a_flat_photo_under_a_flat_painting_is_painted_all_the_same():
    flat = np.full((32, 32, 3), 90.0, np.float32)
    request = replace(small_request(weights=WEIGHTS, iterations=2, optimizer="lbfgs"), content=flat)
    *_, last = stylize(request, tiny_network)
    assert np.isfinite(last.losses.total)


@pytest.mark.parametrize("optimizer", ["adam", "lbfgs"])
def test_equal_weights_lower_every_term_that_is_not_at_its_least(optimizer):
    weights = LossWeights(content=1.0, style=1.0, total_variation=0.0, normalize_gradients=True)
    request = small_request(weights=weights, iterations=25, optimizer=optimizer)
    first, *_, last = stylize(request, tiny_network)
    assert last.losses.total < 0.7 * first.losses.total
    assert last.best_losses["style"] < first.losses["style"]

"""Small real problems: the embedded network, shipped pictures."""

import numpy as np
import pytest
from scipy.optimize import minimize

from neural_style import Settings, Style, StylizeRequest, load_image, stylize
from neural_style.engine.canvas import prepare_canvas
from neural_style.engine.evaluation import WholeEvaluation, compiled_loss
from neural_style.engine.targets import PictureSources
from neural_style.losses.objective import objective
from neural_style.networks import embedded
from neural_style.optimizers.lbfgs import HISTORY
from neural_style.resources import resource
from neural_style.vgg.network import Network

pytestmark = pytest.mark.slow
EVALUATIONS = 60
PAIRS = [("red_panda", "great_wave_hokusai"), ("neuschwanstein_castle", "starry_night_van_gogh")]


@pytest.fixture(scope="module")
def network() -> Network:
    return embedded.load()


def small_real_request(content: str, style: str, **settings: object) -> StylizeRequest:
    return StylizeRequest(
        content=load_image(resource("examples", "content", f"{content}.jpg")),
        styles=[Style(load_image(resource("examples", "style", f"{style}.jpg")))],
        settings=Settings(**{"longest_side_px": 96, "optimizer": "lbfgs", "start": "colors", **settings}),  # pyright: ignore[reportArgumentType]
    )


def scipys_best(request: StylizeRequest, network: Network) -> float:
    """The lowest loss that SciPy's L-BFGS-B sees in as many evaluations, from the same start within the same bounds."""
    canvas = prepare_canvas(request, network.mean_rgb)
    targets = objective(PictureSources(canvas, network, request.settings))
    evaluate = WholeEvaluation(compiled_loss(network, targets, request.settings.pooling, "float32"), targets)
    seen: list[float] = []

    def value_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
        terms, gradient = evaluate(x.reshape(canvas.start.shape))
        seen.append(terms[-1])
        return seen[-1], np.asarray(gradient, np.float64).ravel()

    minimize(
        value_and_gradient,
        canvas.start.astype(np.float64).ravel(),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 255.0)] * canvas.start.size,
        options={"maxcor": HISTORY, "maxfun": EVALUATIONS, "maxiter": EVALUATIONS, "ftol": 0.0, "gtol": 0.0},
    )
    return min(seen[:EVALUATIONS])


@pytest.mark.parametrize(("content", "style"), PAIRS)
def test_sixty_evaluations_go_as_low_as_scipys(network, content, style):
    request = small_real_request(content, style, iterations=EVALUATIONS - 1)
    ours = list(stylize(request, lambda: network))[-1].best_losses.total
    assert ours <= 1.05 * scipys_best(request, network)

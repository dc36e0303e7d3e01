"""Pictures and numbers at their limits: a finite picture, or a sentence."""

from dataclasses import replace

import numpy as np
import pytest

from neural_style.engine.stylize import stylize
from neural_style.iterate import Iterate
from neural_style.presets import PRESETS
from neural_style.request import Style, StylizeRequest
from neural_style.settings import LossWeights, Settings
from tests.fakes import small_picture, tiny_network

NETWORK = tiny_network()


def flat(red: float, green: float, blue: float) -> np.ndarray:
    return np.full((40, 56, 3), (red, green, blue), np.float32)


PICTURES = {
    "black": flat(0, 0, 0),
    "white": flat(255, 255, 255),
    "gray": flat(127, 127, 127),
    "red": flat(255, 0, 0),
    "one row": np.where(np.arange(40)[:, None, None] == 20, 255.0, flat(0, 0, 0)).astype(np.float32),
    "checks": np.where((np.indices((40, 56)).sum(0) % 2)[..., None] == 1, 255.0, flat(0, 0, 0)).astype(np.float32),
    "picture": small_picture(40, 56, seed=1),
}


def last(request: StylizeRequest) -> Iterate:
    return list(stylize(request, lambda: NETWORK))[-1]


def is_a_picture(iterate: Iterate, request: StylizeRequest) -> bool:
    result = iterate.result()
    assert iterate.exact is not None
    assert np.isfinite(iterate.exact()).all()
    return result.shape == (*request.canvas_size, 3) and result.dtype == np.uint8


@pytest.mark.slow
@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("preset", ["classic", "photo-colors"])
@pytest.mark.parametrize("shift", [0, 1])
def test_every_plain_picture_can_be_content_and_style(preset: str, shift: int) -> None:
    """Each with itself, and each with the next one."""
    settings = replace(PRESETS[preset].settings, iterations=2, effort=None, precision="float32", scales=1)
    names = list(PICTURES)
    for content, style in zip(names, names[shift:] + names[:shift], strict=True):
        request = StylizeRequest(PICTURES[content], [Style(PICTURES[style])], settings)
        iterate = last(request)
        assert is_a_picture(iterate, request), (content, style)
        assert iterate.notice is None, (content, style)


def test_a_style_equal_to_the_content_leaves_it_nearly_as_it_is() -> None:
    settings = replace(PRESETS["painted"].settings, iterations=10, effort=None, precision="float32", scales=1)
    picture = small_picture(64, 80, seed=4)
    iterate = last(StylizeRequest(picture, [Style(picture)], settings))
    assert np.abs(iterate.result() - picture).mean() < 12


@pytest.mark.filterwarnings("error::RuntimeWarning")  # NumPy's would be seen beside the progress
@pytest.mark.parametrize("optimizer", ["lbfgs", "adam"])
@pytest.mark.parametrize(
    "weights",
    [
        LossWeights(content=1e30, style=1e30, total_variation=1e30),
        LossWeights(content=1e-30, style=1e-30, total_variation=0.0),
        LossWeights(content=0.0, style=1.0),
        LossWeights(content=1.0, style=0.0, total_variation=0.0),
        LossWeights(style=1e18, style_layer_exponent=1e6, style_balance="relative"),
        LossWeights(total_variation=1e25, chroma_smoothing=1e6),
    ],
)
def test_extreme_weights_give_a_finite_picture_and_perhaps_a_notice(optimizer: str, weights: LossWeights) -> None:
    settings = Settings(optimizer=optimizer, weights=weights, iterations=4, start="content", precision="float32")  # pyright: ignore[reportArgumentType]
    request = StylizeRequest(small_picture(seed=1), [Style(small_picture(48, 48, seed=2))], settings)
    iterate = last(request)
    assert is_a_picture(iterate, request)
    assert iterate.notice is None or "no longer a finite number" in iterate.notice


@pytest.mark.usefixtures("eagerly")
@pytest.mark.parametrize("shares", [(1e300, 1e-300), (1e-300, 1e-300), (0.0, 1.0), (1e308, 1e308)])
def test_shares_at_their_limits(shares: tuple[float, float]) -> None:
    styles = [Style(small_picture(48, 48, seed=2), shares[0]), Style(small_picture(48, 48, seed=3), shares[1])]
    request = StylizeRequest(small_picture(seed=1), styles, Settings(iterations=2, precision="float32"))
    assert is_a_picture(last(request), request)

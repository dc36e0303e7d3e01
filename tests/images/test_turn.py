import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neural_style.images.turn import LEAST_SIDE_PX, turned


def stripes(size: tuple[int, int], degrees: float, period: float = 12.0) -> np.ndarray:
    """A picture of stripes whose lines run at that angle, counterclockwise from the horizontal."""
    down, right = np.mgrid[0 : size[0], 0 : size[1]]
    angle = np.radians(degrees)
    wave = np.sin(2 * np.pi * (right * np.sin(angle) + down * np.cos(angle)) / period)
    return np.repeat((127.5 + 100.0 * wave)[..., np.newaxis], 3, -1).astype(np.float32)


def direction_of(image: np.ndarray) -> float:
    """The angle of the lines of a picture, in degrees from 0 to 180, by its structure tensor."""
    down, right = np.gradient(image.mean(-1))
    of_gradient = 0.5 * np.arctan2(-2.0 * (right * down).sum(), (right**2 - down**2).sum())
    return float(np.degrees(of_gradient) + 90.0) % 180.0


@pytest.mark.parametrize("degrees", [30.0, -45.0, 77.5])
@pytest.mark.parametrize("size", [(160, 160), (120, 200), (200, 130)])
def test_lines_run_at_the_angle_they_are_turned_by(size, degrees):
    assert direction_of(stripes(size, 0.0)) == pytest.approx(0.0, abs=0.5)
    found = direction_of(turned(stripes(size, 0.0), degrees))
    assert abs((found - degrees + 90.0) % 180.0 - 90.0) < 1.5


def test_quarter_turns_are_exact_and_none_is_the_picture_itself():
    image = np.random.default_rng(0).uniform(0, 255, (20, 30, 3)).astype(np.float32)
    assert turned(image, 0.0) is image
    np.testing.assert_array_equal(turned(image, 90.0), np.rot90(image))
    np.testing.assert_array_equal(turned(image, -90.0), np.rot90(image, 3))
    np.testing.assert_array_equal(turned(image, 180.0), image[::-1, ::-1])


@pytest.mark.parametrize("degrees", [1.0, 20.0, 45.0, 60.0, 89.0])
@pytest.mark.parametrize("size", [(100, 100), (90, 300), (300, 70)])
def test_nothing_of_what_is_returned_comes_from_outside_of_the_picture(size, degrees):
    """The picture lies on another one in a frame: of a turned frame only the picture itself may be left."""
    frame = np.zeros((size[0] + 400, size[1] + 400, 3), np.float32)
    frame[200:-200, 200:-200] = 200.0
    inner = turned(np.full((*size, 3), 200.0, np.float32), degrees)
    from scipy.ndimage import rotate

    whole = rotate(frame, degrees, order=1)
    top, left = ((outer - own) // 2 for outer, own in zip(whole.shape[:2], inner.shape[:2], strict=True))
    assert min(inner.shape[:2]) >= LEAST_SIDE_PX
    assert whole[top + 2 : top + inner.shape[0] - 2, left + 2 : left + inner.shape[1] - 2].min() > 199.0


def test_the_largest_rectangle_worked_out_by_hand():
    assert turned(np.zeros((100, 100, 3), np.float32), 45.0).shape[:2] == (70, 70)
    assert turned(np.zeros((100, 1000, 3), np.float32), 30.0).shape[:2] == (57, 100)


@given(st.integers(1, 80), st.integers(1, 80), st.floats(-180, 180))
def test_any_picture_can_be_turned_by_any_angle_and_stays_in_its_range(height, width, degrees):
    image = np.random.default_rng(1).uniform(0, 255, (height, width, 3)).astype(np.float32)
    found = turned(image, degrees)
    assert found.ndim == 3
    assert found.dtype == np.float32
    assert min(found.shape) >= 1
    assert 0.0 <= found.min() <= found.max() <= 255.0

import numpy as np

from neural_style.images.arrays import to_bytes


def test_values_are_clipped_and_rounded_and_never_wrap_around():
    levels = np.array([[[-3.0, 300.0, 254.6], [0.4, 0.6, 127.5]]])
    assert to_bytes(levels).tolist() == [[[0, 255, 255], [0, 1, 128]]]


def test_any_shape_and_type_of_numbers_becomes_bytes():
    for levels in (3.7, [1, 2], np.array([[255.5]]), np.array([-1, 256], np.int16)):
        assert to_bytes(levels).dtype == np.uint8
        assert to_bytes(levels).shape == np.shape(levels)

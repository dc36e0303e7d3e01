import pytest
import tensorflow as tf

from neural_style.vgg.shapes import known_shape


def test_a_shape_is_plain_numbers_within_a_compiled_function_too():
    assert known_shape(tf.zeros((2, 3))) == (2, 3)
    shapes = []
    tf.function(lambda values: shapes.append(known_shape(values)), autograph=False)(tf.zeros((1, 4, 5)))
    assert shapes == [(1, 4, 5)]
    assert all(type(side) is int for side in shapes[0])


def test_a_side_that_is_not_known_yet_is_refused():
    compiled = tf.function(known_shape, autograph=False)
    with pytest.raises(TypeError):
        compiled.get_concrete_function(tf.TensorSpec((None, 3)))

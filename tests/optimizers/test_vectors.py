"""The arithmetic of long vectors: on the host, and on a device, which may be the CPU as well."""

import tracemalloc
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from threadpoolctl import threadpool_info, threadpool_limits

from neural_style.optimizers.vectors import DeviceVectors, HostVectors, Vectors

HOST, DEVICE = HostVectors(), DeviceVectors()
VECTORS = pytest.mark.parametrize("vectors", [HOST, DEVICE], ids=["host", "device"])
SHAPE = pytest.mark.parametrize("shape", [(1,), (7,), (5, 3, 3), (97, 131, 3)], ids=str)

RESULTS: dict[str, tuple[Callable[[Vectors, Any, Any], Any], Callable[[np.ndarray, np.ndarray], Any]]] = {
    "of": (lambda vectors, a, _: vectors.of(a), lambda a, _: a),
    "copy": (lambda vectors, a, _: vectors.copy(a), lambda a, _: a),
    "dot": (lambda vectors, a, b: vectors.dot(a, b), lambda a, b: (a * b).sum()),
    "dot with itself": (lambda vectors, a, _: vectors.dot(a, a), lambda a, _: (a * a).sum()),
    "add": (lambda vectors, a, b: vectors.add(vectors.copy(a), -0.37, b), lambda a, b: a - 0.37 * b),
    "add nothing": (lambda vectors, a, b: vectors.add(vectors.copy(a), 0.0, b), lambda a, _: a),
    "clip": (lambda vectors, a, _: vectors.clip(a, 0.0, 255.0), lambda a, _: a.clip(0.0, 255.0)),
    "largest": (lambda vectors, a, _: vectors.largest(a), lambda a, _: np.abs(a).max()),
    "largest of negative values": (
        lambda vectors, a, _: vectors.largest(vectors.of(-np.abs(np.asarray(a)) - np.float32(1.0))),
        lambda a, _: np.abs(a).max() + 1.0,
    ),
}
"""What is worked out -> how by vectors, and how in float64."""

METHOD = pytest.mark.parametrize("name", list(RESULTS))


def two_arrays(shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.uniform(-100.0, 300.0, shape).astype(np.float32), rng.normal(20.0, 50.0, shape).astype(np.float32)


def worked_out(vectors: Vectors, name: str, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(RESULTS[name][0](vectors, *map(vectors.of, two_arrays(shape))))


@METHOD
@VECTORS
@SHAPE
def test_every_method_agrees_with_numpy_in_float64(vectors, name, shape):
    a, b = (array.astype(np.float64) for array in two_arrays(shape))
    expected = np.asarray(RESULTS[name][1](a, b))
    came = worked_out(vectors, name, shape)
    assert came.shape == expected.shape
    np.testing.assert_allclose(came, expected, rtol=2e-6, atol=2e-5)


@METHOD
@SHAPE
def test_host_and_device_agree_with_each_other(name, shape):
    np.testing.assert_allclose(worked_out(HOST, name, shape), worked_out(DEVICE, name, shape), rtol=4e-6, atol=4e-5)


@VECTORS
def test_numbers_are_pythons_and_arrays_are_float32(vectors):
    a, b = map(vectors.of, two_arrays((4, 5, 3)))
    assert {type(vectors.dot(a, b)), type(vectors.largest(a))} == {float}
    arrays = vectors.of(np.ones(3)), vectors.copy(a), vectors.add(vectors.copy(a), 0.5, b), vectors.clip(a, 0.0, 1.0)
    assert {np.asarray(array).dtype for array in arrays} == {np.dtype(np.float32)}


@VECTORS
def test_adding_to_a_copy_leaves_what_was_copied_and_what_is_added_as_they_are(vectors):
    first, second = two_arrays((4, 5, 3))
    a, b = vectors.of(first.copy()), vectors.of(second.copy())
    vectors.add(vectors.copy(a), 3.0, b)
    np.testing.assert_array_equal(a, first)
    np.testing.assert_array_equal(b, second)


@VECTORS
def test_clipping_makes_a_new_array_even_where_nothing_is_out_of_bounds(vectors):
    a = vectors.of(np.array([3.0, 4.0], np.float32))
    clipped = vectors.clip(a, 0.0, 255.0)
    vectors.add(clipped, 1.0, vectors.of(np.ones(2, np.float32)))
    np.testing.assert_array_equal(a, [3.0, 4.0])


@pytest.mark.filterwarnings("error::RuntimeWarning")
@VECTORS
def test_numbers_that_overflow_do_so_without_a_warning(vectors):
    huge = vectors.of(np.full(3, 3e38, np.float32))
    with vectors.at_work():
        assert vectors.dot(huge, huge) == float("inf")
        assert np.isinf(vectors.add(vectors.copy(huge), 2.0, huge)).all()


@VECTORS
@pytest.mark.parametrize("broken", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_not_lost(vectors, broken):
    a, ones = vectors.of(np.array([1.0, broken, 2.0], np.float32)), vectors.of(np.ones(3, np.float32))
    assert not np.isfinite(vectors.dot(a, ones))
    assert not np.isfinite(vectors.largest(a))
    assert not np.isfinite(np.asarray(vectors.add(vectors.copy(ones), 1.0, a))).all()


def bytes_taken(function: Callable[[], object]) -> int:
    """The most that NumPy and Python allocate while the function runs."""
    tracemalloc.start()
    function()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_on_the_host_adding_changes_the_array_in_place_and_copies_nothing():
    array, other = two_arrays((200, 300, 3))
    expected = array.astype(np.float64) + 2.0 * other
    HOST.add(array.copy(), 2.0, other)  # what is made once is made
    came = []
    taken = bytes_taken(lambda: came.append(HOST.add(array, 2.0, other)))
    assert came[0] is array
    np.testing.assert_allclose(array, expected, rtol=1e-6, atol=1e-4)
    assert taken < array.nbytes // 20


@pytest.mark.parametrize("method", [lambda a, b: HOST.dot(a, b), lambda a, _: HOST.largest(a)], ids=["dot", "largest"])
def test_on_the_host_nothing_is_copied_for_a_number(method):
    a, b = two_arrays((200, 300, 3))
    method(a, b)
    assert bytes_taken(lambda: method(a, b)) < a.nbytes // 20


def test_on_the_host_a_float32_array_is_taken_as_it_is():
    array, _ = two_arrays((4, 5, 3))
    assert HOST.of(array) is array


def test_on_the_host_the_memory_of_a_tensor_on_the_cpu_is_seen_and_not_copied():
    with tf.device("CPU"):
        tensor = tf.constant(two_arrays((200, 300, 3))[0]) + 1.0
    seen = []
    taken = bytes_taken(lambda: seen.extend([HOST.of(tensor), HOST.of(tensor)]))
    assert np.shares_memory(*seen)
    assert taken < seen[0].nbytes // 20
    np.testing.assert_array_equal(seen[0], tensor)


def test_what_is_seen_of_a_tensor_outlives_it():
    with tf.device("CPU"):
        tensor = tf.fill([200, 300, 3], 7.0) + 1.0
        seen = HOST.of(tensor)
        del tensor
        _others = [tf.fill([200, 300, 3], float(value)) + 1.0 for value in range(20)]
    assert (seen == 8.0).all()


@pytest.mark.parametrize(
    "array", [np.arange(6), np.arange(6.0), np.arange(12, dtype=np.float32)[::2]], ids=["int", "float64", "strided"]
)
def test_anything_else_becomes_a_float32_array_in_one_piece(array):
    came = HOST.of(array)
    assert came.dtype == np.float32
    assert came.flags.c_contiguous
    np.testing.assert_array_equal(came, array)


def test_on_a_device_a_tensor_is_taken_as_it_is():
    tensor = tf.constant([1.0, 2.0])
    assert DEVICE.of(tensor) is tensor
    assert DEVICE.copy(tensor) is tensor


@pytest.fixture
def two_threads() -> Iterator[None]:
    with threadpool_limits(limits=2, user_api="blas"):
        yield


def threads_of_blas() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


@pytest.mark.usefixtures("two_threads")
def test_blas_works_on_one_thread_and_is_left_with_as_many_as_before():
    before = threads_of_blas()
    with HOST.at_work():
        assert set(threads_of_blas()) == {1}
    assert threads_of_blas() == before
    with pytest.raises(ValueError, match="on the way"), HOST.at_work():
        raise ValueError("on the way")
    assert threads_of_blas() == before


@pytest.mark.usefixtures("two_threads")
def test_blas_is_left_with_as_many_threads_as_before_by_two_runs_at_once():
    """The second begins to work, if it is let, before the first has ended, and ends after it."""
    before = threads_of_blas()
    first_began, second_began, first_ended = Event(), Event(), Event()

    def first() -> None:
        with HOST.at_work():
            first_began.set()
            second_began.wait(0.5)
        first_ended.set()

    def second() -> None:
        first_began.wait(5.0)
        with HOST.at_work():
            second_began.set()
            first_ended.wait(5.0)

    runs = [Thread(target=run) for run in (first, second)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert threads_of_blas() == before

"""TensorFlow and its devices, in processes of their own: it takes no settings once they are in use.

Where there is no GPU, TensorFlow's runtime is made to list one more device; all that is asked and set is TensorFlow's.
"""

import os
import textwrap
from collections.abc import Callable, Iterator

import pytest

from tests.forking import forking

pytestmark = pytest.mark.slow

START = textwrap.dedent("""
    import tensorflow as tf
    from tensorflow.python import pywrap_tfe
    from neural_style.engine.device import grow_gpu_memory, kind_of_device

    def plug_in_a_gpu():
        if not any(b"GPU" in name for name in pywrap_tfe.TF_ListPhysicalDevices()):
            pywrap_tfe.TF_ListPhysicalDevices = lambda: [b"/physical_device:CPU:0", b"/physical_device:GPU:0"]
        return tf.config.list_physical_devices("GPU")[0]

    def where_tensorflow_works():
        return tf.DeviceSpec.from_string(tf.matmul(tf.ones((8, 8)), tf.ones((8, 8))).device).device_type

    grows = tf.config.experimental.get_memory_growth
""")


@pytest.fixture(scope="module")
def end_of() -> Iterator[Callable[[str], str]]:
    """Runs a program after `START`, with a TensorFlow that has touched no device; gives "well" or the traceback."""
    environment = {name: value for name, value in os.environ.items() if name != "TF_FORCE_GPU_ALLOW_GROWTH"}
    with forking("import tensorflow", environment) as python:

        def run(program: str) -> str:
            done = python.run(START + textwrap.dedent(program), environment)
            return "well" if done.returncode == 0 else done.stderr

        yield run


def test_the_device_is_where_tensorflow_works(end_of: Callable[[str], str]) -> None:
    ended = end_of("""
        grow_gpu_memory()
        assert kind_of_device() == where_tensorflow_works()
        assert all(grows(gpu) for gpu in tf.config.list_physical_devices("GPU"))
    """)
    assert ended == "well"


def test_a_gpu_takes_memory_as_it_is_needed(end_of: Callable[[str], str]) -> None:
    ended = end_of("""
        gpu = plug_in_a_gpu()
        assert kind_of_device() == "GPU"
        assert not grows(gpu)
        grow_gpu_memory()
        assert grows(gpu)
    """)
    assert ended == "well"


def test_a_gpu_that_was_hidden_is_not_worked_on(end_of: Callable[[str], str]) -> None:
    ended = end_of("""
        plug_in_a_gpu()
        tf.config.set_visible_devices([], "GPU")
        assert kind_of_device() == where_tensorflow_works() == "CPU"
    """)
    assert ended == "well"


def test_a_gpu_in_use_stays_as_it_is(end_of: Callable[[str], str]) -> None:
    ended = end_of("""
        gpu = plug_in_a_gpu()
        where_tensorflow_works()
        grow_gpu_memory()
        assert not grows(gpu)
    """)
    assert ended == "well"


def test_a_gpu_with_a_limit_of_its_own_stays_as_it_is(end_of: Callable[[str], str]) -> None:
    ended = end_of("""
        gpu = plug_in_a_gpu()
        tf.config.set_logical_device_configuration(gpu, [tf.config.LogicalDeviceConfiguration(memory_limit=100)])
        grow_gpu_memory()
        assert not grows(gpu)
    """)
    assert ended == "well"

"""TensorFlow as this program loads it; in processes of their own, since it is loaded once."""

import subprocess
import sys
import textwrap

import pytest


def said(program: str, **environment: str) -> list[str]:
    """Run a program in a fresh Python whose environment is otherwise empty, and return its lines."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=True,
        env={"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
    )
    return done.stdout.splitlines()


@pytest.mark.slow
def test_tensorflow_is_loaded_with_onednn_without_keras_and_with_the_collector_on() -> None:
    lines = said("""
        import gc, os, sys
        from neural_style.backends.loading import load_tensorflow
        load_tensorflow()
        print("tensorflow" in sys.modules, "keras" in sys.modules, gc.isenabled(), gc.get_freeze_count() > 100_000)
        print(os.environ["TF_ENABLE_ONEDNN_OPTS"], os.environ.get("TF_USE_LEGACY_KERAS"))
    """)
    assert lines == ["True False True True", "1 None"]


@pytest.mark.slow
def test_a_person_is_not_advised_on_tracing_but_hears_the_other_warnings() -> None:
    lines = said("""
        import logging, sys
        from neural_style.backends.loading import load_tensorflow
        load_tensorflow()
        logging.getLogger("tensorflow").addHandler(logging.StreamHandler(sys.stdout))
        import tensorflow as tf
        for size in range(1, 12):
            tf.function(lambda values: values + 1)(tf.zeros(size))
            @tf.function
            def step(values):
                return values + 1
            step(tf.zeros(size))
        logging.getLogger("tensorflow").warning("something else")
    """)
    assert lines == ["something else"]


@pytest.mark.slow
def test_a_program_that_uses_keras_itself_still_finds_it() -> None:
    lines = said("""
        from neural_style.backends.loading import load_tensorflow
        load_tensorflow()
        import tensorflow as tf
        from tensorflow.keras import layers
        print(layers.Dense is tf.keras.layers.Dense, int(tf.keras.__version__.split(".")[0]))
    """)
    assert lines == ["True 3"]


@pytest.mark.slow
def test_what_the_environment_says_is_kept_to() -> None:
    lines = said(
        """
        import gc, os
        from neural_style.backends.loading import load_tensorflow
        gc.disable()
        load_tensorflow()
        load_tensorflow()
        print(os.environ["TF_ENABLE_ONEDNN_OPTS"], os.environ["TF_USE_LEGACY_KERAS"], gc.isenabled())
        """,
        TF_ENABLE_ONEDNN_OPTS="0",
        TF_USE_LEGACY_KERAS="0",
    )
    assert lines == ["0 0 False"]

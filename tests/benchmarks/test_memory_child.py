"""The memory of this process, as the benchmarks read it."""

import sys

import numpy as np
import pytest

from benchmarks.memory_child import peak_bytes, reset_peak, resident_bytes
from neural_style.engine.allocator import release_memory

LARGE = 400_000_000

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads what Linux tells")


def test_a_large_array_is_resident_while_it_is_there_and_stays_the_peak_until_that_is_set_back():
    release_memory()
    before = resident_bytes()
    array = np.ones(LARGE, np.uint8)
    assert resident_bytes() - before == pytest.approx(LARGE, rel=0.2)
    del array
    release_memory()  # the allocator may have been told to keep what is freed
    assert resident_bytes() - before == pytest.approx(0.0, abs=0.2 * LARGE)
    assert peak_bytes() - before > 0.8 * LARGE
    reset_peak()
    assert peak_bytes() - before == pytest.approx(0.0, abs=0.2 * LARGE)

import ctypes
import gc
import resource
import weakref

import pytest

from neural_style.engine import allocator as memory
from neural_style.engine.allocator import keep_freed_memory, release_memory


class Circle:
    """Refers to itself, so that only the collector can free it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_refers_to_itself_in_circles_is_freed():
    gc.disable()
    try:
        circle = weakref.ref(Circle())
        assert circle() is not None
        release_memory()
        assert circle() is None
    finally:
        gc.enable()


@pytest.mark.skipif(memory._gnu_library() is None, reason="only the GNU C library can be told")
def test_a_large_block_freed_and_taken_again_needs_no_new_pages():
    library = ctypes.CDLL(None)
    library.malloc.restype, library.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    size = 200 << 20

    def faults_of_a_round() -> int:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        block = library.malloc(size)
        ctypes.memset(block, 1, size)
        library.free(block)
        return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

    keep_freed_memory()
    release_memory()
    first, second = faults_of_a_round(), faults_of_a_round()
    assert first > 1000
    assert second < 0.1 * first
    release_memory()
    assert faults_of_a_round() > 1000, "the memory was not given back between the runs"


def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(memory, "_gnu_library", lambda: None)
    keep_freed_memory.__wrapped__()
    release_memory()

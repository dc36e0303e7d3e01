import gc
import weakref

from neural_style.engine.memory import release_memory


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

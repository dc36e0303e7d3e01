import tensorflow as tf

from neural_style.engine.device import grow_gpu_memory, kind_of_device


def with_gpus(monkeypatch, *gpus: str) -> list[tuple[str, bool]]:
    told: list[tuple[str, bool]] = []

    def set_memory_growth(gpu: str, *, enable: bool) -> None:
        if gpu == "in use":
            raise RuntimeError("Physical devices cannot be modified after being initialized")
        told.append((gpu, enable))

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(gpus) if kind == "GPU" else ["cpu"])
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", set_memory_growth)
    return told


def test_every_gpu_is_told_to_take_memory_as_needed_but_one_in_use_is_left_alone(monkeypatch):
    told = with_gpus(monkeypatch, "first", "in use", "last")
    grow_gpu_memory.__wrapped__()
    assert told == [("first", True), ("last", True)]


def test_without_a_gpu_there_is_nothing_to_tell_and_the_processor_works(monkeypatch):
    told = with_gpus(monkeypatch)
    grow_gpu_memory.__wrapped__()
    assert told == []
    assert kind_of_device() == "CPU"


def test_a_gpu_works_where_there_is_one(monkeypatch):
    with_gpus(monkeypatch, "first")
    assert kind_of_device() == "GPU"

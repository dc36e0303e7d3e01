"""Read from TensorFlow's profiler what a GPU did during a few steps: kernels, and copies to and from the host."""

import importlib
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tensorflow as tf

_PICOSECONDS = 1e-12


@dataclass(frozen=True)
class Trace:
    """The kernels and copies of all devices together.

    Attributes:
        kernels: how many ran.
        to_host: copies from a device to the host.
        to_device: copies from the host to a device.
        busy_s: seconds in kernels, added up.
    """

    kernels: int = 0
    to_host: int = 0
    to_device: int = 0
    busy_s: float = 0.0


def traced(run: Callable[[], Any], times: int) -> Trace | None:
    """Trace what these calls make the devices do; None where this TensorFlow has no reader for its profiles."""
    try:
        messages: Any = importlib.import_module("tensorflow.tsl.profiler.protobuf.xplane_pb2")
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        with tf.profiler.experimental.Profile(folder):
            for _ in range(times):
                run()
        spaces = [messages.XSpace.FromString(file.read_bytes()) for file in Path(folder).rglob("*.xplane.pb")]
    return count([plane for space in spaces for plane in space.planes])


def count(planes: Iterable[Any]) -> Trace:
    """Add up the events of the streams of all GPUs' planes; lines that only repeat them by another view are left out.

    Args:
        planes: `XPlane` messages.
    """
    kernels = to_host = to_device = picoseconds = 0
    for plane in (plane for plane in planes if plane.name.startswith("/device:GPU")):
        for event in (event for line in plane.lines if line.name.startswith("Stream") for event in line.events):
            name = plane.event_metadata[event.metadata_id].name.lower()
            if "memcpyd2h" in name:
                to_host += 1
            elif "memcpyh2d" in name:
                to_device += 1
            elif not name.startswith(("memcpy", "memset")):
                kernels += 1
                picoseconds += event.duration_ps
    return Trace(kernels, to_host, to_device, picoseconds * _PICOSECONDS)

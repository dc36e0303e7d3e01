"""Remember which arithmetic was the fastest on this machine, since to find out takes a new process seconds."""

import contextlib
import hashlib
import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from neural_style import __version__
from neural_style.files import replacing
from neural_style.processor import cores, processor_facts, processor_name
from neural_style.settings import Arithmetic, Precision
from neural_style.vgg.network import Network

FILE_NAME = "arithmetic.json"

MOST_ENTRIES = 50
"""The most choices remembered: machines that share a folder, versions, networks."""

_VARIABLES = ("TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE", "CUDA_VISIBLE_DEVICES")
"""The variables of the environment that decide which kernels are used."""

_INSTRUCTIONS = ("flags", "Features", "CPU part")
"""The facts of a processor that say what instructions it has: on x86 the first, on ARM the others."""

_LOCK = threading.Lock()


@dataclass(frozen=True)
class RememberedChoice:
    """A `Choose` for the engine that asks a file first, and then the machine; what it cannot write is no loss.

    A choice is good for one processor with its cores, one version of this program and of TensorFlow, and one network:
    anything else is found out anew. The file may be deleted at any time.

    Attributes:
        folder: where the file is, such as that of the network's numbers.
    """

    folder: Path

    def __call__(self, precision: Precision, network: Network) -> Arithmetic:
        """Return the arithmetic asked for, or with "auto" the fastest one; see `engine.precision`."""
        if precision != "auto":
            return precision
        key = machine_key(network)
        with _LOCK:  # two that try at once disturb each other
            remembered = self._read()
            if remembered.get(key) in get_args(Arithmetic):
                return remembered[key]
            chosen = by_trying(precision, network)
            self._write({**remembered, key: chosen})
            return chosen

    @property
    def _path(self) -> Path:
        return self.folder / FILE_NAME

    def _read(self) -> dict[str, Any]:
        """Return key -> arithmetic; nothing where the file is missing or holds anything else."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, choices: dict[str, Any]) -> None:
        latest = dict(list(choices.items())[-MOST_ENTRIES:])
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self._path) as temporary:
                temporary.write_text(json.dumps(latest, indent=1) + "\n", encoding="utf-8")


def by_trying(precision: Precision, network: Network) -> Arithmetic:
    """Return the arithmetic that `engine.precision` chooses, once in each process; it loads TensorFlow."""
    from neural_style.engine.precision import choose_arithmetic

    return choose_arithmetic(precision, network)


def machine_key(network: Network) -> str:
    """Return a short text that is the same where the same arithmetic will be the fastest."""
    import tensorflow as tf

    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.get_visible_devices("GPU")]
    facts = [
        __version__,
        tf.__version__,
        network.sha256,
        [processor_name(), *(processor_facts().get(name) for name in _INSTRUCTIONS)],
        cores(),
        [gpu.get("device_name") for gpu in gpus],
        [os.environ.get(name) for name in _VARIABLES],
    ]
    return hashlib.blake2b(json.dumps(facts).encode(), digest_size=12).hexdigest()

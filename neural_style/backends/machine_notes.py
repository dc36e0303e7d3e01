"""Notes of what was found out about this machine, since to find it out again takes a new process seconds."""

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neural_style import __version__
from neural_style.files import replacing
from neural_style.processor import cores, processor_facts, processor_name
from neural_style.vgg.network import Network

MOST_ENTRIES = 50
"""The most entries of a file: machines that share a folder, versions, networks."""

_VARIABLES = ("TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA", "ONEDNN_DEFAULT_FPMATH_MODE", "CUDA_VISIBLE_DEVICES")
"""The variables of the environment that decide which kernels are used."""

_INSTRUCTIONS = ("flags", "Features", "CPU part")
"""The facts of a processor that say what instructions it has: on x86 the first, on ARM the others."""


@dataclass(frozen=True)
class MachineNotes:
    """A JSON file of notes, which may be deleted at any time; what cannot be written is no loss.

    Attributes:
        path: where the file is.
    """

    path: Path

    def read(self) -> dict[str, Any]:
        """Return key -> what was kept; nothing where the file is missing or holds anything else."""
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def keep(self, key: str, value: Any) -> None:
        """Keep a value that JSON has under a key; the oldest entries of too many are forgotten."""
        others = {name: kept for name, kept in self.read().items() if name != key}
        latest = dict(list({**others, key: value}.items())[-MOST_ENTRIES:])
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self.path) as temporary:
                temporary.write_text(json.dumps(latest, indent=1) + "\n", encoding="utf-8")


def machine_key(network: Network) -> str:
    """Return a short text that is the same where the same kernels run at the same speed.

    It stands for one processor with its cores, one version of this program and of TensorFlow, and one network.
    """
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

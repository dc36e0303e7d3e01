"""Read a VGG-16 or VGG-19 from a MatConvNet `.mat` file, in the old (beta16) or the new layout.

What is in the file is found by `matfile`, and whether a kernel's first axis is its height or its width by
`kernel_order`.
"""

from pathlib import Path

import numpy as np

from neural_style.layers import convolution_names
from neural_style.networks.fingerprint import Fingerprint
from neural_style.networks.kernel_order import settle
from neural_style.networks.matfile import parse
from neural_style.networks.sources import SourceTable, load_table
from neural_style.vgg.network import Network


def read(path: Path, table: SourceTable | None = None) -> Network:
    """Return the convolutions of a `.mat` file, in TensorFlow's kernel order.

    Where the file can classify, this runs the network on two photographs and so loads TensorFlow; see `kernel_order`.

    Raises:
        NetworkError: the file is missing, is not a `.mat` file, is damaged, or lacks a layer; the message names the
            file, its size and what is wrong.
    """
    fingerprint = Fingerprint.of(path)
    known = (table or load_table()).identify(fingerprint)
    content = parse(path)
    names = [name for name in convolution_names(content.topology) if name in content.layers]
    network = Network(
        title=known.title if known else f"{content.topology} from {path.name}",
        topology=content.topology,
        source=f"{path.name} ({known.layout if known else 'not a known file'})",
        sha256=fingerprint.sha256,
        mean_rgb=content.mean_rgb,
        kernels={name: np.ascontiguousarray(content.layers[name].kernel) for name in names},
        biases={name: content.layers[name].bias for name in names},
        notes={},
    )
    return settle(network, content)

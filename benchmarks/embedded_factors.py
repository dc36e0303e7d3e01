"""Measures the levels of `neural_style/networks/embedded.py` again, and prints them for the shipped photographs.

    python benchmarks/embedded_factors.py [LONGEST_SIDE_PX]

For each style layer the level is the square root of (VGG-19's mean Gram entry / the unscaled network's), for relu5_2
the quotient of the mean activations; both with the geometric mean over the photographs, because a Gram entry varies
from picture to picture by a factor and not by an amount.
"""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import tensorflow as tf

sys.path.insert(0, str(Path(__file__).parent.parent))

from neural_style.images.load import load_image
from neural_style.images.resize import resize, size_for_longest_side
from neural_style.networks import embedded
from neural_style.resources import resource
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network

LAYERS = (*embedded.VGG19_GRAM_MEANS, "relu5_2")
TARGETS = np.array([*embedded.VGG19_GRAM_MEANS.values(), embedded.VGG19_MEAN_ACTIVATION_RELU5_2])


def unscaled() -> Network:
    """Return the embedded network at its original level."""
    kernels, biases = embedded.read_original()
    return replace(embedded.load(), title="unscaled", kernels=kernels, biases=biases)


def measure(extractor: FeatureExtractor, photograph: Path, longest_side_px: int) -> list[float]:
    """Return the mean Gram entries of the five style layers, then the mean activation of relu5_2."""
    image = load_image(photograph)
    height, width = image.shape[:2]
    image = resize(image, *size_for_longest_side(height, width, longest_side_px))
    features = {
        layer: np.asarray(values).astype(np.float64) for layer, values in extractor(tf.convert_to_tensor(image)).items()
    }
    grams = [mean_gram_entry(features[layer]) for layer in embedded.VGG19_GRAM_MEANS]
    return [*grams, float(features["relu5_2"].mean())]


def mean_gram_entry(activations: np.ndarray) -> float:
    """Return the mean over i, j and positions of a_i a_j: the mean over positions of (mean over i of a_i) squared."""
    return float(np.mean(activations.mean(axis=-1) ** 2))


def main(longest_side_px: int) -> None:
    """Print one line for each photograph, then the levels."""
    extractor = FeatureExtractor(unscaled(), LAYERS)
    rows = []
    for photograph in sorted(resource("examples", "content").glob("*.jpg")):
        rows.append(measure(extractor, photograph, longest_side_px))
        print(f"{photograph.stem:28}", *(f"{value:10.3f}" for value in rows[-1]))
    quotients = TARGETS / np.exp(np.log(rows).mean(axis=0))
    levels = np.append(np.sqrt(quotients[:-1]), quotients[-1])
    print(f"{'level':28}", *(f"{level:10.4f}" for level in levels))
    print(f"{'factor of the running level':28}", *(f"{f:10.4f}" for f in levels / np.append(1.0, levels[:-1])))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 512)

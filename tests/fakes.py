"""Small stand-ins for what a test is not about: tiny random networks, small pictures, a stylizer without a network."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from neural_style.images.arrays import FloatImage, to_bytes
from neural_style.images.resize import resize
from neural_style.iterate import Iterate, Iterates, LossValues, RunState
from neural_style.layers import convolution_names
from neural_style.request import Style, StylizeRequest
from neural_style.settings import Settings
from neural_style.vgg.network import IMAGENET_MEAN_RGB, Network


def tiny_network(topology: str = "VGG-16", seed: int = 0) -> Network:
    """Return a VGG of full depth with 4 to 8 channels, random and He-scaled: activations keep their level."""
    rng = np.random.default_rng(seed)
    kernels, biases, channels = {}, {}, 3
    for name in convolution_names(topology):
        out = 3 + int(name[4])
        scale = np.sqrt(2.0 / (9 * channels))
        kernels[name] = rng.normal(0.0, scale, (3, 3, channels, out)).astype(np.float32)
        biases[name] = rng.normal(0.0, 1.0, out).astype(np.float32)
        channels = out
    return Network(
        title=f"tiny random {topology}",
        topology=topology,
        source="tests",
        sha256="0" * 64,
        mean_rgb=IMAGENET_MEAN_RGB,
        kernels=kernels,
        biases=biases,
        notes={},
    )


def as_vgg19(network: Network) -> Network:
    """Return a network of VGG-19's topology that sees what a VGG-16 sees: the layers that it has more change nothing.

    Their kernels are 1 at the centre of each channel and 0 elsewhere: behind a ReLU this is the identity.
    """
    kernels: dict[str, np.ndarray] = {}
    biases: dict[str, np.ndarray] = {}
    channels = 3
    for name in convolution_names("VGG-19"):
        identity = np.zeros((3, 3, channels, channels), np.float32)
        identity[1, 1] = np.eye(channels)
        kernels[name] = network.kernels.get(name, identity)
        channels = kernels[name].shape[-1]
        biases[name] = network.biases.get(name, np.zeros(channels, np.float32))
    title = f"{network.title} as a VGG-19"
    return replace(network, title=title, topology="VGG-19", sha256="19" * 32, kernels=kernels, biases=biases)


def small_picture(height: int = 40, width: int = 56, seed: int = 0) -> FloatImage:
    """Return smooth colours with a little noise, different for each seed: `[height, width, 3] float32, 0..255`."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    phases = rng.uniform(0.0, 6.0, (3, 2))
    waves = np.stack([np.sin(9 * x + a) * np.cos(7 * y + b) for a, b in phases], -1)
    return np.clip(127.0 + 90.0 * waves + rng.normal(0.0, 8.0, (height, width, 3)), 0.0, 255.0).astype(np.float32)


def small_request(**settings: object) -> StylizeRequest:
    return StylizeRequest(
        content=small_picture(seed=1),
        styles=[Style(small_picture(48, 48, seed=2))],
        settings=Settings(**{"iterations": 5, "precision": "float32", **settings}),  # pyright: ignore[reportArgumentType]
    )


@dataclass
class FakeStylizer:
    """Blends from the content to the share-weighted styles, linearly in the step; remembers what became of its runs.

    A change that is sent holds from the next step on, and a run goes on after the step of a state. It makes `steps`
    steps, or the settings' iterations, whatever their effort and scales.
    """

    delay_s: float = 0.0
    steps: int | None = None
    network: str = "fake network"
    requests: list[StylizeRequest] = field(default_factory=list)
    steps_done: int = 0
    closed: int = 0

    def __call__(self, request: StylizeRequest, begin: RunState | None = None, /) -> Iterates:
        self.requests.append(request)
        height, width = request.canvas_size
        content = resize(request.content, height, width)
        style, changes = _blended(request), ()
        began = time.monotonic()
        steps = self.steps or request.settings.iterations
        try:
            for step in range(begin.step if begin else 0, steps + 1):
                time.sleep(self.delay_s)
                self.steps_done += 1
                picture = _constant(to_bytes(content + (style - content) * (step / steps)))
                loss = 1000.0 / (step + 1)
                losses = LossValues({"content": 0.2 * loss, "style": 0.7 * loss, "total_variation": 0.1 * loss}, loss)
                change = yield Iterate(
                    step=step,
                    steps=steps,
                    losses=losses,
                    best_losses=losses,
                    elapsed_s=time.monotonic() - began,
                    network=self.network,
                    work_done=(step + 1) / (steps + 1),
                    painted_size=(height, width),
                    arithmetic="float32",
                    is_last=step == steps,
                    picture=picture,
                    result=picture,
                    exact=_constant((content + (style - content) * (step / steps)).astype(np.float32)),
                    changes=changes,
                )
                if change is not None:
                    request = request.changed(change)
                    style, changes = _blended(request), (*changes, change.at(step))
        finally:
            self.closed += 1


def _blended(request: StylizeRequest) -> np.ndarray:
    """Return the active styles at the size of the result, one over the other by their shares."""
    size = request.canvas_size
    return sum(
        (
            share * resize(style.image, *size)
            for style, share in zip(request.active_styles, request.shares, strict=True)
        ),
        np.zeros((*size, 3), np.float32),
    )


def _constant(picture: np.ndarray) -> Callable[[], np.ndarray]:
    return lambda: picture

"""How near a picture is to its painting and to its photo, by statistic and layer: a measure to steer by.

0 is as the photo itself, 1 as the painting itself. Losses say whether a run gets on, but not how much there is to be
had; a picture whose palette is at 0.9 and whose photo is at 0.2 needs no more style weight, and less of another layer.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from neural_style.color import palette_distance
from neural_style.engine.canvas import Canvas, prepare_canvas
from neural_style.engine.targets import PictureSources
from neural_style.images.arrays import FloatImage, rgb_of
from neural_style.images.resize import resize, size_for_longest_side
from neural_style.iterate import Nearness
from neural_style.losses.objective import objective
from neural_style.losses.term import Term, View
from neural_style.request import StylizeRequest
from neural_style.settings import LossWeights, Settings
from neural_style.vgg.extractor import FeatureExtractor
from neural_style.vgg.network import Network

MEASURED_PX = 256
"""The longest side at which pictures are compared: it costs a step or two, and pictures of all sizes compare alike."""

_LEAST_DISTANCES = {"colors": 0.5}
_LEAST_DISTANCE = 1.0
"""The least distance of the photo that something can be measured by: half a grey level, and of other terms the root of
a loss at weight 1, about a hundredth of what is usual. Of less, most is rounding."""


def nearness(request: StylizeRequest, result: FloatImage, network: Network) -> Nearness:
    """Measure a result of that request, `[H, W, 3] float32, RGB, 0..255`, of any size.

    For each statistic that the request's style is compared by, and for the colours, it is 1 - d(result) / d(photo), d
    being the distance from the paintings. For the content it is the result's distance from the photo, relative to that
    of the paintings, stretched to its size. Below 0 a picture is farther from the painting than the photo is. What
    photo and painting do not differ in is left out.
    """
    size = size_for_longest_side(*request.canvas_size, MEASURED_PX)
    measured = replace(request, settings=_measuring(request.settings), initial=None, changes=())
    canvas = prepare_canvas(measured, network.mean_rgb, size)
    pictures = {"result": resize(result, *size), "photo": canvas.content, "painting": _stretched(canvas)}
    found = objective(PictureSources(canvas, network, measured.settings))
    extract = FeatureExtractor(network, found.layers, measured.settings.pooling)
    distances = {name: _distances(found.terms, picture, extract) for name, picture in pictures.items()}
    measures = {
        term.name: _relative(term.name, {name: each[term.name] for name, each in distances.items()})
        for term in found.terms
    }
    colors = {name: {"pixels": _palette_distance(picture, canvas)} for name, picture in pictures.items()}
    measures["colors"] = _relative("colors", colors)
    return {name: values for name, values in measures.items() if values}


def _measuring(settings: Settings) -> Settings:
    """Return settings by which everything is compared that these compare, and the usual statistics in any case."""
    own = settings.weights
    weights = LossWeights(
        content=1.0,
        content_blend=own.content_blend,
        content_layers=own.content_layers,
        style=1.0,
        style_layer_exponent=own.style_layer_exponent,
        style_layers=own.style_layers,
        style_statistic=own.style_statistic,
        wasserstein=1.0,
        total_variation=0.0,
    )
    return Settings(
        weights=weights,
        start="content",
        pooling=settings.pooling,
        style_fit=settings.style_fit,
        width=settings.width,
        longest_side_px=settings.longest_side_px,
    )


def _stretched(canvas: Canvas) -> FloatImage:
    """Return the paintings, stretched to the photo's size, each in its region, and blended where they share one."""
    size = canvas.content.shape[:2]
    stretched = [resize(rgb_of(style), *size) for style in canvas.styles]
    of_regions = [
        sum(
            (np.float32(share) * stretched[index] for index, share in zip(region.styles, region.shares, strict=True)),
            np.zeros_like(canvas.content),
        )
        for region in canvas.division.regions
    ]
    return canvas.division.composed(canvas.content, of_regions)


def _distances(terms: Any, picture: FloatImage, extract: FeatureExtractor) -> dict[str, dict[str, float]]:
    """Return name of a term -> layer -> distance, the root of the term's value there."""
    image = tf.constant(picture)
    features = extract(image)

    def of(term: Term) -> dict[str, float]:
        view = View(image, features, {name: plane.values for name, plane in term.planes.items()})
        sums = {name: tf.cast(value, tf.float64) for name, value in term.sums(view).items()}
        values = term.by_layer(sums)
        return {layer: float(np.sqrt(max(0.0, float(value)))) for layer, value in values.items()}

    return {term.name: of(term) for term in terms}


def _palette_distance(picture: FloatImage, canvas: Canvas) -> float:
    """Return the distance of the colours from those of the paintings, of all regions by their areas."""
    return sum(
        region.area
        * palette_distance(picture, [canvas.styles[index] for index in region.styles], region.shares, region.weights)
        for region in canvas.division.regions
    )


def _relative(name: str, distances: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return layer -> how near, from the distances of result, photo and painting."""
    result, photo, painting = (distances[picture] for picture in ("result", "photo", "painting"))
    if name == "content":
        return {layer: _rounded(value / painting[layer]) for layer, value in result.items() if painting[layer] > 0.0}
    least = _LEAST_DISTANCES.get(name, _LEAST_DISTANCE)
    return {layer: _rounded(1.0 - value / photo[layer]) for layer, value in result.items() if photo[layer] >= least}


def _rounded(number: float) -> float:
    return round(number, 3)

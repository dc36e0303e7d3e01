"""Factors of the loss terms: a record within `settings`, with one row for each."""

from dataclasses import dataclass
from typing import Literal

from neural_style.layers import LAYERS_WANTED, layer_weights
from neural_style.rows import Form, check_record, setting
from neural_style.validation import require

StyleBalance = Literal["absolute", "relative"]
StyleStatistic = Literal["gram", "centred", "moments", "histogram"]

_LAYERS = Form(layer_weights, LAYERS_WANTED)

COUNTS = "What counts"
"""Heading of the settings that say what the losses look at."""


@dataclass(frozen=True, kw_only=True)
class LossWeights:
    """Factors of the loss terms; the row of each says what it does."""

    content: float = setting(
        5.0,
        low=0,
        is_movable=True,
        group=COUNTS,
        label="Content weight",
        flag="--content-weight",
        help="Weight of likeness to the photo; higher: its forms stay, lower: they dissolve.",
    )
    content_blend: float = setting(
        1.0,
        low=0,
        high=1,
        group=COUNTS,
        label="Content layers",
        noun="content weight blend",
        flag="--content-weight-blend",
        help="Part of the content weight on relu4_2, which sees the photo's forms as they are; the rest is on relu5_2, "
        "for which only its larger forms count.",
    )
    content_layers: str | None = setting(
        None,
        form=_LAYERS,
        group=COUNTS,
        label="Layers for the content",
        noun="layers for the content",
        unset="those of the content weight blend",
        help="Layers in which the picture is to be like the photo, with weights; low ones: its every detail stays, "
        "high ones: only its forms.",
    )
    style: float = setting(
        500.0,
        low=0,
        is_movable=True,
        group=COUNTS,
        label="Style weight",
        flag="--style-weight",
        help="Weight of likeness to the paintings; higher: more of their strokes and colours.",
    )
    style_layer_exponent: float = setting(
        1.0,
        above=0,
        high=1e12,
        group=COUNTS,
        label="Stroke size",
        noun="style layer weight exponent",
        flag="--style-layer-weight-exp",
        help="Each style layer weighs this times the one before it; above 1 large features of the paintings count "
        "more, below 1 fine ones.",
    )
    style_layers: str | None = setting(
        None,
        form=_LAYERS,
        group=COUNTS,
        label="Layers for the style",
        noun="layers for the style",
        unset="relu1_1 to relu5_1 by the stroke size; of the palette weight relu1_1 to relu4_1",
        help="Layers in which the picture is to be like the paintings, with weights; low ones: colour and fine touch, "
        "high ones: large forms.",
    )
    style_statistic: StyleStatistic = setting(
        "gram",
        group=COUNTS,
        label="Style statistic",
        titles={
            "gram": "Gram matrix",
            "centred": "centred Gram matrix",
            "moments": "mean and deviation",
        },
        help="What the style weight compares of a layer; gram: which features come together, centred: the same "
        "beside their means, moments: mean and spread of each feature, histogram: how often it has each value.",
    )
    wasserstein: float = setting(
        0.0,
        low=0,
        is_movable=True,
        group=COUNTS,
        label="Palette weight",
        noun="Wasserstein weight",
        flag="--wasserstein-weight",
        help="Weight of how activations are spread in the paintings (Wasserstein distance); higher: more of their "
        "palette and touch, calmer than by the style weight.",
    )
    matching: float = setting(
        0.0,
        low=0,
        is_movable=True,
        group=COUNTS,
        label="Stroke weight",
        noun="matching weight",
        flag="--matching-weight",
        help="Weight of likeness to places of the paintings, each chosen for a place of the photo; higher: more of "
        "the paintings' own strokes and forms.",
    )
    coherence: float = setting(
        0.5,
        low=0,
        high=10,
        is_movable=True,
        group=COUNTS,
        label="Length of strokes",
        noun="coherence",
        help="How much the places of the paintings that are chosen for neighbours must belong together; higher: "
        "longer strokes and larger forms, 0: each place for itself.",
    )
    style_balance: StyleBalance = setting(
        "absolute",
        group=COUNTS,
        label="Style balance",
        help="How strongly each painting counts; relative: pale and garish ones, and all layers, alike, absolute: "
        "garish ones and layers with large activations more, as in the papers.",
    )
    normalize_gradients: bool = setting(
        False,
        group=COUNTS,
        label="Even pull",
        help="Measure at the beginning of each size how strongly each weight pulls at the picture, and even it out: "
        "weights of 1 then pull alike, whatever the layers and pictures.",
    )
    total_variation: float = setting(
        100.0,
        low=0,
        is_movable=True,
        group=COUNTS,
        label="Smoothness weight",
        noun="total variation weight",
        flag="--tv-weight",
        help="Weight of smoothness (total variation); higher: calmer and flatter, lower: more grain.",
    )
    smoothing_exponent: float = setting(
        2.0,
        low=0.5,
        high=2,
        group=COUNTS,
        label="Flatness",
        noun="exponent of the smoothness",
        flag="--tv-exponent",
        help="Power of the differences that the smoothness adds up; 2: soft transitions, as in the original program, "
        "1 and below: flat colours with sharp edges.",
    )
    chroma_smoothing: float = setting(
        1.0,
        low=0,
        high=1_000_000,
        is_movable=True,
        group=COUNTS,
        label="Smoothness of colour",
        noun="chroma smoothing",
        help="How much differences of colour count in the smoothness, where those of lightness count 1; higher: fewer "
        "coloured specks.",
    )

    def __post_init__(self) -> None:
        check_record(self)
        require(
            max(self.content, self.style, self.wasserstein, self.matching) > 0,
            "The weights of content, style, palette and strokes are all 0, so there is nothing to paint. Raise one.",
        )

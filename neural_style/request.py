"""One picture to paint: the photograph, the paintings, and how (`settings`); frozen records that cannot be built wrong.

Everything that can be refused is refused here, in words, before any work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Generic, Literal, TypeVar

import numpy as np

from neural_style.changes import Change, checked_changes
from neural_style.errors import ImageError, OptionsError
from neural_style.images.arrays import FloatImage, FloatPlane
from neural_style.images.resize import resize_plane, size_for_longest_side, size_for_width
from neural_style.images.turn import turned
from neural_style.masks import LEAST_PIXELS, Mask, divide
from neural_style.regions import Division, normalised
from neural_style.settings import MAX_ASPECT, MAX_PIXELS, MIN_SIDE_PX, Fit, Settings
from neural_style.validation import Bounds, checked_image, require, require_within

Picture = TypeVar("Picture")
"""The type of a picture: its pixels, its file, or, where only a choice is remembered, None."""

Other = TypeVar("Other")


@dataclass(frozen=True, kw_only=True)
class StyleNumber:
    """A number that every chosen style has: the one row that command line, recipe, API and page read it from.

    Attributes:
        flag: of the command line, which takes one value for all styles or one for each.
        plural: its name in the API, which takes a list with one value for each style.
        label: its name on the page.
        meaning: what it does, for help texts.
        kind: "part": of the blend, so that only its relation to those of the other styles counts; "factor": multiplies
            something, so that 1 changes nothing; "angle": in degrees, so that 0 changes nothing.
        bounds: range of its values.
    """

    flag: str
    plural: str
    label: str
    meaning: str
    kind: Literal["part", "factor", "angle"]
    bounds: Bounds = Bounds(low=0)


def _number(default: float, row: StyleNumber) -> Any:
    return field(default=default, metadata={"number": row})


@dataclass(frozen=True)
class ChosenStyle(Generic[Picture]):
    """A style as somebody chose it, whatever stands for its picture: a file in an order, nothing in a recipe.

    Attributes:
        image: the picture, or what stands for it.
        share: its part of the blend, relative to the other styles' shares; 0 leaves it out.
        scale: its width relative to the result's width: below 1 finer strokes, above 1 larger ones.
        region: where in the picture it paints; None: wherever no other style has a region.
        excerpt: the part of it that is the style; None: the whole of it.
        turn: angle in degrees by which its strokes are turned, counterclockwise.
        title: what a recipe may call it; empty: a recipe says nothing of it.

    Raises:
        OptionsError: when built, for a number that is none or is out of its range.
    """

    image: Picture
    share: float = _number(
        1.0,
        StyleNumber(
            flag="--style-blend-weights",
            plural="shares",
            label="Share",
            meaning="share of the style in the blend",
            kind="part",
        ),
    )
    scale: float = _number(
        1.0,
        StyleNumber(
            flag="--style-scales",
            plural="scales",
            label="Brush size",
            meaning="width of the style relative to the result's, below 1 for finer strokes",
            kind="factor",
            bounds=Bounds(above=0, below=10),
        ),
    )
    title: str = ""
    region: Mask | None = None
    excerpt: Mask | None = None
    turn: float = _number(
        0.0,
        StyleNumber(
            flag="--style-turns",
            plural="turns",
            label="Turn",
            meaning="angle in degrees by which the style's strokes are turned, counterclockwise",
            kind="angle",
            bounds=Bounds(low=-180, high=180),
        ),
    )

    def __post_init__(self) -> None:
        for name, row in STYLE_NUMBERS.items():
            value = getattr(self, name)
            require_within(f"{name} of a style", value, row.bounds)
            object.__setattr__(self, name, float(value))  # a number of NumPy's would not go into a recipe

    @property
    def numbers(self) -> dict[str, Any]:
        """The name -> the value of each of its `STYLE_NUMBERS`."""
        return {name: getattr(self, name) for name in STYLE_NUMBERS}

    @property
    def facts(self) -> dict[str, Any]:
        """All that was chosen beside the picture and its title: field -> value."""
        return {**self.numbers, **self.masks}

    @property
    def masks(self) -> dict[str, Mask | None]:
        """The name -> the mask of each of its `STYLE_MASKS`."""
        return {name: getattr(self, name) for name in STYLE_MASKS}

    def with_image(self, image: Other) -> "ChosenStyle[Other]":
        """Return the same choice for another picture, which the title may not fit: it goes."""
        return ChosenStyle(image, **self.facts)


STYLE_NUMBERS: Mapping[str, StyleNumber] = {
    each.name: each.metadata["number"] for each in fields(ChosenStyle) if "number" in each.metadata
}
"""The name of a field of `ChosenStyle` -> its row."""


@dataclass(frozen=True, kw_only=True)
class StyleMask:
    """A mask that every chosen style may have: the one row that command line, tables, recipe and API read it from.

    Attributes:
        flag: of the command line, which takes one for each style.
        plural: its name in the API and in tables, which take one for each style.
        meaning: what it does, for help texts, with what holds without it.
    """

    flag: str
    plural: str
    meaning: str


STYLE_MASKS: Mapping[str, StyleMask] = {
    "region": StyleMask(
        flag="--regions",
        plural="regions",
        meaning="where each style paints, without a mask what the others leave, which is the photo where every style "
        "has a region",
    ),
    "excerpt": StyleMask(
        flag="--excerpts",
        plural="excerpts",
        meaning="part of each style picture that the style is taken from, without a mask the whole of it",
    ),
}
"""The name of a field of `ChosenStyle` that is a mask or None -> its row."""


@dataclass(frozen=True, eq=False)
class Style(ChosenStyle[FloatImage]):
    """A painting to take the style from: a choice with its pixels, `[H, W, 3]`, RGB, 0..255; kept as float32.

    Raises:
        OptionsError, ImageError: when built, for what no style can have.
    """

    def __post_init__(self) -> None:
        object.__setattr__(self, "image", checked_image(self.image, "style picture"))
        super().__post_init__()

    def with_share(self, share: float) -> "Style":
        """Return the same painting with another share."""
        return self if share == self.share else replace(self, share=share)

    def __eq__(self, other: object) -> bool:
        return self is other  # pixels are not compared

    __hash__ = object.__hash__

    def size(self, canvas: tuple[int, int], fit: Fit = "width") -> tuple[int, int]:
        """Return the (height, width) in pixels at which the network sees this style.

        They are rounded down, as in the original program.

        Args:
            canvas: (height, width) of the picture that is painted.
            fit: what of the painting is made as long as that of the picture: see `Settings.style_fit`.
        """
        height, width = self.image.shape[:2]
        factor = self.scale * (canvas[1] / width if fit == "width" else max(canvas) / max(height, width))
        return max(1, int(self.image.shape[0] * factor)), max(1, int(self.image.shape[1] * factor))


@dataclass(frozen=True, eq=False)
class StylizeRequest:
    """A request for one picture to paint.

    Attributes:
        content: the photograph, `[H, W, 3]`, RGB, 0..255; kept as float32.
        styles: one or more paintings, not all of share 0.
        settings: how to paint.
        initial: the start picture for `settings.start == "image"`, of any size.
        left_alone: the part of the content that stays as it is; None: none, but where all styles have regions what lies
            outside of them.
        changes: those that are to be made while it is painted, each with its step.
        content_alpha: `[H, W]`, 0..255, how opaque the content is; None: wholly.
        notices: what the person shall be told of the files that the pictures are from.

    Raises:
        OptionsError, ImageError: when built, for anything that could not be painted.
    """

    content: FloatImage
    styles: Sequence[Style]
    settings: Settings = field(default_factory=Settings)
    initial: FloatImage | None = None
    content_alpha: FloatPlane | None = None
    left_alone: Mask | None = None
    changes: Sequence[Change] = ()
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "content", checked_image(self.content, "content picture"))
        object.__setattr__(self, "styles", tuple(self.styles))
        require(len(self.styles) > 0, "At least one style picture is needed; none was given.")
        require(
            sum(style.share for style in self.styles) > 0,
            "The shares of the styles are all 0. Give at least one style a share above 0.",
        )
        if self.initial is not None:
            object.__setattr__(self, "initial", checked_image(self.initial, "initial picture"))
        require(
            self.content_alpha is None or self.content_alpha.shape == self.content.shape[:2],
            "The alpha of the content must have the content's height and width.",
        )
        require(
            (self.settings.start == "image") == (self.initial is not None),
            'The start "image" and an initial picture go together; only one of the two was given.',
        )
        check_size("painted picture", *self.canvas_size)
        self._check_regions()
        object.__setattr__(self, "changes", checked_changes(self.changes, len(self.styles)))
        settings = self.settings
        for change in self.changes:
            settings = change.applied_to(settings)
        for number, style in enumerate(self.styles, start=1):
            if style.excerpt is not None:
                _check_excerpt(f"style {number}", style, style.excerpt)
        for style in self._ever_active():
            check_size("style picture at its scale", *style.size(self.canvas_size, self.settings.style_fit))

    def _ever_active(self) -> list[Style]:
        """Return the styles that have a share above 0, now or after a change."""
        shares = [[style.share for style in self.styles], *(change.shares for change in self.changes if change.shares)]
        return [style for style, *own in zip(self.styles, *shares, strict=True) if any(own)]

    def division(self, size: tuple[int, int]) -> Division:
        """Return how a picture of that (height, width) is divided among the active styles."""
        masks = tuple(style.region for style in self.active_styles)
        return divide(masks, self.shares, self.left_alone, size)

    def _check_regions(self) -> None:
        """Refuse regions in which nothing can be painted."""
        for number, style in enumerate(self.styles, start=1):
            empty = style.share > 0 and style.region is not None and style.region.is_empty
            require(not empty, f"The region of style {number} is empty. Select a part of the picture, or leave it out.")
        nothing = "The regions and what is to be left alone leave nothing to paint: less than a pixel of the picture."
        try:
            kept = self.division(self.canvas_size).kept
        except ValueError:
            raise OptionsError(nothing) from None
        require(kept is None or float((1.0 - kept).sum()) >= LEAST_PIXELS, nothing)

    def changed(self, change: Change) -> "StylizeRequest":
        """Return the request with a change to it, and without planned ones.

        Raises:
            OptionsError: it does not fit to this request.
        """
        checked_changes([change.at(0)], len(self.styles))
        shares = [style.share for style in self.styles] if change.shares is None else change.shares
        styles = [style.with_share(share) for style, share in zip(self.styles, shares, strict=True)]
        return replace(self, styles=styles, settings=change.applied_to(self.settings), changes=())

    @property
    def canvas_size(self) -> tuple[int, int]:
        """The (height, width) of the result in pixels."""
        height, width = self.content.shape[:2]
        if self.settings.width is not None:
            return size_for_width(height, width, self.settings.width)
        if self.settings.longest_side_px is not None:
            return size_for_longest_side(height, width, self.settings.longest_side_px)
        return height, width

    @property
    def output_alpha(self) -> FloatPlane | None:
        """The opacity of the result, `[H, W] float32` at its size; None: wholly opaque."""
        if self.content_alpha is None or self.settings.alpha == "white":
            return None
        return resize_plane(self.content_alpha, *self.canvas_size)

    @property
    def active_styles(self) -> tuple[Style, ...]:
        """The styles with a share above 0."""
        return tuple(style for style in self.styles if style.share > 0)

    @property
    def shares(self) -> tuple[float, ...]:
        """The shares of `active_styles`, normalised to sum 1."""
        return normalised([style.share for style in self.active_styles])


def _check_excerpt(name: str, style: Style, excerpt: Mask) -> None:
    """Refuse an excerpt that selects nothing, or that the turn of its painting cuts away.

    Raises:
        OptionsError: with the name of the style.
    """
    require(not excerpt.is_empty, f"The excerpt of {name} is empty. Select a part of the painting, or leave it out.")
    if style.turn != 0.0:
        size = size_for_longest_side(style.image.shape[0], style.image.shape[1], _TURNED_PX)
        left = turned(excerpt.at(*size)[..., np.newaxis], style.turn, order=1)
        sentence = f"The turn of {name} cuts its excerpt away. Turn it less, or select more of the painting."
        require(float(left.max()) >= _LEAST_LEFT, sentence)


_TURNED_PX = 256
"""The longest side at which it is found out whether a turn cuts an excerpt away."""

_LEAST_LEFT = 0.5
"""How much at least the most selected pixel of a turned painting must be."""


def check_size(name: str, height: int, width: int) -> None:
    """Refuse a size that the network cannot see or that memory cannot hold; `name` is what the error calls it.

    Raises:
        ImageError: a side is below `MIN_SIDE_PX`, the aspect above `MAX_ASPECT`, or the area above `MAX_PIXELS`.
    """
    shape = f"The {name} would be {width}x{height} px"
    if min(height, width) < MIN_SIDE_PX:
        raise ImageError(f"{shape}; each side must have at least {MIN_SIDE_PX} px. Use a larger picture or size.")
    if max(height, width) > MAX_ASPECT * min(height, width):
        raise ImageError(f"{shape}; one side may be at most {MAX_ASPECT} times the other. Crop the picture.")
    if height * width > MAX_PIXELS:
        raise ImageError(
            f"{shape}; at most {MAX_PIXELS / 1e6:g} million pixels can be painted. Choose a smaller size or scale."
        )

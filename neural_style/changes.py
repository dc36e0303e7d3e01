"""Changes to a run while it goes on: shares of the paintings, and settings that can be moved without a new start."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from neural_style.errors import OptionsError
from neural_style.settings import MAX_ITERATIONS, ROWS, Settings, with_changes
from neural_style.validation import Bounds, require, require_whole, require_within, shown

MOVABLE = tuple(path for path, row in ROWS.items() if row.is_movable)
"""The paths of the settings that can be changed while a picture is painted."""

MOST_CHANGES = 200
"""The most changes of one run: each has some steps, and people make a few."""

FOLLOWING_UPDATES = 12
"""The least number of updates after a change: in so many a picture has taken most of the way to its new targets."""

_LAST_STEP = 10**9


@dataclass(frozen=True)
class Change:
    """A change to a run.

    Attributes:
        shares: the new shares of all paintings, in their order; None: they stay.
        settings: path of a setting, one of `MOVABLE`, -> its new value.
        step: the step after which it is made; None: the next one.
        more: the number of updates to make from there on at the size that is painted, whatever the losses say; None: as
            many as there are.

    Raises:
        OptionsError: when built, for what cannot be changed.
    """

    shares: Sequence[float] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    step: int | None = None
    more: int | None = None

    def __post_init__(self) -> None:
        if self.shares is not None:
            for share in self.shares:
                require_within("share of a style", share, Bounds(low=0))
            object.__setattr__(self, "shares", tuple(map(float, self.shares)))
            require(any(self.shares), "The shares of the styles are all 0. Give at least one style a share above 0.")
        for path, value in self.settings.items():
            known = ", ".join(MOVABLE)
            is_known = path in MOVABLE
            require(is_known, f"While a picture is painted {shown(path)} cannot be changed. What can is {known}.")
            ROWS[path].check(value)
        if self.more is not None:
            require_whole("number of further steps of a change", self.more, low=1, high=MAX_ITERATIONS)
        if self.step is not None:
            require_whole("step of a change", self.step, low=0, high=_LAST_STEP)

    def then(self, later: "Change") -> "Change":
        """Return this change and a later one as one."""
        shares = self.shares if later.shares is None else later.shares
        more = self.more if later.more is None else later.more
        return replace(self, shares=shares, settings={**self.settings, **later.settings}, more=more)

    def at(self, step: int) -> "Change":
        """Return the change as one that is made after that step."""
        return replace(self, step=step)

    def applied_to(self, settings: Settings) -> Settings:
        """Return the settings with this change.

        Raises:
            OptionsError: the values do not go together.
        """
        return with_changes(settings, self.settings)


def movable(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the settings, path -> value, that can be changed while a picture is painted."""
    return {path: value for path, value in settings.items() if path in MOVABLE}


def steps_of(changes: Sequence[Change]) -> int:
    """Return the most steps that changes add to a run."""
    return sum(FOLLOWING_UPDATES if change.more is None else change.more for change in changes)


def checked_changes(changes: Sequence[Change], styles: int | None) -> tuple[Change, ...]:
    """Return changes in the order of their steps.

    Args:
        changes: those that are planned.
        styles: the number of styles that they are for; None: it is not known.

    Raises:
        OptionsError: one has no step, or shares for another number of styles; or there are too many.
    """
    require(len(changes) <= MOST_CHANGES, f"A run can be changed at most {MOST_CHANGES} times; got {len(changes)}.")
    for change in changes:
        if change.step is None:
            raise OptionsError("A change that is planned must say after which step it is made.")
        require(
            change.shares is None or styles is None or len(change.shares) == styles,
            f"A change must have a share for each of the {styles} styles; got {len(change.shares or ())}.",
        )
    return tuple(sorted(changes, key=lambda change: change.step or 0))

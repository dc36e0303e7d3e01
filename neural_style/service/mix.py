"""The mix is what a page has in those of its controls that can be moved while a picture is painted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neural_style.changes import MOVABLE, Change
from neural_style.service.orders import Order
from neural_style.service.pictures import Picture
from neural_style.settings import ROWS


@dataclass(frozen=True)
class Mix:
    """The paintings with their shares, and the settings that can be moved.

    Attributes:
        paintings: the file of each painting, in their order.
        shares: one for each.
        settings: path, one of `changes.MOVABLE` -> value.
    """

    paintings: tuple[Picture, ...]
    shares: tuple[float, ...]
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, order: Order) -> "Mix":
        """Return the mix that an order asks for."""
        settings = {path: ROWS[path].value_in(order.settings) for path in MOVABLE}
        return cls(tuple(style.image for style in order.styles), tuple(style.share for style in order.styles), settings)

    def since(self, before: "Mix") -> Change | None:
        """Return what was moved since; None: nothing that can be.

        Shares of other paintings, or of the same ones in another order, are for the next picture.
        """
        moved = {path: value for path, value in self.settings.items() if value != before.settings[path]}
        is_same = self.paintings == before.paintings
        shares = self.shares if is_same and self.shares != before.shares and any(self.shares) else None
        return Change(shares, moved) if moved or shares else None

"""The file of a run that is to go on later: its picture at the size that was reached, and what its optimiser knew."""

import dataclasses
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np

from neural_style import __version__
from neural_style.changes import Change
from neural_style.errors import ImageError, OptionsError
from neural_style.files import check_regular, replacing
from neural_style.images.arrays import digest
from neural_style.iterate import RunState
from neural_style.masks import Mask
from neural_style.record.recipe import settings_to_dict
from neural_style.request import StylizeRequest

_DAMAGED = (
    *(OSError, ValueError, KeyError, TypeError, EOFError, RuntimeError, SyntaxError),
    *(zipfile.BadZipFile, zlib.error, TokenError),
)
"""What NumPy and the zip reader raise for files that are damaged or something else."""


_LENGTH = ("iterations", "effort")
"""The settings that say how long to paint."""

_OPTIMIZER = "optimizer "
"""What the names of arrays begin with that the optimiser knows."""


def fingerprint(request: StylizeRequest, network_sha256: str | None = None) -> str:
    """Return a short text that is the same for the same pictures, settings, network and version of this program.

    How many steps there are to be does not count: a run may go on for longer than was meant at first.
    """
    settings = settings_to_dict(request.settings)
    content = {
        "version": __version__,
        "settings": {name: value for name, value in settings.items() if name not in _LENGTH},
        "styles": [style.numbers for style in request.styles],
        "masks": [mask and mask.digest for mask in (request.left_alone, *_masks(request))],
        "network": network_sha256,
        "pictures": [
            None if picture is None else digest(picture)
            for picture in (request.content, request.initial, *(style.image for style in request.styles))
        ],
    }
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=16).hexdigest()


def _masks(request: StylizeRequest) -> Iterator[Mask | None]:
    return (mask for style in request.styles for mask in style.masks.values())


def save_state(path: Path, state: RunState, of: str) -> None:
    """Write the state; what stood there stays until the whole of it is written.

    Args:
        path: the file.
        state: where the run is.
        of: the fingerprint of what is painted.

    Raises:
        ImageError: it cannot be written.
    """
    arrays = {"picture": state.picture, **({} if state.start is None else {"start": state.start})}
    arrays |= {f"{_OPTIMIZER}{name}": np.asarray(value) for name, value in (state.optimizer or {}).items()}
    numbers = {"scale": state.scale, "updates": state.updates, "step": state.step, "elapsed_s": state.elapsed_s}
    if state.most_updates is not None:
        numbers["most_updates"] = state.most_updates
    numbers["is_extended"] = state.is_extended
    changes = json.dumps([dataclasses.asdict(change) for change in state.changes])
    try:
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(file, fingerprint=np.array(of), changes=np.array(changes), **arrays, **numbers)
    except OSError as error:
        raise ImageError(f"The state of the run cannot be written to {path} ({error.strerror}).") from error


def load_state(path: Path, of: str) -> RunState | None:
    """Read what `save_state` wrote; None where there is no such file.

    Raises:
        OptionsError: the file is something else, or belongs to another run.
    """
    try:
        check_regular(path)
        with np.load(path, allow_pickle=False) as file:
            values: dict[str, Any] = {name: file[name] for name in file.files}
        found, picture = str(values.pop("fingerprint")), np.asarray(values.pop("picture"), np.float32)
        state = RunState(
            scale=int(values["scale"]),
            updates=int(values["updates"]),
            step=int(values["step"]),
            elapsed_s=float(values["elapsed_s"]),
            picture=picture,
            start=values.get("start"),
            optimizer=_optimizer(values),
            most_updates=int(values["most_updates"]) if "most_updates" in values else None,
            is_extended=bool(values.get("is_extended", False)),
            changes=tuple(Change(**change) for change in json.loads(str(values.get("changes", "[]")))),
        )
    except FileNotFoundError:
        return None
    except _DAMAGED:
        raise OptionsError(
            f"{path} does not hold the state of a run. Delete it to begin anew, or choose another file."
        ) from None
    if found != of:
        raise OptionsError(
            f"{path} holds the state of another run: other pictures, settings, network or version. Delete it to begin "
            "anew, or choose another file."
        )
    return state


def _optimizer(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return what the optimiser knew; None where the file does not say."""
    names = [name for name in values if name.startswith(_OPTIMIZER)]
    return {name.removeprefix(_OPTIMIZER): values[name] for name in names} or None

"""The place of files that belong to the code: the top level of a clone, or the inside of an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder such as `examples/style` or `weights/sources.toml`.

    Raises:
        FileNotFoundError: it is in neither place, so the installation is incomplete.
    """
    for root in (_CHECKOUT, _PACKAGE / "resources"):
        path = root.joinpath(*parts)
        if path.exists() and (root != _CHECKOUT or (root / "pyproject.toml").exists()):
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of neural-style")


def checkout() -> Path | None:
    """Return the top folder of the clone that this package runs from, or None where it is installed."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() and (_CHECKOUT / "weights").is_dir() else None

"""Where the files beside the code are: in a clone at its top level, in an installed package inside it."""

from pathlib import Path

_PACKAGE = Path(__file__).parent
_CHECKOUT = _PACKAGE.parent


def resource(*parts: str) -> Path:
    """The path of a file or folder such as `examples/style` or `weights/sources.toml`.

    Raises:
        FileNotFoundError: it is in neither place, so the installation is incomplete.
    """
    for root in (_CHECKOUT, _PACKAGE / "resources"):
        path = root.joinpath(*parts)
        if path.exists() and (root != _CHECKOUT or (root / "pyproject.toml").exists()):
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of neural-style")


def checkout() -> Path | None:
    """The top folder of the clone that this package runs from, or None where it is installed."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").exists() and (_CHECKOUT / "weights").is_dir() else None

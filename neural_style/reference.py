"""The settings as documents describe them: a page for people, a JSON schema for programs.

All are made from the rows of `settings`. `make tables` writes page and tables anew.
"""

from collections.abc import Iterable
from typing import Any

from neural_style.presets import CLI_PRESET, PRESETS, SCALE, scale_in_words
from neural_style.rows import Row, grouped
from neural_style.settings import ROWS, Settings
from neural_style.strength import PATHS, STRENGTH, settings_at

_PAGE = """\
# Settings

Every setting, made by `make tables` from the rows in the code. The name in the first column is the one that Python,
recipes and the API know: `weights.style` is the field `style` of the settings' `weights`. The page shows the settings
by their label, most of them under Advanced. The defaults are those of the preset `{preset}`, as of the original
program; the other presets differ. A [strength](looks.md#strength) stands for four of them.

{tables}
"""

_COLUMNS = ("Setting", "On the page", "Flag", "Value", "Default", "What it does")

_JSON_TYPES = {bool: "boolean", int: "integer", float: "number", str: "string"}


def settings_page() -> str:
    """Return the page of all settings in Markdown: for each group a heading and a table with a row for each setting."""
    groups = grouped(ROWS.values()).items()
    tables = [f"## {heading}\n\n{settings_table(rows)}" for heading, rows in groups]
    return _PAGE.format(preset=CLI_PRESET, tables="\n\n".join(tables))


def settings_table(rows: Iterable[Row] = tuple(ROWS.values())) -> str:
    """Return a table in Markdown with a row for each of these settings."""
    lines = [_COLUMNS, ("---",) * len(_COLUMNS), *map(_cells, rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def strength_table() -> str:
    """Return a table in Markdown with what the strength of each look of the scale stands for."""
    header = (STRENGTH.label, "Look", *(ROWS[path].label for path in PATHS))
    lines = [header, ("---",) * len(header)]
    for look, strength in SCALE.items():
        values = [ROWS[path].told(value) for path, value in settings_at(strength).items()]
        lines.append((f"{strength:g}", f"`{look}`", *values))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def settings_schema(defaults: Settings) -> dict[str, Any]:
    """Return a JSON schema of settings as `record.recipe.settings_from_dict` reads them, without references.

    Args:
        defaults: what holds for a setting that is not given.
    """
    names = {"anyOf": [{"enum": list(PRESETS)}, {"type": "string"}]}  # former names are taken, too, and not shown
    at_strength = f"{STRENGTH.help} Looks: {scale_in_words()}. Settings that are given come after it."
    properties: dict[str, Any] = {
        "preset": {**names, "description": "Look that decides what is not given."},
        STRENGTH.path: {**_values(STRENGTH), "description": at_strength},
    }
    for row in ROWS.values():
        record = row.path.rpartition(".")[0]
        inside = properties
        if record:
            inside = properties.setdefault(record, {"type": "object", "properties": {}})["properties"]
        inside[row.name] = {**_values(row), "description": _told(row), **_default(row, defaults)}
    return {"type": "object", "properties": properties}


def _cells(row: Row) -> tuple[str, ...]:
    cells = (f"`{row.path}`", row.label, f"`{row.flag}`", row.wanted, row.told(row.default), _told(row))
    return tuple(cell.replace("|", "\\|") for cell in cells)


def _told(row: Row) -> str:
    instead = f" Instead of `{row.instead_of}`." if row.instead_of else ""
    return row.help + instead + (" Can be moved while it paints." if row.is_movable else "")


def _values(row: Row) -> dict[str, Any]:
    """Return the part of a setting's schema that says which values it takes."""
    kinds: list[dict[str, Any]] = []
    if row.kind.words:
        kinds.append({"enum": list(row.kind.words)})
    if row.kind.type is not None:
        kinds.append({"type": _JSON_TYPES[row.kind.type], **_range(row)})
    if row.kind.optional:
        kinds.append({"type": "null"})
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}


def _default(row: Row, defaults: Settings) -> dict[str, Any]:
    """Return the default, or nothing where another setting decides, which a program would change by sending it."""
    if row.instead_of and ROWS[row.instead_of].value_in(defaults) is not None:
        return {}
    return {"default": row.value_in(defaults)}


def _range(row: Row) -> dict[str, Any]:
    ends = {
        "minimum": row.bounds.low,
        "maximum": row.bounds.high,
        "exclusiveMinimum": row.bounds.above,
        "exclusiveMaximum": row.bounds.below,
    }
    return {name: end for name, end in ends.items() if end is not None}

"""Variables of the environment, as they are read and as the documents show them: one row is the home of one name.

The rows themselves lie where they are used: those of a server in `service.options`, those of the network's numbers in
`networks.variables`.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_HEAD = ("variable", "flag", "sets", "values", "default")


@dataclass(frozen=True)
class Variable:
    """A variable of the environment that this program reads.

    Attributes:
        name: as it is set.
        sets: the thing that it sets, in a sentence without its full stop; in Markdown.
        flag: of `neural-style app`, which comes before the variable; empty where there is none.
        values: those that it may have, in words; empty where `sets` says it.
        default: in words; in Markdown.
    """

    name: str
    sets: str
    flag: str = ""
    values: str = ""
    default: str = ""

    def text(self, environ: Mapping[str, str] = os.environ) -> str:
        """Return the text it is set to, without spaces around it; empty where it is not set."""
        return environ.get(self.name, "").strip()

    @property
    def help(self) -> str:
        """A line for the help text of `flag`, without the marks of Markdown."""
        known = [self.values, f"default: {self.default}" if self.default else ""]
        facts = "; ".join(fact for fact in known if fact)
        return f"{self.sets}{f' ({facts})' if facts else ''} [env: {self.name}]".replace("`", "")


def markdown_table(variables: Iterable[Variable]) -> str:
    """Return a table with a row for each variable, which ends with a line break."""
    rows = [(_code(row.name), _code(row.flag), row.sets, row.values, row.default) for row in variables]
    return "".join(map(_line, (_HEAD, ["---"] * len(_HEAD), *rows)))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""

"""Write the tables in this folder anew, from the rows in the code: `make tables`.

A document says where its table goes by a comment before it and one after it; the sentences around them are its own.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from neural_style.reference import settings_page, strength_table
from neural_style.service.options import server_options_table

TABLES: Mapping[str, Callable[[], str]] = {"looks.md": strength_table, "server_options.md": server_options_table}
"""The function that makes the table of each document."""

BEGIN, END = "<!-- table: made by `make tables` -->\n", "<!-- end of table -->\n"


def renew(folder: Path) -> None:
    """Write each document of `TABLES` in `folder` with its table of today, and the page of settings.

    Raises:
        ValueError: a document does not have both comments once.
    """
    for name, table in TABLES.items():
        path = folder / name
        before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end) or BEGIN in rest or END in after:
            raise ValueError(f"{path} must have the lines {BEGIN.strip()} and {END.strip()} once, in this order.")
        path.write_text(f"{before}{begin}\n{table()}\n{end}{after}", encoding="utf-8")
    (folder / "settings.md").write_text(settings_page(), encoding="utf-8")


if __name__ == "__main__":
    renew(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)

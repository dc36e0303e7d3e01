"""The documents of the project, as the tests read them: Markdown files, their links, headings and code blocks."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from neural_style.resources import checkout

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SNIPPET = re.compile(r"^--8<-- \"([^\"]+)\"$", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A Markdown file of the clone at `root`."""

    root: Path
    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(self.root))

    @cached_property
    def text(self) -> str:
        """The content of the file, with the files that it includes in their places."""
        text = self.path.read_text(encoding="utf-8")
        return _SNIPPET.sub(lambda found: (self.root / found[1]).read_text(encoding="utf-8"), text)

    @cached_property
    def prose(self) -> str:
        """The text of the document without its code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def links(self) -> list[str]:
        """The targets of links and pictures, as they are written."""
        without_code = re.sub(r"`[^`]*`", "", self.prose)
        return [found[1] or found[2] for found in _LINK.finditer(without_code)]

    @property
    def anchors(self) -> set[str]:
        """The anchors that a link into the document may name after its `#`."""
        return {slug(heading) for heading in _HEADING.findall(self.prose)}

    @property
    def inline_code(self) -> list[str]:
        """All text between backticks in the prose."""
        return re.findall(r"`([^`]+)`", self.prose)

    def blocks(self, language: str = "") -> list[str]:
        """Return the code blocks of a language."""
        return [block for name, block in _FENCE.findall(self.text) if name == language]

    @property
    def shell_lines(self) -> list[str]:
        """The commands in the blocks without a language, each in one line and without comments."""
        lines = [line for block in self.blocks() for line in block.replace("\\\n", " ").splitlines()]
        return [stripped for line in lines if (stripped := re.sub(r"\s+#\s.*", "", line).strip())]


def slug(heading: str) -> str:
    """Return the anchor of a heading, as both the builder of the site and code hosts make it."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    plain = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def all_documents() -> list[Document]:
    """Return every document for people: those at the top of the clone, `docs/` and `weights/`; none outside a clone."""
    root = checkout()
    if root is None:
        return []
    names = [root / "README.md", root / "CONTRIBUTING.md", root / "weights" / "README.md"]
    return [Document(root, path) for path in [*names, *sorted((root / "docs").rglob("*.md"))]]

"""Check the built documentation beyond what its builder does: `make docs` runs `python docs/check.py build/site`.

It fails where a public name is missing from the API reference, where something public is not documented, where a room
of the program has no page, where a link, a picture or an anchor leads nowhere, and where a page loads from another
site. The sources are read, not imported, so that neither TensorFlow nor Gradio is needed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import griffe

PACKAGE = "neural_style"
REFERENCE = "reference.html"
FOLDER = Path(__file__).parent

_LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "video": "src"}
"""The attribute of each tag that names another file."""


@dataclass
class Page(HTMLParser):
    """A page of the site, with the targets of its links and the anchors that can be linked to."""

    path: Path
    links: list[tuple[str, str]] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the links and anchors of one tag."""
        given = dict(attrs)
        self.anchors |= {name for name in (given.get("id"), given.get("name")) if name}
        if target := given.get(_LINKS.get(tag, "")):
            self.links.append((tag, target))


def broken_links(site: Path) -> Iterator[str]:
    """Yield a sentence for every link that leads nowhere and for everything that is loaded from another site."""
    pages = {path.resolve(): Page(path) for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
    for path, page in pages.items():
        for tag, link in page.links:
            target = urlsplit(link)
            if target.scheme or target.netloc:
                if tag != "a" and target.scheme != "data":
                    yield f"{path.name} loads {link}; nothing may be loaded from other sites."
                continue
            file = (path.parent / unquote(target.path)).resolve() if target.path else path
            file = file / "index.html" if file.is_dir() else file
            if not file.exists():
                yield f"{path.name} links to {link}, which does not exist."
            elif target.fragment and file in pages and unquote(target.fragment) not in pages[file].anchors:
                yield f"{path.name} links to {link}, but there is no such anchor."


def missing_names(site: Path, package: griffe.Module) -> Iterator[str]:
    """Yield a sentence for every public name that the API reference lacks, and for every room without a page."""
    reference = Page(site / REFERENCE)
    text = reference.path.read_text(encoding="utf-8")
    for name in package.exports or ():
        if f"{PACKAGE}.{name}" not in reference.anchors and f"{PACKAGE}.{name}" not in text:
            yield f"{PACKAGE}.{name} is public, but not in the API reference. Add it to docs/reference.md."
    for name, module in package.modules.items():
        if isinstance(module.filepath, Path) and module.filepath.name == "__init__.py":
            page = site / "code" / f"{name}.html"
            if not page.exists() or module.path not in Page(page).anchors:
                yield f"The room {module.path} has no page. Add docs/code/{name}.md, and to the navigation."


def undocumented(package: griffe.Module) -> Iterator[str]:
    """Yield a sentence for every public name, and every public member of one, that has no docstring."""
    for name in package.exports or ():
        if str(name).startswith("__"):
            continue
        target = package[str(name)]
        target = target.final_target if isinstance(target, griffe.Alias) else target
        if not target.has_docstring:
            yield f"{target.path} has no docstring."
        if isinstance(target, griffe.Class):
            yield from _undocumented_members(target)
        else:
            yield from _undocumented_parameters(target)


def _undocumented_members(owner: griffe.Class) -> Iterator[str]:
    described = _described(owner, griffe.DocstringSectionKind.attributes)
    for name, member in owner.members.items():
        if name.startswith("_") or member.is_alias:
            continue
        if not member.has_docstring and name not in described:
            yield f"{member.path} is public, but nothing says what it is."
        elif member.is_function:
            yield from _undocumented_parameters(member)


def _undocumented_parameters(function: griffe.Object | griffe.Alias) -> Iterator[str]:
    """Yield a sentence for every parameter that a docstring leaves out, where it lists any."""
    described = _described(function, griffe.DocstringSectionKind.parameters)
    names = {parameter.name for parameter in function.parameters} - {"self", "cls"}
    for name in sorted(names - described) if described else ():
        yield f"The parameter {name} of {function.path} is not documented."


def _described(owner: griffe.Object | griffe.Alias, kind: griffe.DocstringSectionKind) -> set[str]:
    sections = owner.docstring.parse("google", warnings=False) if owner.docstring else []
    return {part.name for section in sections if section.kind is kind for part in section.value}


def main(site: Path) -> int:
    """Print what is wrong and return the exit status."""
    extensions = griffe.load_extensions(str(FOLDER / "setting_docs.py"))
    package = griffe.load(PACKAGE, search_paths=[FOLDER.parent], extensions=extensions)
    assert isinstance(package, griffe.Module)
    problems = [*broken_links(site), *missing_names(site, package), *undocumented(package)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

"""The page is laid out once in every language, and each browser gets the one that it prefers."""

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from neural_style.languages import ENGLISH, LANGUAGES, preferred, speaking, spoken

Props = list[dict[str, Any]]
"""What the browser is told of each component, in the order in which they were laid out."""


class TranslatedBlocks(gr.Blocks):
    """A page whose texts, and the answers to whose events, are in the language of each browser.

    Gradio reads `config` for every browser that opens the page, and calls `process_api` for every event.
    """

    _config: Mapping[str, Any]
    _changes: Mapping[str, Props]

    def translate(self, lay_out: Callable[[], object]) -> None:
        """Lay the page out in the other languages; call it once the page is complete in English.

        Args:
            lay_out: what was called first within this page, to build the components that have texts.
        """
        english = [component["props"] for component in self._config["components"]]
        others = [language for language in LANGUAGES if language != ENGLISH]
        self._changes = {language: list(map(_difference, english, _props(lay_out, language))) for language in others}

    @property
    def config(self) -> Any:
        """What a browser is told of the page, in the language that is spoken where this is read."""
        changes = getattr(self, "_changes", {}).get(spoken())
        if not changes:
            return self._config
        components = [{**component} for component in self._config["components"]]
        for component, changed in zip(components, changes, strict=False):
            component["props"] = {**component["props"], **changed}
        return {**self._config, "components": components}

    @config.setter
    def config(self, config: Any) -> None:
        self._config = config

    async def process_api(self, block_fn: Any, inputs: list[Any], *args: Any, **more: Any) -> dict[str, Any]:
        """See `gr.Blocks.process_api`; texts are in the language of the browser that the event comes from.

        A program that was made for an earlier version sends fewer inputs: those that have come since are None then.
        """
        missing = len(getattr(block_fn, "inputs", inputs)) - len(inputs)
        with speaking(_language_of(more.get("request"))):
            return await super().process_api(block_fn, [*inputs, *[None] * missing], *args, **more)


def _language_of(request: Any) -> str:
    """Return the language that the sender of a request prefers."""
    headers = getattr(request, "headers", None) or {}
    return preferred(headers.get("accept-language", ""))


def _props(lay_out: Callable[[], object], language: str) -> Props:
    with speaking(language), gr.Blocks(analytics_enabled=False) as page:
        lay_out()
    return [component["props"] for component in page.get_config_file()["components"]]


def _difference(english: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in other.items() if name in _TEXTUAL and value != english.get(name)}


_TEXTUAL = frozenset({"alt_text", "choices", "html_template", "info", "label", "placeholder", "props", "value"})
"""The properties of components that have texts; others may differ by chance, such as secrets."""

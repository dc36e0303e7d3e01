"""The page as a tool server for language models, asked by the protocol's own client."""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from neural_style.images.load import load_image
from tests.ui.conftest import Server, picture_file, serving


def ask(server: Server, conversation: Callable[[ClientSession], Awaitable[Any]]) -> Any:
    async def talk() -> Any:
        async with (
            streamable_http_client(f"{server.url}gradio_api/mcp/") as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            return await conversation(session)

    with ThreadPoolExecutor(1) as elsewhere:  # the browser of other tests has a loop in this thread
        return elsewhere.submit(lambda: asyncio.run(talk())).result()


def data_url(path: str) -> str:
    return "data:image/png;base64," + base64.b64encode(Path(path).read_bytes()).decode()


def test_a_language_model_can_paint(tmp_path: Path) -> None:
    photo, style = (picture_file(tmp_path / f"{name}.png", seed) for name, seed in (("photo", 1), ("style", 2)))
    arguments = {"content": data_url(photo), "styles": [data_url(style)], "settings": {"iterations": 3}}
    with serving(mcp=True) as server:
        tools = ask(server, lambda session: session.list_tools()).tools
        assert {tool.name for tool in tools} == {"stylize", "change", "looks"}
        assert all(tool.description for tool in tools)
        looks = ask(server, lambda session: session.call_tool("looks", {}))
        assert "painted" in looks.content[0].text
        answer = ask(server, lambda session: session.call_tool("stylize", arguments))
        assert not answer.isError
        address = re.search(r"http://[^'\"]+\.png", answer.content[-1].text)
        assert address
        (tmp_path / "result.png").write_bytes(httpx.get(address[0]).content)
        wrong = ask(server, lambda session: session.call_tool("stylize", {**arguments, "styles": ["/etc/passwd"]}))
        assert wrong.isError
        assert "must be an uploaded file or a data URL" in wrong.content[0].text
    assert load_image(tmp_path / "result.png").shape == (120, 160, 3)
    assert len(server.stylizer.requests) == 1


def test_without_the_switch_there_is_no_tool_server(server: Server) -> None:
    with pytest.raises(ExceptionGroup):
        ask(server, lambda session: session.list_tools())

"""The command that starts the page: what reaches the server."""

import argparse

import pytest

from neural_style.cli import app
from neural_style.errors import OptionsError
from neural_style.service.options import ServerOptions


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[ServerOptions, str | None]:
    served: list[tuple[ServerOptions, str | None]] = []
    monkeypatch.setattr(app, "serve", lambda options, network: served.append((options, network)) or 0)
    parser = argparse.ArgumentParser()
    app.add_parser(parser.add_subparsers())
    parsed = parser.parse_args(["app", *arguments])
    assert parsed.run(parsed) == 0
    return served[0]


def test_flags_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7000")
    monkeypatch.setenv("NEURAL_STYLE_QUEUE_SIZE", "3")
    assert run(monkeypatch)[0].port == 7000
    options, network = run(monkeypatch, "--host", "0.0.0.0", "--port", "8000", "--network", "vgg.mat")
    assert (options.host, options.port, options.queue_size, network) == ("0.0.0.0", 8000, 3, "vgg.mat")


def test_a_port_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionsError, match="port must be a whole number from 1 to 65535; got 70000"):
        run(monkeypatch, "--port", "70000")

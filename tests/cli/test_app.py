"""The command that starts the page: what reaches the server."""

import argparse

import pytest

from neural_style.cli import app
from neural_style.errors import OptionsError
from neural_style.service.options import SERVER_OPTIONS, ServerOptions

TEXTS = {
    "host": "0.0.0.0",
    "port": "8000",
    "title": "The Atelier",
    "queue_size": "7",
    "jobs_at_once": "2",
    "side_limit_px": "600",
    "away_minutes": "5",
    "steps_limit": "200",
    "styles_limit": "3",
    "keep_minutes": "5",
    "upload_mb": "9",
    "memory_gb": "1.5",
    "backend": "ray",
    "ray_address": "auto",
    "worker_threads": "3",
    "worker_gpus": "0.5",
    "log_level": "warning",
}


def command_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    app.configure(parser.add_subparsers().add_parser("app"))
    return parser


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[ServerOptions, str | None]:
    served: list[tuple[ServerOptions, str | None]] = []
    monkeypatch.setattr(app, "serve", lambda options, network: served.append((options, network)) or 0)
    parsed = command_parser().parse_args(["app", *arguments])
    assert parsed.run(parsed) == 0
    return served[0]


def test_flags_come_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_SERVER_PORT", "7000")
    monkeypatch.setenv("NEURAL_STYLE_QUEUE_SIZE", "3")
    monkeypatch.setenv("NEURAL_STYLE_MCP", "1")
    assert run(monkeypatch)[0].port == 7000
    options, network = run(monkeypatch, "--host", "0.0.0.0", "--port", "8000", "--no-mcp", "--network", "vgg.mat")
    assert (options.host, options.port, options.queue_size, network) == ("0.0.0.0", 8000, 3, "vgg.mat")
    assert not options.mcp


def test_every_option_but_the_passwords_can_be_given_as_a_flag(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "content").mkdir()
    texts = {**TEXTS, "examples": str(folder), "folder": str(folder / "visitors")}
    assert set(texts) == set(SERVER_OPTIONS) - {"auth", "mcp"}
    given = [word for name, text in texts.items() for word in (SERVER_OPTIONS[name].variable.flag, text)]
    options, _ = run(monkeypatch, *given, "--mcp")
    expected = {name: SERVER_OPTIONS[name].read(text, "text") for name, text in texts.items()}
    assert options == ServerOptions(**expected, mcp=True)
    assert all(getattr(options, name) != getattr(ServerOptions(), name) for name in SERVER_OPTIONS if name != "auth")


def test_a_port_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(OptionsError, match="flag --port must be a whole number from 1 to 65535; got 70000"):
        run(monkeypatch, "--port", "70000")


def test_the_help_names_range_default_and_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_parser().parse_args(["app", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert "--max-side N largest longest side of a result, in pixels (128 to 10000; default: 5000)" in told
    assert told.count("[env: ") == len(SERVER_OPTIONS)  # without the passwords, with the network

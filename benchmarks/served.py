"""A real server with the real engine, for programs that look at the page as a visitor does."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from neural_style.engine.stylize import warm_up
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.variables import FETCH
from neural_style.service.options import ServerOptions
from neural_style.ui.serve import close_page, compose, open_page, private_folder, service_context


@contextmanager
def served(provider: NetworkProvider) -> Iterator[str]:
    """Serve the page, warm, with its speed known and nothing fetched, and yield its address."""
    os.environ[FETCH.name] = "0"
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    options = ServerOptions()
    context = service_context(provider, options)
    context.estimate.begin_with(warm_up(provider))
    with private_folder(options):
        app = compose(context, options)
        try:
            yield open_page(app, options)
        finally:
            close_page(app)

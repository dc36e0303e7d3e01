"""The server starts the page from its options, keeps it running, and brings it to a clean end.

The page is up before TensorFlow is loaded; then TensorFlow is loaded in the background, so that the first picture does
not wait for it. Gradio, too, is imported only here and late: `--help` does not need it.
"""

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from neural_style.backends.loading import load_tensorflow
from neural_style.backends.local import LocalStylizer, speed_estimate
from neural_style.engine import Stylizer
from neural_style.engine.allocator import keep_freed_memory
from neural_style.errors import OptionsError
from neural_style.extras import APP
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.variables import check_hub_variables
from neural_style.record.recipe import recipe
from neural_style.resources import resource
from neural_style.service.context import ServiceContext
from neural_style.service.estimate import SpeedEstimate
from neural_style.service.jobs import Jobs
from neural_style.service.journal import Journal
from neural_style.service.logs import log_to_standard_error
from neural_style.service.options import ServerOptions
from neural_style.service.pictures import PictureCache
from neural_style.service.sandbox import Sandbox
from neural_style.service.server_folder import ServerFolder, server_folder
from neural_style.service.sessions import Sessions

if TYPE_CHECKING:
    import gradio as gr

JOBS_PATIENCE_S = 6.0
"""The time for jobs to finish their step and hand over their picture at the end: containers wait for ten seconds."""

FETCH_PATIENCE_S = 1.0
"""The time for visitors to fetch the pictures that jobs hand over when the server ends."""

WARM_UP_PATIENCE_S = 1.0
"""The time for the first painting of a server that is ended at once."""

_QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "TF_CPP_MIN_LOG_LEVEL": "3"}
"""The variables that stop statistics to Gradio's makers and TensorFlow's chatter; its errors arrive as exceptions."""

_MB = 2**20
"""A megabyte as Gradio counts it, which tells visitors the limit."""

_DEBUG_VARIABLE = "GRADIO_DEBUG"
"""The variable with which Gradio keeps the thread that has started it, and this server would never be looked after."""

_FOLDER_VARIABLE = "GRADIO_TEMP_DIR"
_logger = logging.getLogger(__name__)


def serve(options: ServerOptions, network_file: str | None = None) -> int:
    """Run the page until SIGINT or SIGTERM. Call it from the main thread.

    Args:
        options: how this server runs.
        network_file: paint with this network file and no other.

    Returns:
        The exit status.

    Raises:
        NeuralStyleError: Gradio is not installed, the network file cannot be used, or the port is taken.
    """
    APP.require("The page")
    end = _end_by_signal()
    log_to_standard_error(options.log_level)
    for variable, value in _QUIET.items():
        os.environ.setdefault(variable, value)
    os.environ[_DEBUG_VARIABLE] = "0"
    check_hub_variables()
    provider = NetworkProvider(network_file)
    if provider.network_file is not None:
        provider.check()
    _logger.info("Loading the page.")  # Gradio takes seconds
    with private_folder(options) as folder, _backend(provider, options) as stylizer, _sandboxed() as pictures:
        context = service_context(provider, options, stylizer, pictures)
        jobs, sessions = Jobs(), Sessions(options.keep_s, journal=Journal(folder.journal))
        app = compose(context, options, jobs, sessions)
        jobs.resume()
        url = open_page(app, options)
        jobs.begin()
        _tell_health(app, context, jobs)
        _keep_clean(options, context, jobs, sessions, end)
        _logger.info("Neural Style is at %s (Ctrl-C ends it). %s", url, provider.status().sentence)
        provider.start_fetching()
        warm_up = _warm_up if options.backend == "local" else _recall
        warmer = threading.Thread(target=warm_up, args=(provider, context.estimate), name="warm up", daemon=True)
        warmer.start()
        end.wait()
        _logger.info("Ending.")
        provider.stop_fetching()
        if context.shutdown.begin(JOBS_PATIENCE_S):
            time.sleep(FETCH_PATIENCE_S)
        jobs.end()
        close_page(app)
        sessions.journal.close()
        warmer.join(WARM_UP_PATIENCE_S)
    if warmer.is_alive() or context.shutdown.running:
        _leave_at_once()
    return 0


def service_context(
    provider: NetworkProvider,
    options: ServerOptions,
    stylizer: Stylizer | None = None,
    pictures: PictureCache | None = None,
) -> ServiceContext:
    """Bind the service to what paints.

    Args:
        provider: which network there is.
        options: the limits of this server.
        stylizer: what paints; None: the engine on this machine, which is imported by the first run.
        pictures: decodes picture files; None: in this process.
    """
    stylizer = stylizer or LocalStylizer.remembering(provider, options.memory_gb)
    estimate = speed_estimate(provider, options.memory_gb)
    return ServiceContext(stylizer, provider.status, recipe, estimate, pictures=pictures or PictureCache())


@contextlib.contextmanager
def _sandboxed() -> Iterator[PictureCache]:
    """Have pictures of strangers be decoded in a sandbox, where there can be one."""
    if not Sandbox.is_possible:
        yield PictureCache()
        return
    with contextlib.closing(Sandbox()) as sandbox:
        threading.Thread(target=sandbox.begin, name="sandbox", daemon=True).start()
        yield PictureCache(decode=sandbox.decode)


@contextlib.contextmanager
def _backend(provider: NetworkProvider, options: ServerOptions) -> Iterator[Stylizer | None]:
    """Open the cluster that is asked for, and close it at the end; None: this machine is to paint."""
    if options.backend == "local":
        yield None
        return
    from neural_style.backends.ray_pool import ClusterOptions, RayStylizer

    cluster = ClusterOptions(
        address=options.ray_address,
        workers=options.jobs_at_once,
        threads=options.worker_threads,
        gpus=options.worker_gpus or 0.0,
        memory_gb=options.memory_gb,
    )
    _logger.info("Starting %s.", cluster.in_words)
    with contextlib.closing(RayStylizer(provider, cluster)) as stylizer:
        yield stylizer


def compose(
    context: ServiceContext, options: ServerOptions, jobs: Jobs | None = None, sessions: Sessions | None = None
) -> "gr.Blocks":
    """Return the page over the context."""
    keep_freed_memory()  # before the server's threads are there
    from neural_style.ui.app import build_app

    return build_app(context, options, jobs, sessions)


def open_page(app: "gr.Blocks", options: ServerOptions) -> str:
    """Start the web server in a thread of its own.

    Returns:
        The address of the page.

    Raises:
        OptionsError: nobody can listen there.
    """
    from gradio import http_server
    from starlette.middleware import Middleware

    from neural_style.ui.front import FrontMiddleware, add_link_picture
    from neural_style.ui.listening import free_port, keep_from_proxies, name_for_urls
    from neural_style.ui.theme import css, theme

    port = free_port(options.host, options.port)
    keep_from_proxies(options.host)
    http_server.LOCALHOST_NAME = "127.0.0.1"  # where Gradio tries the port once more, by IPv4 alone
    try:
        _, url, _ = app.launch(
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            pwa=False,
            enable_monitoring=False,
            run_history=False,  # a visitor's pictures are not kept in the browser of a shared machine
            footer_links=["api", "gradio", "settings"],
            server_name=name_for_urls(options.host),
            server_port=port,
            app_kwargs={"middleware": [Middleware(FrontMiddleware, title=options.title)]},
            allowed_paths=[str(options.examples or resource("examples"))],
            max_file_size=options.upload_mb * _MB,
            auth=list(options.auth) or None,
            mcp_server=options.mcp,
            theme=theme(),
            css=css(),
        )
    except OSError as error:
        raise OptionsError(f"The page cannot listen on {options.host}, port {port} ({error}).") from error
    add_link_picture(app)
    return url


def close_page(app: "gr.Blocks") -> None:
    """Stop the web server; visitors with an open page are waited for a second, not for Gradio's five."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # it reports each of them
    app.server.config.timeout_graceful_shutdown = 1
    app.close(verbose=False)


@contextlib.contextmanager
def private_folder(options: ServerOptions) -> Iterator[ServerFolder]:
    """Let Gradio keep visitors' files in a folder of this server's own.

    Raises:
        OptionsError: the folder that was named cannot be used.
    """
    given = os.environ.get(_FOLDER_VARIABLE)
    within = Path(given) if given else None
    with server_folder(options.folder, port=options.port, within=within, keep_s=options.keep_s) as folder:
        os.environ[_FOLDER_VARIABLE] = str(folder.files)
        try:
            yield folder
        finally:
            if given is None:
                del os.environ[_FOLDER_VARIABLE]
            else:
                os.environ[_FOLDER_VARIABLE] = given


def _leave_at_once() -> NoReturn:
    """End the process with status 0, without the interpreter's own end: that aborts while a thread is in TensorFlow."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _tell_health(app: "gr.Blocks", context: ServiceContext, jobs: Jobs) -> None:
    from neural_style.ui.health import add_health

    add_health(app, context, jobs)


def _keep_clean(
    options: ServerOptions, context: ServiceContext, jobs: Jobs, sessions: Sessions, end: threading.Event
) -> None:
    """See that old files and visits do not fill the disk."""
    from neural_style.service.retention import keep_clean
    from neural_style.service.unfinished_runs import folder_of
    from neural_style.ui.files import results_folder

    results = results_folder()

    def needed() -> set[Path]:
        unfinished = jobs.unfinished()
        return {path.parent for job in unfinished for path in job.files} | {
            folder_of(results, job.token) for job in unfinished
        }

    def forget() -> None:
        context.pictures.forget_deleted()
        sessions.forget_old()

    cleaned = (results, options.keep_s, needed, forget, end)
    threading.Thread(target=keep_clean, args=cleaned, name="retention", daemon=True).start()


def _end_by_signal() -> threading.Event:
    """Return an event set by SIGINT and SIGTERM. SIGTERM by itself does not end process 1 of a container."""
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _stack: end.set())
    return end


def _recall(_provider: NetworkProvider, estimate: SpeedEstimate) -> None:
    """Bring back what is known of the speed; workers of a cluster warm up by their first pictures."""
    load_tensorflow()
    estimate.recall()


def _warm_up(provider: NetworkProvider, estimate: SpeedEstimate) -> None:
    """Paint once, so that the first visitor need not wait for it; a later painting reports what is wrong."""
    with contextlib.suppress(Exception):
        load_tensorflow()
        estimate.recall()
        estimate.begin_with(LocalStylizer.remembering(provider).warm_up())

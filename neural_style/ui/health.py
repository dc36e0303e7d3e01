"""The route `/healthz` tells operators and containers whether the page can paint, and how many wait."""

import gradio as gr
from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.routing import Route

from neural_style.service.context import ServiceContext
from neural_style.service.jobs import Jobs

PATH = "/healthz"


def add_health(app: gr.Blocks, context: ServiceContext, jobs: Jobs) -> None:
    """Add the route to a page that has been launched; it needs no password and says nothing of any visitor."""

    async def health(_request: Request) -> JSONResponse:
        network = context.network_status()
        is_well = bool(network.title) and not context.shutdown.has_begun
        content = {
            "status": "ok" if is_well else "ending" if context.shutdown.has_begun else "no network",
            "network": network.title,
            "fetch": network.fetch,
            "waiting": jobs.waiting,
            "running": jobs.running,
        }
        return JSONResponse(content, status_code=200 if is_well else 503)

    app.app.router.routes.insert(0, Route(PATH, health))

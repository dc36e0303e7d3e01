"""Who asks: the address and the connection of the visitor whose event is being handled."""

from gradio.context import LocalContext


def address_of_visitor() -> str:
    """Return the address that the current event came from; empty where that is not known."""
    request = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    return client.host if client else ""


def connection_of_visitor() -> str:
    """Return Gradio's hash of the page or the client that the current event came from; empty where there is none."""
    request = LocalContext.request.get(None)
    return getattr(request, "session_hash", None) or ""

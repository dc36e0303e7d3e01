"""The errors a person may be shown.

Each message is one or two plain sentences: what was wanted, what came, what to do. The edges (the page, the
command line) print the message and nothing else; any other exception is a bug and is reported as one.
"""


class NeuralStyleError(Exception):
    """Base class: its message is meant for the person who made the request."""


class OptionsError(NeuralStyleError):
    """A setting, or a combination of settings, cannot be used."""


class ImageError(NeuralStyleError):
    """A picture cannot be read, written, or used at its size."""


class NameTakenError(ImageError):
    """A file has appeared meanwhile under the name that was to be written."""


class NetworkError(NeuralStyleError):
    """The numbers of a network are missing, damaged, unknown or out of reach."""


class BackendError(NeuralStyleError):
    """What paints, such as a worker of a cluster, is out of reach or has died."""


class MissingExtraError(NeuralStyleError):
    """An optional package is not installed."""

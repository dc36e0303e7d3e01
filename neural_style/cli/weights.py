"""`neural-style weights`: fetch VGG-19, say which network would paint, verify what is kept."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from neural_style.errors import NetworkError
from neural_style.networks import embedded
from neural_style.networks.fetching import fetch_network
from neural_style.networks.fingerprint import Fingerprint
from neural_style.networks.provider import NetworkProvider
from neural_style.networks.sources import SourceTable, WantedFile, load_table
from neural_style.networks.store import Store, default_folder, load
from neural_style.networks.variables import check_hub_variables
from neural_style.vgg.network import Network


def configure(parser: argparse.ArgumentParser) -> None:
    """Give the parser of `weights` its commands; each has `run`, a function from the arguments to the exit status."""
    parser.description = __doc__
    commands = parser.add_subparsers(dest="weights_command", required=True, metavar="COMMAND")

    fetch = commands.add_parser("fetch", help="fetch VGG-19 (535 MB), verify it and keep its convolutions (80 MB)")
    fetch.set_defaults(run=run_fetch)

    info = commands.add_parser("info", help="which network would paint, and where its numbers come from")
    info.add_argument("--network", metavar="FILE", help="show this .mat or .safetensors instead of the best one")
    info.set_defaults(run=run_info)

    verify = commands.add_parser("verify", help="check the hashes of everything that is kept")
    verify.set_defaults(run=run_verify)


def run_fetch(_arguments: argparse.Namespace) -> int:
    """Fetch, convert and keep the wanted network, with a progress bar on standard error."""
    check_hub_variables()
    from tqdm import tqdm

    store, table = Store(default_folder()), load_table()
    with tqdm(desc=table.wanted.name, total=table.wanted.size, unit="B", unit_scale=True, leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)
            if done == total:
                bar.set_description("verifying and converting")

        network = fetch_network(store, table, show)
    print(f"{network.title} is kept in {store.path(network.sha256)}.")
    return 0


def run_info(arguments: argparse.Namespace) -> int:
    """Print what would paint now, and the table of sources."""
    provider = NetworkProvider(arguments.network)
    network = provider()
    print(provider.status().sentence)
    for name, value in _facts(network, provider):
        print(f"  {name + ':':18} {value}")
    _print_table(load_table())
    return 0


def run_verify(_arguments: argparse.Namespace) -> int:
    """Check every file that is kept; return 2 when one is damaged, each with a sentence on standard error."""
    store, table, damaged = Store(default_folder()), load_table(), False
    if not store.path(table.wanted.sha256).exists():
        print(f"{table.wanted.title} is not kept in {store.folder}.")
    for path, problem in _problems(store, table):
        if problem:
            print(problem, file=sys.stderr)
        else:
            print(f"{path}: as it should be")
        damaged = damaged or bool(problem)
    return 2 if damaged else 0


def _facts(network: Network, provider: NetworkProvider) -> Iterator[tuple[str, str]]:
    yield "network", network.title
    yield "topology", f"{network.topology}, {len(network.kernels)} convolutions"
    yield "file", ", ".join(map(str, _paths_of(network, provider)))
    yield "source", network.source
    yield "SHA-256 of source", network.sha256
    yield "mean colour", "RGB " + ", ".join(f"{value:g}" for value in network.mean_rgb)
    yield from network.notes.items()


def _paths_of(network: Network, provider: NetworkProvider) -> Sequence[Path]:
    if provider.network_file is not None:
        return [provider.network_file]
    return embedded.data_files() if network.sha256 == embedded.SHA256 else [provider.store.path(network.sha256)]


def _print_table(table: SourceTable) -> None:
    print(f"Wanted: {table.wanted.name}, {table.wanted.size:,} bytes, SHA-256 {table.wanted.sha256}")
    print("Sources, in the order in which they are tried:")
    for source in table.sources:
        print(f"  {source}, {source.filename}, revision {source.revision[:12]}")


def _problems(store: Store, table: SourceTable) -> Iterator[tuple[Path, str]]:
    """Yield every file that is kept, with a sentence on what is wrong with it or an empty one."""
    for path in store.kept():
        yield path, _problem_of_stored(store, path)
    download = store.downloads / table.wanted.name
    if download.exists():
        yield download, _problem_of_download(download, table.wanted)
    try:
        embedded.load()
    except NetworkError as error:
        yield Path(embedded.TITLE), str(error)
    else:
        yield from ((path, "") for path in embedded.data_files())


def _problem_of_download(path: Path, wanted: WantedFile) -> str:
    fingerprint = Fingerprint.of(path)
    if fingerprint.sha256 == wanted.sha256:
        return ""
    return (
        f"{path} has {fingerprint.size:,} bytes and SHA-256 {fingerprint.sha256}; wanted are {wanted.size:,} bytes and "
        f"{wanted.sha256}. Delete it."
    )


def _problem_of_stored(store: Store, path: Path) -> str:
    try:
        network = load(path)
    except NetworkError as error:
        return str(error)
    misnamed = store.path(network.sha256) != path
    return f"{path} holds the network of another file ({network.source}). Delete or rename it." if misnamed else ""

"""The flags of `batch`: those of a command that paints, and which photos, tables and manifest."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, get_args

from neural_style.cli.defaults import SHORT
from neural_style.cli.flags import FAILED, add_file, add_painting_flags, describe, file_path
from neural_style.images.save import OUTPUT_OPTIONS
from neural_style.service.job_table import COLUMNS
from neural_style.service.manifest import NAME
from neural_style.service.options import BackendName

_MORE_HELP = """\
presets:
{presets}

examples:
  neural-style batch photos --styles painting.jpg --output painted
  neural-style batch "holiday/*.jpg" --styles a.jpg b.jpg --strength 0.6 --output painted --format jpg
  neural-style batch --jobs jobs.csv --output painted

  neural-style batch photos --styles painting.jpg --output painted --backend ray --ray-address auto --workers 8

The same command goes on where it was stopped, and tries again what failed. Ctrl-C ends it within a step. The exit
status is 0 when every picture is there, {failed} when some could not be painted, 2 when something cannot be used, and
128 plus the number of the signal when a signal ended the program."""


CLUSTER_FLAGS: Mapping[str, tuple[Callable[[str], Any], str, str]] = {
    "--ray-address": (str, "ADDRESS", "of the cluster, such as auto (default: one of its own, on this machine)"),
    "--workers": (int, "N", "workers of the cluster (default: 1)"),
    "--worker-threads": (int, "N", "cores that each takes (default: those of this machine, shared among them)"),
    "--worker-gpus": (float, "X", "GPUs that each takes; 0.5 is half of one (default: none)"),
}
"""The flags that only a cluster has: what reads their values, the name of a value, and the help."""


def add_batch_flags(parser: argparse.ArgumentParser) -> None:
    """Declare every flag of `batch`, and its help."""
    parser.usage = "neural-style batch [PHOTO ...] --styles PAINTING [PAINTING ...] --output FOLDER [FLAGS]"
    description = "Repaint many photographs with the look of the page, with one start of the program."
    describe(parser, description, _MORE_HELP, failed=FAILED)
    add_painting_flags(parser, SHORT, _add_pictures)
    _add_own_flags(parser.add_argument_group("batch"))


def _add_pictures(group: "argparse._ArgumentGroup") -> None:
    group.add_argument(
        "photos", nargs="*", metavar="PHOTO", help="photographs to repaint: files, folders, or patterns in quotes"
    )
    add_file(group, "--styles", nargs="+", metavar="PAINTING", help="one or more paintings, for all photographs")
    add_file(
        group,
        "--output",
        metavar="FOLDER",
        help="folder for the pictures, which are named after photo and paintings, with a number where two would have "
        "the same name",
    )


def _add_own_flags(group: "argparse._ArgumentGroup") -> None:
    add_file(
        group,
        "--jobs",
        metavar="TABLE",
        help=f"table with a picture in each line, CSV with a header or JSON lines; columns: {', '.join(COLUMNS)}; what "
        "a line leaves out comes from the flags",
    )
    group.add_argument("--recursive", action="store_true", help="look through folders with all folders in them")
    endings = [ending.removeprefix(".") for ending in OUTPUT_OPTIONS]
    group.add_argument("--format", choices=endings, default=endings[0], help="of the pictures (default: %(default)s)")
    group.add_argument(
        "--manifest",
        type=file_path,
        metavar="FILE",
        help=f"record of what was painted, from which the same command goes on (default: {NAME} in the output folder)",
    )
    group.add_argument("--limit", type=int, metavar="N", help="paint at most N pictures now, and the others later")
    group.add_argument(
        "--backend",
        choices=get_args(BackendName),
        default="local",
        help="where to paint: on this machine, or on a Ray cluster, as many pictures at the same time as there are "
        "workers (default: %(default)s)",
    )
    for flag, (kind, metavar, meaning) in CLUSTER_FLAGS.items():
        group.add_argument(flag, type=kind, metavar=metavar, help=meaning)
    group.add_argument("--dry-run", action="store_true", help="say what would be done and how long it takes, only")

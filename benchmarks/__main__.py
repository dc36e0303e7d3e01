"""Measure the figures in the README and in `docs/benchmarks/`: `python -m benchmarks COMMAND`."""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import tensorflow as tf

from benchmarks import (
    against,
    batch,
    cluster,
    curves,
    first_change,
    gpu,
    jobs,
    load,
    machine,
    memory,
    picture,
    scales,
    step_cost,
    streaming,
    tiles,
    time_to_loss,
    visit,
)
from benchmarks.common import add_folder
from neural_style.resources import checkout

COMMANDS = {
    "time-to-loss": time_to_loss,
    "step-cost": step_cost,
    "memory": memory,
    "tiles": tiles,
    "curves": curves,
    "scales": scales,
    "streaming": streaming,
    "first-change": first_change,
    "visit": visit,
    "jobs": jobs,
    "batch": batch,
    "cluster": cluster,
    "against": against,
    "load": load,
    "gpu": gpu,
    "machine": machine,
    "picture": picture,
}

QUICK_FOLDER = Path("build", "benchmarks")
"""The folder of the quick figures in the clone, ignored by git: they never stand in for the real ones."""

QUICK = {
    "time-to-loss": "--sizes 96 --original-steps 100 --our-steps 40 --pairs red_panda:great_wave_hokusai",
    "step-cost": "--sizes 64 128 --rounds 3 --styles-size 96 --styles 1 4",
    "memory": "--whole 128 256 --formats float32 --tiled 384 --tile 128 --runs 256",
    "tiles": "--sizes 161x255 --tile 64",
    "curves": "--size 64 --lbfgs-steps 25 --adam-steps 40",
    "scales": "--sizes 96 --iterations 8 --schedules 1 2 --pairs red_panda:great_wave_hokusai",
    "streaming": "--size 96 --steps 12 --rounds 2",
    "first-change": "--size 128 --rounds 2",
    "visit": "--size 128",
    "jobs": "--jobs 9 --steps 2",
    "batch": "--photos 2 --size 64 --pictures 8 --reference 4 --sizes 4 --steps 2",
    "cluster": "--workers 1 --photos 1 --size 64 --steps 4 --rounds 1",
    "load": "--visitors 10 --seconds 20",
    "picture": "--size 128",
}
"""The flags of a small version of each command."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    arguments = build_parser().parse_args(words)
    return arguments.run(arguments) or 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        text = module.__doc__ or ""
        command = commands.add_parser(name, help=text.splitlines()[0], description=text)
        module.add_flags(command)
        command.set_defaults(run=module.run)
    everything = commands.add_parser("all", help="all of them, one after the other: several hours on two cores")
    add_folder(everything)
    everything.set_defaults(run=run_all)
    quick = commands.add_parser(
        "quick", help=f"a small version of all, into {QUICK_FOLDER}: some minutes on two idle cores"
    )
    quick.set_defaults(run=run_quick)
    return parser


def run_all(arguments: argparse.Namespace) -> int:
    """Run every command that writes a report with its defaults; the GPU's only where there is one."""
    folder = ["--folder", str(arguments.folder)]
    left_out = {"machine", "against"} | (set() if tf.config.list_physical_devices("GPU") else {"gpu"})
    return _run_each({name: folder for name in COMMANDS if name not in left_out})


def run_quick(_arguments: argparse.Namespace) -> int:
    """Run a small version of every command but that for a GPU."""
    folder = ["--folder", str((checkout() or Path()) / QUICK_FOLDER)]
    return _run_each({name: [*flags.split(), *folder] for name, flags in QUICK.items()})


def _run_each(flags_of: dict[str, list[str]]) -> int:
    """Run each command in a process of its own, so that none leaves memory or traced functions to the next."""
    failed = []
    for name, flags in flags_of.items():
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", "benchmarks", name, *flags], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"Failed or out of bounds: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

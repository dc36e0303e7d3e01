"""Start processes with large libraries already loaded: loading takes seconds, forking a hundredth of one.

A program in such a process has its own environment, folder and output, and loads what is not there yet as any other
program would. A test of a start from nothing needs a real process instead.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_SERVER = """
import json, os, sys, traceback

def run(order):
    for descriptor, name in ((1, order["stdout"]), (2, order["stderr"])):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[:0] = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path not in sys.path]
    status = 1
    try:
        exec(compile(order["program"], "<program>", "exec"), {"__name__": "__main__"})
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

sys.stdout.write("\\n")
sys.stdout.flush()
for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if child == 0:
        run(order)
    _, status = os.waitpid(child, 0)
    sys.stdout.write(json.dumps(os.waitstatus_to_exitcode(status)) + "\\n")
    sys.stdout.flush()
"""


class Forking:
    """A process that has run `imports` and waits; each program runs in a fork of it, one at a time."""

    def __init__(self, imports: str, environment: Mapping[str, str]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(imports) + _SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=dict(environment),
        )
        assert self._answer() == "\n"

    def run(self, program: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run the program to its end."""
        outputs = [Path(self._folder.name, name) for name in ("stdout", "stderr")]
        for output in outputs:
            output.write_bytes(b"")
        order: dict[str, Any] = {
            "program": textwrap.dedent(program),
            "environment": dict(os.environ if environment is None else environment),
            "folder": str(Path.cwd()),
            "stdout": str(outputs[0]),
            "stderr": str(outputs[1]),
        }
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status = int(self._answer())
        stdout, stderr = (output.read_text(encoding="utf-8") for output in outputs)
        return subprocess.CompletedProcess(program, status, stdout, stderr)

    def end(self) -> None:
        """End the process; it runs no more programs."""
        self._process.communicate()
        self._folder.cleanup()

    def _answer(self) -> str:
        assert self._process.stdout
        answer = self._process.stdout.readline()
        assert answer, "the process has ended"
        return answer


@contextlib.contextmanager
def forking(imports: str, environment: Mapping[str, str] | None = None) -> Iterator[Forking]:
    """Start a process that runs `imports` once, in that environment or that of the tests."""
    process = Forking(imports, os.environ if environment is None else environment)
    try:
        yield process
    finally:
        process.end()

"""Log lines have a time with its zone, a level and a logger."""

import os
import subprocess
import sys

PROGRAM = """
import logging
from neural_style.service.logs import log_to_standard_error
log_to_standard_error("{level}")
logging.getLogger("neural_style.service.job_log").info("job=%s event=begin", "1f2e")
logging.getLogger("neural_style").warning("Little memory.")
logging.getLogger("uvicorn").info("not ours")
logging.getLogger("uvicorn").warning("not ours, and as it would be without us")
noon = {{"name": "neural_style", "levelname": "ERROR", "levelno": logging.ERROR, "created": 1769860800}}
logging.getLogger("neural_style").handle(logging.makeLogRecord({{**noon, "msg": "At noon."}}))
"""


def lines(level: str, zone: str = "UTC") -> list[str]:
    command = [sys.executable, "-c", PROGRAM.format(level=level)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "TZ": zone})
    return done.stderr.splitlines()


def test_a_line_is_time_level_logger_and_message() -> None:
    begin, warning, other, noon = lines("INFO")
    time, rest = begin.split(" ", 1)
    assert len(time) == len("2026-01-31T12:00:00+0000")
    assert rest == "INFO neural_style.service.job_log: job=1f2e event=begin"
    assert warning.endswith(" WARNING neural_style: Little memory.")
    assert other == "not ours, and as it would be without us"
    assert noon == "2026-01-31T12:00:00+0000 ERROR neural_style: At noon."


def test_the_time_is_of_the_servers_zone_which_it_names() -> None:
    assert lines("ERROR", zone="UTC-02:30")[-1].startswith("2026-01-31T14:30:00+0230 ")


def test_lines_below_the_level_are_left_out() -> None:
    ours = [line.split(" ")[1] for line in lines("WARNING") if "neural_style" in line]
    assert ours == ["WARNING", "ERROR"]

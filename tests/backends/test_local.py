"""The local backend binds the engine to a network."""

import subprocess
import sys

import numpy as np
import pytest

from neural_style.backends.local import LocalStylizer, stylize
from neural_style.errors import NetworkError, OptionsError
from neural_style.vgg.network import Network
from tests.fakes import small_request, tiny_network


def no_network() -> Network:
    raise NetworkError("There is none.")


def test_importing_it_loads_no_tensorflow() -> None:
    program = "import sys, neural_style.backends.local\nassert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_stylizer_asks_for_the_network_once_a_run_and_paints_what_the_function_paints() -> None:
    asked = []

    def provider() -> Network:
        asked.append(1)
        return tiny_network()

    request = small_request(iterations=2, start="content")
    painted = list(LocalStylizer(provider)(request))
    assert len(asked) == 1
    again = list(stylize(request, tiny_network))
    assert [iterate.step for iterate in painted] == [iterate.step for iterate in again] == [0, 1, 2]
    np.testing.assert_array_equal(painted[-1].result(), again[-1].result())


def test_the_memory_of_a_stylizer_and_that_of_the_function_bound_the_run() -> None:
    request = small_request(width=2000)
    for run in (LocalStylizer(tiny_network, 1e-6)(request), stylize(request, tiny_network, memory_gb=1e-6)):
        with pytest.raises(OptionsError, match="memory"):
            next(run)


def test_without_a_network_there_is_no_run() -> None:
    with pytest.raises(NetworkError, match="There is none"):
        next(LocalStylizer(no_network)(small_request()))
    with pytest.raises(NetworkError, match="There is none"):
        LocalStylizer(no_network).warm_up()

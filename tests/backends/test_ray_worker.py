"""What a worker of a cluster sends of an iterate."""

import pickle
import subprocess
import sys
from dataclasses import fields, replace

import numpy as np

from neural_style.backends.ray_worker import PARTS, Facts
from neural_style.iterate import Iterate
from tests.fakes import FakeStylizer, small_request


def iterate() -> Iterate:
    *_, last = FakeStylizer()(small_request())
    return last


def test_importing_it_loads_neither_ray_nor_tensorflow() -> None:
    program = "import sys, neural_style.backends.ray_worker, neural_style.backends.ray_pool\n"
    subprocess.run([sys.executable, "-c", program + "assert not {'tensorflow', 'ray'} & set(sys.modules)"], check=True)


def test_facts_are_small_and_an_iterate_is_made_of_them_whose_pictures_are_fetched() -> None:
    sent = iterate()
    fetched: list[str] = []

    def fetch(part: str) -> object:
        fetched.append(part)
        return getattr(sent, part)()

    bytes_sent = pickle.dumps(Facts.of(sent))
    assert len(bytes_sent) < 2000
    received = pickle.loads(bytes_sent).iterate(fetch)
    assert fetched == ["picture", "result", "exact"], "the last iterate's, since its worker may paint on at once"
    for name in {field.name for field in fields(Iterate)} - {*PARTS, "losses", "best_losses"}:
        assert getattr(received, name) == getattr(sent, name)
    assert received.losses.with_total() == sent.losses.with_total()
    np.testing.assert_array_equal(received.result(), sent.result())
    assert len(fetched) == 3
    fetched.clear()
    middle = replace(Facts.of(sent), values={**Facts.of(sent).values, "is_last": False}).iterate(fetch)
    assert fetched == []
    middle.result()
    assert fetched == ["result"]


def test_what_an_iterate_does_not_have_cannot_be_fetched() -> None:
    received = Facts.of(replace(iterate(), exact=None)).iterate(lambda part: part)
    assert (received.exact, received.state) == (None, None)

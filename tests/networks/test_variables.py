"""The variables of the Hub's client that it reads as numbers."""

import pytest

from neural_style.errors import OptionsError
from neural_style.networks.variables import check_hub_variables


@pytest.mark.parametrize("text", ["", "10", " 10 ", "-1"])
def test_a_whole_number_or_nothing_is_taken(text: str) -> None:
    check_hub_variables({"HF_HUB_DOWNLOAD_TIMEOUT": text, "HF_HUB_ETAG_TIMEOUT": text})


@pytest.mark.parametrize("text", ["10s", "1.5", "ten"])
def test_anything_else_is_refused_by_the_name_of_the_variable(text: str) -> None:
    with pytest.raises(OptionsError, match=f"HF_HUB_ETAG_TIMEOUT must be a whole number of seconds.*'{text}'"):
        check_hub_variables({"HF_HUB_ETAG_TIMEOUT": text})

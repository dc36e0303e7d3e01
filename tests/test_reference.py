"""The settings as documents and programs are told about them."""

from typing import Any

import jsonschema
import pytest

from neural_style.errors import OptionsError
from neural_style.presets import PRESETS, SCALE, scale_in_words
from neural_style.record.recipe import settings_from_dict, settings_to_dict
from neural_style.reference import settings_page, settings_schema, settings_table, strength_table
from neural_style.resources import checkout
from neural_style.service.orders import APP_SETTINGS
from neural_style.settings import ROWS
from neural_style.strength import PATHS

SCHEMA = settings_schema(APP_SETTINGS)


def is_valid(values: Any) -> bool:
    return jsonschema.Draft202012Validator(SCHEMA).is_valid(values)


def test_the_page_in_the_documents_is_the_one_that_the_settings_make():
    root = checkout() or pytest.skip("only a clone has the documents")
    kept = (root / "docs" / "settings.md").read_text(encoding="utf-8")
    told = "docs/settings.md is stale. Write it anew: make tables"
    assert kept == settings_page(), told


def test_the_table_has_one_row_for_each_setting():
    lines = settings_table().splitlines()[2:]
    assert [line.split(" | ")[0] for line in lines] == [f"| `{path}`" for path in ROWS]
    for line, row in zip(lines, ROWS.values(), strict=True):
        assert all(part in line for part in (f"`{row.flag}`", row.label, row.wanted, row.help))
    assert "| `weights.style` | Style weight | `--style-weight` | a number of at least 0 | 500 |" in lines[3]


def test_the_table_of_strengths_has_what_each_look_of_the_scale_has():
    header, _, *lines = strength_table().splitlines()
    assert header == "| Strength | Look | Content weight | Stroke weight | Length of strokes | First size |"
    cells = [line.strip("| ").split(" | ") for line in lines]
    assert {name.strip("`"): float(strength) for strength, name, *_ in cells} == SCALE
    for _, name, *values in cells:
        wanted = [ROWS[path].value_in(PRESETS[name.strip("`")].settings) for path in PATHS]
        assert list(map(float, values)) == wanted


def test_the_schema_describes_every_setting_where_a_program_gives_it():
    for row in ROWS.values():
        *records, name = row.path.split(".")
        inside = SCHEMA["properties"]
        for record in records:
            inside = inside[record]["properties"]
        assert inside[name]["description"].startswith(row.help)
        assert inside[name].get("default", row.value_in(APP_SETTINGS)) == row.value_in(APP_SETTINGS)


def test_the_schema_gives_no_default_for_what_takes_the_place_of_another_setting():
    assert "default" not in SCHEMA["properties"]["iterations"]
    assert SCHEMA["properties"]["effort"]["default"] == "good"


def test_the_schema_is_one_and_takes_every_look_and_its_former_name():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert "$ref" not in str(SCHEMA)
    assert all(is_valid(settings_to_dict(preset.settings)) for preset in PRESETS.values())
    assert is_valid({"preset": "seed", "weights": {"style": 3}, "width": None})


def test_the_schema_takes_a_strength_and_says_which_look_has_which():
    assert all(is_valid({"preset": "print", "strength": strength}) for strength in (0, 0.55, 1))
    assert scale_in_words() in SCHEMA["properties"]["strength"]["description"]
    assert "default" not in SCHEMA["properties"]["strength"]


@pytest.mark.parametrize(
    "values",
    [
        {"weights": {"style": -1}},
        {"weights": {"content_blend": 1.5}},
        {"weights": {"style_layer_exponent": 0}},
        {"weights": {"style_balance": "even"}},
        {"adam": {"beta1": 1}},
        {"iterations": 0},
        {"iterations": None},
        {"effort": "long"},
        {"scales": 9},
        {"scales": "all"},
        {"preserve_colors": "no"},
        {"initial_noiseblend": -0.1},
        {"width": 8},
        {"bits": 12},
        {"start": None},
        {"preset": 3},
        {"strength": -0.1},
        {"strength": 1.1},
        {"strength": "bold"},
        {"strength": None},
    ],
)
def test_the_schema_refuses_what_the_settings_refuse(values: dict[str, Any]):
    assert not is_valid(values)
    with pytest.raises(OptionsError):
        settings_from_dict(values)

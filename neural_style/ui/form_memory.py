"""The form of a visit: what a visitor has put in, so that a page that is opened again shows it again."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from neural_style.service.pictures import Picture
from neural_style.service.sizes import PRINT
from neural_style.ui.files import file_record
from neural_style.ui.layout import Page

Form = Mapping[str, Any]
"""The name of a field -> the value of its component, as Gradio sends it; of the own paintings, as their uploads."""

_PICTURES = ("photo", "start_picture")

MOST_CHARACTERS = 2_000_000
"""The most characters of a form that is kept; a page of many paintings of one's own has a tenth of that."""


def fields(page: Page) -> dict[str, Any]:
    """Return name -> component, of all that is kept of the form."""
    options, advanced = page.options, page.advanced
    chosen = {"photo": page.photo.image, "gallery": page.paintings.gallery, "own": page.paintings.own}
    chosen |= {"excerpts": page.paintings.excerpts, "regions": page.regions}
    looks = {"look": options.look, "strength": options.strength, "effort": options.effort}
    looks |= {"sketches": options.sheet.sheet, "size": options.size, "side": options.side, "paper": options.paper}
    panel = {"filled": advanced.filled, "filled_strength": advanced.filled_strength, **advanced.fields}
    return {**chosen, "start_picture": advanced.start_picture, **looks, **panel}


def form_of(page: Page, values: Mapping[Component, Any]) -> Form | None:
    """Return what is to be kept of the values of all components; None where that is more than a page can hold."""
    form = {name: values[component] for name, component in fields(page).items()}
    form["own"] = {key: _record_of(picture) for key, picture in form["own"].items()}
    return form if len(json.dumps(form)) <= MOST_CHARACTERS else None


def restored(page: Page, form: Form) -> dict[Component, Any]:
    """Return component -> value of a form that was kept, without the pictures whose files are gone by now.

    Nothing is returned of a form that no page can have sent.
    """
    try:
        return _restored(page, form)
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}


def _restored(page: Page, form: Form) -> dict[Component, Any]:
    components = fields(page)
    values = {name: value for name, value in form.items() if name in components}
    for name in _PICTURES:
        values[name] = _picture(values.get(name))
    pictures = {key: Picture.from_upload(upload) for key, upload in form["own"].items()}
    own = {key: picture for key, picture in pictures.items() if picture is not None and picture.path.exists()}
    gallery = form["gallery"]
    values["own"] = own
    is_print = form["size"] == PRINT
    values["side"] = gr.update(value=form["side"], visible=not is_print)
    values["paper"] = gr.update(value=form["paper"], visible=is_print)
    values["gallery"] = {
        "styles": {key: numbers for key, numbers in gallery["styles"].items() if key in own or key not in form["own"]},
        "own": [card for card in gallery["own"] if card["key"] in own],
    }
    return {components[name]: value for name, value in values.items()}


def _picture(upload: Any) -> Any:
    """Return the record of an upload as Gradio takes it; nothing is changed where there was none, or it is gone."""
    picture = Picture.from_upload(upload)
    if picture is None or not Path(picture.path).exists():
        return gr.skip()
    return _record_of(picture)


def _record_of(picture: Picture) -> dict[str, Any]:
    """Return the record of a picture as that of an upload."""
    return {**file_record(picture.path), "orig_name": picture.name}

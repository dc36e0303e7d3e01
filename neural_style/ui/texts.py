"""Every text of the page is here, in one place: short, plain, and in the words of CONTRIBUTING.md."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from neural_style.languages import in_language
from neural_style.presets import PAGE_PRESETS
from neural_style.request import STYLE_NUMBERS
from neural_style.settings import ROWS
from neural_style.strength import STRENGTH


def _each(texts: Mapping[str, Any]) -> Any:
    """Return a field whose default is several texts by their names."""
    return field(default_factory=lambda: texts)


@dataclass(frozen=True, kw_only=True)
class Texts:
    """The texts of the page by their names, in one language; see `languages`."""

    subtitle: str = "Repaint a photo in the style of paintings, and watch it come."
    photo_heading: str = "Photo"
    photo_label: str = "Your photo"
    photo_placeholder: str = "Drop a photo here, paste one, or click to choose"
    photo_alt: str = "The photo to paint"
    photo_one: str = "{name} was taken. One photo is painted at a time; {count} were dropped."
    photo_paste: str = (
        "The browser does not let this page look at the clipboard. Press Ctrl+V, or ⌘V on a Mac, or choose the file."
    )
    photo_shrunk: str = "Sent at {width} × {height} px: no larger picture is painted here."
    several: str = "Several photos at once"
    paint_all: str = "Paint all {count} photos"
    paint_all_timed: str = "Paint all {count} photos, about {time}"
    album_whole: str = "What was drawn on one photo is not used for several: they are painted as a whole."
    status_place: str = "Photo {number} of {all}"
    photo_examples: str = "or take one of these"
    paintings_heading: str = "Paintings"
    paintings_hint: str = "Choose one or more"
    paintings_upload: str = "Add paintings of your own"
    own_painting: str = "your own"
    mix_heading: str = "Chosen paintings"
    mix_words: Mapping[str, str] = _each({"number_of": "{number} of {painting}", "remove": "Take off {painting}"})
    style_numbers: Mapping[str, str] = _each({name: row.label for name, row in STYLE_NUMBERS.items()})
    look_label: str = "Look"
    look_of_your_own: str = "A look of your own: it is in Advanced."
    looks: Mapping[str, str] = _each({name: preset.label for name, preset in PAGE_PRESETS.items()})
    purposes: Mapping[str, str] = _each({name: preset.purpose for name, preset in PAGE_PRESETS.items()})
    strength_label: str = STRENGTH.label
    strength_ends: tuple[str, str] = "faithful", "abstract"
    """The words at the two ends of the strength."""
    tries: Mapping[str, str] = _each(
        {"looks": "Try all looks", "strengths": "Try strengths", "paintings": "Try each painting"}
    )
    """The buttons that have sketches made of the photo, by the kinds in `service.sketches`."""
    tries_label: str = "Sketches of your photo"
    trying: str = "{done} of {all} …"
    trying_timed: str = "{done} of {all}, about {time} …"
    sheet_labels: Mapping[str, str] = _each(
        {
            "looks": "Your photo in each look",
            "strengths": "Your photo at several strengths",
            "paintings": "Your photo after each painting",
        }
    )
    regions_heading: str = "Paint only parts of the photo"
    regions_hint: str = (
        "Choose a painting and brush over the photo where it is to paint. A painting without a part of its own paints "
        "the rest; where none paints, the photo stays."
    )
    region_words: Mapping[str, str] = _each(
        {
            "brushes": "What to brush with",
            "keep": "Leave the photo",
            "eraser": "Eraser",
            "size": "Brush width",
            "soft": "Soft edges",
            "undo": "Undo",
            "redo": "Redo",
            "clear": "Clear",
            "invert": "Invert",
            "closer": "Zoom in",
            "farther": "Zoom out",
            "upload": "Mask from a file",
            "ready": "Without drawing",
            "fill": "Fill",
            "canvas": "The photo with the parts drawn on it",
            "no_photo": "Choose a photo first.",
            "no_mask": "{file} cannot be read as a picture.",
        }
    )
    ready_regions: Mapping[str, str] = _each(
        {
            "left": "Left half",
            "right": "Right half",
            "top": "Upper half",
            "bottom": "Lower half",
            "sky": "Upper third",
            "ground": "Lower third",
            "middle": "Oval in the middle",
            "border": "All around the oval",
        }
    )
    own_looks_heading: str = "Looks of your own"
    own_looks_hint: str = (
        "Keep the settings that are on the page now under a name. They stay in this browser; export them to have them "
        "in another one."
    )
    own_look_words: Mapping[str, str] = _each(
        {
            "name": "Name of the look",
            "save": "Keep these settings",
            "export": "Export",
            "import": "Import",
            "delete": "Delete {name}",
            "none": "{file} has no looks in it. Wanted is a file that was exported here.",
            "full": "This browser keeps nothing more. Export or delete looks first.",
        }
    )
    own_look_taken: str = "{name} is in place."
    size_label: str = "Size"
    sizes: Mapping[str, str] = _each({"quick": "Quick look", "screen": "Screen", "large": "Large", "print": "Print"})
    """The names of the sizes in `service.sizes`."""
    side_label: str = "Longest side, px"
    paper_label: str = "Paper"
    paper: str = "{paper} dpi: {side} px"
    paint: str = "Paint"
    stop: str = "Stop and keep it"
    leave: str = "Cancel"
    stopping: str = "Stopping …"
    estimate: str = "{width} × {height} px take about {time} on this machine."
    estimate_after_one: str = (
        "{width} × {height} px take about {time} on this machine, after the picture that is being painted."
    )
    estimate_after: str = (
        "{width} × {height} px take about {time} on this machine, after at most {ahead} other pictures."
    )
    viewer_alt: str = "The painted picture"
    viewer_empty: str = (
        "Choose a photo and a painting, then press Paint. The picture appears here and changes as you watch."
    )
    before_alt: str = "The photo"
    compare_label: str = "Compare with the photo: how much of it to show, in percent"
    compare_result_label: str = "Compare with another picture: how much of it to show, in percent"
    full_screen: str = "Full screen"
    not_full_screen: str = "Leave full screen"
    viewer_label: str = (
        "Picture. Plus and minus zoom, Z shows it at 100 %, 0 fits it; the arrow keys move it when zoomed."
    )
    viewer_bar_label: str = "View"
    zoom_now: str = "Zoom: pixels of the screen for those of the picture"
    zoom_buttons: Mapping[str, tuple[str, str]] = _each(
        {
            "out": ("−", "Zoom out (−)"),
            "in": ("+", "Zoom in (+)"),
            "actual": ("100 %", "100 %: one pixel of the picture on one of the screen (Z)"),
            "fit": ("Fit", "Fit the whole picture (0)"),
        }
    )
    """The text and the longer name of each button, by what it does in viewer.js; the name begins with the text."""
    side_by_side: str = "Side by side"
    compare_photo: str = "Photo"
    compare_this: str = "This picture"
    compare_words: Mapping[str, str] = _each({"compared": "Compared with: {label}", "photo_again": "Photo instead"})
    compare_result: str = "Compare with {label}"
    result_size: str = "{width} × {height} px"
    result_continued: str = "{look}, continued"
    result_strength: str = "{look} at {strength:g}"
    result_own_look: str = "Own settings"
    result_label: str = "{look} · {paintings} · {size} · {elapsed}"
    strip_label: str = "Pictures of this session"
    units: Mapping[str, str] = _each({"h": " h", "min": " min", "s": " s"})
    follows: str = (
        "Move shares, strength, weights and colours while it paints: the picture follows. The rest is for the next one."
    )
    status_next: str = "Another picture is being painted; yours comes next."
    status_waiting: str = "{ahead} pictures come before yours."
    status_goes_on: str = "Your picture went on being painted while the page was away."
    status_begins: str = "The photo in the paintings' colours. Looking for what of them fits where …"
    status_failed: str = "Nothing was painted."
    status_finished: str = "Finished after {step} steps in {elapsed}."
    status_stopped: str = "Stopped after {step} steps: the best picture so far."
    status_ended_early: str = "Ended after {step} steps."
    status_step: str = "Step {step} of at most {steps}"
    status_size: str = "painting at {side} px"
    status_remaining: str = "about {remaining} left"
    loss_terms: Mapping[str, str] = _each(
        {
            "total": "loss",
            "content": "photo",
            "style": "painting",
            "wasserstein": "palette",
            "matching": "strokes",
            "total_variation": "smoothness",
            "colors": "colours",
        }
    )
    """The page's names of the loss terms; other terms are called by their own names."""
    chart_label: str = "The losses over the steps: the lower, the nearer to photo and painting"
    nearness_forms: str = "forms"
    nearness: str = "How near it came, by layers: 0 as the photo, 1 as the painting"
    status_network: str = "Painted with {network}."
    badge: str = "Network: {network}."
    badge_none: str = "There is no network to paint with."
    badge_fetching: str = "VGG-19 is on its way: {percent} %."
    badge_fetch: Mapping[str, str] = _each(
        {"fetching": "VGG-19 is on its way.", "failed": "VGG-19 could not be fetched; that is tried again."}
    )
    archive: str = "All pictures as ZIP, or those with a star"
    star: str = "Keep {label}"
    unstar: str = "No longer keep {label}"
    delete: str = "Delete {label}"
    details_heading: str = "Details"
    tell: str = "Tell me when it is done"
    tell_words: Mapping[str, str] = _each(
        {"done": "Your picture is done.", "failed": "Your picture could not be painted.", "told": "You will be told."}
    )
    progress_label: str = "Progress of the painting"
    download: str = "Download PNG"
    jpeg: str = "JPEG"
    share: str = "Share"
    download_sized: str = "Download PNG, {width} × {height}"
    variations: Mapping[str, str] = _each(
        {"bigger": "Bigger", "another": "Another like it", "keep_going": "Keep going"}
    )
    """The text of each variation's button, by its name in `variations.VARIATIONS`."""
    variations_sized: Mapping[str, str] = _each(
        {
            "bigger": "Bigger: {width} × {height}",
            "another": "Another like it",
            "keep_going": "Keep going: {steps} more steps",
        }
    )
    variation_timed: str = "{label}, about {time}"
    timelapse_heading: str = "Timelapse"
    timelapse_label: str = "How the picture was painted"
    timelapse_mp4: str = "Download MP4"
    timelapse_webp: str = "Download animated WebP"
    recipe_heading: str = "Recipe"
    recipe_hint: str = (
        "The recipe of a picture is every setting, as JSON. It is in each PNG painted here. Put the PNG or the recipe "
        "in, today or another day, to paint with the same settings; the command line takes both (`--recipe`)."
    )
    recipe_label: str = "Recipe of this picture"
    recipe_download: str = "Download the recipe"
    recipe_link: str = "Link that opens this page with these settings"
    recipe_drop: str = "Put a recipe in: a PNG painted here, or a JSON file"
    recipe_restored: str = "The settings of the recipe are in place."
    recipe_missing: str = (
        "Of its {all} paintings these are your own, which a recipe does not name: number {numbers}. Add them in this "
        "order, then put the recipe in again for shares and brush sizes."
    )
    recipe_changes: str = "The changes made while it was painted are repeated by the command line only."
    recipe_start: str = "Its picture went on from another one, which has to be given in Advanced, too."
    recipe_link_broken: str = "The link's settings cannot be used. {reason}"
    setting_groups: Mapping[str, str] = _each({row.group: row.group for row in ROWS.values()})
    setting_labels: Mapping[str, str] = _each({path: row.label for path, row in ROWS.items()})
    setting_helps: Mapping[str, str] = _each({path: row.help for path, row in ROWS.items() if row.in_panel})
    setting_unset: Mapping[str, str] = _each({path: row.unset for path, row in ROWS.items() if row.unset})
    setting_words: Mapping[str, Mapping[str, str]] = _each(
        {path: {str(word): row.title(word) for word in row.kind.words} for path, row in ROWS.items() if row.kind.words}
    )
    """The page's names of the values of a setting; a word that a language has no name for is itself."""
    advanced_heading: str = "Advanced"
    advanced_hint: str = (
        "Every setting, as the chosen look has it. Change what you like; choose the look again, or reset, to have it "
        "back. This server makes at most {limit} steps at full size."
    )
    advanced_reset: str = "Reset to the look"
    start_picture_label: str = 'Start picture, for the start "{start}"'
    advanced_empty: str = "empty"
    advanced_unset: str = "Empty: {unset}."
    advanced_decides: str = 'Empty: "{label}" decides.'
    no_number: str = 'The field "{label}" in Advanced must be a number or empty; got {value}.'
    empty_field: str = 'The field "{label}" in Advanced is empty. Give a number, or reset.'
    sources_heading: str = "Where the example pictures come from"

    def loss_term(self, name: str) -> str:
        """Return the page's name of a loss term."""
        return self.loss_terms.get(name, name.replace("_", " "))


def texts() -> Texts:
    """Return the texts in the language that is spoken here."""
    return in_language(Texts)


API_DESCRIPTION = (
    "Paint a photo in the style of paintings. `content` is a picture file, `styles` a list of picture files. Lists "
    "with one number for each of them may go with it ({numbers}). `settings` are any fields of "
    '`neural_style.Settings` as JSON, such as {"longest_side_px": 256, "effort": "quick"}; the others are those of the '
    'page, or of the preset that is named beside them, as in {"preset": "bold"}. A strength from 0 to 1 beside them, '
    'as in {"strength": 0.55}, says how far the painting takes over: {scale}. Iterations alone take the place of the '
    'effort: {"iterations": 50, "scales": 1} makes exactly 50 steps. A whole recipe, as in the PNGs painted here, is '
    "taken in place of the settings, with the numbers of its styles. `initial` is a picture to begin with, for the "
    'start "image". Yields (progress, preview, '
    "result) after every step: progress is JSON with job (for /change), step, steps (at most so many), work_done "
    "(from 0 to 1), painted_size, arithmetic, losses, elapsed_s, remaining_s, network and notice; preview is null or "
    "an object whose url is a small JPEG; result is null until the end, then a PNG file."
)
CHANGE_DESCRIPTION = (
    "Change a picture while /stylize paints it: it goes on from what it is, towards what is asked for now. `job` is "
    "that of its progress. `change` is JSON with any of `shares` (a number for each style), `strength` (from 0 to 1) "
    'and `settings`, as in {"settings": {"weights.content": 3}}. The recipe of the picture says when what was changed.'
)
LOOKS_DESCRIPTION = (
    "The presets that `settings` of /stylize may name, each with its purpose, its strength (null where it is not on "
    "that scale) and its settings, and the limits of this server."
)

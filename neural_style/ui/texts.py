"""Every text of the page is here, in one place: short, plain, and in the words of CONTRIBUTING.md."""

SUBTITLE = "Repaint a photo in the style of paintings, and watch it come."

PHOTO_HEADING = "Photo"
PHOTO_LABEL = "Your photo"
PHOTO_PLACEHOLDER = "Drop a photo here, paste one, or click to choose"
PHOTO_ALT = "The photo to paint"
PHOTO_ONE = "{name} was taken. One photo is painted at a time; {count} were dropped."
SEVERAL = "Several photos at once"
PAINT_ALL = "Paint all {count} photos"
PAINT_ALL_TIMED = "Paint all {count} photos, about {time}"
STATUS_PLACE = "Photo {number} of {all}"
PHOTO_EXAMPLES = "or take one of these"

PAINTINGS_HEADING = "Paintings"
PAINTINGS_HINT = "Choose one or more"
PAINTINGS_UPLOAD = "Add paintings of your own"
OWN_PAINTING = "your own"
MIX_HEADING = "Chosen paintings"
MIX_WORDS = {"number_of": "{number} of {painting}", "remove": "Take off {painting}"}
"""The labels of the controls; those of a painting's numbers are in `request.STYLE_NUMBERS`."""

LOOK_LABEL = "Look"
LOOK_OF_YOUR_OWN = "A look of your own: it is in Advanced."
STRENGTH_ENDS = "faithful", "abstract"
"""The words at the two ends of the strength."""

TRY_LOOKS = "Try all looks on my photo"
TRYING_LOOKS = "Trying looks: {done} of {all} …"
LOOK_SHEET_LABEL = "Your photo in each look"
SIZE_LABEL = "Size"
SIZES = {"quick": "Quick look", "screen": "Screen", "large": "Large", "print": "Print"}
"""The names of the sizes in `service.sizes`."""
SIDE_LABEL = "Longest side, px"
PAPER_LABEL = "Paper"
PAPER = "{paper} dpi: {side} px"

PAINT = "Paint"
STOP = "Stop and keep it"
LEAVE = "Cancel"
STOPPING = "Stopping …"
ESTIMATE = "{width} × {height} px take about {time} on this machine."
ESTIMATE_AFTER_ONE = "{width} × {height} px take about {time} on this machine, after the picture that is being painted."
ESTIMATE_AFTER = "{width} × {height} px take about {time} on this machine, after at most {ahead} other pictures."

VIEWER_ALT = "The painted picture"
VIEWER_EMPTY = "Choose a photo and a painting, then press Paint. The picture appears here and changes as you watch."
BEFORE_ALT = "The photo"
COMPARE_LABEL = "Compare with the photo: how much of it to show, in percent"
COMPARE_RESULT_LABEL = "Compare with another picture: how much of it to show, in percent"
FULL_SCREEN, NOT_FULL_SCREEN = "Full screen", "Leave full screen"
VIEWER_LABEL = "Picture. Plus and minus zoom, Z shows it at 100 %, 0 fits it; the arrow keys move it when zoomed."
VIEWER_BAR_LABEL = "View"
ZOOM_NOW = "Zoom: pixels of the screen for those of the picture"
ZOOM_BUTTONS = {
    "out": ("−", "Zoom out (−)"),
    "in": ("+", "Zoom in (+)"),
    "actual": ("100 %", "100 %: one pixel of the picture on one of the screen (Z)"),
    "fit": ("Fit", "Fit the whole picture (0)"),
}
"""The text and the longer name of each button, by what it does in viewer.js; a name begins with the visible text."""
SIDE_BY_SIDE = "Side by side"
COMPARE_PHOTO, COMPARE_THIS = "Photo", "This picture"
COMPARE_WORDS = {"compared": "Compared with: {label}", "photo_again": "Photo instead"}
COMPARE_RESULT = "Compare with {label}"
RESULT_SIZE = "{width} × {height} px"
RESULT_CONTINUED = "{look}, continued"
RESULT_STRENGTH = "{look} at {strength:g}"
RESULT_OWN_LOOK = "Own settings"
RESULT_LABEL = "{look} · {paintings} · {size} · {elapsed}"
STRIP_LABEL = "Pictures of this session"
STATUS_NEXT = "Another picture is being painted; yours comes next."
STATUS_WAITING = "{ahead} pictures of others come before yours."
STATUS_GOES_ON = "Your picture went on being painted while the page was away."
STATUS_BEGINS = "The photo in the paintings' colours. Looking for what of them fits where …"
STATUS_FAILED = "Nothing was painted."
STATUS_FINISHED = "Finished after {step} steps in {elapsed}."
STATUS_STOPPED = "Stopped after {step} steps: the best picture so far."
STATUS_ENDED_EARLY = "Ended after {step} steps."
STATUS_STEP = "Step {step} of at most {steps}"
STATUS_SIZE = "painting at {side} px"
STATUS_REMAINING = "about {remaining} left"
LOSS_TERMS = {
    "total": "loss",
    "content": "photo",
    "style": "painting",
    "wasserstein": "palette",
    "matching": "strokes",
    "total_variation": "smoothness",
}
"""The page's names of the loss terms; other terms are called by their own names."""
CHART_LABEL = "The losses over the steps: the lower, the nearer to photo and painting"
STATUS_NETWORK = "Painted with {network}."
BADGE = "Network: {network}."
BADGE_NONE = "There is no network to paint with."
BADGE_FETCHING = "VGG-19 is on its way: {percent} %."
BADGE_FETCH = {"fetching": "VGG-19 is on its way.", "failed": "VGG-19 could not be fetched; that is tried again."}
ARCHIVE = "All pictures as ZIP, or those with a star"
STAR, UNSTAR, DELETE = "Keep {label}", "No longer keep {label}", "Delete {label}"
DETAILS_HEADING = "Details"
PROGRESS_LABEL = "Progress of the painting"

DOWNLOAD = "Download PNG"
DOWNLOAD_SIZED = "Download PNG, {width} × {height}"
VARIATIONS = {"bigger": "Bigger", "another": "Another like it", "keep_going": "Keep going"}
"""The text of each variation's button, by its name in `variations.VARIATIONS`."""
VARIATIONS_SIZED = {
    "bigger": "Bigger: {width} × {height}",
    "another": "Another like it",
    "keep_going": "Keep going: {steps} more steps",
}
VARIATION_TIMED = "{label}, about {time}"

TIMELAPSE_HEADING = "Timelapse"
TIMELAPSE_LABEL = "How the picture was painted"
TIMELAPSE_MP4 = "Download MP4"
TIMELAPSE_WEBP = "Download animated WebP"

RECIPE_HEADING = "Recipe"
RECIPE_HINT = (
    "The recipe of a picture is every setting, as JSON. It is in each PNG painted here. Put the PNG or the recipe in, "
    "today or another day, to paint with the same settings; the command line takes both (`--recipe`)."
)
RECIPE_LABEL = "Recipe of this picture"
RECIPE_DOWNLOAD = "Download the recipe"
RECIPE_LINK = "Link that opens this page with these settings"
RECIPE_DROP = "Put a recipe in: a PNG painted here, or a JSON file"
RECIPE_RESTORED = "The settings of the recipe are in place."
RECIPE_MISSING = (
    "Add {paintings} of yours that the recipe does not name, then put it in again for shares and brush sizes."
)
RECIPE_ONE, RECIPE_SEVERAL = "the painting", "the {count} paintings"
RECIPE_START = "Its picture went on from another one, which has to be given in Advanced, too."
RECIPE_LINK_BROKEN = "The link's settings cannot be used. {reason}"

ADVANCED_HEADING = "Advanced"
ADVANCED_HINT = (
    "Every setting, as the chosen look has it. Change what you like; choose the look again, or reset, to have it back. "
    "This server makes at most {limit} steps at full size."
)
ADVANCED_RESET = "Reset to the look"
START_PICTURE_LABEL = 'Start picture, for the start "{start}"'
ADVANCED_EMPTY = "empty"
ADVANCED_UNSET = "Empty: {unset}."
ADVANCED_DECIDES = 'Empty: "{label}" decides.'
NO_NUMBER = 'The field "{label}" in Advanced must be a number or empty; got {value}.'
EMPTY_FIELD = 'The field "{label}" in Advanced is empty. Give a number, or reset.'

SOURCES_HEADING = "Where the example pictures come from"
API_DESCRIPTION = (
    "Paint a photo in the style of paintings. `content` is a picture file, `styles` a list of picture files. Lists "
    "with one number for each of them may go with it ({numbers}). `settings` are any fields of "
    '`neural_style.Settings` as JSON, such as {"longest_side_px": 256, "effort": "quick"}; the others are those of the '
    'page, or of the preset that is named beside them, as in {"preset": "bold"}. A strength from 0 to 1 beside them, '
    'as in {"strength": 0.55}, says how far the painting takes over: {scale}. Iterations alone take the place of the '
    'effort: {"iterations": 50, "scales": 1} makes exactly 50 steps. A whole recipe, as in the PNGs painted here, is '
    "taken in place of the settings, with the numbers of its styles. `initial` is a picture to begin with, for the "
    'start "image". Yields (progress, preview, '
    "result) after every step: progress is JSON with step, steps (at most so many), work_done (from 0 to 1), "
    "painted_size, arithmetic, losses, elapsed_s, remaining_s, network and notice; preview is null or an object whose "
    "url is a small JPEG; result is null until the end, then a PNG file."
)
LOOKS_DESCRIPTION = (
    "The presets that `settings` of /stylize may name, each with its purpose, its strength (null where it is not on "
    "that scale) and its settings, and the limits of this server."
)


def loss_term(name: str) -> str:
    """Return the page's name of a loss term."""
    return LOSS_TERMS.get(name, name.replace("_", " "))

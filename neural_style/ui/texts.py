"""Every text of the page, in one place: short, plain, and in the words of CONTRIBUTING.md."""

TITLE = "Neural Style"
SUBTITLE = "Repaint a photo in the style of paintings, and watch it come."

PHOTO_HEADING = "Photo"
PHOTO_LABEL = "Your photo"
PHOTO_PLACEHOLDER = "Drop a photo here, paste one, or click to choose"
PHOTO_ALT = "The photo to paint"
PHOTO_EXAMPLES = "or take one of these"

PAINTINGS_HEADING = "Paintings"
PAINTINGS_HINT = "Choose one or more"
PAINTINGS_UPLOAD = "Add paintings of your own"
OWN_PAINTING = "your own"
SHARES_HEADING = "Share of each"
SHARE_LABEL = "Share of"

SIZE_LABEL = "Size in pixels"
LOOK_LABEL = "Look"
LOOKS = {
    "painted": "painted",
    "faithful": "faithful",
    "bold": "bold",
    "abstract": "abstract",
    "photo-colors": "the photo's colours",
    "flat": "flat",
}
"""Preset -> what the page calls it. The seed's settings and those that differ by their length are not offered."""
LENGTH_LABEL = "Length"
LENGTHS = {"sketch": "sketch: soon done", "good": "good: a longer wait", "fine": "fine: the longest wait"}

PAINT = "Paint"
STOP = "Stop and keep this picture"
LEAVE = "Leave the queue"
STOPPING = "Stopping …"
DOWNLOAD = "Download PNG"

STAGE_LABEL = "Picture"
STAGE_ALT = "The painted picture"
STATUS_EMPTY = "Choose a photo and a painting, then press Paint. The picture appears here and changes as you watch."
STATUS_WAITING = "Waiting for its turn, then preparing …"
STATUS_LEFT_QUEUE = "Stopped before it began."
STATUS_FAILED = "Nothing was painted."
STATUS_FINISHED = "Finished after {step} steps in {elapsed}."
STATUS_STOPPED = "Stopped after {step} steps: the best picture so far."
STATUS_ENDED_EARLY = "Ended after {step} steps."
STATUS_STEP = "Step {step} of at most {steps}"
STATUS_SIZE = "painting at {side} px"
STATUS_REMAINING = "about {remaining} left, or less"
STATUS_TOTAL = "total loss"
STATUS_TERMS = {"content": "content", "style": "style", "total_variation": "smoothness"}
STATUS_NETWORK = "Painted with {network}."
PROGRESS_LABEL = "Progress of the painting"

SOURCES_HEADING = "Where the example pictures come from"
API_DESCRIPTION = (
    "Paint a photo in the style of paintings. `content` is a picture file, `styles` a list of picture files, `shares` "
    "one number for each of them (equal ones if left out), and `settings` any fields of `neural_style.Settings` as "
    'JSON, such as {"longest_side_px": 256, "length": "sketch"}; the others are those of the page, or of the preset '
    'that is named beside them, as in {"preset": "bold"}. Iterations alone '
    'take the place of the length: {"iterations": 50, "scales": 1} makes exactly 50 steps. Yields (progress, preview, '
    "result) after every step: progress is JSON with step, steps (at most so many), work_done (from 0 to 1), "
    "painted_size, arithmetic, losses, elapsed_s, remaining_s, network and notice; preview is null or an object whose "
    "url is a small JPEG; result is null until the end, then a PNG file."
)

UNEXPECTED_ERROR = "Something went wrong that should not have. It is noted in the server's log under {error_id}."
NO_PHOTO = "A photo is needed. Upload one, or click one of the examples."
NO_PAINTING = "A painting is needed. Click one or more, or add one of your own."
UNKNOWN_PAINTING = "One of the chosen paintings is no longer here. Choose the paintings again."
SIDE_LIMIT = "The picture would be {width}x{height} px; this server paints at most {limit} px on the longest side."
STEPS_LIMIT = "{steps} steps were asked for; this server makes at most {limit}."
UNKNOWN_LOOK = "There is no look {look}. Known are {known}."
LENGTH_LIMIT = "The length {length} may take {steps} steps; this server makes at most {limit}. Choose a shorter one."
SHARES_MISMATCH = "{styles} style pictures came with {shares} shares. Give one share for each, or none."
BAD_SHARES = "The shares must be a list of numbers; got {shares}."
BAD_SETTINGS = "The settings must be an object with names and values; got {settings}."

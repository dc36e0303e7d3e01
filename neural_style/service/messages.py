"""Every refusal of the service is here, in one place: what was wanted, what came, what to do."""

from dataclasses import dataclass

from neural_style.languages import in_language


@dataclass(frozen=True, kw_only=True)
class Messages:
    """The sentences by their names, in one language; see `languages`."""

    unexpected_error: str = (
        "Something went wrong that should not have. It is noted in the server's log under {error_id}."
    )
    no_photo: str = "A photo is needed. Upload one, or click one of the examples."
    no_painting: str = "A painting is needed. Click one or more, or add one of your own."
    no_start_picture: str = "The start is a picture, and there is none. Give one in Advanced, or choose another start."
    queue_full: str = "{jobs} pictures are waiting already, and no more are taken. Try again in a few minutes."
    queue_full_of_yours: str = "{jobs} of your pictures are waiting already. Let one of them be painted first."
    server_ends: str = "The server is about to end, so nothing new is begun. Try again in a few minutes."
    styles_limit: str = "{styles} paintings were given; this server takes at most {limit}. Leave some out."
    unknown_painting: str = "One of the chosen paintings is no longer here. Choose the paintings again."
    side_limit: str = (
        "The picture would be {width}x{height} px; this server paints at most {limit} px on the longest side."
    )
    steps_limit: str = "{steps} steps were asked for; this server makes at most {limit}."
    no_size: str = "The longest side is empty. Give a number of pixels, or choose a size by its name."
    unknown_paper: str = "There is no paper {paper}. Known are {known}."
    no_look_name: str = "A look needs a name of at most {most} characters."
    unknown_sketch: str = "There is no such sketch. Have them painted again."
    unknown_look: str = "There is no look {look}. Known are {known}."
    effort_limit: str = (
        "The effort {effort} may take {steps} steps; this server makes at most {limit}. Choose a shorter one."
    )
    styles_mismatch: str = "{styles} style pictures came with {count} {what}. Give one for each, or none."
    bad_picture: str = "A style picture must be an uploaded file or a data URL; got {value}."
    bad_numbers: str = "The {what} must be a list of numbers; got {values}."
    bad_regions: str = "What was drawn on the photo cannot be read. Clear it and draw it anew."
    bad_masks: str = "The {what} must be a list with a mask for each style; got {values}."
    bad_mask: str = "A mask must be null, one of {known}, or a picture as a data URL; got {value}."
    bad_settings: str = "The settings must be an object with names and values; got {settings}."
    no_such_job: str = "No picture is being painted under {token}; it may be finished by now."
    bad_change: str = "A change must be an object with shares, strength or settings; got {change}."
    no_bigger: str = "This picture has {width}x{height} px; this server paints at most {limit} px on the longest side."
    result_gone: str = "That picture is no longer here: pictures are kept for some hours. Paint it again."
    no_going_on: str = (
        "That picture cannot be painted further: its run is no longer kept, or the network is another one. Paint it "
        "again."
    )
    kills_server: str = (
        "The server was ended {times} times while it painted this picture, which may need more memory than there is. "
        "Paint it smaller."
    )
    status_left_queue: str = "Stopped before it began."
    album_limit: str = "{photos} photos were given; at most {limit} are painted as one job. Leave some out."
    no_results: str = "There is no picture yet. Paint one first."
    no_timelapse: str = "There is no film of this picture."


def messages() -> Messages:
    """Return the sentences in the language that is spoken here."""
    return in_language(Messages)

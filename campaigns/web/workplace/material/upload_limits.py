"""How much may be sent to the pages that take files: more than to any other, and only by whoever is signed in."""

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from campaigns.domain.errors import N_
from campaigns.domain.uploads import LARGEST, MEGABYTE
from campaigns.interchange.received.logos import LARGEST_LOGO
from campaigns.web.site import site, words
from campaigns.web.workplace.desk import at_desk

TAKES_A_LOGO = "logo_pages.keep"
TAKES_FILES = frozenset({"upload_pages.add", TAKES_A_LOGO})
ROOM_TO_EXPLAIN = 3
"""So many times the largest file is received, so that its page can say what is wrong and keep what was typed."""
MOST = ROOM_TO_EXPLAIN * max(LARGEST.values())
MOST_OF_A_LOGO = ROOM_TO_EXPLAIN * LARGEST_LOGO

TOO_MUCH = N_(
    "What you sent is larger than {most} MB, so it was not received and nothing was saved. Go back in your browser: "
    "what you wrote should still be there. Then choose a smaller file. A document may have {document} MB, an image "
    "{image} MB and a recording {audio} MB."
)
TOO_MUCH_FOR_A_LOGO = N_(
    "What you sent is larger than {most} MB, so it was not received and nothing was saved. A logo may have {logo} MB. "
    "Go back in your browser, and choose a smaller file."
)
TOO_MUCH_HERE = N_("What you sent is larger than is taken here, so it was not received and nothing was saved.")


def install(app: Flask) -> None:
    """Set the limit before anything reads what was sent."""
    app.before_request(_give_room)
    app.register_error_handler(RequestEntityTooLarge, _too_large)


def _give_room() -> None:
    if request.method == "POST" and request.endpoint in TAKES_FILES:
        site().ready()
        if at_desk() is not None:
            request.max_content_length = MOST_OF_A_LOGO if request.endpoint == TAKES_A_LOGO else MOST


def _too_large(_error: RequestEntityTooLarge) -> Response:
    """Said to anyone who sends too much, in words and with the limits."""
    response = Response(render_template("refused.html", sentences=[_too_much()]), 413)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Connection"] = "close"
    return response


def _too_much() -> str:
    if request.endpoint not in TAKES_FILES or at_desk() is None:
        return words()._(TOO_MUCH_HERE)
    if request.endpoint == TAKES_A_LOGO:
        most, logo = MOST_OF_A_LOGO // MEGABYTE, LARGEST_LOGO // MEGABYTE
        return words()._(TOO_MUCH_FOR_A_LOGO, most=most, logo=logo)
    facts = {kind.value: most // MEGABYTE for kind, most in LARGEST.items()}
    return words()._(TOO_MUCH, most=MOST // MEGABYTE, **facts)

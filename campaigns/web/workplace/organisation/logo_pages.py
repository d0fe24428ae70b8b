"""The organisation's logo: how it is printed, choosing another one, and removing it."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.logos import LONGEST_ALTERNATIVE
from campaigns.interchange.received.logos import LARGEST_LOGO
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.editions.logos import LogoDesk, keep_logo, logo_desk, logo_picture, remove_logo

logo_pages = workplace_blueprint("logo_pages", __name__)

KEPT = N_("The logo is saved. This is how it is printed; editions that you have are made anew in the background.")
SAID = N_("What is said of the logo is saved. Editions that you have are made anew in the background.")
REMOVED = N_("The logo is deleted. Editions that bore it are made anew without it.")
CHOOSE_AGAIN = N_("The file itself is not kept, so choose it once more. What you wrote is still here.")
PIXELS_OF_A_MM = 96 / 25.4
"""As browsers count them: what is so many millimetres on a screen is as many on paper."""


@logo_pages.get("/organisation/logotyp")
def logo() -> Response:
    """The logo as it is printed, and the form for it."""
    found = logo_desk(place(), actor())
    alternative = found.logo.alternative if found.logo else desk().organisation.name
    return _page(found, Form({"alternative": alternative}, typed=False))


def _page(found: LogoDesk, form: Form) -> Response:
    sides = found.logo.printed if found.logo else (0, 0)
    return page(
        "work/organisation/logo.html",
        status=form.status,
        form=form,
        found=found,
        size=[round(side * PIXELS_OF_A_MM) for side in sides],
        most=LARGEST_LOGO // 1_000_000,
        longest=LONGEST_ALTERNATIVE,
    )


@logo_pages.post("/organisation/logotyp")
def keep() -> BaseResponse:
    """Another logo, or other words about the one there is."""
    must(Permission.KEEP_LOGO)
    found, form = logo_desk(place(), actor()), Form()
    handed = request.files.get("file")
    raw = handed.read() if handed else b""
    with form.attempt():
        keep_logo(place(), actor(), raw=raw, alternative=form.raw("alternative"), now=now())
    if not form.ok:
        if raw and "file" not in form.faults and not form.sentences:
            form.fault("file", words()._(CHOOSE_AGAIN))
        return _page(found, form)
    told(words()._(KEPT if raw else SAID))
    return go("logo_pages.logo")


@logo_pages.post("/organisation/logotyp/ta-bort")
def remove() -> BaseResponse:
    """Delete it."""
    must(Permission.KEEP_LOGO)
    found, form = logo_desk(place(), actor()), Form()
    with form.attempt():
        remove_logo(place(), actor(), now=now())
    if not form.ok:
        return _page(found, form)
    told(words()._(REMOVED))
    return go("logo_pages.logo")


@logo_pages.get("/organisation/logotyp/bild")
def picture() -> Response:
    """The picture itself, for the pages of its own organisation."""
    return Response(logo_picture(place(), actor()), content_type="image/png")

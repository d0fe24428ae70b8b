"""After T: correcting one text, or withdrawing it."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.translating import Lack
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import at_hand
from campaigns.work.launch import correcting
from campaigns.work.launch.correction_page import PublicText, public_text

correction_pages = workplace_blueprint("correction_pages", __name__)

CORRECTED = N_("Corrected. Pages and feeds say so, and every channel that had the old text is told.")
ASKED = N_("Your proposal waits for a colleague, for 24 hours. The text is still public.")
LACKING = {
    Lack.TRANSLATION: N_("It is not handed over for review."),
    Lack.REVIEW: N_("Nobody but its writer has read it."),
    Lack.FRESHNESS: N_("The Swedish text has changed since."),
    Lack.BACK_TRANSLATION: N_("It touches a key fact, a number or a link, and nobody has told it in Swedish."),
    Lack.CONFIRMATION: N_("It is told in Swedish, and nobody has confirmed that this is what was meant."),
}
"""What a correction of a translation lacks. A text that is public is never wholly missing."""
WITHDRAWN = N_("The text is withdrawn. Its place says so, and every channel that had it is told.")


@correction_pages.get("/text/<text_id>/ratta")
def correction(text_id: str) -> Response:
    """What the public reads now beside what it would read."""
    return _page("correct", _found(text_id), Form())


@correction_pages.post("/text/<text_id>/ratta")
def correct(text_id: str) -> BaseResponse:
    """Publish the revision that was shown instead of what is public."""
    found, form = _found(text_id), Form()
    must(Permission.APPROVE if found.is_core else Permission.CONSENT)
    if found.is_same and form.text("revision") == found.revision:
        return _go_on(found)  # sent twice: it is public already
    if proven(form):
        with form.attempt():
            correcting.correct(
                place(), actor(), text_id, revision=form.text("revision"), unread=bool(form.text("unread")), now=now()
            )
    if not form.ok:
        return _page("correct", found, form)
    told(words()._(CORRECTED))
    return _go_on(found)


@correction_pages.get("/text/<text_id>/dra-tillbaka")
def withdrawal(text_id: str) -> Response:
    """What it means to withdraw one text, and who has asked."""
    return _page("withdraw_text", _found(text_id), Form())


@correction_pages.post("/text/<text_id>/dra-tillbaka")
def propose(text_id: str) -> BaseResponse:
    """Ask a colleague to confirm that a core text is withdrawn."""
    must(Permission.WITHDRAW)
    found, form = _found(text_id), Form()
    if proven(form) and not any(one.is_mine for one in found.withdrawals):
        with form.attempt():
            correcting.propose_withdraw_message(place(), actor(), text_id, now=now())
    if not form.ok:
        return _page("withdraw_text", found, form)
    told(words()._(ASKED))
    return go("correction_pages.withdrawal", text_id=text_id)


@correction_pages.post("/text/<text_id>/dra-tillbaka/bekrafta")
def withdraw(text_id: str) -> BaseResponse:
    """Withdraw it: a partner its own text alone, the police as the second person."""
    found, form = _found(text_id), Form()
    must(Permission.WITHDRAW if found.is_core else Permission.CONSENT)
    if proven(form):
        with form.attempt():
            correcting.withdraw_message(place(), actor(), text_id, now=now())
    if not form.ok:
        return _page("withdraw_text", found, form)
    told(words()._(WITHDRAWN))
    return _go_on(found)


def _found(text_id: str) -> PublicText:
    return public_text(place(), actor(), text_id, now=now())


def _go_on(found: PublicText) -> BaseResponse:
    if desk().may(Permission.REHEARSE):
        return go("launch_pages.room", campaign_id=found.campaign_id)
    return go("receipt_pages.receipt", campaign_id=found.campaign_id)


def _page(template: str, found: PublicText, form: Form) -> Response:
    it = at_hand(place(), actor(), found.campaign_id, now=now())
    return page(
        f"work/launch/{template}.html",
        status=form.status,
        it=it,
        found=found,
        form=form,
        say_fault=say_fault_alone,
        lacking=LACKING,
    )

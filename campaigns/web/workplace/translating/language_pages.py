"""The languages of a campaign: all of them at a glance, what the release does with each, and changed Swedish texts."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.translating import SourceEdit
from campaigns.web.site import now, words
from campaigns.web.workplace.campaign.coverage_pages import language_name
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.texts.words import label_of
from campaigns.web.workplace.translating.words import JOBS, SHORT
from campaigns.work.campaign.at_hand import own_at_hand
from campaigns.work.late.desk import late_languages
from campaigns.work.launch import approving
from campaigns.work.texts.desk import text_on_desk
from campaigns.work.translating.matrix import translation_matrix
from campaigns.work.translating.source_changes import judge_change

language_pages = workplace_blueprint("language_pages", __name__)

CHOSEN = {
    "out": N_("The language is left out."),
    "swedish": N_("The language is shown in Swedish, and its page says so."),
    "in": N_("The language is part of the release again."),
}
JUDGED = {
    SourceEdit.TYPO: N_("It is noted as a typo. The translations stand as they are: {languages}."),
    SourceEdit.MEANING: N_("It is noted that the meaning changed. To be looked at again: {languages}."),
}


@language_pages.get("/kampanj/<campaign_id>/sprak")
def matrix(campaign_id: str) -> Response:
    """Every language beside every core message."""
    return _shown(campaign_id, Form(typed=False))


@language_pages.post("/kampanj/<campaign_id>/sprak")
def choose(campaign_id: str) -> BaseResponse:
    """Leave a language out of the release by name, have it shown in Swedish, or take it in again."""
    must(Permission.ASK_APPROVAL)
    form = Form()
    choice = form.text("choice")
    if choice not in CHOSEN:
        raise NotThere
    task = {"out": approving.leave_out, "swedish": approving.show_in_swedish, "in": approving.take_in}[choice]
    with form.attempt():
        task(place(), actor(), campaign_id, language=form.text("language"), now=now())
    if not form.ok:
        return _shown(campaign_id, form)
    told(words()._(CHOSEN[choice]))
    return go("language_pages.matrix", campaign_id=campaign_id)


@language_pages.post("/kampanj/<campaign_id>/andrad-svenska/<message_id>")
def judge(campaign_id: str, message_id: str) -> BaseResponse:
    """Say whether the meaning of a Swedish text changed, or a typo was mended."""
    must(Permission.EDIT_CORE)
    form = Form()
    if form.text("kind") not in {kind.value for kind in SourceEdit}:
        raise NotThere
    kind = SourceEdit(form.text("kind"))
    languages: tuple[str, ...] = ()
    text_on_desk(place(), actor(), message_id, "sv", now=now())
    with form.attempt():
        languages = judge_change(place(), actor(), message_id, kind=kind, revision=form.text("revision"), now=now())
    if not form.ok:
        return _shown(campaign_id, form)
    told(words()._(JUDGED[kind], languages=[language_name(tag) for tag in languages]))
    return go("language_pages.matrix", campaign_id=campaign_id)


def _shown(campaign_id: str, form: Form) -> Response:
    it = own_at_hand(place(), actor(), campaign_id, now=now())
    must(Permission.READ_BRIEFING)
    return page(
        "work/translating/matrix.html",
        status=form.status,
        it=it,
        form=form,
        matrix=translation_matrix(place(), actor(), campaign_id),
        late={one.language: one for one in late_languages(place(), actor(), campaign_id, now=now())},
        short=SHORT,
        jobs=JOBS,
        label_of=label_of,
        language_name=language_name,
        names_of=lambda tags: words().value([language_name(tag) for tag in tags]),
    )

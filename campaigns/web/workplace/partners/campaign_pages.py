"""What a partner sees of a campaign: the embargo terms, the briefing, questions, and what became of it all."""

from collections.abc import Iterable
from dataclasses import replace

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.lifecycle import Stage
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, at_hand
from campaigns.work.loading import is_over
from campaigns.work.partners.briefing import accept_terms, ask, terms_now
from campaigns.work.partners.briefing_page import (
    CoreShown,
    background,
    invitation,
    known_to_partner,
    questions_seen,
    who_may,
)
from campaigns.work.partners.desk import our_channels, our_desk
from campaigns.work.partners.outcome import our_deliveries, our_voices
from campaigns.work.uploads.desk import core_pieces

partners_campaign = workplace_blueprint("partners_campaign", __name__)

ASKED = N_("Your question has been sent. The answer will stand here, and you will get an e-mail.")
ASKED_WITHOUT_A_NAME = N_("Your question has been sent without a name. It will stand here when it has been answered.")
QUESTIONS_CLOSED = N_("Questions are closed, because the campaign is public or over. Write to the police instead.")


def home(it: AtHand) -> Response:
    """The campaign as it stands for this partner. It is shown at the campaign's own address."""
    if not desk().may(Permission.READ_BRIEFING):
        return _not_a_reader(it)
    if it.stage in {Stage.CANCELLED, Stage.WITHDRAWN}:
        return _ended(it)
    if it.public:
        return _public(it)
    if not it.has_accepted:
        return _terms(it, Form())
    return _overview(it) if it.is_open else _waiting(it)


def ended(campaign_id: str) -> Response:
    """What is left of a cancelled campaign, for a partner who had accepted its terms. Raises NotThere for others."""
    return home(known_to_partner(place(), actor(), campaign_id, now=now()))


def _not_a_reader(it: AtHand) -> Response:
    """For a colleague without a role that reads briefings, such as an administrator: who can, and no name."""
    seen = it if it.public else replace(it, name="", slug="", is_open=False)
    readers = who_may(place(), actor(), Permission.READ_BRIEFING)
    return page("work/partner/not_a_reader.html", it=seen, readers=readers)


def _ended(it: AtHand) -> Response:
    sent = our_deliveries(place(), actor(), it.id) if it.has_accepted else ()
    return page("work/partner/ended.html", it=it, deliveries=sent)


def _public(it: AtHand) -> Response:
    """After T: what went out. A member who never accepted the terms sees what everybody sees."""
    return page(
        "work/partner/public.html",
        it=it,
        voices=our_voices(place(), actor(), it.id, now=now()),
        deliveries=our_deliveries(place(), actor(), it.id) if it.has_accepted else (),
    )


def _terms(it: AtHand, form: Form) -> Response:
    terms = terms_now(place())
    return page(
        "work/partner/terms.html",
        status=form.status,
        it=it,
        form=form,
        version=terms.version,
        wording=terms.text(words().language, it.lift_at),
        tongue=terms.tongue(words().language),
        invited=invitation(place(), actor(), it.id, now=now()),
    )


def _waiting(it: AtHand) -> Response:
    return page("work/partner/waiting.html", it=it, invited=invitation(place(), actor(), it.id, now=now()))


def _overview(it: AtHand) -> Response:
    return page(
        "work/partner/overview.html",
        it=it,
        invited=invitation(place(), actor(), it.id, now=now()),
        ours=our_desk(place(), actor(), it.id, now=now()),
        questions=questions_seen(place(), actor(), it.id, now=now()),
        channels=our_channels(place(), actor()),
        deliveries=our_deliveries(place(), actor(), it.id),
    )


def go_home(campaign_id: str) -> BaseResponse:
    """On to the campaign's own page, which knows what a partner may see of it now."""
    return redirect(place().path_of(campaign_id), 303)


@partners_campaign.get("/kampanj/<campaign_id>/villkor")
def terms(campaign_id: str) -> Response:
    """The embargo terms, also for whoever has accepted them and wants to read them again."""
    must(Permission.READ_BRIEFING)
    return _terms(at_hand(place(), actor(), campaign_id, now=now()), Form())


@partners_campaign.post("/kampanj/<campaign_id>/villkor")
def accept(campaign_id: str) -> BaseResponse:
    """Accept the embargo terms in the version that was shown."""
    must(Permission.READ_BRIEFING)
    it = at_hand(place(), actor(), campaign_id, now=now())
    form = Form()
    version = form.text("version")
    with form.attempt():
        accept_terms(place(), actor(), it.id, version=int(version) if version.isdecimal() else 0, now=now())
    if not form.ok:
        return _terms(it, form)
    told(words()._(N_("You have accepted the embargo terms. Thank you.")))
    return go_home(it.id)


@partners_campaign.get("/kampanj/<campaign_id>/underlag")
def briefing(campaign_id: str) -> BaseResponse:
    """The briefing, or the way to what has to come before it."""
    must(Permission.READ_BRIEFING)
    it = at_hand(place(), actor(), campaign_id, now=now())
    if not it.is_open:
        return go_home(it.id)
    read = background(place(), actor(), it.id, now=now())
    tags = {text.language for text in read.core}
    asked = request.args.get("sprak", "sv")
    language = asked if asked in tags else next(iter(sorted(tags)), "sv")
    core = _in_language(read.core, language)
    pieces = core_pieces(place(), actor(), it.id, now=now())
    return page("work/partner/briefing.html", it=it, read=read, tags=tags, language=language, core=core, pieces=pieces)


def _in_language(texts: Iterable[CoreShown], language: str) -> list[CoreShown]:
    """Each core message once: in the language asked for, else in Swedish, else in what there is."""
    by_message: dict[str, dict[str, CoreShown]] = {}
    for text in texts:
        by_message.setdefault(text.message_id, {})[text.language] = text
    return [found.get(language) or found.get("sv") or next(iter(found.values())) for found in by_message.values()]


@partners_campaign.route("/kampanj/<campaign_id>/fragor", methods=["GET", "POST"])
def questions(campaign_id: str) -> BaseResponse:
    """Questions and answers, and a form to ask, with or without a name."""
    must(Permission.READ_BRIEFING)
    it = at_hand(place(), actor(), campaign_id, now=now())
    if it.is_own or not it.is_open:
        return go_home(it.id)
    form, closed = Form(), it.public or is_over(it.stage)
    if form.is_typed and _ask(it, form, closed=closed):
        return redirect(request.path, 303)
    asked = questions_seen(place(), actor(), it.id, now=now())
    return page("work/partner/questions.html", status=form.status, it=it, form=form, asked=asked, closed=closed)


def _ask(it: AtHand, form: Form, *, closed: bool) -> bool:
    """Whether the question was stored."""
    must(Permission.ASK)
    unnamed = bool(form.text("unnamed"))
    if closed:
        form.sentences.append(words()._(QUESTIONS_CLOSED))
    elif form.need("question"):
        with form.attempt("question"):
            ask(place(), actor(), it.id, question=form.raw("question"), unnamed=unnamed, now=now())
    if form.ok:
        told(words()._(ASKED_WITHOUT_A_NAME if unnamed else ASKED))
    return form.ok

"""A partner's own messages: which core message to answer, channels, and consent to the exact words."""

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.domain.release import ChannelKind
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.partners.campaign_pages import go_home
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand
from campaigns.work.launch.correcting import withdraw_message
from campaigns.work.partners.briefing_page import known_to_partner, who_may
from campaigns.work.partners.consent_page import changed_since, core_changed_since, shown
from campaigns.work.partners.consenting import consent, take_back
from campaigns.work.partners.desk import OurDesk, OurMessage, our_channels, our_desk, our_message
from campaigns.work.partners.matching import begin_message, choose_channels
from campaigns.work.partners.outcome import our_deliveries
from campaigns.work.uploads.desk import pieces_counted

partner_messages = workplace_blueprint("partner_messages", __name__)

CONFIRM = N_("Tick the box to say that you mean it.")


@partner_messages.get("/kampanj/<campaign_id>/vara-budskap")
def messages(campaign_id: str) -> BaseResponse:
    """All messages of the own organisation on a campaign, and what can still be answered."""
    must(Permission.READ_BRIEFING)
    it = _known(campaign_id)
    if it.is_own or not it.has_accepted:
        return go_home(it.id)
    return _messages(it, Form())


def _known(campaign_id: str) -> AtHand:
    return known_to_partner(place(), actor(), campaign_id, now=now())


def _messages(it: AtHand, form: Form) -> Response:
    ours = our_desk(place(), actor(), it.id, now=now())
    return page("work/partner/messages.html", status=form.status, it=it, form=form, ours=ours)


@partner_messages.post("/kampanj/<campaign_id>/vara-budskap")
def begin(campaign_id: str) -> BaseResponse:
    """Begin to answer a core message; if it was begun before, go on with that."""
    must(Permission.WRITE_MATCHING)
    it = _known(campaign_id)
    form, message_id = Form(), ""
    with form.attempt():
        message_id = begin_message(place(), actor(), it.id, answers=form.text("answers"), now=now())
    return go("partner_messages.message", message_id=message_id) if form.ok else _messages(it, form)


@partner_messages.get("/budskap/<message_id>")
def message(message_id: str) -> Response:
    """One message: its texts, where it leaves, and what is ready to be published by hand."""
    must(Permission.READ_BRIEFING)
    campaign_id, ours, at_desk = our_message(place(), actor(), message_id, now=now())
    form = Form({"channels": [kind.value for kind in ours.channels]}, typed=False)
    return _message(campaign_id, ours, at_desk, form)


def _message(campaign_id: str, ours: OurMessage, at_desk: OurDesk, form: Form) -> Response:
    channels = our_channels(place(), actor())
    kinds = list(dict.fromkeys([*(channel.kind for channel in channels), *ours.channels]))
    by_hand = ChannelKind.BY_HAND in ours.channels
    return page(
        "work/partner/message.html",
        status=form.status,
        it=_known(campaign_id),
        form=form,
        message=ours,
        ours=at_desk,
        channels=channels,
        kinds=kinds,
        to_paste=shown(place(), actor(), ours.message_id) if by_hand else {},
        deliveries=our_deliveries(place(), actor(), campaign_id) if by_hand else (),
        pieces=pieces_counted(place(), actor(), campaign_id).get(ours.message_id, 0),
        writers=() if desk().may(Permission.WRITE_MATCHING) else who_may(place(), actor(), Permission.WRITE_MATCHING),
    )


@partner_messages.post("/budskap/<message_id>/kanaler")
def channels(message_id: str) -> BaseResponse:
    """Choose the kinds of channel a message leaves through."""
    must(Permission.WRITE_MATCHING)
    campaign_id, ours, at_desk = our_message(place(), actor(), message_id, now=now())
    form = Form()
    kinds = [kind for kind in ChannelKind if kind.value in form.many("channels")]
    had_consent = any(text.consent for text in ours.texts) and set(kinds) != set(ours.channels) and not at_desk.too_late
    with form.attempt("channels"):
        choose_channels(place(), actor(), message_id, channels=kinds, now=now())
    if not form.ok:
        return _message(campaign_id, ours, at_desk, form)
    told(words()._(CHANNELS_CHOSEN_ANEW if had_consent else CHANNELS_CHOSEN))
    return go("partner_messages.message", message_id=message_id)


CHANNELS_CHOSEN = N_("The channels are saved.")
CHANNELS_CHOSEN_ANEW = N_(
    "The channels are saved. Consent is also to where the message leaves, so it was taken back and must be given anew."
)


@partner_messages.get("/budskap/<message_id>/<language>/klartecken")
def consenting(message_id: str, language: str) -> Response:
    """The exact words that are consented to, and everything that belongs to the decision."""
    must(Permission.READ_BRIEFING)
    return _consenting(message_id, language, Form(), read="")


def _consenting(message_id: str, language: str, form: Form, *, read: str) -> Response:
    """`read` is the revision that was on the screen, where another one stands now."""
    campaign_id, ours, at_desk = our_message(place(), actor(), message_id, now=now())
    text = ours.in_language(language)
    before = read or (text.outdated.revision if text.outdated and not text.consent else "")
    return page(
        "work/partner/consent.html",
        status=form.status,
        it=_known(campaign_id),
        form=form,
        message=ours,
        ours=at_desk,
        text=text,
        faults=[say_fault_alone(fault) for fault in text.errors],
        shown=shown(place(), actor(), message_id)[language],
        channels=[channel for channel in our_channels(place(), actor()) if channel.kind in ours.channels],
        changed=changed_since(place(), actor(), message_id, language=language, revision=before) if before else None,
        publishers=() if desk().may(Permission.CONSENT) else who_may(place(), actor(), Permission.CONSENT),
    )


@partner_messages.post("/budskap/<message_id>/<language>/klartecken")
def give(message_id: str, language: str) -> BaseResponse:
    """Say yes to the revision that was on the screen, and to no other."""
    must(Permission.CONSENT)
    text = our_message(place(), actor(), message_id, now=now())[1].in_language(language)
    form = Form()
    read = form.text("revision")
    with form.attempt():
        consent(place(), actor(), text.text_id, revision=read, now=now())
    if not form.ok:
        return _consenting(message_id, language, form, read=read if read != text.revision else "")
    told(words()._(N_("Your organisation has given its consent to this text.")))
    return _back(message_id, language)


@partner_messages.post("/budskap/<message_id>/<language>/ta-tillbaka")
def take(message_id: str, language: str) -> BaseResponse:
    """Take a consent back before T."""
    must(Permission.CONSENT)
    text = our_message(place(), actor(), message_id, now=now())[1].in_language(language)
    form = Form()
    with form.attempt():
        take_back(place(), actor(), text.text_id, now=now())
    if not form.ok:
        return _consenting(message_id, language, form, read="")
    told(words()._(N_("The consent is taken back. The text does not leave.")))
    return _back(message_id, language)


@partner_messages.post("/budskap/<message_id>/<language>/dra-tillbaka")
def withdraw(message_id: str, language: str) -> BaseResponse:
    """Withdraw a text that is public. It cannot be undone, so it is asked for twice."""
    must(Permission.CONSENT)
    text = our_message(place(), actor(), message_id, now=now())[1].in_language(language)
    form = Form()
    if form.text("sure"):
        with form.attempt():
            withdraw_message(place(), actor(), text.text_id, now=now())
    else:
        form.fault("sure", words()._(CONFIRM))
    if not form.ok:
        return _consenting(message_id, language, form, read="")
    told(words()._(N_("The text is withdrawn. A note that it was withdrawn stands in its place.")))
    return _back(message_id, language)


def _back(message_id: str, language: str) -> BaseResponse:
    return go("partner_messages.consenting", message_id=message_id, language=language)


@partner_messages.get("/budskap/<message_id>/<language>/karnbudskapet")
def core_changes(message_id: str, language: str) -> Response:
    """What the police changed in the core message after the own text was written."""
    must(Permission.READ_BRIEFING)
    campaign_id, ours, _ = our_message(place(), actor(), message_id, now=now())
    text = ours.in_language(language)
    if text.core_before is None:
        raise NotThere
    before, version = text.core_before
    changed = core_changed_since(place(), actor(), message_id, text_id=before, version=version, now=now())
    return page("work/partner/core_changes.html", it=_known(campaign_id), message=ours, text=text, changed=changed)

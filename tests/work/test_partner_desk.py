"""What is read for a partner's pages: the right words for the right people, in as many queries for many as for one."""

from datetime import timedelta

import pytest
from counting import counted
from factories import Office, rows, text
from sqlmodel import col

from campaigns.domain.access import Actor, Permission, Role
from campaigns.domain.errors import NotAllowed, NotThere
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import Variant
from campaigns.store.tables import Text
from campaigns.work.campaign.drafts import MessageDraft
from campaigns.work.loading import BriefingNotOpen, TermsNotAccepted
from campaigns.work.partners import briefing, consenting, matching
from campaigns.work.partners.briefing_page import background, invitation, known_to_partner, questions_seen, who_may
from campaigns.work.partners.consent_page import changed_since, core_changed_since, shown
from campaigns.work.partners.desk import our_channels, our_desk, our_message
from campaigns.work.partners.outcome import our_deliveries, our_voices


def message_of(office: Office, saved: matching.Saved) -> str:
    """The message that a text belongs to."""
    return rows(office.place, Text, col(Text.id) == saved.text_id)[0].message_id


def test_the_briefing_is_read_only_by_whoever_may(office: Office) -> None:
    """Terms first, then its time."""
    partner = office.partner()
    campaign_id = office.briefed(briefing_opens_at=office.now + timedelta(hours=1))
    with pytest.raises(TermsNotAccepted):
        background(office.place, partner, campaign_id, now=office.now)
    office.accept(partner, campaign_id)
    for read in (background, questions_seen):
        with pytest.raises(BriefingNotOpen):
            read(office.place, partner, campaign_id, now=office.now)
    assert "Hemligt" in background(office.place, partner, campaign_id, now=office.now + timedelta(hours=1)).html


def test_an_administrator_reads_none_of_it(office: Office) -> None:
    """Not even after accepting in another role."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.answer(partner, campaign_id)
    bare = Actor(
        member_id=partner.member_id, organisation_id=partner.organisation_id, roles=frozenset({Role.ADMINISTRATOR})
    )
    for read in (background, questions_seen, our_desk):
        with pytest.raises(NotAllowed):
            read(office.place, bare, campaign_id, now=office.now)
    with pytest.raises(NotAllowed):
        our_message(office.place, bare, message_of(office, saved), now=office.now)
    with pytest.raises(NotAllowed):
        our_deliveries(office.place, bare, campaign_id)


def test_another_organisations_messages_are_not_there(office: Office) -> None:
    """By any of the reads."""
    partner, other = office.partner("Första (exempel)"), office.partner("Andra (exempel)")
    campaign_id = office.briefed(partner, other)
    saved = office.answer(partner, campaign_id)
    message_id = message_of(office, saved)
    assert our_desk(office.place, other, campaign_id, now=office.now).messages == ()
    with pytest.raises(NotThere):
        our_message(office.place, other, message_id, now=office.now)
    with pytest.raises(NotThere):
        shown(office.place, other, message_id)
    with pytest.raises(NotThere):
        changed_since(office.place, other, message_id, language="sv", revision=saved.revision)
    with pytest.raises(NotThere):
        core_changed_since(office.place, other, message_id, text_id=saved.text_id, version=1, now=office.now)


def test_the_core_message_that_is_compared_is_the_one_that_was_answered(office: Office) -> None:
    """Not any text of the campaign."""
    partner = office.partner()
    core = tuple(MessageDraft(name=name, texts={"sv": text()}) for name in ("ett", "två"))
    campaign_id = office.briefed(partner, core_messages=core)
    message_id = message_of(office, office.answer(partner, campaign_id))
    cores = matching.own_messages(office.place, office.communicator, campaign_id, now=office.now)
    answered, not_answered = (own.texts[0].text_id for own in cores)
    found = core_changed_since(office.place, partner, message_id, text_id=answered, version=1, now=office.now)
    assert not found.parts
    with pytest.raises(NotThere):
        core_changed_since(office.place, partner, message_id, text_id=not_answered, version=1, now=office.now)


def test_a_consent_is_known_by_its_revision(office: Office) -> None:
    """One to earlier words is told apart from one that holds, and what changed is told by part."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id)
    message_id = message_of(office, saved)
    (own,) = our_message(office.place, partner, message_id, now=office.now)[1].texts
    assert own.consent is not None
    assert own.consent.revision == saved.revision
    matching.edit_text(
        office.place, partner, message_id, language="sv", content=text("Vi hör", "Ring oss, eller 114 14."),
        expected_version=1, now=office.now,
    )  # fmt: skip
    (own,) = our_message(office.place, partner, message_id, now=office.now)[1].texts
    assert own.consent is None
    assert own.outdated is not None
    changed = changed_since(office.place, partner, message_id, language="sv", revision=saved.revision)
    assert list(changed.parts) == [Variant.HEADLINE]


def test_a_change_in_the_core_message_is_seen_until_one_has_written_again(office: Office) -> None:
    """A save that changed no word is no change."""
    partner = office.partner()
    campaign_id = office.briefed(partner)
    message_id = message_of(office, office.answer(partner, campaign_id))
    core = office.core_message(campaign_id)
    for headline in ("Pengarna kommer aldrig", "Pengarna kom aldrig"):
        office.now += timedelta(minutes=1)
        matching.edit_text(
            office.place, office.communicator, core, language="sv", content=text(headline),
            expected_version=1, now=office.now,
        )  # fmt: skip
        (own,) = our_message(office.place, partner, message_id, now=office.now)[1].texts
        assert bool(own.core_before) == (headline == "Pengarna kom aldrig")
    office.now += timedelta(minutes=1)
    content = text("Vi hör", "Ring oss, eller 114 14.")
    matching.edit_text(
        office.place, partner, message_id, language="sv", content=content, expected_version=1, now=office.now
    )
    (own,) = our_message(office.place, partner, message_id, now=office.now)[1].texts
    assert own.core_before is None


def test_many_texts_take_as_many_queries_as_one(sqlite_office: Office) -> None:
    """For the desk, one message, the briefing, the deliveries and what is public."""
    office, counts = sqlite_office, []
    partner = office.partner(channels=[(ChannelKind.EMAIL, "lista@example.org")])
    languages = ("sv", "en", "fi", "so")
    for some in (languages[:1], languages):
        core = tuple(MessageDraft(name=f"m{n}", texts={tag: text() for tag in some}) for n in range(len(some)))
        campaign_id = office.briefed(partner, languages=languages, core_messages=core)
        message_id = _answer_all(office, partner, campaign_id, some)
        for n in range(len(some)):
            briefing.ask(office.place, partner, campaign_id, question=f"Fråga {n}?", now=office.now)
        with counted(office.place) as seen:
            our_desk(office.place, partner, campaign_id, now=office.now)
            our_message(office.place, partner, message_id, now=office.now)
            shown(office.place, partner, message_id)
            background(office.place, partner, campaign_id, now=office.now)
            questions_seen(office.place, partner, campaign_id, now=office.now)
            our_deliveries(office.place, partner, campaign_id)
            our_voices(office.place, partner, campaign_id, now=office.now)
            our_channels(office.place, partner)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def _answer_all(office: Office, partner: Actor, campaign_id: str, languages: tuple[str, ...]) -> str:
    """Answer every core message in every language, and consent; gives one of the messages."""
    message_id = ""
    for core in matching.own_messages(office.place, office.communicator, campaign_id, now=office.now):
        message_id = matching.begin_message(
            office.place, partner, campaign_id, answers=core.message_id, channels=[ChannelKind.EMAIL], now=office.now
        )
        for language in languages:
            saved = matching.edit_text(
                office.place, partner, message_id, language=language, content=text("Vi", "Ring oss, eller 114 14."),
                expected_version=0, now=office.now,
            )  # fmt: skip
            consenting.consent(office.place, partner, saved.text_id, revision=saved.revision, now=office.now)
    return message_id


def test_the_invitation_tells_whom_to_ask_and_when_it_was(office: Office) -> None:
    """And nothing else; an outsider is told that nothing is there."""
    partner, outsider = office.partner(), office.partner("Utanför (exempel)")
    campaign_id = office.briefed(partner)
    found = invitation(office.place, partner, campaign_id, now=office.now)
    assert (found.police, found.accepted_lift_at) == ("Polisen (exempel)", Office.LIFT)
    briefing.revoke(
        office.place, office.communicator, campaign_id, organisation_id=outsider.organisation_id or "", now=office.now
    )
    for read in (invitation, known_to_partner):
        with pytest.raises(NotThere):
            read(office.place, outsider, campaign_id, now=office.now)


def test_who_may_are_the_colleagues_with_the_permission(office: Office) -> None:
    """Of the own organisation only."""
    partner = office.partner()
    office.partner("Andra (exempel)")
    assert len(who_may(office.place, partner, Permission.CONSENT)) == 1
    office.member(partner.organisation_id or "", {Role.READER})
    assert len(who_may(office.place, partner, Permission.CONSENT)) == 1
    assert len(who_may(office.place, partner, Permission.READ_BRIEFING)) == 2


def test_nothing_is_a_voice_before_the_lift(office: Office) -> None:
    """At T it is."""
    partner = office.partner()
    campaign_id = office.approved(partner)
    almost = Office.LIFT - timedelta(microseconds=1)
    assert our_voices(office.place, partner, campaign_id, now=almost) == ()
    assert len(our_voices(office.place, partner, campaign_id, now=Office.LIFT)) == 1

"""Facts and briefing: two people write at once, every version is kept, and what was approved or published stays."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from factories import PHONE, Office, rows

from campaigns.domain.access import Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.lifecycle import NotInThisStage
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.texts import FactKind, KeyFact
from campaigns.domain.times import LiftInThePast, LiftNotOnStep
from campaigns.store.tables import Campaign, CampaignVersion, Delivery
from campaigns.work.campaign import facts as campaign_facts
from campaigns.work.campaign.facts import SavedFacts, SomeoneElseSaved, facts_history, save_facts
from campaigns.work.campaign.facts_rules import FIELDS, FactsAreFrozen, FactsArePublic, Material
from campaigns.work.campaign.times import BriefingIsOpen, set_times
from campaigns.work.launch import approving, scheduling
from campaigns.work.partners import briefing
from campaigns.work.partners.briefing import CampaignIsOver

DAY = timedelta(days=1)


def facts(office: Office, campaign_id: str) -> campaign_facts.FactsAtHand:
    """The facts as they stand."""
    return campaign_facts.facts_at_hand(office.place, office.communicator, campaign_id, now=office.now)


def save(office: Office, campaign_id: str, *, version: int = 1, base: Any = None, **wanted: Any) -> SavedFacts:
    """Save the facts as somebody has them who opened a version and changed some fields."""
    base = base or facts(office, campaign_id).facts
    content = {name: getattr(base, name) for name in FIELDS} | wanted
    return save_facts(
        office.place, office.communicator, campaign_id, content=content, expected_version=version, now=office.now
    )


def test_two_people_who_change_different_fields_both_keep_their_words(office: Office) -> None:
    """The second began from the same version as the first, and neither sees the other's page."""
    campaign_id = office.registered()
    opened = facts(office, campaign_id).facts
    save(office, campaign_id, base=opened, name="Ett annat namn")
    saved = save(office, campaign_id, base=opened, topics=("skola",), materials=(_film(),))
    now_is = facts(office, campaign_id).facts
    assert (now_is.name, now_is.topics, now_is.materials) == ("Ett annat namn", ("skola",), (_film(),))
    assert saved.joined == ("name",)
    assert facts(office, campaign_id).version == 3


def _film() -> Material:
    return Material(title="Filmen", address="https://example.se/film")


def test_two_people_in_one_briefing_are_joined_where_their_words_do_not_meet(office: Office) -> None:
    """One mends the first paragraph, the other the last."""
    campaign_id = office.registered(briefing="Första stycket här.\n\nMitten står kvar.\n\nSista stycket där.")
    opened = facts(office, campaign_id).facts
    save(office, campaign_id, base=opened, briefing=opened.briefing.replace("Första", "Nya"))
    save(office, campaign_id, base=opened, briefing=opened.briefing.replace("Sista", "Sanna"))
    now_is = facts(office, campaign_id).facts.briefing
    assert now_is == "Nya stycket här.\n\nMitten står kvar.\n\nSanna stycket där."


def test_what_both_add_to_a_list_is_there_and_what_one_takes_away_is_gone(office: Office) -> None:
    """Topics of two people."""
    campaign_id = office.registered(topics=("skola", "nätet"))
    opened = facts(office, campaign_id).facts
    save(office, campaign_id, base=opened, topics=("skola", "nätet", "föräldrar"))
    save(office, campaign_id, base=opened, topics=("nätet", "idrott"))
    assert facts(office, campaign_id).facts.topics == ("nätet", "föräldrar", "idrott")


def test_where_both_change_the_same_nothing_is_overwritten_and_one_chooses(office: Office) -> None:
    """The refusal holds what each wrote; with its version the choice can be saved."""
    campaign_id = office.registered()
    opened = facts(office, campaign_id).facts
    save(office, campaign_id, base=opened, name="Den förstas namn")
    with pytest.raises(SomeoneElseSaved) as met:
        save(office, campaign_id, base=opened, name="Den andras namn", topics=("skola",))
    assert facts(office, campaign_id).facts.name == "Den förstas namn"
    assert met.value.merged.topics == ("skola",)
    (shown,) = campaign_facts.meetings_shown(met.value)
    assert (shown.mine, shown.theirs) == ("Den andras namn", "Den förstas namn")
    save(office, campaign_id, base=met.value.merged, version=met.value.current)
    assert facts(office, campaign_id).facts.name == "Den andras namn"


def test_every_version_is_kept_from_the_first_with_what_changed(office: Office) -> None:
    """Also the one that was registered, before anybody edited."""
    campaign_id = office.registered(name="Gammalt namn")
    assert facts_history(office.place, office.communicator, campaign_id) == ()
    save(office, campaign_id, name="Nytt namn")
    newest, first = facts_history(office.place, office.communicator, campaign_id)
    assert (newest.version, first.version, first.changes) == (2, 1, ())
    assert newest.by == "exempel"
    assert [(change.name, ("gone", "Gammalt") in change.diff) for change in newest.changes] == [("name", True)]


def test_saving_what_stands_there_makes_no_version(office: Office) -> None:
    """A browser that saves by itself does not fill the history."""
    campaign_id = office.registered()
    assert save(office, campaign_id).changed == ()
    assert rows(office.place, CampaignVersion) == []


def test_everything_that_is_saved_comes_back_as_it_was(office: Office) -> None:
    """Through the database, key facts and materials included."""
    campaign_id = office.registered()
    sentence = KeyFact(kind=FactKind.SENTENCE, wordings=(("sv", "Pengarna kommer aldrig."), ("en", "Never.")))
    save(office, campaign_id, key_facts=(PHONE, sentence), materials=(_film(),), places=("SE-M", "SE-M-1280"))
    found = facts(office, campaign_id).facts
    assert (found.key_facts, found.materials, found.places) == ((PHONE, sentence), (_film(),), ("SE-M", "SE-M-1280"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("contact_email", "ingen adress"),
        ("places", ("Skåne",)),
        ("languages", ()),
        ("materials", (Material(title="", address="https://example.se/film"),)),
        ("materials", (Material(title="Filmen", address="example"),)),
        ("key_facts", (KeyFact(kind=FactKind.PHONE, says="polisen"),)),
        ("key_facts", (KeyFact(kind=FactKind.LINK, value="example"),)),
        ("topics", ("skola", "skola")),
    ],
)
def test_what_is_not_whole_is_refused_at_its_field(sqlite_office: Office, field: str, value: Any) -> None:
    """Nothing is stored, and the fault names the field."""
    campaign_id = sqlite_office.registered()
    with pytest.raises(BadInput) as refused:
        save(sqlite_office, campaign_id, **{field: value})
    assert {fault.field for fault in refused.value.faults} == {field}
    assert facts(sqlite_office, campaign_id).version == 1


def test_a_language_in_which_something_is_written_is_not_taken_out_unseen(sqlite_office: Office) -> None:
    """The English core text would be in no language of the campaign."""
    campaign_id = sqlite_office.registered()
    with pytest.raises(BadInput) as refused:
        save(sqlite_office, campaign_id, languages=("sv",))
    assert refused.value.faults[0].field == "languages"


def test_what_was_decided_of_a_language_goes_with_it(sqlite_office: Office) -> None:
    """Whoever takes it in again later decides anew, else nobody would see that it has no words."""
    office = sqlite_office
    campaign_id = office.briefed()
    with_arabic, without = ("sv", "en", "ar"), ("sv", "en")
    for version, (task, language) in enumerate(
        [(approving.show_in_swedish, "ar"), (approving.leave_out, "ar")], start=0
    ):
        save(office, campaign_id, version=1 + 2 * version, languages=with_arabic)
        task(office.place, office.communicator, campaign_id, language=language, now=office.now)
        save(office, campaign_id, version=2 + 2 * version, languages=without)
    save(office, campaign_id, version=5, languages=with_arabic)
    [campaign] = rows(office.place, Campaign)
    assert (campaign.left_out, campaign.in_swedish) == ({}, {})
    with pytest.raises(BadInput) as refused:
        approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
    assert "huvudbudskap.ar" in {fault.field for fault in refused.value.faults}


def test_a_contact_that_is_printed_is_seen_by_whoever_approves(sqlite_office: Office) -> None:
    """It is asked for anew."""
    office = sqlite_office
    campaign_id = office.briefed()
    office.make_ready(campaign_id)
    revision = approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)
    save(office, campaign_id, contact_email="annan@example.org")
    with pytest.raises(approving.NotAsked):
        approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)


@pytest.mark.parametrize("wanted", [{"name": "Nytt"}, {"languages": ("sv", "en", "ar")}, {"key_facts": ()}])
def test_what_the_release_was_approved_with_is_frozen_until_it_is_reopened(
    sqlite_office: Office, wanted: dict[str, Any]
) -> None:
    """The refusal names the way; the briefing goes on."""
    office = sqlite_office
    campaign_id = office.approved()
    with pytest.raises(FactsAreFrozen, match="reopen"):
        save(office, campaign_id, **wanted)
    save(office, campaign_id, briefing="Nytt underlag.")
    scheduling.reopen(office.place, office.approver, campaign_id, now=office.now)
    save(office, campaign_id, version=2, **wanted)


def test_the_name_of_a_public_campaign_stays_from_t_on_by_the_clock_alone(sqlite_office: Office) -> None:
    """Key facts are mended then, so that a text that kept a wrong one can be corrected."""
    office = sqlite_office
    campaign_id = office.approved()
    office.now = Office.LIFT
    with pytest.raises(FactsArePublic):
        save(office, campaign_id, name="Nytt")
    save(office, campaign_id, key_facts=(KeyFact(kind=FactKind.PHONE, value="112"),))


def test_what_is_over_is_not_edited(sqlite_office: Office) -> None:
    """A cancelled campaign is kept as it was."""
    office = sqlite_office
    campaign_id = office.registered()
    scheduling.cancel(office.place, office.communicator, campaign_id, now=office.now)
    with pytest.raises(CampaignIsOver):
        save(office, campaign_id, briefing="Nytt")


def test_others_neither_read_nor_save_the_facts(sqlite_office: Office) -> None:
    """Another police organisation finds nothing; a reader of one's own may not."""
    office = sqlite_office
    campaign_id = office.registered()
    content = {name: getattr(facts(office, campaign_id).facts, name) for name in FIELDS}
    elsewhere = office.organisation("Polisen Nord (exempel)", kind=OrganisationKind.POLICE)
    other, reader = office.member(elsewhere, {Role.COMMUNICATOR}), office.member(office.police, {Role.READER})
    for actor, refusal in ((other, NotThere), (reader, NotAllowed)):
        with pytest.raises(refusal):
            save_facts(office.place, actor, campaign_id, content=content, expected_version=1, now=office.now)
    with pytest.raises(NotThere):
        facts_history(office.place, other, campaign_id)
    with pytest.raises(NotThere):
        campaign_facts.facts_of_version(office.place, other, campaign_id, 1)


def times(office: Office, campaign_id: str, lift_at: datetime, opens: datetime) -> None:
    """Set both times."""
    set_times(office.place, office.communicator, campaign_id, lift_at=lift_at, briefing_opens_at=opens, now=office.now)


def test_times_are_set_and_whoever_was_briefed_is_told(office: Office) -> None:
    """The notice of the open briefing moves with it, so that none is sent of a time that does not hold."""
    partner = office.partner()
    campaign_id = office.registered(briefing_opens_at=office.now + DAY / 4)
    briefing.open_briefing(office.place, office.communicator, campaign_id, now=office.now)
    times(office, campaign_id, Office.LIFT + DAY, office.now + DAY / 2)
    campaign = rows(office.place, Campaign, Campaign.id == campaign_id)[0]
    assert (campaign.lift_at, campaign.briefing_opens_at) == (Office.LIFT + DAY, office.now + DAY / 2)
    notices = rows(office.place, Delivery, Delivery.campaign_id == campaign_id)
    opening = [one for one in notices if one.notice == "briefing_opened"]
    assert sorted((one.state.value, one.planned_at) for one in opening) == [
        ("cancelled", office.now + DAY / 4),
        ("planned", office.now + DAY / 2),
    ]
    assert "postponed" in {one.notice for one in notices}
    assert partner.member_id


def test_a_briefing_that_is_open_is_not_closed_again(sqlite_office: Office) -> None:
    """Partners have been told that they may read it."""
    campaign_id = sqlite_office.briefed()
    with pytest.raises(BriefingIsOpen):
        times(sqlite_office, campaign_id, Office.LIFT, sqlite_office.now + timedelta(hours=1))


def test_times_that_cannot_be_are_refused(sqlite_office: Office) -> None:
    """Past, between two steps, or after approval, when it is another page's and two people's."""
    office = sqlite_office
    draft, approved = office.registered(), office.approved()
    before = office.now - DAY
    for campaign_id, lift_at, refusal in (
        (draft, office.now - timedelta(minutes=1), LiftInThePast),
        (draft, Office.LIFT + timedelta(seconds=7), LiftNotOnStep),
        (approved, Office.LIFT + DAY, NotInThisStage),
    ):
        with pytest.raises(refusal):
            times(office, campaign_id, lift_at, before)


def test_the_least_that_is_needed_registers_a_campaign(sqlite_office: Office) -> None:
    """A headline in Swedish, and everything else can wait."""
    office = sqlite_office
    base = facts(office, office.registered()).facts
    content = {name: getattr(base, name) for name in FIELDS} | {"name": "Brådskande", "languages": ("en",)}
    campaign_id = campaign_facts.register_first(
        office.place,
        office.communicator,
        content=content,
        slug="",
        headline="Håll er undan",
        long="",
        lift_at=office.now + timedelta(minutes=15),
        briefing_opens_at=office.now,
        now=office.now,
    )
    campaign = rows(office.place, Campaign, Campaign.id == campaign_id)[0]
    assert (campaign.slug, campaign.languages) == ("bradskande", ["sv", "en"])

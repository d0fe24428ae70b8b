"""Stewards: which organisations are told of campaigns at all, the embargo terms, the glossary, the health of it all."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from counting import counted
from factories import Office, dump, rows, settings_for
from sqlmodel import col

from campaigns.channels.registry import Channels
from campaigns.domain.access import Actor, NeedsAnotherPerson, Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import reading, writing
from campaigns.store.tables import (
    Acceptance,
    AuditEvent,
    Campaign,
    Channel,
    Delivery,
    GlossaryTerm,
    Invitation,
    MemberInvitation,
    Organisation,
)
from campaigns.work.library.contents import contents_of
from campaigns.work.organisations import organisation
from campaigns.work.partners import briefing
from campaigns.work.service import health
from campaigns.work.stewards import glossary, overview, tables
from campaigns.work.stewards import organisations as steward_organisations
from campaigns.work.stewards import terms as steward_terms
from campaigns.work.stewards.glossary import Wording
from campaigns.work.stewards.organisations import Newcomer

NEW = Newcomer(
    name="Idrottsklubben (exempel)",
    kind=OrganisationKind.SPORTS,
    places=["SE-AB"],
    languages=["sv", "so"],
    note="Ringde kansliet.",
    administrator_name="Amina",
    administrator_email="amina@example.org",
)
EMBARGO = Wording(swedish="embargo", language="so", preferred="xayiraad", avoid=("mamnuuc",), note="Se ordboken.")


def steward_of(office: Office) -> Actor:
    """A member of the police who keeps the service."""
    return office.member(office.police, {Role.STEWARD})


def unverified(office: Office, steward: Actor, name: str = "Okänd (exempel)") -> str:
    """An organisation whose verification was withdrawn; gives its id."""
    organisation_id = office.organisation(name)
    steward_organisations.withdraw_verification(
        office.place, steward, organisation_id, note="Ingen svarar.", now=office.now
    )
    return organisation_id


def test_nobody_but_stewards_keeps_the_service(sqlite_office: Office, tmp_path: Path) -> None:
    """Neither a communicator, an approver, nor an administrator of a partner; and nothing is changed."""
    office = sqlite_office
    partner = office.organisation("Partner (exempel)")
    place, settings = office.place, settings_for(tmp_path)
    tasks: list[Callable[[Actor], object]] = [
        lambda a: overview.attention(place, a),
        lambda a: overview.organisation_list(place, a, overview.Wanted()),
        lambda a: overview.organisation_file(place, a, partner, now=office.now),
        lambda a: steward_organisations.verify(place, a, partner, note="x", now=office.now),
        lambda a: steward_organisations.withdraw_verification(place, a, partner, note="x", now=office.now),
        lambda a: steward_organisations.welcome(place, a, NEW, now=office.now),
        lambda a: steward_organisations.invite_administrator(
            place, a, partner, name="x", email="x@example.org", now=office.now
        ),
        lambda a: steward_terms.terms_history(place, a),
        lambda a: steward_terms.publish_terms(
            place, a, swedish="{lift_at}", english="{lift_at}", newer_than=1, now=office.now
        ),
        lambda a: glossary.glossary(place, a),
        lambda a: glossary.glossary_entry(place, a, "x"),
        lambda a: glossary.add_term(place, a, EMBARGO, now=office.now),
        lambda a: glossary.change_term(place, a, "x", EMBARGO, now=office.now),
        lambda a: glossary.approve_term(place, a, "x", seen="x", now=office.now),
        lambda a: glossary.remove_term(place, a, "x", now=office.now),
        lambda a: tables.table_use(place, a),
        lambda a: health.health(place, settings, a, now=office.now),
    ]
    others = [office.communicator, office.approver, office.member(partner, {Role.ADMINISTRATOR, Role.PUBLISHER})]
    before = dump(place)
    for task in tasks:
        for actor in others:
            with pytest.raises(NotAllowed):
                task(actor)
    assert dump(place) == before


def test_an_organisation_that_nobody_verified_is_not_invited_when_a_briefing_opens(office: Office) -> None:
    """It follows what the campaign is about, and still hears nothing, not even by mail."""
    steward = steward_of(office)
    stranger = unverified(office, steward)
    office.member(stranger, {Role.EDITOR}, email="okand@example.org")
    known = office.partner()
    campaign_id = office.briefed()
    invited = [row.organisation_id for row in rows(office.place, Invitation)]
    assert invited == [known.organisation_id]
    assert "okand@example.org" not in {row.recipient for row in rows(office.place, Delivery)}
    assert campaign_id


def test_an_organisation_that_nobody_verified_cannot_be_invited_by_name_either(office: Office) -> None:
    """It is said in words; once it is verified the invitation goes through."""
    steward = steward_of(office)
    stranger = unverified(office, steward)
    campaign_id = office.briefed()
    with pytest.raises(briefing.NotVerified, match=r"Okänd \(exempel\) is not verified"):
        briefing.invite(office.place, office.communicator, campaign_id, organisation_id=stranger, now=office.now)
    steward_organisations.verify(office.place, steward, stranger, note="Ringde växeln.", now=office.now)
    briefing.invite(office.place, office.communicator, campaign_id, organisation_id=stranger, now=office.now)
    assert [row.organisation_id for row in rows(office.place, Invitation)] == [stranger]


def test_a_verification_says_who_checked_when_and_how(office: Office) -> None:
    """And withdrawing it says why. Neither can be done twice, nor without a word."""
    steward = steward_of(office)
    stranger = unverified(office, steward)
    with pytest.raises(steward_organisations.NotYetVerified):
        steward_organisations.withdraw_verification(office.place, steward, stranger, note="x", now=office.now)
    with pytest.raises(BadInput):
        steward_organisations.verify(office.place, steward, stranger, note="  ", now=office.now)
    steward_organisations.verify(office.place, steward, stranger, note=" Ringde växeln. ", now=office.now)
    (row,) = rows(office.place, Organisation, col(Organisation.id) == stranger)
    assert (row.verified_at, row.verified_by, row.verification_note) == (
        office.now,
        steward.member_id,
        "Ringde växeln.",
    )
    with pytest.raises(steward_organisations.AlreadyVerified):
        steward_organisations.verify(office.place, steward, stranger, note="x", now=office.now)
    with pytest.raises(NotThere):
        steward_organisations.verify(office.place, steward, "nobody", note="x", now=office.now)


def test_a_new_organisation_is_verified_and_its_first_administrator_invited_by_mail(office: Office) -> None:
    """In one act, recorded once. The link is in the mail alone, and whoever follows it administers."""
    steward = steward_of(office)
    count = len(rows(office.place, AuditEvent))
    welcomed = steward_organisations.welcome(office.place, steward, NEW, now=office.now)
    found = overview.organisation_file(office.place, steward, welcomed.organisation_id, now=office.now)
    assert found.line.verified
    assert found.verification_note == "Ringde kansliet."
    assert [one.email for one in found.invited] == ["amina@example.org"]
    assert welcomed.token is None
    (mail,) = rows(office.place, Delivery, col(Delivery.recipient) == "amina@example.org")
    assert NEW.name not in mail.body.decode()
    assert len(rows(office.place, AuditEvent)) == count + 1
    assert rows(office.place, MemberInvitation)[-1].roles == [Role.ADMINISTRATOR]


def test_without_a_mail_server_the_link_is_handed_to_the_steward(sqlite_office: Office) -> None:
    """This once; it works."""
    office = sqlite_office
    steward = steward_of(office)
    place = replace(office.place, channels=Channels([office.place.channels[ChannelKind.WEBHOOK]]))
    welcomed = steward_organisations.welcome(place, steward, NEW, now=office.now)
    assert welcomed.token
    assert Role.ADMINISTRATOR in organisation.join(office.place, token=welcomed.token, now=office.now).roles


def test_what_is_wrong_with_a_new_organisation_is_listed_whole_and_nothing_is_stored(office: Office) -> None:
    """Each fault at its field; and a name that is taken is refused."""
    steward = steward_of(office)
    wrong = replace(
        NEW, name=" ", places=["SE-XX"], languages=[], note="", administrator_name="", administrator_email="x"
    )
    before = dump(office.place)
    with pytest.raises(BadInput) as refused:
        steward_organisations.welcome(office.place, steward, wrong, now=office.now)
    assert {fault.field for fault in refused.value.faults} == {
        "name",
        "place",
        "language",
        "note",
        "administrator_name",
        "administrator_email",
    }
    assert dump(office.place) == before
    with pytest.raises(organisation.NameTaken):
        steward_organisations.welcome(office.place, steward, replace(NEW, name="Polisen (exempel)"), now=office.now)


def test_the_list_is_searched_filtered_and_paged(sqlite_office: Office) -> None:
    """Å and å are one letter; a page beyond the last is the last."""
    office = sqlite_office
    steward = steward_of(office)
    for number in range(overview.A_PAGE):
        office.organisation(f"Ångestjouren {number:02} (exempel)")
    unverified(office, steward)
    wanted = overview.Wanted(words="ÅNGEST jouren")
    assert overview.organisation_list(office.place, steward, wanted).total == overview.A_PAGE
    everyone = overview.organisation_list(office.place, steward, overview.Wanted(), page=9)
    assert (everyone.page, everyone.pages, len(everyone.lines)) == (2, 2, 2)
    assert [
        line.name for line in overview.organisation_list(office.place, steward, overview.Wanted(verified=False)).lines
    ] == ["Okänd (exempel)"]
    police = overview.Wanted(kind=OrganisationKind.POLICE, alone=True)
    assert overview.organisation_list(office.place, steward, police).lines == ()


def test_lists_and_pages_take_as_many_queries_for_many_organisations_as_for_one(sqlite_office: Office) -> None:
    """Ten more organisations with members and channels cost nothing more."""
    office = sqlite_office
    steward = steward_of(office)
    reads: list[Callable[[], object]] = [
        lambda: overview.attention(office.place, steward),
        lambda: overview.organisation_list(office.place, steward, overview.Wanted()),
        lambda: overview.organisation_file(office.place, steward, office.police, now=office.now),
        lambda: tables.table_use(office.place, steward),
        lambda: steward_terms.terms_history(office.place, steward),
        lambda: glossary.glossary(office.place, steward),
    ]
    counts = []
    for more in (1, 10):
        for number in range(more):
            office.partner(f"P{more}-{number} (exempel)", channels=[(ChannelKind.EMAIL, "a@example.org")])
        with counted(office.place) as seen:
            for read in reads:
                read()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_new_version_of_the_terms_is_what_is_accepted_from_then_on(office: Office) -> None:
    """What was accepted before stands: that briefing stays open."""
    steward, partner = steward_of(office), office.partner()
    campaign_id = office.briefed(partner)
    version = steward_terms.publish_terms(
        office.place, steward, swedish="Vänta till {lift_at}.", english="Wait until {lift_at}.", newer_than=1,
        now=office.now,
    )  # fmt: skip
    assert version == briefing.terms_now(office.place).version == 2
    assert briefing.read_briefing(office.place, partner, campaign_id, now=office.now).name
    later = office.briefed()
    with pytest.raises(briefing.OldTerms):
        briefing.accept_terms(office.place, partner, later, version=1, now=office.now)
    office.accept(partner, later)
    assert sorted(row.terms_version for row in rows(office.place, Acceptance)) == [1, 2]
    assert [(it.version, it.accepted) for it in steward_terms.terms_history(office.place, steward)] == [(2, 1), (1, 1)]


def test_the_terms_hold_the_time_of_the_lift_in_both_languages(sqlite_office: Office) -> None:
    """In the reader's words; other braces stay as they are and harm nothing."""
    terms = briefing.Terms(version=2, swedish="Till {lift_at} {0}.", english="Until {lift_at}.")
    assert "24 november 2026" in terms.text("sv", Office.LIFT)
    assert terms.text("en", Office.LIFT).startswith("Until Tuesday 24 November 2026")
    assert terms.text("sv", Office.LIFT).endswith("{0}.")
    assert "{" not in briefing.terms_now(sqlite_office.place).text("sv", Office.LIFT)


@pytest.mark.parametrize("wording", ["", "Utan tid.", "Till {lift_at} av {name}.", "{lift_at}" + "x" * 5000])
def test_terms_that_cannot_be_are_refused_with_what_is_wrong(sqlite_office: Office, wording: str) -> None:
    """Empty, without the time, with a field nobody fills, too long."""
    steward = steward_of(sqlite_office)
    with pytest.raises(BadInput) as refused:
        steward_terms.publish_terms(
            sqlite_office.place, steward, swedish=wording, english="{lift_at}", newer_than=1, now=sqlite_office.now
        )
    assert {fault.field for fault in refused.value.faults} == {"swedish"}


def test_of_two_who_publish_terms_at_once_the_second_is_told(office: Office) -> None:
    """And terms that say what holds already are no new version."""
    steward = steward_of(office)

    def publish(*, newer_than: int) -> int:
        return steward_terms.publish_terms(
            office.place,
            steward,
            swedish="Till {lift_at}.",
            english="Until {lift_at}.",
            newer_than=newer_than,
            now=office.now,
        )

    publish(newer_than=1)
    with pytest.raises(steward_terms.TermsHaveChanged, match="Version 2"):
        publish(newer_than=1)
    with pytest.raises(BadInput, match="says already"):
        publish(newer_than=2)


def test_a_term_is_added_changed_and_removed(office: Office) -> None:
    """Each recorded; one term has one entry a language."""
    steward = steward_of(office)
    term_id = glossary.add_term(office.place, steward, EMBARGO, now=office.now)
    with pytest.raises(glossary.TermTaken):
        glossary.add_term(office.place, steward, EMBARGO, now=office.now)
    glossary.add_term(office.place, steward, replace(EMBARGO, language="fi"), now=office.now)
    better = replace(EMBARGO, preferred="go'doon", avoid=())
    glossary.change_term(office.place, steward, term_id, better, now=office.now)
    assert [entry.wording for entry in glossary.glossary(office.place, steward, language="so")] == [better]
    glossary.remove_term(office.place, steward, term_id, now=office.now)
    assert [row.language for row in rows(office.place, GlossaryTerm)] == ["fi"]
    with pytest.raises(NotThere):
        glossary.remove_term(office.place, steward, term_id, now=office.now)


def test_a_term_is_printed_once_a_second_steward_approved_it_as_it_stands(office: Office) -> None:
    """Whoever wrote it does not; what was changed meanwhile is looked at again; any change makes it a draft."""
    steward, second = steward_of(office), steward_of(office)
    campaign_id = office.approved()

    def printed() -> list[str]:
        with reading(office.place.engine) as session:
            content = contents_of(session, office.place, session.get_one(Campaign, campaign_id))["sv"]
        return [term["word"] for term in content["terms"]]

    def approve(actor: Actor, mark: str = "") -> None:
        seen = mark or glossary.glossary_entry(office.place, actor, term_id).mark
        glossary.approve_term(office.place, actor, term_id, seen=seen, now=office.now)

    said = replace(EMBARGO, language="sv", preferred="embargo")
    term_id = glossary.add_term(office.place, steward, said, now=office.now)
    first = glossary.glossary_entry(office.place, second, term_id)
    assert (first.may_approve, first.is_approved, printed()) == (True, False, [])
    with pytest.raises(NeedsAnotherPerson):
        approve(steward)
    approve(second)
    assert printed() == ["embargo"]
    office.now += timedelta(minutes=1)
    glossary.change_term(office.place, steward, term_id, said, now=office.now)
    assert printed() == ["embargo"]
    glossary.change_term(office.place, steward, term_id, replace(said, note="Ny"), now=office.now)
    assert printed() == []
    with pytest.raises(glossary.TermChangedMeanwhile):
        approve(second, first.mark)
    approve(second)
    assert glossary.glossary_entry(office.place, steward, term_id).is_approved


def test_a_term_that_cannot_be_is_refused_with_what_is_wrong(sqlite_office: Office) -> None:
    """All of it at once."""
    steward = steward_of(sqlite_office)
    wrong = Wording(swedish="", language="xx", preferred="a", avoid=("a", "b" * 200), note="c" * 2000)
    with pytest.raises(BadInput) as refused:
        glossary.add_term(sqlite_office.place, steward, wrong, now=sqlite_office.now)
    assert {fault.field for fault in refused.value.faults} == {"swedish", "language", "avoid", "note"}


def test_what_waits_is_counted_by_kind_and_what_is_overdue_is_an_error(office: Office, tmp_path: Path) -> None:
    """Two minutes after a lift that nobody carried out."""
    partner = office.partner(channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/in")])
    office.approved(partner)
    steward, settings = steward_of(office), settings_for(tmp_path)
    calm = health.health(office.place, settings, steward, now=office.now)
    (webhook,) = [queue for queue in calm.queues if queue.kind is ChannelKind.WEBHOOK]
    assert (webhook.planned, webhook.due, webhook.overdue) == (2, 0, 0)
    later = Office.LIFT + timedelta(minutes=3)
    stuck = health.health(office.place, settings, steward, now=later)
    (webhook,) = [queue for queue in stuck.queues if queue.kind is ChannelKind.WEBHOOK]
    assert (webhook.planned, webhook.overdue) == (0, 2)
    assert "queue" in {finding.name for finding in stuck.not_fine}


def test_a_channel_that_failed_is_told_without_its_address(office: Office, tmp_path: Path) -> None:
    """An address may carry a key."""
    organisation_id = office.organisation("Tyst (exempel)", channels=[(ChannelKind.WEBHOOK, "http://127.0.0.1:9/k3y")])
    with writing(office.place.engine) as session:
        channel = session.get_one(Channel, rows(office.place, Channel)[0].id)
        channel.problem, channel.checked_at = "it does not answer", office.now
        session.add(channel)
    steward = steward_of(office)
    found = health.health(office.place, settings_for(tmp_path), steward, now=office.now)
    assert [(it.organisation_id, it.problem) for it in found.troubles] == [(organisation_id, "it does not answer")]
    seen = repr((found, overview.organisation_file(office.place, steward, organisation_id, now=office.now)))
    assert "k3y" not in seen
    assert [line.id for line in overview.attention(office.place, steward).troubled] == [organisation_id]

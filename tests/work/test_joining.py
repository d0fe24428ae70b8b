"""Organisations, their channels and what they follow, and how people join them."""

from datetime import timedelta

import pytest
from factories import Office, dump, rows
from sqlmodel import col, update

from campaigns.channels.webhook import key_of
from campaigns.domain.access import Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere, SamklangError
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import writing
from campaigns.store.tables import Channel, Member, MemberInvitation, Membership, Organisation, Subscription
from campaigns.work.organisations import organisation
from campaigns.work.partners import briefing

HOOK = "http://127.0.0.1:9/in"


def invite(office: Office, organisation_id: str, email: str = "ny@example.org") -> str:
    """The secret part of an invitation's link."""
    return organisation.invite_member(
        office.place,
        office.operator,
        organisation_id=organisation_id,
        email=email,
        name="exempel",
        roles={Role.EDITOR},
        now=office.now,
    )


def test_a_webhooks_secret_is_shown_once_and_kept_encrypted(office: Office) -> None:
    """What is stored is not the secret, and only our own keys open it."""
    _, secrets = organisation.found_organisation(
        office.place,
        office.operator,
        name="Jouren (exempel)",
        kind=OrganisationKind.HELPLINE,
        channels=[(ChannelKind.WEBHOOK, HOOK)],
        now=office.now,
    )
    assert key_of(secrets[HOOK])
    (channel,) = rows(office.place, Channel)
    assert secrets[HOOK] not in repr(dump(office.place))
    assert [office.place.vault.open(kept) for kept in channel.secrets] == [secrets[HOOK]]


def test_an_organisation_is_added_whole_or_not_at_all(office: Office) -> None:
    """A channel that cannot be leaves nothing behind."""
    before = dump(office.place)
    for bad in ([(ChannelKind.EMAIL, "ingen adress")], [(ChannelKind.WEBHOOK, HOOK)] * 2):
        with pytest.raises(SamklangError):
            office.organisation("Jouren (exempel)", channels=bad)
    assert dump(office.place) == before


def test_two_organisations_cannot_have_one_name(office: Office) -> None:
    """They would be mistaken for each other."""
    office.organisation("Jouren (exempel)")
    with pytest.raises(organisation.NameTaken):
        office.organisation("Jouren (exempel)")
    office.organisation("Jourén (exempel)")
    assert len({row.slug for row in rows(office.place, Organisation)}) == 3


def test_an_organisation_has_a_channel_once(office: Office) -> None:
    """Adding the same again is refused."""
    partner = office.organisation("Jouren (exempel)", channels=[(ChannelKind.WEBHOOK, HOOK)])
    with pytest.raises(organisation.ChannelTaken):
        organisation.add_channel(
            office.place,
            office.operator,
            organisation_id=partner,
            kind=ChannelKind.WEBHOOK,
            address=HOOK,
            now=office.now,
        )


def test_an_administrator_keeps_only_their_own_organisation(office: Office) -> None:
    """Another one is not there; a plain editor may not at all."""
    own, other = office.organisation("Egen (exempel)"), office.organisation("Annan (exempel)")
    administrator = office.member(own, {Role.ADMINISTRATOR})
    organisation.add_channel(
        office.place, administrator, organisation_id=own, kind=ChannelKind.WEBHOOK, address=HOOK, now=office.now
    )
    for organisation_id in (other, "nonsense"):
        with pytest.raises(NotThere):
            organisation.subscribe(
                office.place, administrator, organisation_id=organisation_id, topics=[], places=["SE"], now=office.now
            )
        with pytest.raises(NotThere):
            organisation.invite_member(
                office.place,
                administrator,
                organisation_id=organisation_id,
                email="a@example.org",
                name="x",
                roles={Role.READER},
                now=office.now,
            )
    with pytest.raises(NotAllowed):
        organisation.subscribe(
            office.place,
            office.member(own, {Role.EDITOR}),
            organisation_id=own,
            topics=[],
            places=["SE"],
            now=office.now,
        )


def test_following_something_else_replaces_what_was_followed(office: Office) -> None:
    """And it decides who is invited next time."""
    partner = office.organisation("Jouren (exempel)", topics=["skola"])
    assert briefing.open_briefing(office.place, office.communicator, office.registered(), now=office.now) == 0
    organisation.subscribe(
        office.place, office.operator, organisation_id=partner, topics=["rekrytering"], places=["SE"], now=office.now
    )
    assert len(rows(office.place, Subscription)) == 1
    assert briefing.open_briefing(office.place, office.communicator, office.registered(), now=office.now) == 1


def test_nobody_follows_for_an_organisation_that_is_not_there(office: Office) -> None:
    """Not even the operator."""
    with pytest.raises(NotThere):
        organisation.subscribe(
            office.place, office.operator, organisation_id="nonsense", topics=[], places=["SE"], now=office.now
        )


def test_an_invitation_that_is_used_old_or_made_up_answers_the_same(office: Office) -> None:
    """The answer tells nobody which links were once real."""
    partner = office.organisation("Jouren (exempel)")
    used, old = invite(office, partner), invite(office, partner, "b@example.org")
    organisation.join(office.place, token=used, now=office.now)
    gone = invite(office, partner)
    with writing(office.place.engine) as session:
        session.connection().execute(update(Member).where(col(Member.email) == "ny@example.org").values(active=False))
    late = office.now + organisation.INVITATION_LASTS
    said = set()
    for token, now in ((used, office.now), (old, late), ("nonsense", office.now), ("", office.now), (gone, office.now)):
        before = dump(office.place)
        with pytest.raises(organisation.InvitationOver) as told:
            organisation.join(office.place, token=token, now=now)
        said.add((type(told.value), str(told.value)))
        assert dump(office.place) == before
    assert len(said) == 1
    organisation.join(office.place, token=old, now=late - timedelta(microseconds=1))


def test_of_an_invitations_link_only_the_hash_is_kept(office: Office) -> None:
    """Whoever reads the database cannot join."""
    token = invite(office, office.organisation("Jouren (exempel)"))
    assert token not in repr(dump(office.place))
    assert len(rows(office.place, MemberInvitation)[-1].token_hash) == 64


def test_a_partner_is_not_given_a_role_of_the_police(office: Office) -> None:
    """All that is wrong is listed at once."""
    partner = office.organisation("Jouren (exempel)")
    with pytest.raises(BadInput) as told:
        organisation.invite_member(
            office.place,
            office.operator,
            organisation_id=partner,
            email="ingen adress",
            name="x",
            roles={Role.APPROVER, Role.OPERATOR},
            now=office.now,
        )
    assert [fault.field for fault in told.value.faults] == ["email", "role", "role"]


def test_a_person_in_two_organisations_acts_for_one_at_a_time(office: Office) -> None:
    """One account, two memberships; what is accepted for one is not accepted for the other."""
    first, second = office.organisation("Första (exempel)"), office.organisation("Andra (exempel)")
    in_first = office.member(first, {Role.PUBLISHER}, email="Dubbel@example.org")
    token = invite(office, second, email="dubbel@example.org")
    in_second = organisation.join(office.place, token=token, member_id=in_first.member_id, now=office.now)
    assert in_first.member_id == in_second.member_id
    assert len(rows(office.place, Membership, col(Membership.member_id) == in_first.member_id)) == 2
    campaign_id = office.briefed(in_first)
    with pytest.raises(SamklangError, match="Accept the embargo terms"):
        briefing.read_briefing(office.place, in_second, campaign_id, now=office.now)
    assert in_first.member_id
    acting = organisation.actor_for(office.place, member_id=in_first.member_id, organisation_id=second)
    assert acting.roles == {Role.EDITOR}


def test_a_role_that_is_taken_away_counts_at_once(office: Office) -> None:
    """A member who was made inactive acts for nobody."""
    partner = office.partner()
    assert partner.member_id
    assert partner.organisation_id
    with writing(office.place.engine) as session:
        session.connection().execute(update(Member).where(col(Member.id) == partner.member_id).values(active=False))
    with pytest.raises(NotThere):
        organisation.actor_for(office.place, member_id=partner.member_id, organisation_id=partner.organisation_id)

"""Members: who may change whom, the last administrator, invitations, and accounts that a link must not open."""

from threading import Barrier, Thread

import pytest
from factories import Office, dump, rows
from sqlalchemy import event
from sqlmodel import col, update

from campaigns.domain.access import Actor, Role
from campaigns.domain.errors import BadInput, NotAllowed, NotThere, SamklangError
from campaigns.domain.organisations import OrganisationKind
from campaigns.store.engine import writing
from campaigns.store.tables import AccountSession, Delivery, Member, Membership
from campaigns.work.accounts import first_start, joining, muting, sessions
from campaigns.work.launch import scheduling
from campaigns.work.organisations import inviting, members
from campaigns.work.workplace import Workplace


def invite(office: Office, actor: Actor, email: str = "ny@example.org", **wanted: object) -> str:
    """The secret part of an invitation's link."""
    given = {"organisation_id": actor.organisation_id, "name": "Ny", "roles": {Role.EDITOR}, "now": office.now}
    return inviting.invite_member(office.place, actor, email=email, **(given | wanted))  # type: ignore[arg-type] # as the test wants


def jour(office: Office) -> Actor:
    """A helpline's administrator."""
    return office.member(office.organisation("Jouren (exempel)"), {Role.ADMINISTRATOR})


def with_password(office: Office, actor: Actor) -> None:
    """Let a member have chosen a password."""
    with writing(office.place.engine) as session:
        chosen = update(Member).where(col(Member.id) == actor.member_id).values(password_hash="x")
        session.connection().execute(chosen)


def test_an_organisation_keeps_its_last_administrator(office: Office) -> None:
    """Who can neither be demoted nor removed, also by themselves; nothing is changed."""
    admin = jour(office)
    office.member(admin.organisation_id or "", {Role.EDITOR})
    before = dump(office.place)
    with pytest.raises(members.LastAdministrator):
        members.remove_member(office.place, admin, admin.member_id or "", now=office.now)
    with pytest.raises(members.LastAdministrator):
        members.change_roles(office.place, admin, admin.member_id or "", roles={Role.EDITOR}, now=office.now)
    assert dump(office.place) == before


def test_a_closed_account_does_not_count_as_an_administrator(office: Office) -> None:
    """Somebody must be able to act."""
    admin = jour(office)
    other = office.member(admin.organisation_id or "", {Role.ADMINISTRATOR})
    with writing(office.place.engine) as session:
        session.connection().execute(update(Member).where(col(Member.id) == other.member_id).values(active=False))
    with pytest.raises(members.LastAdministrator):
        members.remove_member(office.place, admin, admin.member_id or "", now=office.now)
    members.remove_member(office.place, admin, other.member_id or "", now=office.now)


def test_two_administrators_who_remove_each_other_at_once_leave_one(office: Office) -> None:
    """Whoever comes second is refused."""
    one = jour(office)
    other = office.member(one.organisation_id or "", {Role.ADMINISTRATOR})
    start, told = Barrier(2), []

    def remove(actor: Actor, victim: Actor) -> None:
        start.wait()
        try:
            members.remove_member(office.place, actor, victim.member_id or "", now=office.now)
        except SamklangError as error:
            told.append(type(error))

    both = [Thread(target=remove, args=pair) for pair in ((one, other), (other, one))]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert told == [members.LastAdministrator]
    assert len(rows(office.place, Membership, col(Membership.organisation_id) == one.organisation_id)) == 1


def test_removing_a_member_ends_their_sessions_here_and_not_elsewhere(office: Office) -> None:
    """A browser that acts for another organisation goes on."""
    admin = jour(office)
    gone = office.member(admin.organisation_id or "", {Role.EDITOR})
    elsewhere = office.organisation("Andra (exempel)")
    for organisation in (admin.organisation_id, elsewhere):
        data = {"member_id": gone.member_id, "organisation_id": organisation}
        sessions.keep_session(office.place, sessions.new_token(), data, now=office.now)
    members.remove_member(office.place, admin, gone.member_id or "", now=office.now)
    standing = rows(office.place, AccountSession, col(AccountSession.expires_at) > office.now)
    assert [row.organisation_id for row in standing] == [elsewhere]


def test_nobody_reaches_the_members_of_another_organisation(office: Office) -> None:
    """Their ids, and those of their invitations, are not there."""
    admin, stranger = jour(office), office.partner()
    other = office.member(stranger.organisation_id or "", {Role.ADMINISTRATOR})
    invite(office, other)
    (invited,) = members.team(office.place, other, now=office.now).invited
    stranger_id = stranger.member_id or ""
    for task in (
        lambda: members.colleague(office.place, admin, stranger_id),
        lambda: members.remove_member(office.place, admin, stranger_id, now=office.now),
        lambda: members.change_roles(office.place, admin, stranger_id, roles={Role.READER}, now=office.now),
        lambda: members.cancel_invitation(office.place, admin, invited.id, now=office.now),
        lambda: invite(office, admin, organisation_id=stranger.organisation_id),
    ):
        with pytest.raises(NotThere):
            task()


def test_only_administrators_change_members(office: Office) -> None:
    """An editor sees colleagues, and not who is invited."""
    admin = jour(office)
    editor = office.member(admin.organisation_id or "", {Role.EDITOR})
    invite(office, admin)
    team = members.team(office.place, editor, now=office.now)
    assert len(team.colleagues) == 2
    assert team.invited == ()
    with pytest.raises(NotAllowed):
        members.remove_member(office.place, editor, admin.member_id or "", now=office.now)
    with pytest.raises(NotAllowed):
        invite(office, editor)


def test_roles_must_be_of_use_to_the_organisation(office: Office) -> None:
    """And there must be at least one."""
    admin = jour(office)
    editor = office.member(admin.organisation_id or "", {Role.EDITOR})
    for roles in (set(), {Role.APPROVER}):
        with pytest.raises(BadInput):
            members.change_roles(office.place, admin, editor.member_id or "", roles=roles, now=office.now)
    members.change_roles(office.place, admin, editor.member_id or "", roles={Role.READER}, now=office.now)
    again = joining.actor_for(
        office.place, member_id=editor.member_id or "", organisation_id=admin.organisation_id or ""
    )
    assert again.roles == {Role.READER}


def test_only_a_steward_makes_stewards(office: Office) -> None:
    """An administrator of the police neither gives that role nor takes it."""
    admin = office.member(office.police, {Role.ADMINISTRATOR})
    steward = office.member(office.police, {Role.ADMINISTRATOR, Role.STEWARD})
    assert Role.STEWARD not in inviting.roles_to_give(admin, OrganisationKind.POLICE)
    with pytest.raises(inviting.OnlyStewards):
        invite(office, admin, roles={Role.STEWARD})
    with pytest.raises(inviting.OnlyStewards):
        members.change_roles(office.place, admin, steward.member_id or "", roles={Role.READER}, now=office.now)
    with pytest.raises(inviting.OnlyStewards):
        members.remove_member(office.place, admin, steward.member_id or "", now=office.now)
    members.change_roles(
        office.place, steward, admin.member_id or "", roles={Role.STEWARD, Role.ADMINISTRATOR}, now=office.now
    )


def test_a_link_never_opens_an_account_that_is_there(office: Office) -> None:
    """Neither one with a password, nor one that another organisation has begun."""
    mine, theirs = jour(office), office.organisation("Andra (exempel)")
    known = office.member(theirs, {Role.EDITOR}, email="anna@example.org")
    token = invite(office, mine, "anna@example.org")
    assert joining.open_invitation(office.place, token, now=office.now).is_known
    with pytest.raises(joining.AccountExists):
        joining.join(office.place, token=token, now=office.now)
    with_password(office, known)
    with pytest.raises(joining.AccountExists):
        joining.join(office.place, token=token, now=office.now)
    joined = joining.join(office.place, token=token, member_id=known.member_id, now=office.now)
    assert joined.member_id == known.member_id
    assert len(rows(office.place, Membership, col(Membership.member_id) == known.member_id)) == 2


def test_somebody_elses_invitation_is_not_accepted(office: Office) -> None:
    """It stays open for whoever was invited."""
    admin, stranger = jour(office), office.partner()
    token = invite(office, admin)
    with pytest.raises(joining.SomeoneElses):
        joining.join(office.place, token=token, member_id=stranger.member_id, now=office.now)
    assert joining.join(office.place, token=token, now=office.now).organisation_id == admin.organisation_id


def test_a_registration_that_was_broken_off_is_taken_up_by_a_new_link(office: Office) -> None:
    """From the same organisation, and without a second account."""
    admin = jour(office)
    first = joining.join(office.place, token=invite(office, admin), now=office.now)
    again = joining.join(office.place, token=invite(office, admin), now=office.now)
    assert first.member_id == again.member_id


def test_an_invitation_tells_who_invites_to_what(office: Office) -> None:
    """The operator at the machine has no name."""
    admin = jour(office)
    found = joining.open_invitation(office.place, invite(office, admin), now=office.now)
    assert (found.organisation, found.invited_by, found.roles) == ("Jouren (exempel)", "exempel", (Role.EDITOR,))
    token = invite(office, office.operator, "b@example.org", organisation_id=admin.organisation_id)
    assert joining.open_invitation(office.place, token, now=office.now).invited_by == ""


def test_a_cancelled_invitation_opens_nothing(office: Office) -> None:
    """Like one that is too old, used or unknown."""
    admin = jour(office)
    token = invite(office, admin)
    (invited,) = members.team(office.place, admin, now=office.now).invited
    members.cancel_invitation(office.place, admin, invited.id, now=office.now)
    old, used = invite(office, admin, "a@example.org"), invite(office, admin, "b@example.org")
    joining.join(office.place, token=used, now=office.now)
    for dead, at in (
        (token, office.now),
        (used, office.now),
        ("x", office.now),
        (old, office.now + inviting.INVITATION_LASTS),
    ):
        with pytest.raises(joining.InvitationOver):
            joining.open_invitation(office.place, dead, now=at)


def test_the_link_is_mailed_where_it_is_wanted(office: Office) -> None:
    """As a notice that names neither person nor organisation."""
    admin = jour(office)
    token = invite(office, admin, by_mail=True)
    (letter,) = rows(office.place, Delivery)
    assert letter.recipient == "ny@example.org"
    body = letter.body.decode().replace("=\n", "")
    assert token in body
    assert "Jouren" not in body


def test_muted_notices_are_not_stored_and_grave_ones_are(office: Office) -> None:
    """Whoever wants no notices is still told that a lift is postponed or a release held."""
    partner = office.partner()
    muting.choose_notices(office.place, partner, wanted=[], now=office.now)
    (member,) = rows(office.place, Member, col(Member.id) == partner.member_id)
    campaign_id = office.approved(partner)
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    told = {row.notice for row in rows(office.place, Delivery, col(Delivery.recipient) == member.email)}
    assert "held" in told
    assert told <= {kind.value for kind in muting.ALWAYS_TOLD}


def test_the_team_is_read_in_as_many_queries_for_many_as_for_few(sqlite_office: Office) -> None:
    """No query for each member."""
    office, admin, counts, seen = sqlite_office, jour(sqlite_office), [], list[str]()
    event.listen(office.place.engine, "before_cursor_execute", lambda *about: seen.append(about[2]))
    for _ in range(2):
        seen.clear()
        members.team(office.place, admin, now=office.now)
        counts.append(len(seen))
        for _ in range(4):
            office.member(admin.organisation_id or "", {Role.EDITOR})
    assert counts[0] == counts[1]


def test_the_first_start_has_one_winner(place: Workplace) -> None:
    """Two who submit at once, on each kind of database."""
    key = "k" * 40
    token, start, results = first_start.first_start_token(key), Barrier(2), list[object]()

    def begin(number: int) -> None:
        start.wait()
        try:
            results.append(
                first_start.start_first(
                    place, token=token, secret_key=key, organisation=f"Polisen {number}", name="A",
                    email=f"a{number}@example.org", now=Office.NOW,
                )
            )  # fmt: skip
        except NotThere:
            results.append(None)

    both = [Thread(target=begin, args=(number,)) for number in (1, 2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(result is None for result in results) == [False, True]
    assert len(rows(place, Member)) == 1

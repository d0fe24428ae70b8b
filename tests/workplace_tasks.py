"""The workplace's tasks that no campaign's stage decides on: accounts, members, channels, the stewards' tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from factories import rows
from scenes import Scene
from sqlmodel import col, update

from campaigns.domain.access import Actor, Role
from campaigns.domain.library import Download, Item, Making
from campaigns.domain.organisations import OrganisationKind
from campaigns.domain.release import ChannelKind
from campaigns.store.engine import writing
from campaigns.store.tables import Channel, Disarming, GlossaryTerm, MaterialSet, MemberInvitation, Passkey
from campaigns.work.accounts import account as accounts
from campaigns.work.accounts import factors, forgotten, lost_factors, muting, passkeys, sessions, throttle
from campaigns.work.campaign import reminding
from campaigns.work.library import desk, news
from campaigns.work.organisations import channels_kept, logins_kept, members
from campaigns.work.organisations import organisation as organisations
from campaigns.work.organisations.channel_logins import Login
from campaigns.work.overview import calendars
from campaigns.work.partners import briefing
from campaigns.work.service import rearming
from campaigns.work.stewards import glossary, terms
from campaigns.work.stewards import organisations as steward_organisations

Task = Callable[[Scene], object]
KEY = b"k" * 32
TOKEN = "a session's secret"
TERM = glossary.Wording(swedish="målvakt", language="en", preferred="straw man")
TERMS = "Inget sägs före {lift_at}."
PASSKEY = passkeys.NewPasskey(
    credential_id=b"c", public_key=b"p", sign_count=0, transports=["usb"], device_type="single_device", backed_up=False
)


def me(s: Scene) -> str:
    """The partner's member, who changes their own account."""
    return s.partner.member_id or ""


def colleague(s: Scene) -> str:
    """Another member of the same organisation."""
    return s.colleague.member_id or ""


def organisation(s: Scene) -> str:
    """The partner's organisation."""
    return s.partner.organisation_id or ""


def keeper(s: Scene) -> Actor:
    """The partner as administrator of its organisation."""
    return replace(s.partner, roles=frozenset({Role.ADMINISTRATOR}))


def steward(s: Scene) -> Actor:
    """The communicator as a steward of the whole service."""
    return replace(s.communicator, roles=frozenset({Role.STEWARD}))


def set_password(s: Scene, password_hash: str = "old") -> None:  # noqa: S107 - nobody's
    """Choose a password."""
    accounts.set_password(s.place, member_id=me(s), password_hash=password_hash, now=s.now)


def set_app(s: Scene) -> None:
    """Set up an authenticator app."""
    factors.set_app(s.place, member_id=me(s), secret="s", counter=7, now=s.now)


def set_recovery_codes(s: Scene) -> None:
    """Have two recovery codes."""
    factors.set_recovery_codes(s.place, member_id=me(s), codes=["a", "b"], now=s.now)


def ask_new_password(s: Scene) -> None:
    """Ask for a link by mail."""
    account = accounts.find_account(s.place, member_id=me(s))
    assert account is not None
    forgotten.ask_new_password(s.place, email=account.email, key=KEY, now=s.now)


def add_passkey(s: Scene) -> str:
    """Register a passkey."""
    return passkeys.add_passkey(s.place, member_id=me(s), passkey=PASSKEY, name="nyckel", now=s.now)


def passkey(s: Scene) -> str:
    """The passkey that was registered."""
    return rows(s.place, Passkey)[0].id


def webhook(s: Scene) -> channels_kept.KeptChannel:
    """The organisation's webhook as its administrator sees it."""
    found = rows(
        s.place, Channel, col(Channel.organisation_id) == organisation(s), col(Channel.kind) == ChannelKind.WEBHOOK
    )
    return channels_kept.channel_of(s.place, keeper(s), found[0].id)


def rotate_secret(s: Scene) -> None:
    """Have a new signing secret beside the one before."""
    hook = webhook(s)
    channels_kept.rotate_secret(s.place, keeper(s), hook.id, stamp=hook.stamp, now=s.now)


def drop_old_secret(s: Scene) -> None:
    """Sign with the newest alone."""
    hook = webhook(s)
    channels_kept.drop_old_secret(s.place, keeper(s), hook.id, stamp=hook.stamp, now=s.now)


def add_site(s: Scene) -> None:
    """A WordPress site beside the webhook."""
    organisations.add_channel(
        s.place,
        keeper(s),
        organisation_id=organisation(s),
        kind=ChannelKind.WORDPRESS,
        address="http://127.0.0.1:9",
        login=Login(user="anna", password="abcd"),
        now=s.now,
    )


def replace_login(s: Scene) -> None:
    """Publish there with another password."""
    (site,) = rows(s.place, Channel, col(Channel.kind) == ChannelKind.WORDPRESS)
    logins_kept.replace_login(s.place, keeper(s), site.id, login=Login(user="anna", password="efgh"), now=s.now)


def pause_channel(s: Scene) -> None:
    """Let the webhook rest."""
    channels_kept.pause_channel(s.place, keeper(s), webhook(s).id, now=s.now)


def invite(s: Scene) -> None:
    """Have an invitation that nobody has used."""
    organisations.invite_member(
        s.place, keeper(s), organisation_id=organisation(s), email="n@example.org", name="x", roles={Role.READER},
        now=s.now,
    )  # fmt: skip


def cancel_invitation(s: Scene) -> None:
    """End it."""
    found = rows(s.place, MemberInvitation, col(MemberInvitation.accepted_at).is_(None))
    members.cancel_invitation(s.place, keeper(s), found[0].id, now=s.now)


def brief_the_newcomer(s: Scene) -> None:
    """An organisation that has everything left to do."""
    newcomer = s.newcomer.organisation_id or ""
    briefing.invite(s.place, s.communicator, s.campaign_id, organisation_id=newcomer, now=s.now)


def add_term(s: Scene) -> None:
    """Add a term to the glossary."""
    glossary.add_term(s.place, steward(s), TERM, now=s.now)


def term(s: Scene) -> str:
    """The term that was added."""
    return rows(s.place, GlossaryTerm, col(GlossaryTerm.swedish) == TERM.swedish)[0].id


def approve_term(s: Scene) -> None:
    """The approver, as a steward too, finds that the term may be printed."""
    second = replace(s.approver, roles=frozenset({Role.STEWARD}))
    entry = glossary.glossary_entry(s.place, second, term(s))
    glossary.approve_term(s.place, second, entry.id, seen=entry.mark, now=s.now)


def withdraw_verification(s: Scene) -> None:
    """Verify no more; what the scene founded is verified."""
    steward_organisations.withdraw_verification(s.place, steward(s), organisation(s), note="Fel namn.", now=s.now)


def welcome(s: Scene) -> None:
    """Add an organisation and invite whoever will keep it."""
    newcomer = steward_organisations.Newcomer(
        name="Ny (exempel)",
        kind=OrganisationKind.HELPLINE,
        places=["SE"],
        languages=["sv"],
        note="Ringde växeln.",
        administrator_name="Anna Exempel",
        administrator_email="anna@example.org",
    )
    steward_organisations.welcome(s.place, steward(s), newcomer, now=s.now)


def publish_terms(s: Scene) -> None:
    """Publish terms after those that hold now."""
    newer_than = briefing.terms_now(s.place).version
    terms.publish_terms(s.place, steward(s), swedish=TERMS, english=TERMS, newer_than=newer_than, now=s.now)


def keep_session(s: Scene) -> None:
    """Log in with a browser."""
    sessions.keep_session(s.place, TOKEN, {"member_id": me(s)}, now=s.now)


def disarm_it(s: Scene) -> None:
    """Publishing is disarmed, as after a restore."""
    with writing(s.place.engine) as session:
        session.add(Disarming(id="d", reason="tried", disarmed_at=s.now))


def ask_to_rearm(s: Scene) -> None:
    """A steward asks that it is armed again."""
    rearming.ask_to_rearm(s.place, steward(s), now=s.now)


def disarm_and_ask(s: Scene) -> None:
    """Both."""
    disarm_it(s)
    ask_to_rearm(s)


def count_try(s: Scene) -> None:
    """A first wrong code."""
    throttle.count_try(s.place, throttle.by_factor(me(s)), now=s.now)


def refuse_material(s: Scene) -> None:
    """A worker could not make the Swedish material."""
    with writing(s.place.engine) as session:
        session.connection().execute(
            update(MaterialSet).where(col(MaterialSet.language) == "sv").values(state=Making.REFUSED, problem="No.")
        )


def store_tally(s: Scene) -> None:
    """Store one download."""
    item = Item(name="a_v1_sv.zip", latest="allt.zip", kind="zip", media_type="application/zip", size=1, sha256="x")
    tally = news.Tally()
    found = Download(campaign_id=s.campaign_id, language="sv", version=1, item=item, parts=())
    tally.count(found, organisation_id=organisation(s), now=s.now)
    news.store_tally(s.place, tally)


PREPARED: Mapping[str, Task] = {
    "make_again": refuse_material,
    "use_recovery_code": set_recovery_codes,
    "rename_passkey": add_passkey,
    "remove_passkey": add_passkey,
    "close_calendar": lambda s: calendars.open_calendar(s.place, s.partner, now=s.now),
    "unpause_channel": pause_channel,
    "drop_old_secret": rotate_secret,
    "replace_login": add_site,
    "cancel_invitation": invite,
    "remind": brief_the_newcomer,
    "change_term": add_term,
    "approve_term": add_term,
    "remove_term": add_term,
    "verify": withdraw_verification,
    "rehash_password": set_password,
    "use_app_code": set_app,
    "use_passkey": add_passkey,
    "touch_session": keep_session,
    "end_session": keep_session,
    "end_sessions": keep_session,
    "forgive": count_try,
    "ask_to_rearm": disarm_it,
    "rearm": disarm_and_ask,
    "tell_of_disarming": disarm_it,
}
"""What must be there before a task can be tried."""

AUDITED: Mapping[str, tuple[str, Task]] = {
    "change_name": (
        "live",
        lambda s: accounts.change_name(s.place, member_id=me(s), name="Anna Exempel", locale="en", now=s.now),
    ),
    "note_sign_in": ("live", lambda s: accounts.note_sign_in(s.place, member_id=me(s), way="code", now=s.now)),
    "note_sign_out": ("live", lambda s: accounts.note_sign_out(s.place, member_id=me(s), now=s.now)),
    "set_password": ("live", set_password),
    "set_app": ("live", set_app),
    "set_recovery_codes": ("live", set_recovery_codes),
    "use_recovery_code": (
        "live",
        lambda s: factors.use_recovery_code(s.place, member_id=me(s), code="a", now=s.now),
    ),
    "ask_new_password": ("live", ask_new_password),
    "add_passkey": ("live", add_passkey),
    "rename_passkey": (
        "live",
        lambda s: passkeys.rename_passkey(s.place, member_id=me(s), passkey_id=passkey(s), name="ny", now=s.now),
    ),
    "remove_passkey": (
        "live",
        lambda s: passkeys.remove_passkey(s.place, member_id=me(s), passkey_id=passkey(s), now=s.now),
    ),
    "clear_factors": ("live", lambda s: lost_factors.clear_factors(s.place, keeper(s), colleague(s), now=s.now)),
    "open_calendar": ("live", lambda s: calendars.open_calendar(s.place, s.partner, now=s.now)),
    "close_calendar": ("live", lambda s: calendars.close_calendar(s.place, s.partner, now=s.now)),
    "choose_notices": ("live", lambda s: muting.choose_notices(s.place, s.partner, wanted=[], now=s.now)),
    "name_channel": (
        "live",
        lambda s: channels_kept.name_channel(s.place, keeper(s), webhook(s).id, name="Webben", now=s.now),
    ),
    "try_channel": ("live", lambda s: channels_kept.try_channel(s.place, keeper(s), webhook(s).id, now=s.now)),
    "pause_channel": ("live", pause_channel),
    "unpause_channel": (
        "live",
        lambda s: channels_kept.unpause_channel(s.place, keeper(s), webhook(s).id, now=s.now),
    ),
    "remove_channel": ("live", lambda s: channels_kept.remove_channel(s.place, keeper(s), webhook(s).id, now=s.now)),
    "rotate_secret": ("live", rotate_secret),
    "drop_old_secret": ("live", drop_old_secret),
    "replace_login": ("live", replace_login),
    "keep_contact": (
        "live",
        lambda s: organisations.keep_contact(
            s.place,
            keeper(s),
            organisation_id=organisation(s),
            contact=organisations.Contact(name="Jouren"),
            now=s.now,
        ),
    ),
    "cancel_invitation": ("live", cancel_invitation),
    "change_roles": (
        "live",
        lambda s: members.change_roles(s.place, keeper(s), colleague(s), roles={Role.READER}, now=s.now),
    ),
    "remove_member": ("live", lambda s: members.remove_member(s.place, keeper(s), colleague(s), now=s.now)),
    "remind": ("briefing", lambda s: reminding.remind(s.place, s.communicator, s.campaign_id, now=s.now)),
    "make_again": (
        "live",
        lambda s: desk.make_again(s.place, s.communicator, s.campaign_id, language="sv", now=s.now),
    ),
    "add_term": ("live", add_term),
    "change_term": (
        "live",
        lambda s: glossary.change_term(s.place, steward(s), term(s), replace(TERM, preferred="money mule"), now=s.now),
    ),
    "approve_term": ("live", approve_term),
    "remove_term": ("live", lambda s: glossary.remove_term(s.place, steward(s), term(s), now=s.now)),
    "invite_administrator": (
        "live",
        lambda s: steward_organisations.invite_administrator(
            s.place, steward(s), organisation(s), name="Anna Exempel", email="anna@example.org", now=s.now
        ),
    ),
    "verify": (
        "live",
        lambda s: steward_organisations.verify(s.place, steward(s), organisation(s), note="Ringde växeln.", now=s.now),
    ),
    "withdraw_verification": ("live", withdraw_verification),
    "welcome": ("live", welcome),
    "publish_terms": ("live", publish_terms),
    "ask_to_rearm": ("live", ask_to_rearm),
    "rearm": ("live", lambda s: rearming.rearm(s.place, s.approver, now=s.now)),
    "tell_of_disarming": ("live", lambda s: rearming.tell_of_disarming(s.place, now=s.now)),
}
"""Each writes one audit event; and the stage of the scene it is tried in."""


@dataclass(frozen=True, kw_only=True)
class Unaudited:
    """A task that leaves no audit event, and why none is missed."""

    task: Task
    because: str


UNAUDITED: Mapping[str, Unaudited] = {
    "rehash_password": Unaudited(
        task=lambda s: accounts.rehash_password(s.place, member_id=me(s), old="old", new="new"),
        because="The password stays the same; only how it is kept grows stronger.",
    ),
    "use_app_code": Unaudited(
        task=lambda s: factors.use_app_code(s.place, member_id=me(s), secret="s", counter=8),
        because="What the code opened is noted: the login, or the task it was asked for.",
    ),
    "passkey_handle": Unaudited(
        task=lambda s: passkeys.passkey_handle(s.place, member_id=me(s)),
        because="A random name that opens nothing; the passkey that is then made is noted.",
    ),
    "use_passkey": Unaudited(
        task=lambda s: passkeys.use_passkey(s.place, member_id=me(s), passkey_id=passkey(s), sign_count=1, now=s.now),
        because="What the passkey opened is noted: the login, or the task it was asked for.",
    ),
    "count_try": Unaudited(
        task=count_try,
        because="Anyone can cause tries without end; the one that brings the first pause is noted.",
    ),
    "forgive": Unaudited(
        task=lambda s: throttle.forgive(s.place, throttle.by_factor(me(s)), now=s.now),
        because="The login that went well is noted.",
    ),
    "keep_session": Unaudited(task=keep_session, because="Also browsers of nobody have sessions; the login is noted."),
    "touch_session": Unaudited(
        task=lambda s: sessions.touch_session(s.place, TOKEN, now=s.now + timedelta(minutes=5)),
        because="It is written at every page, and says nothing but that somebody is there.",
    ),
    "end_session": Unaudited(
        task=lambda s: sessions.end_session(s.place, TOKEN),
        because="Logging out is noted by itself, and a login gives a session a new secret.",
    ),
    "mark_seen": Unaudited(
        task=lambda s: news.mark_seen(s.place, s.partner, now=s.now),
        because="It says only up to when a member has looked, which is theirs to know.",
    ),
    "store_tally": Unaudited(
        task=store_tally,
        because="Nobody shall be able to find out who downloaded what; only sums are kept.",
    ),
    "end_sessions": Unaudited(
        task=lambda s: sessions.end_sessions(s.place, me(s), now=s.now),
        because="A member ends their own sessions; it gives nobody anything.",
    ),
}

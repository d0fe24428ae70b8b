"""Freezing a large release: each text is set once and before anything is locked, and its size costs no statements."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from factories import Office, rows, text
from scenes import CHANNELS
from sqlalchemy import event, select
from sqlmodel import col

from campaigns import markup
from campaigns.domain.access import Actor
from campaigns.domain.ids import new_id
from campaigns.domain.release import ChannelKind, Event
from campaigns.store.engine import writing
from campaigns.store.planned import planned
from campaigns.store.tables import Campaign, Delivery, ReleasedText
from campaigns.work.launch import approval_desk, approving, scheduling, typesetting
from campaigns.work.partners import matching

LATER = Office.LIFT + timedelta(hours=1)


def partners(office: Office, count: int) -> tuple[str, list[Actor]]:
    """A campaign with so many partners, each with a webhook, a list and a person, and with words of its own."""
    everyone = [office.partner(f"Röst {n} av {count} (exempel)", channels=CHANNELS) for n in range(count)]
    campaign_id = office.briefed(*everyone)
    for n, partner in enumerate(everyone):
        words = text(f"Ord av {n}", f"Så säger **{n}**: ring 114 14.")
        office.consented(partner, campaign_id, content=words, channels=[kind for kind, _ in CHANNELS])
    return campaign_id, everyone


def asked(office: Office, campaign_id: str) -> str:
    """The revision that waits for its approval."""
    office.make_ready(campaign_id)
    return approving.ask_approval(office.place, office.communicator, campaign_id, now=office.now)


@contextmanager
def statements(office: Office) -> Iterator[list[str]]:
    """What is run, where one statement may write many rows."""
    seen: list[str] = []

    def see(_c: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(office.place.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(office.place.engine, "before_cursor_execute", see)


def while_setting(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something at the moment the first text is set."""
    waiting = [act]

    def set_it(words: str, phones: tuple[str, ...]) -> markup.Typeset:
        while waiting:
            waiting.pop()()
        return markup.typeset(words, phones)

    monkeypatch.setattr(typesetting, "typeset", set_it)


def test_a_text_is_cleaned_once_however_many_channels_it_leaves_through(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the page that shows it, a new time, a hold and going on clean nothing more."""
    office = sqlite_office
    campaign_id, _ = partners(office, 2)
    revision = asked(office, campaign_id)
    clean, cleaned = markup.clean_html, list[str]()

    def count(html: str) -> str:
        cleaned.append(html)
        return clean(html)

    monkeypatch.setattr(markup, "clean_html", count)
    markup.typeset.cache_clear()
    approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
    released = rows(office.place, ReleasedText)
    assert len(cleaned) == len(set(cleaned)) == len({row.long for row in released})
    scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=LATER, now=office.now)
    scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
    scheduling.resume(office.place, office.approver, campaign_id, now=office.now)
    scheduling.reopen(office.place, office.approver, campaign_id, now=office.now)
    approval_desk.approval_desk(office.place, office.approver, campaign_id, now=office.now)
    assert len(cleaned) == len({row.long for row in released})


def test_more_organisations_take_no_more_statements(office: Office) -> None:
    """Of any kind: what is written for all of them is written at once."""
    counts = []
    for size in (2, 6):
        campaign_id, _ = partners(office, size)
        revision = asked(office, campaign_id)
        with statements(office) as seen:
            approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
            scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=LATER, now=office.now)
            scheduling.hold(office.place, office.approver, campaign_id, now=office.now)
            scheduling.resume(office.place, office.approver, campaign_id, now=office.now)
        counts.append(len(seen))
        scheduling.cancel(office.place, office.approver, campaign_id, now=office.now)
    assert counts[0] == counts[1]


def test_texts_are_set_while_nothing_is_locked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Setting them takes long; meanwhile others work on, on the very campaign too."""
    campaign_id, _ = partners(office, 1)
    revision = asked(office, campaign_id)
    got_in = []

    def lock() -> None:
        with writing(office.place.engine) as session:
            wanted = select(Campaign).where(col(Campaign.id) == campaign_id)
            got_in.append(session.execute(wanted.with_for_update(nowait=True)).one())

    while_setting(monkeypatch, lock)
    approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
    assert len(got_in) == 1


def test_what_is_edited_while_texts_are_set_is_not_approved(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was set ahead is only used for words that still stand when the lock is held."""
    campaign_id, _ = partners(office, 1)
    revision = asked(office, campaign_id)
    (core, *_) = matching.own_messages(office.place, office.communicator, campaign_id, now=office.now)

    def edit() -> None:
        version = next(own.version for own in core.texts if own.language == "sv")
        matching.edit_text(
            office.place, office.communicator, core.message_id, language="sv", content=text("Ny rubrik"),
            expected_version=version, now=office.now,
        )  # fmt: skip

    while_setting(monkeypatch, edit)
    with pytest.raises(approving.NotAsked):
        approving.approve(office.place, office.approver, campaign_id, revision=revision, now=office.now)
    assert rows(office.place, ReleasedText) == []


def test_a_new_time_changes_the_time_and_not_a_word(office: Office) -> None:
    """Every delivery keeps its id and what it says, in its own voice; only T in it is another."""
    campaign_id, everyone = partners(office, 3)
    office.approve(campaign_id)
    wanted = col(Delivery.event) == Event.MESSAGE_PUBLISHED
    before = {row.id: row for row in rows(office.place, Delivery, wanted)}
    scheduling.postpone(office.place, office.communicator, campaign_id, lift_at=LATER, now=office.now)
    after = {row.id: row for row in rows(office.place, Delivery, wanted)}
    assert before.keys() == after.keys()
    for delivery_id, row in after.items():
        old = before[delivery_id]
        channel = office.place.channels[row.kind]
        assert row.planned_at == row.due_at == LATER
        assert row.body == channel.moved(old.body, to=LATER)
        assert channel.moved(row.body, to=Office.LIFT) == old.body
        assert (row.body != old.body) == (row.kind is not ChannelKind.WORDPRESS)
    voices = {str(partner.organisation_id): n for n, partner in enumerate(everyone)}
    for row in after.values():
        voice = voices.get(row.organisation_id or "")
        if voice is not None and row.kind is ChannelKind.WEBHOOK:
            said = json.loads(row.body)["data"]["message"]
            assert said["headline"] == f"Ord av {voice}"
            assert f"<strong>{voice}</strong>" in said["html"]


def test_a_planned_row_has_every_column() -> None:
    """Rows are stored without the table's own defaults, and each lot in one form."""
    row = planned(
        delivery_id=new_id(), event=Event.NOTICE, kind=ChannelKind.EMAIL, recipient="", content_type="", headers={},
        body=b"", generation=0, at=Office.LIFT, now=Office.NOW,
    )  # fmt: skip
    assert row.keys() == Delivery.model_fields.keys()
    assert Delivery(**row).model_dump() == row


def test_a_text_that_cannot_be_set_is_refused_where_it_is_used_and_not_ahead() -> None:
    """So who may not approve hears that first, and the others are set all the same."""
    too_long = "x" * (markup.LONGEST + 1)
    typesetter = typesetting.Typesetter(("114 14",))
    typesetter.set_ahead([too_long, "Ring 114 14."])
    assert "tel:11414" in typesetter.of("Ring 114 14.").html
    with pytest.raises(markup.TextTooLong):
        typesetter.of(too_long)
    assert "tel:" not in typesetter.for_phones(()).of("Ring 114 14.").html

"""A release on the table: police and partners at their desks, and what their pages hold."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from desks import Desk, make_workplace_app
from factories import Office, rows
from flask import Flask
from html_pages import Element, read
from scenes import CHANNELS, set_delivery
from sqlmodel import col
from werkzeug.test import TestResponse

from campaigns.domain.access import Actor
from campaigns.domain.lifecycle import DeliveryState, Stage
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Campaign, Delivery, Text


@dataclass
class Table:
    """One office, one application, and a campaign with one partner that publishes through three channels."""

    office: Office
    app: Flask
    partner: Actor
    campaign_id: str
    text_id: str

    @property
    def base(self) -> str:
        return f"/arbete/kampanj/{self.campaign_id}"

    def at(self, actor: Actor, *, minutes_ago: int = 0) -> Desk:
        """A browser; `minutes_ago` is when its second factor was proved."""
        proved_at = self.office.now - timedelta(minutes=minutes_ago)
        return Desk(self.app, self.office.place, actor, now=self.office.now, proved_at=proved_at)

    @property
    def communicator(self) -> Desk:
        return self.at(self.office.communicator)

    @property
    def approver(self) -> Desk:
        return self.at(self.office.approver)

    @property
    def campaign(self) -> Campaign:
        """As it stands in the database."""
        return rows(self.office.place, Campaign, col(Campaign.id) == self.campaign_id)[0]

    @property
    def stage(self) -> Stage:
        return self.campaign.stage

    @property
    def core_id(self) -> str:
        """The id of the Swedish core text."""
        message_id = self.office.core_message(self.campaign_id)
        return rows(self.office.place, Text, col(Text.message_id) == message_id, col(Text.language) == "sv")[0].id

    def lift(self) -> None:
        """T comes, and a worker records it."""
        self.office.now = Office.LIFT
        self.office.record_live(self.campaign_id)

    def delivery(self, kind: ChannelKind) -> Delivery:
        """The partner's delivery of its text through a channel."""
        wanted = col(Delivery.campaign_id) == self.campaign_id, col(Delivery.kind) == kind
        return next(row for row in rows(self.office.place, Delivery, *wanted) if row.event == "message.published")

    def set(self, kind: ChannelKind, state: DeliveryState, **values: Any) -> str:
        """Let a delivery be in a state; gives its id."""
        delivery_id = self.delivery(kind).id
        set_delivery(self.office.place, delivery_id, state=state, **values)
        return delivery_id


def briefed_table(office: Office, folder: Path) -> Table:
    """The partner has consented, nobody has asked for approval."""
    partner = office.partner(channels=CHANNELS)
    campaign_id = office.briefed(partner)
    saved = office.consented(partner, campaign_id, channels=list(office.place.channels))
    app = make_workplace_app(office, folder)
    return Table(office=office, app=app, partner=partner, campaign_id=campaign_id, text_id=saved.text_id)


def approved_table(office: Office, folder: Path) -> Table:
    """The same, approved."""
    table = briefed_table(office, folder)
    office.approve(table.campaign_id)
    return table


def live_table(office: Office, folder: Path) -> Table:
    """The same, at T."""
    table = approved_table(office, folder)
    table.lift()
    return table


def page_of(answer: TestResponse, *, status: int = 200) -> Element:
    """The page an answer holds; its tags are well nested."""
    assert answer.status_code == status, answer.get_data(as_text=True)[:3000]
    return read(answer.get_data(as_text=True))


def hidden(answer: TestResponse, name: str) -> list[str]:
    """The values of hidden fields."""
    found = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', answer.get_data(as_text=True))
    return [value.replace("&#43;", "+").replace("&#39;", "'") for value in found]

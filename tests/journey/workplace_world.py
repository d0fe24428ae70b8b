"""A living workplace with a value for every argument its addresses ask for, by whose the thing is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

from desks import Desk, make_workplace_app
from factories import Office, rows
from flask import Flask
from journey.crawling import UnknownArgument
from living import Living, living
from sqlmodel import col
from werkzeug.routing import Rule
from wordpress_sites import add_site

from campaigns.domain.access import Actor
from campaigns.store.tables import (
    Assignment,
    Channel,
    Delivery,
    LocalEdition,
    Member,
    MemberInvitation,
    Message,
    Question,
    Text,
    TextRemark,
    Upload,
)
from campaigns.web.workplace.parts import BEHIND_LOGIN
from campaigns.work.workplace import Workplace


@dataclass
class World:
    """The application over a living workplace, and everybody's browser."""

    app: Flask
    life: Living
    desks: Mapping[str, Desk]
    values: Mapping[str, Sequence[str]]

    @property
    def place(self) -> Workplace:
        """Where the tasks work."""
        return self.life.office.place


def world_of(office: Office, folder: Path) -> World:
    """Build it once a module: reading changes nothing."""
    life = living(office)
    app = make_workplace_app(office, folder)
    people: Mapping[str, Actor] = {
        "communicator": office.communicator,
        "approver": office.approver,
        "steward": life.steward,
        "administrator": life.administrator,
        "helpline": life.helpline,
        "study": life.study,
        "reader": life.reader,
    }
    add_site(office, life.helpline, "http://127.0.0.1:9")
    desks = {name: Desk(app, office.place, actor, now=office.now) for name, actor in people.items()}
    return World(app=app, life=life, desks=desks, values=values_of(life))


def values_of(life: Living) -> dict[str, Sequence[str]]:
    """What may stand in each argument: things that are there, some for the police and some for each partner."""
    place = life.office.place
    partner = life.helpline.organisation_id
    own = col(Message.organisation_id) == partner
    messages = [message.id for message in rows(place, Message)]
    partners = [message.id for message in rows(place, Message, own)]
    chosen = [messages[0], messages[-1], *partners[:1]]
    texts = [text.id for text in rows(place, Text, col(Text.message_id).in_(chosen))]
    deliveries = rows(place, Delivery, col(Delivery.release_id).is_not(None))
    return {
        "campaign_id": list(life.campaigns.values()),
        "message_id": chosen,
        "text_id": texts[:4],
        "upload_id": [upload.id for upload in rows(place, Upload)],
        "edition_id": [edition.id for edition in rows(place, LocalEdition)],
        "sort": ["bild", "teckensprak"],
        "language": ["sv", "en"],
        "tag": ["sv"],
        "delivery_id": [deliveries[0].id, deliveries[-1].id],
        "organisation_id": [partner or "", life.office.police],
        "member_id": [life.helpline.member_id or "", life.study.member_id or ""],
        "channel_id": [*{channel.kind: channel.id for channel in rows(place, Channel)}.values()],
        "question_id": [question.id for question in rows(place, Question)][:2],
        "invitation_id": [found.id for found in rows(place, MemberInvitation)][:1] or ["x"],
        "session_id": ["finns-inte"],
        "passkey_id": ["finns-inte"],
        "credential_id": ["finns-inte"],
        "term_id": ["finns-inte"],
        "assignment_id": [found.id for found in rows(place, Assignment)],
        "remark_id": [found.id for found in rows(place, TextRemark)],
        "version": ["1"],
        "number": ["1"],
        "token": ["finns-inte"],
        "sign": ["pausa", "aterta", "oppna-igen", "avsluta"],
        "choice": ["igen", "klar", "lamna"],
        "slug": ["finns-inte"],
        "kind": ["webhook"],
        "filename": ["finns-inte"],
        "file_format": ["xlf", "csv"],
        "email": [found.email for found in rows(place, Member)][:1],
    }


def workplace_rules(app: Flask, method: str) -> list[Rule]:
    """Every rule behind the login that takes a method."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(BEHIND_LOGIN) and method in (rule.methods or ())
    ]


def filled(rule: Rule, values: Mapping[str, Sequence[str]], *, most: int = 100) -> Iterator[str]:
    """The addresses of a rule, with each value that its arguments may have."""
    names = sorted(rule.arguments - set(rule.defaults or {}))
    for name in names:
        if name not in values:
            raise UnknownArgument(f"{rule.rule} asks for {name}: give it values in workplace_world")
    for chosen in islice(product(*(values[name] for name in names)), most):
        built = rule.build(dict(zip(names, chosen, strict=True)) | dict(rule.defaults or {}))
        assert built is not None
        yield built[1]

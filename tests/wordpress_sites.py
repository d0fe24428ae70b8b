"""WordPress sites on loopback that behave as scripted: the part of the REST API that Samklang uses, and its faults."""

import base64
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from factories import Office, rows
from servers import Server, read_request, status
from sqlmodel import col

from campaigns.domain.access import Actor
from campaigns.domain.release import ChannelKind
from campaigns.store.tables import Channel
from campaigns.work.organisations import organisation
from campaigns.work.organisations.channel_logins import Login

USER, PASSWORD = "anna", "abcd EFGH 1234 ijkl MNOP 5678"
POSTS = "/wp/v2/posts"
MAY_ALL = {"publish_posts": True, "edit_published_posts": True, "delete_published_posts": True}
NO_SUCH_PAGE = status(404, "Content-Type: text/html", body=b"<p>Not found</p>")


@dataclass(kw_only=True)
class Asked:
    """One request as the site got it."""

    method: str
    route: str
    query: dict[str, str]
    body: dict[str, Any]
    logged_in: bool
    at: datetime


@dataclass(kw_only=True)
class WordPressSite:
    """A site with its posts.

    `pretty`: it has `/wp-json/`; without, only `/?rest_route=`. `rest` and `open_to_strangers` switch the API off.
    `faults` are what happens to the next changes, one each: an answer instead of doing it; `cut`: it is done, and the
    connection is reset without a word; `hang`: it is done, and nothing is said. `reading_faults` are what strangers get
    next. `dress` is what the site makes of a text when it shows it. `waits` is called before a change is done.
    """

    capabilities: dict[str, bool] = field(default_factory=lambda: dict(MAY_ALL))
    password: str = PASSWORD
    pretty: bool = True
    rest: bool = True
    open_to_strangers: bool = True
    has_trash: bool = True
    new_status: str = "publish"
    dress: Callable[[str], str] = str
    waits: Callable[[], object] = bool
    faults: list[bytes | str] = field(default_factory=list)
    reading_faults: list[bytes] = field(default_factory=list)
    posts: dict[int, dict[str, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._server = Server(self._behave)
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._server.__exit__(kind, error, tb)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def port(self) -> int:
        return self._server.port

    def hang_up(self) -> None:
        """Close every connection."""
        self._server.hang_up()

    @property
    def changes(self) -> list[Asked]:
        """The requests that were to change something."""
        return [one for one in self.asked if one.method != "GET"]

    @property
    def published(self) -> list[dict[str, str]]:
        """What visitors can read."""
        return [post for post in self.posts.values() if post["status"] == "publish"]

    def _behave(self, connection: socket.socket, stopped: threading.Event) -> None:
        request = read_request(connection)
        if not request:
            return
        asked = self._understood(request)
        if asked.method != "GET":
            self.waits()
        with self._lock:
            self.asked.append(asked)
            fault = self.faults.pop(0) if self.faults and asked.method != "GET" else None
            answer = fault if isinstance(fault, bytes) else self._answer(asked)
        if fault == "cut":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            return
        if fault == "hang":
            stopped.wait()
        connection.sendall(answer)

    def _understood(self, request: bytes) -> Asked:
        head, _, body = request.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, target, _ = first.split(" ")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        route = query.pop("rest_route", "")
        if parts.path.startswith("/wp-json") and self.pretty:
            route = parts.path.removeprefix("/wp-json")
        login = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        return Asked(
            method=method,
            route=route or f"page:{parts.path}",
            query=query,
            body=json.loads(body) if body else {},
            logged_in=headers.get("authorization") == f"Basic {login}",
            at=datetime.now(UTC),
        )

    def _answer(self, asked: Asked) -> bytes:
        is_page = asked.route.startswith("page:")
        if not is_page and not self.rest:
            return NO_SUCH_PAGE
        if not is_page and not self.open_to_strangers and not asked.logged_in:
            return said(401, {"code": "rest_cannot_access"})
        return self._read(asked) if asked.method == "GET" else self._changed(asked)

    def _read(self, asked: Asked) -> bytes:
        if self.reading_faults and not asked.logged_in:
            return self.reading_faults.pop(0)
        if asked.route.startswith("page:"):
            return self._page(asked.route.removeprefix("page:"))
        if asked.route == "/wp/v2/users/me":
            known = said(200, {"capabilities": self.capabilities})
            return known if asked.logged_in else said(401, {"code": "rest_not_logged_in"})
        return self._list(asked) if asked.route == POSTS else self._one(int(asked.route.removeprefix(f"{POSTS}/")))

    def _changed(self, asked: Asked) -> bytes:
        if not asked.route.startswith(POSTS):
            return NO_SUCH_PAGE
        if not asked.logged_in or not self.capabilities.get("publish_posts"):
            return said(403 if asked.logged_in else 401, {"code": "rest_cannot_create"})
        if asked.route == POSTS:
            return said(201, self._made(asked.body))
        number = int(asked.route.removeprefix(f"{POSTS}/"))
        if asked.method == "DELETE":
            return self._removed(number)
        self.posts[number].update(asked.body)
        return said(200, self._told(number))

    def _list(self, asked: Asked) -> bytes:
        if not asked.logged_in:
            return said(400, {"code": "rest_invalid_param", "details": {"status": {"code": "rest_forbidden_status"}}})
        slugs, search = asked.query.get("slug", "").split(","), asked.query.get("search")
        found = [
            number
            for number, post in self.posts.items()
            if (search is None and post["slug"] in slugs) or (search is not None and search in post["content"])
        ]
        return said(200, [self._told(number) for number in found])

    def _one(self, number: int) -> bytes:
        post = self.posts.get(number)
        if post is None or post["status"] != "publish":
            return said(404 if post is None else 401, {"code": "rest_forbidden"})
        shown = {part: {"rendered": self.dress(post[part])} for part in ("title", "content")}
        return said(200, {"id": number, **shown})

    def _page(self, path: str) -> bytes:
        post = next((post for post in self.published if path == f"/{post['slug']}/"), None)
        if path != "/" and post is None:
            return NO_SUCH_PAGE
        text = f"<h1>{self.dress(post['title'])}</h1>{self.dress(post['content'])}" if post else ""
        link = "<link href='/wp-content/themes/x.css'>"
        return status(200, "Content-Type: text/html", body=f"<html><head>{link}</head><body>{text}".encode())

    def _made(self, body: dict[str, Any]) -> dict[str, Any]:
        number = len(self.posts) + 1
        taken = {post["slug"] for post in self.posts.values()}
        slug = body["slug"] if body["slug"] not in taken else f"{body['slug']}-2"
        self.posts[number] = {**body, "slug": slug, "status": self.new_status}
        return self._told(number)

    def _removed(self, number: int) -> bytes:
        if not self.has_trash:
            return said(501, {"code": "rest_trash_not_supported"})
        post = self.posts[number]
        post.update(status="trash", slug=f"{post['slug']}__trashed")
        return said(200, self._told(number))

    def _told(self, number: int) -> dict[str, Any]:
        post = self.posts[number]
        return {"id": number, "slug": post["slug"], "status": post["status"], "link": f"{self.url}/{post['slug']}/"}


def add_site(office: Office, partner: Actor, address: str, *, login: str = f"{USER}:{PASSWORD}") -> str:
    """Give a partner's organisation a WordPress channel; gives the channel's id."""
    user, _, password = login.partition(":")
    organisation.add_channel(
        office.place,
        office.operator,
        organisation_id=partner.organisation_id or "",
        kind=ChannelKind.WORDPRESS,
        address=address,
        login=Login(user=user, password=password),
        now=office.now,
    )
    (channel,) = rows(office.place, Channel, col(Channel.address) == address)
    return channel.id


def said(code: int, data: object) -> bytes:
    """An answer of the API."""
    return status(code, "Content-Type: application/json; charset=UTF-8", body=json.dumps(data).encode())

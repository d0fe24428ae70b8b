"""One WordPress site and its REST API, through the door: asking with the login, and reading as a stranger does.

The API is at `/wp-json/`; a site without pretty addresses has it at `/?rest_route=/` alone, and is asked there from the
second time on. Source: the REST API Handbook, *Routes and Endpoints*.
"""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from campaigns.channels.base import Destination
from campaigns.channels.errors import AddressRefused, TransportError
from campaigns.channels.http import Door, HttpAnswer, HttpRequest
from campaigns.domain.errors import N_

LONGEST_S = 20.0
"""Sites do much beside storing a post: telling subscribers, clearing caches."""
MOST_BYTES = 1_000_000
"""A long text in a script whose every letter is six signs of JSON, or a whole page of a site with its menus."""
POSTS = "/wp/v2/posts"
EDITED = "id,slug,status,link"
PUBLISHED, IN_TRASH = "publish", "trash"
TRASHED_SLUG = "__trashed"
"""What WordPress puts after the slug of a post in the trash, so that another may have the slug."""
SIGNS_OF_WORDPRESS = re.compile(rb"/wp-(content|includes)/|api\.w\.org")

WRONG_LOGIN = N_(
    "the site did not accept the login: look at the user name and the application password; if both are right, "
    "application passwords are switched off there, or its web server drops logins"
)
MAY_NOT = N_("the user may not publish, change and take down posts there: it needs the role Author or Editor")
MOVED = N_("the site leads on to another address: give the one that the browser shows in the end")
NO_API = N_("there is no WordPress at this address, or its REST API is switched off")
NOT_WORDPRESS = N_("there is no WordPress at this address")
API_OFF = N_("this is a WordPress site, and its REST API is switched off")

_NOT_THE_SITE = re.compile(r"/(wp-json|wp-admin|wp-login\.php|index\.php)(/.*)?$")


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer of the API. `data` is None where it is not JSON, or not all of it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    data: object
    sent_at: datetime
    finished_at: datetime

    @property
    def says_no(self) -> bool:
        """Whether it would say the same again."""
        return 300 <= self.status < 500 and self.status not in {408, 425, 429}


@dataclass(frozen=True, kw_only=True)
class Post:
    """A post as the site tells of it."""

    id: int
    slug: str
    status: str
    link: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a stranger got to read, at which instant. None: the site shows strangers nothing there."""

    html: str | None
    at: datetime


def site_of(address: str) -> str:
    """The site's own address, without query and final slash, also where somebody copied that of its administration."""
    parts = urlsplit(address)
    path = _NOT_THE_SITE.sub("", parts.path.rstrip("/"))
    return f"{parts.scheme}://{parts.netloc}{path}"


class Site:
    """One site. The secret of its destination is `USER:PASSWORD`, the password being an application password.

    `without_pretty` is shared by all values of one channel: the sites that know `rest_route` alone."""

    def __init__(self, door: Door, destination: Destination, *, without_pretty: set[str]) -> None:
        self._door, self._url = door.with_limits(total_s=LONGEST_S, most_bytes=MOST_BYTES), site_of(destination.address)
        self._secret = destination.secrets[0] if destination.secrets else ""
        self._without_pretty = without_pretty

    def ask(
        self,
        method: str,
        route: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        as_stranger: bool = False,
    ) -> Reply:
        """One question. Raises TransportError; an answer of any status is an answer.

        Asking once more at the other address repeats nothing: what answered was no API.
        """
        headers = {} if as_stranger else self._authorization()
        if body:
            headers["Content-Type"] = "application/json"
        query = dict(query or {})
        if method == "GET":
            query["_"] = f"{self._door.clock().timestamp():.6f}"  # no cache on the way has seen this address
        request = HttpRequest(method=method, url="", headers=headers, body=body)
        if self._url not in self._without_pretty:
            reply = self._sent(replace(request, url=self._pretty(route, query)))
            if reply.data is not None or reply.status not in {200, 404, 405}:
                return reply
        reply = self._sent(replace(request, url=self._plain(route, query)))
        if reply.data is not None:
            self._without_pretty.add(self._url)
        return reply

    def _pretty(self, route: str, query: Mapping[str, str]) -> str:
        return f"{self._url}/wp-json{route}" + (f"?{urlencode(query)}" if query else "")

    def _plain(self, route: str, query: Mapping[str, str]) -> str:
        more = f"&{urlencode(query)}" if query else ""
        return f"{self._url}/?rest_route={quote(route)}{more}"

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Basic {b64encode(self._secret.encode()).decode()}"}

    def _sent(self, request: HttpRequest) -> Reply:
        answer = self._door.send(request)
        return Reply(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            data=_json(answer),
            sent_at=answer.sent_at,
            finished_at=answer.finished_at,
        )

    def found(self, slug: str) -> Post | None:
        """Our post, wherever it is by now: published, a draft, in the trash, or at an address that a person gave it.

        The last is found by its text, which holds the slug too. Raises TransportError when it cannot be told.
        """
        for wanted in ({"slug": f"{slug},{slug}{TRASHED_SLUG}"}, {"search": slug}):
            query = {**wanted, "status": f"any,{IN_TRASH}", "context": "edit", "_fields": EDITED}
            reply = self.ask("GET", POSTS, query=query)
            if reply.status != 200 or not isinstance(reply.data, list):
                raise TransportError(reason=trouble(reply), sent=True, permanent=reply.says_no)
            posts = [post for post in map(post_of, reply.data) if post is not None]
            if posts:
                return min(posts, key=lambda post: (post.status != PUBLISHED, post.id))
        return None

    def shown(self, post: Post) -> Shown:
        """What a stranger reads there: of the API, or, where that is closed to strangers, on the page itself.

        Raises TransportError, also where the site is only out of order for the moment.
        """
        query = {"_fields": "id,title,content"}
        reply = self.ask("GET", f"{POSTS}/{post.id}", query=query, as_stranger=True)
        if reply.status == 200 and isinstance(reply.data, dict):
            html = f"{_rendered(reply.data, 'title')} {_rendered(reply.data, 'content')}"
            return Shown(html=html, at=reply.finished_at)
        if not self.public_link(post):
            return Shown(html=None, at=reply.finished_at)
        page = self._sent(HttpRequest(method="GET", url=post.link))
        if page.status >= 500 or page.status == 429:
            raise TransportError(reason=trouble(page), sent=True)
        return Shown(html=page.body.decode("utf-8", "replace") if page.status == 200 else None, at=page.finished_at)

    def is_gone(self, post: Post) -> tuple[bool, datetime]:
        """Whether a stranger is shown nothing of it any more, and when that was seen. Raises TransportError."""
        reply = self.ask("GET", f"{POSTS}/{post.id}", query={"_fields": "id"}, as_stranger=True)
        if reply.status >= 500 or reply.status == 429:
            raise TransportError(reason=trouble(reply), sent=True)
        return reply.status != 200, reply.finished_at

    def public_link(self, post: Post) -> str | None:
        """Where the public finds it, if that is an address one may lead people to."""
        try:
            self._door.place(post.link)
        except AddressRefused:
            return None
        return post.link

    def nature(self) -> str:
        """Why the API did not answer, told by the site's front page. Raises TransportError."""
        page = self._sent(HttpRequest(method="GET", url=f"{self._url}/"))
        if 300 <= page.status < 400:
            return MOVED
        return API_OFF if SIGNS_OF_WORDPRESS.search(page.body) else NOT_WORDPRESS


def trouble(reply: Reply) -> str:
    """What an answer means that is not the one that was hoped for, in a sentence of ours where there is one."""
    if reply.status == 401 or b"rest_forbidden_status" in reply.body:  # so it answers strangers who ask for drafts
        return WRONG_LOGIN
    if reply.status == 403:
        return MAY_NOT
    if 300 <= reply.status < 400:
        return MOVED
    if reply.data is None and reply.status in {200, 404, 405}:
        return NO_API
    return f"HTTP {reply.status}"


def post_of(data: object) -> Post | None:
    """A post as the API writes it; None for anything else."""
    if not isinstance(data, dict) or not isinstance(data.get("id"), int):
        return None
    slug, status, link = (str(data.get(part, "")) for part in ("slug", "status", "link"))
    return Post(id=data["id"], slug=slug, status=status, link=link)


def _rendered(data: Mapping[str, object], part: str) -> str:
    found = data.get(part)
    return str(found.get("rendered", "")) if isinstance(found, dict) else ""


def _json(answer: HttpAnswer) -> object:
    try:
        return None if answer.cut else json.loads(answer.body)
    except ValueError:
        return None

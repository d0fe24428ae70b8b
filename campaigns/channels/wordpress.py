"""WordPress: a post on the organisation's own site, read back as a visitor reads it before it counts as published.

The post's slug is made of its message and language, so a look, a correction and a withdrawal find it, whichever
delivery brought it. Source: the REST API Handbook, *Posts*.
"""

from datetime import datetime, timedelta
from html import escape

from campaigns.channels.base import Destination, DoesNotFit, Outgoing, Rendered
from campaigns.channels.email import NO_HEADLINE, NO_TEXT
from campaigns.channels.errors import TransportError
from campaigns.channels.http import Door
from campaigns.channels.wordpress_posts import Posting, Wanted, as_json
from campaigns.channels.wordpress_site import IN_TRASH, MAY_NOT, NO_API, PUBLISHED, Reply, Site, trouble
from campaigns.domain.errors import N_
from campaigns.domain.release import Answer, ChannelKind, Event, Outcome, Traits

JSON = "application/json"
NEEDED = ("publish_posts", "edit_published_posts", "delete_published_posts")
NO_LOGIN = N_("the channel has no login: an administrator of the organisation enters one")


class WordPress:
    """Posts on organisations' own WordPress sites."""

    kind = ChannelKind.WORDPRESS
    traits = Traits(repeatable=False, looks_up=True, greatest_lateness=timedelta(hours=24))

    def __init__(self, door: Door) -> None:
        self.door = door
        self._without_pretty: set[str] = set()

    def render(self, outgoing: Outgoing) -> Rendered:
        if not outgoing.message_id:
            raise self._unfit(outgoing, NO_TEXT)
        post = {"slug": f"{outgoing.message_id}-{outgoing.language.lower()}"}
        if outgoing.event is Event.MESSAGE_PUBLISHED:
            post |= {"status": PUBLISHED}
        if outgoing.event is Event.MESSAGE_WITHDRAWN:
            return Rendered(content_type=JSON, body=as_json(post | {"status": IN_TRASH}), headers={})
        return Rendered(content_type=JSON, body=as_json(post | self._words(outgoing, post["slug"])), headers={})

    def _words(self, outgoing: Outgoing, slug: str) -> dict[str, str]:
        content = outgoing.content
        body = outgoing.html or (f"<p>{escape(content.short)}</p>" if content.short else "")
        if not content.headline or not body:
            raise self._unfit(outgoing, NO_TEXT if content.headline else NO_HEADLINE)
        return {
            "title": _inert(escape(content.headline, quote=False)),
            "content": _block(_inert(body), outgoing, slug),
            "excerpt": _inert(escape(content.short, quote=False)),
        }

    def _unfit(self, outgoing: Outgoing, reason: str) -> DoesNotFit:
        return DoesNotFit(
            organisation=outgoing.organisation, language=outgoing.language, channel=self.kind.value, reason=reason
        )

    def moved(self, body: bytes, *, to: datetime) -> bytes:  # noqa: ARG002 - a post is dated when it is made
        return body

    def check(self, destination: Destination, *, now: datetime) -> str | None:  # noqa: ARG002 - nothing is stamped
        """Log in and ask what the user may do. Nothing is shown."""
        if not destination.secrets:
            return NO_LOGIN
        site = self._site(destination)
        try:
            reply = site.ask("GET", "/wp/v2/users/me", query={"context": "edit", "_fields": "capabilities"})
            problem = _lacking(reply) if reply.status == 200 else trouble(reply)
            return site.nature() if problem == NO_API else problem
        except TransportError as error:
            return error.reason

    def deliver(
        self,
        rendered: Rendered,
        destination: Destination,
        *,
        delivery_id: str,  # noqa: ARG002 - the post has a name of its own
        now: datetime,  # noqa: ARG002 - instants are read at the site's answers
    ) -> Outcome:
        if not destination.secrets:
            return Outcome(answer=Answer.REFUSED, finished_at=self.door.clock(), reason=NO_LOGIN)
        return self._posting(rendered, destination).deliver()

    def look_up(
        self,
        rendered: Rendered,
        destination: Destination,
        *,
        delivery_id: str,  # noqa: ARG002 - the post has a name of its own
        now: datetime,  # noqa: ARG002 - instants are read at the site's answers
    ) -> Outcome:
        return self._posting(rendered, destination).look()

    def _posting(self, rendered: Rendered, destination: Destination) -> Posting:
        return Posting(self._site(destination), Wanted.of(rendered.body), clock=self.door.clock)

    def _site(self, destination: Destination) -> Site:
        return Site(self.door, destination, without_pretty=self._without_pretty)


def _block(body: str, outgoing: Outgoing, slug: str) -> str:
    """One block of HTML, which WordPress leaves as it is, in its own language and direction.

    Of `bdi` it knows nothing where the user may not write any HTML they like; a `span` with a direction isolates too.
    """
    body = body.replace("<bdi", "<span").replace("</bdi>", "</span>")
    language, direction = escape(outgoing.language), outgoing.direction
    return f'<!-- wp:html -->\n<div id="{slug}" lang="{language}" dir="{direction}">{body}</div>\n<!-- /wp:html -->'


def _inert(html: str) -> str:
    """Words in square brackets stay words: to WordPress they may be commands."""
    return html.replace("[", "&#91;")


def _lacking(reply: Reply) -> str | None:
    """What the user's capabilities lack."""
    if not isinstance(reply.data, dict):
        return NO_API
    capabilities = reply.data.get("capabilities")
    may = isinstance(capabilities, dict) and all(capabilities.get(needed) for needed in NEEDED)
    return None if may else MAY_NOT

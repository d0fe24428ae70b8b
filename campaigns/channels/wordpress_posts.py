"""One message on one WordPress site: making its post, changing it, taking it down, and seeing what visitors see of it.

WordPress drops no second post: it calls it `SLUG-2`. Therefore one that became a `-2` is taken down at once, and what
may have arrived is looked up before anything is sent again. An error of the site may come after its work is done, so it
is as unclear as no answer.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from campaigns.channels.errors import TransportError
from campaigns.channels.http import retry_after
from campaigns.channels.likeness import shows
from campaigns.channels.wordpress_site import EDITED, IN_TRASH, POSTS, PUBLISHED, Post, Reply, Site, post_of, trouble
from campaigns.domain.errors import N_
from campaigns.domain.release import Answer, Outcome

LET_IT_END = timedelta(seconds=30)
"""How long after an unclear attempt one looks: a slow site may be at work on it still. PHP's own limit is 30 s."""
TAKEN_DOWN = frozenset({IN_TRASH, "draft"})

NOT_PUBLISHED = N_("the post is on the site but not published: look among the drafts and in the trash there")
SHOWS_ELSE = N_("the post is on the site, but visitors do not see the text as it was sent: look at it there")
STILL_SHOWN = N_("the post was moved to the trash, but the site still shows it: look at it there")
NOT_SEEN_YET = N_("the site took it; whether visitors see it could not be checked yet")
NO_TRASH = "HTTP 501"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What shall be on the site, as the delivery's bytes say: `status` is empty for a correction."""

    slug: str
    status: str = ""
    title: str = ""
    content: str = ""
    excerpt: str = ""

    @classmethod
    def of(cls, body: bytes) -> "Wanted":
        """The bytes as a value."""
        return cls(**json.loads(body))

    def words(self) -> dict[str, str]:
        """What the post says."""
        return {"title": self.title, "content": self.content, "excerpt": self.excerpt}


class Posting:
    """One message on one site. Nothing here raises for anything the site does."""

    def __init__(self, site: Site, wanted: Wanted, *, clock: Callable[[], datetime]) -> None:
        self._site, self._wanted, self._clock = site, wanted, clock

    def look(self) -> Outcome:
        """Whether it is there as it shall be; old words in the place of new ones mean that these did not come."""
        try:
            found = self._site.found(self._wanted.slug)
        except TransportError as error:
            return self._outcome(Answer.UNCLEAR, error.reason)
        if self._wanted.status == IN_TRASH:
            is_down = found is None or found.status in TAKEN_DOWN
            return self._outcome(Answer.ACCEPTED if is_down else Answer.NOT_SENT)
        if found is None:
            return self._outcome(Answer.NOT_SENT)
        seen = self._seen(found)
        is_old = not self._wanted.status and seen.reason == SHOWS_ELSE
        return replace(seen, answer=Answer.NOT_SENT) if is_old else seen

    def deliver(self) -> Outcome:
        """Do what is wanted: publish, correct, or take down."""
        if self._wanted.status == PUBLISHED:
            return self._publish()
        try:  # a look changes nothing, so one that fails may be made again
            found = self._site.found(self._wanted.slug)
        except TransportError as error:
            return self._outcome(Answer.REFUSED if error.permanent else Answer.TRY_AGAIN, error.reason)
        return self._take_down(found) if self._wanted.status == IN_TRASH else self._correct(found)

    def _publish(self) -> Outcome:
        """Make the post and read it back, or the one that was there already."""
        new = {"slug": self._wanted.slug, "status": PUBLISHED, **self._wanted.words()}
        wrote, made = self._write(POSTS, new)
        if made is None:
            return wrote
        first = self._twin(made) if made.slug != self._wanted.slug else None
        return replace(self._seen(first or made), sent_at=wrote.sent_at)

    def _twin(self, made: Post) -> Post | None:
        """The same post, if an attempt before this one made it after all; then the one just made is taken down."""
        try:
            first = self._site.found(self._wanted.slug)
            if first is None or first.id == made.id or first.status != PUBLISHED:
                return None
            self._site.ask("DELETE", f"{POSTS}/{made.id}")
        except TransportError:
            return None
        return first

    def _correct(self, found: Post | None) -> Outcome:
        """Put the new words in the old ones' place. What never came is published; what people took down stays down."""
        if found is None:
            return self._publish()
        if found.status != PUBLISHED:
            return self._outcome(Answer.NOT_AS_SENT, NOT_PUBLISHED)
        wrote, made = self._write(f"{POSTS}/{found.id}", self._wanted.words())
        return wrote if made is None else replace(self._seen(made), sent_at=wrote.sent_at)

    def _take_down(self, found: Post | None) -> Outcome:
        """Move the post to the trash; on a site without one it becomes a draft."""
        if found is None or found.status == IN_TRASH:
            return self._outcome(Answer.ACCEPTED)
        wrote, made = self._write(f"{POSTS}/{found.id}", None)
        if wrote.reason == NO_TRASH:
            wrote, made = self._write(f"{POSTS}/{found.id}", {"status": "draft"})
        return wrote if made is None else replace(self._seen_gone(made), sent_at=wrote.sent_at)

    def _write(self, route: str, post: Mapping[str, str] | None) -> tuple[Outcome, Post | None]:
        """Make or change a post, or remove it where none is given; and what the site says that it is now."""
        method, body = ("DELETE", b"") if post is None else ("POST", as_json(post))
        try:
            reply = self._site.ask(method, route, query={"_fields": EDITED}, body=body)
        except TransportError as error:
            certain = Answer.REFUSED if error.permanent else Answer.NOT_SENT
            outcome = self._outcome(Answer.UNCLEAR if error.sent else certain, error.reason)
            return replace(outcome, retry_after=LET_IT_END if error.sent else None), None
        made = post_of(reply.data) if reply.status in {200, 201} else None
        return self._of(reply, made), made

    def _of(self, reply: Reply, made: Post | None) -> Outcome:
        answer = answer_of(reply, made)
        pause = retry_after(reply.headers.get("Retry-After"), now=reply.finished_at)
        if answer is Answer.UNCLEAR:
            pause = max(pause or LET_IT_END, LET_IT_END)
        reason = "" if made else trouble(reply)
        return replace(self._outcome(answer, reason, at=reply.finished_at), sent_at=reply.sent_at, retry_after=pause)

    def _seen(self, post: Post) -> Outcome:
        """What visitors see of a post that shall be public."""
        if post.status != PUBLISHED:
            return self._outcome(Answer.NOT_AS_SENT, NOT_PUBLISHED)
        link = self._site.public_link(post)
        try:
            shown = self._site.shown(post)
        except TransportError:
            return replace(self._outcome(Answer.UNCLEAR, NOT_SEEN_YET), address=link)
        is_there = all(shows(shown.html, part) for part in (self._wanted.title, self._wanted.content))
        outcome = self._outcome(Answer.ACCEPTED) if is_there else self._outcome(Answer.NOT_AS_SENT, SHOWS_ELSE)
        return replace(outcome, finished_at=shown.at, address=link)

    def _seen_gone(self, post: Post) -> Outcome:
        try:
            gone, at = self._site.is_gone(post)
        except TransportError:
            return self._outcome(Answer.UNCLEAR, NOT_SEEN_YET)
        return self._outcome(Answer.ACCEPTED, at=at) if gone else self._outcome(Answer.NOT_AS_SENT, STILL_SHOWN, at=at)

    def _outcome(self, answer: Answer, reason: str = "", *, at: datetime | None = None) -> Outcome:
        return Outcome(answer=answer, finished_at=at or self._clock(), reason=reason)


def answer_of(reply: Reply, made: Post | None) -> Answer:
    """What became of a change the site was asked for."""
    if made is not None:
        return Answer.ACCEPTED
    if reply.status in {408, 425, 429}:
        return Answer.TRY_AGAIN
    return Answer.UNCLEAR if reply.status in {200, 201} or reply.status >= 500 else Answer.REFUSED


def as_json(post: Mapping[str, str]) -> bytes:
    """The bytes of a post, the same every time."""
    return json.dumps(post, ensure_ascii=False, separators=(",", ":")).encode()

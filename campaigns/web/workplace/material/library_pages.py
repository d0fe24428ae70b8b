"""The library for members: what they may download, what is new, and for the police how far the making has come."""

from collections.abc import Iterable

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Permission
from campaigns.domain.errors import N_
from campaigns.domain.library import EVERYTHING, Case, told
from campaigns.web.downloads import handed_out
from campaigns.web.library_words import ALL, KINDS
from campaigns.web.site import now, site, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, workplace_blueprint
from campaigns.web.workplace.desk import told as say_on_next_page
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import AtHand, at_hand
from campaigns.work.editions.desk import campaigns_with_editions
from campaigns.work.editions.listing import ListedEdition, own_editions
from campaigns.work.library.desk import make_again, progress_of
from campaigns.work.library.news import (
    Downloads,
    News,
    downloads_of,
    edition_downloads_of,
    mark_seen,
    news_for,
)
from campaigns.work.library.shelves import NOTHING, member_download, member_library

library_pages = workplace_blueprint("library", __name__)

SEEN = N_("Everything in the library is marked as seen.")
AGAIN = N_("It is made again in the background.")


@library_pages.get("/material")
def home() -> Response:
    """Everything a member may download, what is new and what changed since the organisation downloaded it."""
    news = news_for(place(), actor())
    cases = member_library(place(), actor(), now=now(), kind=NOTHING)
    reads = desk().may(Permission.READ_BRIEFING)
    return page(
        "work/library/home.html",
        cases=cases,
        news=news,
        local=campaigns_with_editions(place(), actor(), now=now()),
        ours=own_editions(place(), actor(), now=now()) if reads else (),
        others=(others := _of_others()),
        any_new=_any_new(cases, others, news),
    )


def _of_others() -> list[ListedEdition]:
    """What other organisations offer to everyone: nothing before T."""
    own = desk().organisation.id
    return [one for one in site().shelves.offered(now=now()) if one.organisation_id != own]


def _any_new(cases: Iterable[Case], others: Iterable[ListedEdition], news: News) -> bool:
    shelves = (news.is_new(shelf) for case in cases for shelf in case.made)
    return any(shelves) or any(one.is_new(news.seen_at) or one.is_changed(news.seen_at) for one in others)


@library_pages.post("/material/sett")
def seen() -> BaseResponse:
    """The member has seen it all."""
    mark_seen(place(), actor(), now=now())
    say_on_next_page(words()._(SEEN))
    return go("library.home")


@library_pages.get("/kampanj/<campaign_id>/material")
def campaign(campaign_id: str) -> BaseResponse:
    """The material of one campaign, every language and file; for the police also progress and counts."""
    must(Permission.READ_BRIEFING)
    it = at_hand(place(), actor(), campaign_id, now=now())
    if not (it.is_own or it.is_open or it.public):
        return redirect(place().path_of(it.id), 303)
    return _page(it, Form())


def _page(it: AtHand, form: Form) -> Response:
    found = member_library(place(), actor(), now=now(), campaign_id=it.id)
    return page(
        "work/library/campaign.html",
        status=form.status,
        form=form,
        it=it,
        case=found[0] if found else None,
        news=news_for(place(), actor()),
        progress=progress_of(place(), actor(), it.id) if it.is_own else [],
        counts=_counts(downloads_of(place(), actor(), it.id)) if it.is_own else None,
        local=edition_downloads_of(place(), actor(), it.id, now=now()) if it.is_own and it.public else (),
        told=told,
    )


def _counts(downloads: Downloads) -> dict[str, list[tuple[str, int | None]]]:
    """Counts as they may be told; None is some, but fewer than can be told."""
    return {
        "languages": [(tag, told(count)) for tag, count in downloads.by_language.items() if tag != EVERYTHING],
        "everything": [("", told(count)) for tag, count in downloads.by_language.items() if tag == EVERYTHING],
        "kinds": [(kind, told(downloads.by_kind[kind])) for kind in KINDS if kind in downloads.by_kind],
    }


@library_pages.post("/kampanj/<campaign_id>/material/<language>/igen")
def again(campaign_id: str, language: str) -> BaseResponse:
    """Try a language once more that was refused."""
    must(Permission.EDIT_CORE)
    it, form = at_hand(place(), actor(), campaign_id, now=now()), Form()
    with form.attempt():
        make_again(place(), actor(), it.id, language=language, now=now())
    if not form.ok:
        return _page(it, form)
    say_on_next_page(words()._(AGAIN))
    return redirect(url_for("library.campaign", campaign_id=it.id), 303)


@library_pages.get("/kampanj/<campaign_id>/material/<language>/<filename>")
def download(campaign_id: str, language: str, filename: str) -> Response:
    """A file. Of who downloads it only the organisation's newest version is remembered."""
    tag = EVERYTHING if language == ALL else language
    found = member_download(place(), actor(), campaign_id, language=tag, name=filename, now=now())
    organisation = desk().actor.organisation_id
    return handed_out(
        found,
        site().shelves.read,
        lambda: site().shelves.count(found, now=now(), organisation_id=organisation),
    )

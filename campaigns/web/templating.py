"""What templates can say: sentences in the reader's language, times, addresses. Everything is escaped."""

import re
from collections.abc import Iterable
from typing import ClassVar

from flask import Flask, url_for
from jinja2 import StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache
from markupsafe import Markup, escape
from werkzeug.local import LocalProxy

from campaigns.data import languages
from campaigns.domain.languages import Language, ui_language, ui_languages
from campaigns.domain.reading import Voice
from campaigns.i18n import when_in, words_for
from campaigns.isolating import isolated
from campaigns.web import interface_urls
from campaigns.web.assets import static_url
from campaigns.web.site import site, words


def _(message: str, **facts: object) -> Markup:
    """A sentence for a page. Facts are escaped unless they are markup already, so a link can be one."""
    sentence = escape(words()._(message))
    return sentence.format(**_shown(facts)) if facts else sentence


def ngettext(one: str, many: str, count: int, **facts: object) -> Markup:
    """A sentence about a number of things, for a page."""
    sentence = escape(words().pick(one, many, count))
    return sentence.format(**_shown({"count": count, **facts}))


def _shown(facts: dict[str, object]) -> dict[str, object]:
    """What people have written stands as it is; times, numbers and states are said in words."""
    return {name: fact if type(fact) in {str, Markup} else words().value(fact) for name, fact in facts.items()}


def default_ui(language: str) -> str:
    """The interface language beside a campaign in some language: the same where we have it, otherwise Swedish."""
    return ui_language(language)


def campaign_url(slug: str, language: str | None = None, ui: str | None = None) -> str:
    """A campaign's address in a language; `ui` is named only where it is not the language's own default."""
    asked = ui if ui and ui != default_ui(language or "sv") else None
    return url_for("public.campaign", slug=slug, language=language, ui=asked)


def campaign_urls(slug: str, tags: Iterable[str]) -> dict[str, str]:
    """A campaign's address in each of its languages."""
    return {tag: campaign_url(slug, tag) for tag in tags}


def campaign_ui_urls(slug: str, language: str) -> dict[str, str]:
    """A campaign's page with the chrome around it in each language of the interface."""
    return {tag: campaign_url(slug, language, tag) for tag in ui_languages()}


def anchor(voice: Voice) -> str:
    """The place of a voice on its campaign's page."""
    return "r-" + re.sub(r"[^A-Za-z0-9]+", "-", voice.entry_id).strip("-")


def open_graph_locale(language: str) -> str:
    """How sharing services write a language."""
    return {"sv": "sv_SE", "sv-simple": "sv_SE", "en": "en_GB"}.get(language, language.replace("-", "_"))


def in_order(tags: Iterable[str]) -> list[Language]:
    """Languages in the order in which they are offered."""
    return languages().in_order(tags)


def line_lengths(voices: int) -> list[int]:
    """Where each line of the figure begins, in its 640 units: many voices, never two alike in a row."""
    return [70 + (135 * place + 165 * (place % 3)) % 480 for place in range(voices)]


def install(app: Flask) -> None:
    """Give the templates their words. An unknown name in a template is an error, not an empty place."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.bytecode_cache = _Compiled()
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["isolated"] = isolated
    app.jinja_env.globals.update(
        _=_,
        ngettext=ngettext,
        words=LocalProxy(words),
        site=LocalProxy(site),
        languages=languages(),
        in_order=in_order,
        ui_languages=in_order(ui_languages()),
        words_for=words_for,
        named_ui=interface_urls.named_ui,
        ui_urls=interface_urls.ui_urls,
        ui_asked_urls=interface_urls.ui_asked_urls,
        campaign_ui_urls=campaign_ui_urls,
        when_in=when_in,
        default_ui=default_ui,
        campaign_url=campaign_url,
        campaign_urls=campaign_urls,
        anchor=anchor,
        open_graph_locale=open_graph_locale,
        line_lengths=line_lengths,
        static_url=static_url,
    )


class _Compiled(BytecodeCache):
    """Templates compiled once a process: a second application in it, as tests make many, takes them from here."""

    kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


def compile_all(app: Flask) -> None:
    """Compile every template now: otherwise the first readers at T, all at once, would each wait for all of it."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)

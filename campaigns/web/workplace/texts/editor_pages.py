"""The editor: one text in one language, beside what it answers. Saved by a person, or while they write."""

import re
from collections.abc import Mapping

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_, NotThere, Refused
from campaigns.domain.text_counts import count_of
from campaigns.domain.text_parts import PartWeighed
from campaigns.domain.texts import TextContent, Variant
from campaigns.i18n import say
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.texts.words import checks_of, hints_of, kept_of, label_of, reads_of, say_hint
from campaigns.work.campaign.at_hand import at_hand_for_text
from campaigns.work.partners.matching import edit_text
from campaigns.work.texts.checks import TextChecks
from campaigns.work.texts.desk import Door, TextOnDesk, core_to_begin_from, text_on_desk
from campaigns.work.texts.meeting import Meeting, meet
from campaigns.work.texts.parts import text_parts, weigh_words
from campaigns.work.texts.writing import SomeoneElseWrote

text_pages = workplace_blueprint("text_pages", __name__)

PATH = "/text/<message_id>/<language>"
REVISION = re.compile("sha256:[0-9a-f]{64}")
SAVED = N_("Saved as version {version}.")
CHOOSE = N_("Choose one of the wordings, or write your own.")


@text_pages.get(PATH)
def edit(message_id: str, language: str) -> Response:
    """The editor, or the text to read where it may not be written."""
    text = _to_write(message_id, language)
    if text.door in {Door.FROZEN, Door.OVER}:
        return _closed(text)
    begun = _begun(text)
    return _editor(text, Form(_fields(begun or text.content)), version=text.version, unsaved=begun is not None)


def _begun(text: TextOnDesk) -> TextContent | None:
    """The core message's words, for whoever asked to begin from them and has written nothing yet."""
    if request.args.get("borja") != "karnbudskap" or text.version or text.is_core:
        return None
    return core_to_begin_from(place(), actor(), text.message_id, text.language, now=now())


def _to_write(message_id: str, language: str) -> TextOnDesk:
    """A text that this member may write. Raises NotThere."""
    text = text_on_desk(place(), actor(), message_id, language, now=now())
    if not text.may_write:
        raise NotThere
    return text


def _fields(content: TextContent) -> dict[str, object]:
    return {variant.value: content[variant] for variant in Variant}


@text_pages.post(PATH)
def save(message_id: str, language: str) -> BaseResponse:
    """Save what was written. The browser's own saving while somebody writes is answered in JSON."""
    text = _to_write(message_id, language)
    form = Form()
    began_from = _number("expected_version")
    content = _written(form)
    if content is None:
        return _meeting_page(text, _met_again(text), form=form, status=422)
    try:
        saved = edit_text(
            place(),
            actor(),
            message_id,
            language=language,
            content=content,
            expected_version=began_from,
            source_seen=_source_seen(),
            now=now(),
        )
    except Refused as refused:
        return _not_saved(text, form, content, began_from, refused)
    if _is_autosave():
        return _saved_quietly(message_id, language)
    told(words()._(SAVED, version=saved.version))
    return redirect(url_for("text_pages.edit", message_id=message_id, language=language, sparad=saved.version), 303)


@text_pages.post(f"{PATH}/kontroll")
def check(message_id: str, language: str) -> Response:
    """What the checks say of the words as they stand in the editor now, part by part. Nothing is saved."""
    _to_write(message_id, language)
    form = Form()
    content = _content(form)
    found, parts = weigh_words(place(), actor(), message_id, language, content=content, now=now())
    return jsonify(checks=_checks(found), parts={variant.value: _part(one, language) for variant, one in parts.items()})


def _content(form: Form) -> TextContent:
    return TextContent(**{variant.value: form.raw(variant.value) for variant in Variant})


def _part(part: PartWeighed, language: str) -> Mapping[str, str]:
    """What stands beside a part: how many key facts it keeps, and the rest as HTML."""
    says = {"kept_of": kept_of, "reads_of": reads_of, "say_hint": say_hint, "say_fault": say_fault_alone}
    return {"kept": kept_of(part), "says": render_template("work/text/_part.html", part=part, tag=language, **says)}


def _number(name: str) -> int:
    written = request.form.get(name, "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 9 else 0


def _source_seen() -> str | None:
    """The Swedish text that lay before the writer when the page was opened."""
    written = request.form.get("source_seen", "")
    return written if REVISION.fullmatch(written) else None


def _is_autosave() -> bool:
    return request.headers.get("X-Autosave") == "1"


def _written(form: Form) -> TextContent | None:
    """The text of the form, each part as it was chosen where there was a choice; None while one is not made."""
    found = {variant.value: _chosen(form, variant.value) for variant in Variant}
    missing = [name for name, text in found.items() if text is None]
    for name in missing:
        form.fault(name, words()._(CHOOSE))
    return None if missing else TextContent(**{name: text or "" for name, text in found.items()})


def _chosen(form: Form, name: str) -> str | None:
    if not form.raw(f"{name}-mine") and not form.raw(f"{name}-theirs"):
        return form.raw(name).replace("\0", "")  # PostgreSQL keeps no NUL
    wording = {"mine": f"{name}-mine", "theirs": f"{name}-theirs", "own": name}.get(form.text(f"{name}-choice"))
    return form.raw(wording).replace("\0", "") if wording else None


def _saved_quietly(message_id: str, language: str) -> Response:
    text = text_on_desk(place(), actor(), message_id, language, now=now())
    return jsonify(version=text.version, saved=_saved_sentence(text), checks=_checks(text.checks))


def _saved_sentence(text: TextOnDesk) -> str:
    if text.edited_at is None:
        return ""
    return words()._(N_("Saved as version {version}: {when}."), version=text.version, when=text.edited_at)


def _checks(checks: TextChecks) -> str:
    return render_template("work/text/_checks.html", found=checks_of(checks))


def _not_saved(text: TextOnDesk, form: Form, content: TextContent, began_from: int, refused: Refused) -> BaseResponse:
    """What was written is never lost: it comes back beside the reason, joined with a colleague's words if need be."""
    is_met = isinstance(refused, SomeoneElseWrote)
    if _is_autosave():
        answer = jsonify(refused=say(refused, words()), met=is_met)
        return Response(answer.get_data(), 409, content_type="application/json")
    if is_met:
        return _meeting_page(text, _met(text, content, began_from), form=form, status=409)
    form.sentences.append(say(refused, words()))
    fresh = text_on_desk(place(), actor(), text.message_id, text.language, now=now())
    return _editor(fresh, form, version=began_from, unsaved=True, status=409)


def _met(text: TextOnDesk, mine: TextContent, began_from: int) -> Meeting:
    return meet(place(), actor(), text.message_id, language=text.language, mine=mine, began_from=began_from, now=now())


def _met_again(text: TextOnDesk) -> Meeting:
    """The same meeting once more, from what its page carried: a choice was not made."""
    carried = {variant.value: request.form.get(f"{variant.value}-mine") for variant in Variant}
    mine = TextContent(
        **{
            name: (request.form.get(name, "") if kept is None else kept).replace("\r\n", "\n")
            for name, kept in carried.items()
        }
    )
    return _met(text, mine, _number("began_from"))


def _editor(text: TextOnDesk, form: Form, *, version: int, unsaved: bool = False, status: int = 200) -> Response:
    content = _content(form)
    parts = text_parts(place(), actor(), text.message_id, text.language, content=content, now=now())
    counts = {variant.value: count_of(variant, form.raw(variant.value)) for variant in Variant}
    return page(
        "work/text/edit.html",
        status=status,
        text=text,
        it=at_hand_for_text(place(), actor(), text.campaign_id, now=now()),
        form=form,
        version=version,
        unsaved=unsaved,
        counts=counts,
        label_of=label_of,
        hints=hints_of(text),
        found=checks_of(text.checks),
        parts=parts,
        says={variant.value: _part(one, text.language) for variant, one in parts.weighed.items()},
        changed=dict(parts.last.changes) if parts.last else {},
        who=f"{desk().member_id}:{desk().organisation.id}",
        saved=_saved_sentence(text),
    )


def _closed(text: TextOnDesk) -> Response:
    it = at_hand_for_text(place(), actor(), text.campaign_id, now=now())
    return page("work/text/closed.html", text=text, it=it, label_of=label_of)


def _meeting_page(text: TextOnDesk, met: Meeting, *, form: Form, status: int) -> Response:
    facts: Mapping[str, object] = {"text": text, "met": met, "form": form, "label_of": label_of}
    return page(
        "work/text/meeting.html",
        status=status,
        it=at_hand_for_text(place(), actor(), text.campaign_id, now=now()),
        **facts,
    )

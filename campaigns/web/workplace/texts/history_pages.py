"""Every version of a text, and the way back to an earlier one."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_, NotThere
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.texts.words import label_of
from campaigns.work.campaign.at_hand import at_hand_for_text
from campaigns.work.texts.desk import Door, text_on_desk
from campaigns.work.texts.history import restore_version, text_history

text_history_pages = workplace_blueprint("text_history_pages", __name__)

PATH = "/text/<message_id>/<language>/historik"
RESTORED = N_("Version {earlier} was taken up again, and saved as version {version}.")


@text_history_pages.get(PATH)
def history(message_id: str, language: str) -> Response:
    """The steps of a text, newest first; with ?alla=1 each version that was saved."""
    return _shown(message_id, language, Form(typed=False))


@text_history_pages.post(PATH)
def restore(message_id: str, language: str) -> BaseResponse:
    """Save an earlier version as the newest."""
    text = text_on_desk(place(), actor(), message_id, language, now=now())
    if not text.may_write:
        raise NotThere
    form, newest = Form(), 0
    earlier, expected = _number(form, "version"), _number(form, "expected_version")
    with form.attempt():
        saved = restore_version(
            place(), actor(), message_id, language=language, version=earlier, expected_version=expected, now=now()
        )
        newest = saved.version
    if not form.ok:
        return _shown(message_id, language, form)
    told(words()._(RESTORED, earlier=earlier, version=newest))
    return go("text_history_pages.history", message_id=message_id, language=language)


def _number(form: Form, name: str) -> int:
    written = form.text(name)
    if not (written.isascii() and written.isdigit() and len(written) < 9):
        raise NotThere
    return int(written)


def _shown(message_id: str, language: str, form: Form) -> Response:
    every = request.args.get("alla") == "1"
    text = text_on_desk(place(), actor(), message_id, language, now=now())
    return page(
        "work/text/history.html",
        status=form.status,
        text=text,
        it=at_hand_for_text(place(), actor(), text.campaign_id, now=now()),
        history=text_history(place(), actor(), message_id, language, every=every, now=now()),
        every=every,
        form=form,
        label_of=label_of,
        may_restore=text.may_write and text.door in {Door.OPEN, Door.PUBLIC},
        other=url_for(".history", message_id=message_id, language=language, alla=None if every else 1),
    )

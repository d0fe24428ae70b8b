"""A translation and those who read it: reviewing, telling it back in Swedish, comments, and asking people for it."""

from collections.abc import Callable

from flask import Response
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.errors import N_, NotThere
from campaigns.domain.texts import Variant
from campaigns.domain.translating import Job
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form, say_fault_alone
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.texts.words import label_of
from campaigns.web.workplace.translating.words import JOBS, LACKS, OUTCOMES
from campaigns.work.campaign.at_hand import at_hand_for_text
from campaigns.work.translating import afterwards, asking, remarks, steps, telling_back
from campaigns.work.translating.desk import TranslationOnDesk, translation_on_desk

translation_pages = workplace_blueprint("translation_pages", __name__)

PATH = "/text/<message_id>/<language>"
DONE = {
    "lamna": N_("The text is handed over. Somebody else reads it now."),
    "godkann": N_("The text has passed review."),
    "aterlamna": N_("The text is a draft again, and its translators have been told."),
    "last": N_("Thank you. The text is read by another now, and that is recorded."),
    "fel": N_(
        "Recorded. The text is a draft to correct, and its translators have been told. The public still reads it."
    ),
    "bekrafta": N_("You have confirmed that the text says what was meant."),
}
TOLD_BACK = N_("Thank you. The author can now see what the text says, and confirm it.")
REMARKED = N_("Your comment stands beside the text.")
TAKEN = N_("The suggestion was taken up, and the text saved as version {version}.")
SETTLED = N_("The comment is settled.")
ASKED = N_("{email} was asked, and gets an e-mail without a word of the campaign.")
ASK_ENDED = N_("They are no longer asked for this. What they wrote is kept.")


@translation_pages.get(f"{PATH}/granska")
def read(message_id: str, language: str) -> Response:
    """Both texts beside each other, what the translation lacks, and what one may do."""
    return _shown(_on_desk(message_id, language), Form(typed=False))


@translation_pages.post(f"{PATH}/granska")
def step(message_id: str, language: str) -> BaseResponse:
    """Hand over, let pass, ask for changes or confirm the revision that was shown."""
    text, form = _on_desk(message_id, language), Form()
    sign = form.text("step")
    if sign not in DONE:
        raise NotThere
    with form.attempt():
        _take_step(sign, message_id, language, form)
    if not form.ok:
        return _shown(_on_desk(message_id, language), form)
    told(words()._(DONE[sign]))
    return go(".read", message_id=text.message_id, language=language)


def _take_step(sign: str, message_id: str, language: str, form: Form) -> None:
    revision, note, beside = form.text("revision"), form.text("note"), form.text("beside") or None
    match sign:
        case "lamna":
            steps.hand_over(place(), actor(), message_id, language=language, revision=revision, now=now())
        case "godkann":
            steps.let_pass(
                place(), actor(), message_id, language=language, revision=revision, beside=beside, note=note, now=now()
            )
        case "aterlamna":
            steps.send_back(place(), actor(), message_id, language=language, revision=revision, note=note, now=now())
        case "last" | "fel":
            afterwards.read_afterwards(
                place(), actor(), message_id, language=language, revision=revision, right=sign == "last", note=note,
                now=now(),
            )  # fmt: skip
        case _:
            telling_back.confirm_told(
                place(), actor(), message_id, language=language, revision=revision, beside=beside, now=now()
            )


@translation_pages.get(f"{PATH}/tillbaka")
def back(message_id: str, language: str) -> Response:
    """The text alone, for whoever tells in Swedish what it says: the source would put words into their mouth."""
    text = _on_desk(message_id, language)
    if not (text.may.tell_back or text.told):
        raise NotThere
    return _back(text, Form(typed=False))


@translation_pages.post(f"{PATH}/tillbaka")
def tell_back(message_id: str, language: str) -> BaseResponse:
    """Store what the text says in Swedish."""
    text, form = _on_desk(message_id, language), Form()
    with form.attempt("says"):
        telling_back.tell_back(
            place(), actor(), message_id, language=language, revision=form.text("revision"), says=form.raw("says"),
            now=now(),
        )  # fmt: skip
    if not form.ok:
        return _back(text, form)
    told(words()._(TOLD_BACK))
    return go(".back", message_id=message_id, language=language)


@translation_pages.post(f"{PATH}/synpunkt")
def remark(message_id: str, language: str) -> BaseResponse:
    """Comment on the text, or suggest other words for a place in it."""
    text, form = _on_desk(message_id, language), Form()
    part = form.text("part")
    if part and part not in {variant.value for variant in Variant}:
        raise NotThere
    if form.text("instead_of") and not part:
        form.fault("part", words()._(N_("Say in which part of the text the words stand.")))
        return _shown(text, form)
    with form.attempt("says"):
        remarks.remark(
            place(),
            actor(),
            message_id,
            language=language,
            says=form.text("says"),
            part=Variant(part) if part else None,
            instead_of=form.text("instead_of"),
            suggests=form.text("suggests"),
            now=now(),
        )
    if not form.ok:
        return _shown(text, form)
    told(words()._(REMARKED))
    return go(".read", message_id=message_id, language=language, _anchor="synpunkter")


@translation_pages.post(f"{PATH}/synpunkt/<remark_id>/ta")
def take(message_id: str, language: str, remark_id: str) -> BaseResponse:
    """Put the suggested words into the text."""
    versions: list[int] = []
    return _settled(
        message_id,
        language,
        lambda: versions.append(remarks.take_suggestion(place(), actor(), remark_id, now=now())),
        lambda: words()._(TAKEN, version=versions[0]),
    )


@translation_pages.post(f"{PATH}/synpunkt/<remark_id>/klar")
def settle(message_id: str, language: str, remark_id: str) -> BaseResponse:
    """Close a comment, or decline a suggestion."""
    return _settled(
        message_id,
        language,
        lambda: remarks.settle_remark(place(), actor(), remark_id, now=now()),
        lambda: words()._(SETTLED),
    )


def _settled(message_id: str, language: str, task: Callable[[], None], says: Callable[[], str]) -> BaseResponse:
    text, form = _on_desk(message_id, language), Form()
    with form.attempt():
        task()
    if not form.ok:
        return _shown(text, form)
    told(says())
    return go(".read", message_id=message_id, language=language, _anchor="synpunkter")


@translation_pages.post(f"{PATH}/fraga")
def ask(message_id: str, language: str) -> BaseResponse:
    """Ask a person for this text."""
    text, form = _on_desk(message_id, language), Form()
    email = form.text("email") or form.text("candidate")
    if not email:
        form.fault("email", words()._(N_("Choose somebody, or write the e-mail address of their account.")))
        return _shown(text, form)
    if form.text("job") not in {job.value for job in Job}:
        form.fault("job", words()._(N_("Say what you ask for.")))
        return _shown(text, form)
    with form.attempt("email"):
        asking.ask_for_text(
            place(),
            actor(),
            message_id,
            language=language,
            job=Job(form.text("job")),
            email=email,
            note=form.text("ask_note"),
            now=now(),
        )
    if not form.ok:
        return _shown(text, form)
    told(words()._(ASKED, email=email))
    return go(".read", message_id=message_id, language=language, _anchor="hjalp")


@translation_pages.post(f"{PATH}/fraga/<assignment_id>/avsluta")
def end(message_id: str, language: str, assignment_id: str) -> BaseResponse:
    """Take back what somebody was asked for."""
    text, form = _on_desk(message_id, language), Form()
    with form.attempt():
        asking.end_assignment(place(), actor(), assignment_id, now=now())
    if not form.ok:
        return _shown(text, form)
    told(words()._(ASK_ENDED))
    return go(".read", message_id=message_id, language=language, _anchor="hjalp")


def _on_desk(message_id: str, language: str) -> TranslationOnDesk:
    return translation_on_desk(place(), actor(), message_id, language, now=now())


def _shown(text: TranslationOnDesk, form: Form) -> Response:
    return page(
        "work/translating/read.html",
        status=form.status,
        text=text,
        it=at_hand_for_text(place(), actor(), text.campaign_id, now=now()),
        form=form,
        said=LACKS,
        jobs=JOBS,
        outcomes=OUTCOMES,
        label_of=label_of,
        say_fault=say_fault_alone,
        variants=[(variant.value, label_of(variant.value)) for variant in Variant if text.content[variant].strip()],
        candidates=[(one.email, f"{one.name}, {one.organisation}") for one in text.candidates],
    )


def _back(text: TranslationOnDesk, form: Form) -> Response:
    it = at_hand_for_text(place(), actor(), text.campaign_id, now=now())
    return page("work/translating/back.html", status=form.status, text=text, it=it, form=form, label_of=label_of)

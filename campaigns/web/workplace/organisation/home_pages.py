"""One's own organisation: its home, what it follows, whom to ask there, and acting for another of one's own."""

from flask import Response, redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from campaigns import data
from campaigns.domain.access import Permission
from campaigns.domain.errors import N_, NotThere
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, desk, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.work.organisations import organisation
from campaigns.work.organisations.organisation import Contact

organisation_pages = workplace_blueprint("organisation_pages", __name__)

FOLLOW_SOMEWHERE = N_("Choose at least one place, or nothing concerns you. The whole country is one too.")
SPEAK_SOMETHING = N_("Choose at least one language.")


@organisation_pages.get("/organisation")
def home() -> Response:
    """What the organisation is, for every member; administrators find what they can change."""
    it = organisation.own_organisation(place(), actor())
    return page("work/organisation/home.html", it=it, places_said=_places_said(it))


def _places_said(it: organisation.OrganisationHome) -> str:
    return ", ".join(data.places().name(code) for code in it.places)


@organisation_pages.post("/byt")
def switch() -> BaseResponse:
    """Act for another of one's own organisations from now on."""
    wanted = request.form.get("organisation", "")
    if wanted not in desk().belongings:
        raise NotThere
    session["organisation_id"] = wanted
    told(words()._(N_("You now act for {organisation}."), organisation=desk().belongings[wanted].name))
    return redirect("/arbete/", 303)


@organisation_pages.route("/organisation/bevakningar", methods=["GET", "POST"])
def follows() -> BaseResponse:
    """Topics, places and languages that decide which campaigns are suggested to the organisation."""
    if desk().organisation.is_police:
        raise NotThere
    it = organisation.own_organisation(place(), actor())
    suggested = organisation.known_topics(place(), now=now())
    form = Form(_followed(it, suggested))
    if request.method == "POST":
        must(Permission.KEEP_ORGANISATION)
        _follow(form, it.id)
        if form.ok:
            told(words()._(N_("Your topics and places are saved.")))
            return go("organisation_pages.home")
    places = [(code, data.places().name(code)) for code in data.places().names()]
    languages = [(language.tag, _called(language.tag)) for language in data.languages().values()]
    return page(
        "work/organisation/follows.html",
        status=form.status,
        it=it,
        form=form,
        suggested=[(topic, topic) for topic in suggested],
        places=places,
        tongues=languages,
        places_said=_places_said(it),
        languages_said=", ".join(_called(tag) for tag in it.languages),
    )


def _called(tag: str) -> str:
    language = data.languages()[tag]
    return words().called(language)


def _followed(it: organisation.OrganisationHome, suggested: list[str]) -> dict[str, object]:
    return {
        "topics": [topic for topic in it.topics if topic in suggested],
        "others": "\n".join(topic for topic in it.topics if topic not in suggested),
        "places": it.places,
        "languages": it.languages,
    }


def _follow(form: Form, organisation_id: str) -> None:
    if not form.many("places"):
        form.fault("places", words()._(FOLLOW_SOMEWHERE))
    if not form.many("languages"):
        form.fault("languages", words()._(SPEAK_SOMETHING))
    if form.ok:
        with form.attempt():
            organisation.subscribe(
                place(),
                actor(),
                organisation_id=organisation_id,
                topics=[*form.many("topics"), *form.lines("others")],
                places=form.many("places"),
                languages=form.many("languages"),
                now=now(),
            )


@organisation_pages.route("/organisation/uppgifter", methods=["GET", "POST"])
def contact() -> BaseResponse:
    """Whom one asks at the organisation, and where."""
    it = organisation.own_organisation(place(), actor())
    known = it.contact
    form = Form({"name": known.name, "email": known.email, "phone": known.phone, "website": known.website})
    if request.method == "POST":
        must(Permission.KEEP_ORGANISATION)
        given = Contact(
            name=form.text("name"), email=form.text("email"), phone=form.text("phone"), website=form.text("website")
        )
        with form.attempt():
            organisation.keep_contact(place(), actor(), organisation_id=it.id, contact=given, now=now())
        if form.ok:
            told(words()._(N_("The contact details are saved.")))
            return go("organisation_pages.home")
    return page("work/organisation/contact.html", status=form.status, it=it, form=form)

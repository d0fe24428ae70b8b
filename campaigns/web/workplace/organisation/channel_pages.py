"""The channels of one's own organisation: each with its state in a sentence, and what one can do with it."""

from flask import Response, request
from werkzeug.wrappers import Response as BaseResponse

from campaigns.domain.access import Actor, Permission
from campaigns.domain.errors import N_
from campaigns.domain.release import ChannelKind
from campaigns.web.accounts.factor import proven
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, go, must, page, told, workplace_blueprint
from campaigns.web.workplace.forms import Form
from campaigns.web.workplace.parts import place
from campaigns.web.workplace.showing import label
from campaigns.work.organisations import channels_kept, logins_kept
from campaigns.work.organisations.channel_logins import NEED_A_LOGIN, Login

organisation_channels = workplace_blueprint("organisation_channels", __name__)

NO_SUCH_KIND = N_("Choose what kind of channel it is.")
KIND_SAYS = {
    ChannelKind.WEBHOOK: N_(
        "Your website or system gets the text by itself, signed, at the very moment. Someone technical sets it up once."
    ),
    ChannelKind.WORDPRESS: N_(
        "The text becomes a post on your WordPress site when the embargo is lifted. Corrections and withdrawals reach "
        "it there too."
    ),
    ChannelKind.EMAIL: N_("The text goes to one address, such as a mailing list, when the embargo is lifted."),
    ChannelKind.BY_HAND: N_(
        "A person gets the text ready to use by e-mail when the embargo is lifted, and publishes it. A reminder comes "
        "a quarter of an hour before."
    ),
}
"""What a kind means to whoever chooses; a kind without a sentence is offered by its name alone."""


@organisation_channels.route("/organisation/kanaler", methods=["GET", "POST"])
def channels() -> BaseResponse:
    """All channels, and the form for one more. A new webhook's secret is shown in the answer and never again."""
    form = Form({"kind": ChannelKind.WEBHOOK.value})
    if request.method == "POST":
        must(Permission.KEEP_ORGANISATION)
        return _add(form) or _list(form)
    return _list(form)


def _list(form: Form) -> Response:
    kinds = [(kind.value, _explained(kind)) for kind in channels_kept.kinds_to_add(place())]
    found = channels_kept.channels_of(place(), actor())
    return page("work/organisation/channels.html", status=form.status, form=form, channels=found, kinds=kinds)


def _explained(kind: ChannelKind) -> str:
    name = label(kind)
    says = KIND_SAYS.get(kind)
    return f"{name[:1].upper()}{name[1:]}: {words()._(says)}" if says else name


def _add(form: Form) -> BaseResponse | None:
    """What follows when a channel was added; None when something is wrong with the form."""
    kinds = {kind.value: kind for kind in channels_kept.kinds_to_add(place())}
    kind = kinds.get(form.text("kind"))
    if kind is None:
        form.fault("kind", words()._(NO_SUCH_KIND))
    if not (form.need("address") and proven(form)) or kind is None:
        return None
    secret = None
    with form.attempt():
        secret = channels_kept.add_channel(
            place(),
            actor(),
            organisation_id=actor().organisation_id or "",
            kind=kind,
            address=form.text("address"),
            name=form.text("name"),
            login=_login(form) if kind in NEED_A_LOGIN else None,
            now=now(),
        )
    if not form.ok:
        return None
    if secret is not None:
        return page("work/organisation/secret.html", secret=secret, address=form.text("address"), overlaps=False)
    told(words()._(N_("The channel is added. Test it now, so that you know it works.")))
    return go("organisation_channels.channels")


def _login(form: Form) -> Login:
    return Login(user=form.text("user"), password=form.text("password"))


@organisation_channels.get("/organisation/kanaler/<channel_id>")
def channel(channel_id: str) -> Response:
    """One channel."""
    return _one(channel_id, None)


def _one(channel_id: str, form: Form | None) -> Response:
    it = channels_kept.channel_of(place(), actor(), channel_id)
    form = form or Form({"name": it.name, "stamp": it.stamp}, typed=False)
    return page("work/organisation/channel.html", status=form.status, it=it, form=form)


@organisation_channels.post("/organisation/kanaler/<channel_id>/namn")
def name(channel_id: str) -> BaseResponse:
    """Call it something."""
    must(Permission.KEEP_ORGANISATION)
    form = Form()
    with form.attempt():
        channels_kept.name_channel(place(), actor(), channel_id, name=form.text("name"), now=now())
    if not form.ok:
        return _one(channel_id, form)
    told(words()._(N_("The name is saved.")))
    return go("organisation_channels.channel", channel_id=channel_id)


@organisation_channels.post("/organisation/kanaler/<channel_id>/prova")
def test(channel_id: str) -> BaseResponse:
    """Ask it whether it answers."""
    must(Permission.KEEP_ORGANISATION)
    problem = channels_kept.try_channel(place(), actor(), channel_id, now=now())
    if problem is None:
        told(words()._(N_("The channel answers as it should.")))
    return go("organisation_channels.channel", channel_id=channel_id)


@organisation_channels.post("/organisation/kanaler/<channel_id>/pausa")
def pause(channel_id: str) -> BaseResponse:
    """Let it rest."""
    channels_kept.pause_channel(place(), _keeper(), channel_id, now=now())
    told(words()._(N_("The channel is paused. Releases that are approved from now on leave it out.")))
    return go("organisation_channels.channel", channel_id=channel_id)


@organisation_channels.post("/organisation/kanaler/<channel_id>/ateruppta")
def unpause(channel_id: str) -> BaseResponse:
    """Use it again."""
    channels_kept.unpause_channel(place(), _keeper(), channel_id, now=now())
    told(words()._(N_("The channel is in use again.")))
    return go("organisation_channels.channel", channel_id=channel_id)


@organisation_channels.post("/organisation/kanaler/<channel_id>/ta-bort")
def remove(channel_id: str) -> BaseResponse:
    """Take it away."""
    channels_kept.remove_channel(place(), _keeper(), channel_id, now=now())
    told(words()._(N_("The channel is removed. You can add the same address again at any time.")))
    return go("organisation_channels.channels")


@organisation_channels.post("/organisation/kanaler/<channel_id>/nyckel")
def rotate(channel_id: str) -> BaseResponse:
    """A new signing secret beside the old one, shown in the answer and never again."""
    must(Permission.KEEP_ORGANISATION)
    it, form = channels_kept.channel_of(place(), actor(), channel_id), Form()
    secret = ""
    if proven(form):
        with form.attempt():
            secret = channels_kept.rotate_secret(place(), actor(), channel_id, stamp=form.text("stamp"), now=now())
    if not form.ok:
        return _one(channel_id, form)
    return page("work/organisation/secret.html", secret=secret, address=it.address, overlaps=True, channel_id=it.id)


@organisation_channels.post("/organisation/kanaler/<channel_id>/inloggning")
def log_in(channel_id: str) -> BaseResponse:
    """Publish with another login; it is never shown again."""
    must(Permission.KEEP_ORGANISATION)
    channels_kept.channel_of(place(), actor(), channel_id)
    form = Form()
    if proven(form):
        with form.attempt():
            logins_kept.replace_login(place(), actor(), channel_id, login=_login(form), now=now())
    if not form.ok:
        return _one(channel_id, form)
    told(words()._(N_("The login is changed. Test it now, so that you know it works.")))
    return go("organisation_channels.channel", channel_id=channel_id)


@organisation_channels.post("/organisation/kanaler/<channel_id>/gammal-nyckel")
def drop_old(channel_id: str) -> BaseResponse:
    """Sign with the newest secret alone."""
    channels_kept.drop_old_secret(place(), _keeper(), channel_id, stamp=request.form.get("stamp", ""), now=now())
    told(words()._(N_("From now on only the new secret signs.")))
    return go("organisation_channels.channel", channel_id=channel_id)


def _keeper() -> Actor:
    """Whoever may keep channels; for anyone else there is nothing here."""
    must(Permission.KEEP_ORGANISATION)
    return actor()

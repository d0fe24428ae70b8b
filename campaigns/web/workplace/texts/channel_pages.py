"""A text as it will be seen: on the public page, and in each channel."""

from flask import Response

from campaigns.i18n import say
from campaigns.web.site import now, words
from campaigns.web.workplace.desk import actor, page, workplace_blueprint
from campaigns.web.workplace.parts import place
from campaigns.work.campaign.at_hand import at_hand_for_text
from campaigns.work.texts.channels import channel_previews

text_channel_pages = workplace_blueprint("text_channel_pages", __name__)


@text_channel_pages.get("/budskap/<message_id>/<language>/forhandsvisning")
def channels(message_id: str, language: str) -> Response:
    """What leaves through each channel, rendered by the channel itself."""
    shown = channel_previews(place(), actor(), message_id, language, now=now())
    refusals = {one.kind: say(one.refused, words()) for one in shown.channels if one.refused}
    it = at_hand_for_text(place(), actor(), shown.campaign_id, now=now())
    return page("work/text/channels.html", shown=shown, it=it, refusals=refusals)

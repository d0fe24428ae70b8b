"""Names for the ids of things, so that one cannot be passed where another is meant.

Every id is random (122 bits) and says nothing about order or number: before the lift not even a count may leak.
"""

from typing import NewType
from uuid import uuid4

CampaignId = NewType("CampaignId", str)
ChannelId = NewType("ChannelId", str)
DeliveryId = NewType("DeliveryId", str)
MemberId = NewType("MemberId", str)
MessageId = NewType("MessageId", str)
OrganisationId = NewType("OrganisationId", str)
QuestionId = NewType("QuestionId", str)
ReleaseId = NewType("ReleaseId", str)
TextId = NewType("TextId", str)


def new_id() -> str:
    """A new random id, 32 hexadecimal digits."""
    return uuid4().hex

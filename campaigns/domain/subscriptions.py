"""Does a campaign concern an organisation? Decided by the topics and places it follows."""

from collections.abc import Sequence

from campaigns.domain.places import Places


def concerns(
    table: Places,
    *,
    followed_topics: Sequence[str],
    followed_places: Sequence[str],
    topics: Sequence[str],
    places: Sequence[str],
) -> bool:
    """Whether topics and places both meet. Following no topics means all of them; case does not matter.

    Places meet when one holds the other: a campaign for the whole country concerns a county, and one for a
    municipality concerns whoever follows its county.
    """
    wanted = {topic.casefold() for topic in followed_topics}
    topic_meets = not wanted or bool(wanted & {topic.casefold() for topic in topics})
    return topic_meets and any(table.overlap(followed, place) for followed in followed_places for place in places)

"""The sample campaign that comes with Samklang is whole: it is what people see first and start from."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from campaigns.data import SAMPLE_CAMPAIGN, languages
from campaigns.domain.release import ChannelKind
from campaigns.domain.texts import check_text, likeness
from campaigns.work.campaign.drafts import CampaignDraft
from campaigns.work.campaign_file.reading import read_campaign_file, write_campaign_file

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def sample() -> CampaignDraft:
    draft, warnings = read_campaign_file(SAMPLE_CAMPAIGN.read_bytes(), now=NOW, step=MINUTE)
    assert [str(warning) for warning in warnings] == []
    return draft


def test_the_sample_says_that_it_is_one(sample: CampaignDraft) -> None:
    """Nobody may take its texts for the police's."""
    assert sample.example
    assert SAMPLE_CAMPAIGN.read_text(encoding="utf-8").startswith("# A sample campaign")
    assert all("(exempel)" in partner.name for partner in sample.partners)
    assert sample.lift_at == datetime(2026, 12, 14, 5, tzinfo=UTC)


def test_the_core_message_is_whole_in_every_language_of_the_campaign(sample: CampaignDraft) -> None:
    """Headline, long and short, and every check passed without even a warning."""
    (message,) = sample.core_messages
    assert set(message.texts) == set(sample.languages)
    for tag, content in message.texts.items():
        assert content.headline, tag
        assert content.long, tag
        assert content.short, tag
        source = None if tag == "sv" else message.texts["sv"]
        assert check_text(content, language=languages()[tag], facts=sample.key_facts, source=source) == [], tag


def test_the_key_sentence_has_a_wording_in_every_language(sample: CampaignDraft) -> None:
    """Only then a machine can tell that it was kept."""
    assert {tag for tag, _ in sample.key_facts[0].wordings} == set(sample.languages)


def test_every_partner_answers_in_its_own_voice(sample: CampaignDraft) -> None:
    """In Swedish and its other languages, with the key facts, and not like another's."""
    assert [matching.by for matching in sample.matching_messages] == [partner.name for partner in sample.partners]
    own = [matching.texts["sv"].long for matching in sample.matching_messages]
    assert all(likeness(one, other) < 0.3 for one, other in combinations(own, 2))
    assert all(len(matching.texts) > 1 for matching in sample.matching_messages)


def test_matching_messages_leave_through_channels_that_their_partner_has(sample: CampaignDraft) -> None:
    """Webhook, e-mail and handwork are all tried by the sample."""
    partners = {partner.name: partner for partner in sample.partners}
    for matching in sample.matching_messages:
        partner = partners[matching.by]
        assert set(matching.channels) <= {channel.kind for channel in partner.channels}
        assert set(matching.texts) <= set(partner.languages)
    chosen = [kind for matching in sample.matching_messages for kind in matching.channels]
    assert chosen.count(ChannelKind.WEBHOOK) >= 4
    assert chosen.count(ChannelKind.EMAIL) >= 3
    assert ChannelKind.BY_HAND in chosen


def test_the_sample_survives_being_written_and_read(sample: CampaignDraft) -> None:
    """Export and import are two ways of the same format."""
    again, warnings = read_campaign_file(write_campaign_file(sample).encode(), now=NOW, step=MINUTE)
    assert again == sample
    assert warnings == []

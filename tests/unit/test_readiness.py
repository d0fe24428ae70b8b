"""Readiness: go or no-go, what is missing, and who could mend it, judged from states alone."""

import pytest

from campaigns.domain.access import Permission
from campaigns.domain.readiness import (
    MENDED_BY,
    Cell,
    Lack,
    Line,
    Standing,
    Verdict,
    Written,
    assess,
    figures,
    mended_by,
)
from campaigns.domain.release import ChannelKind

LANGUAGES = ("sv", "ar", "so")
ANSWERS = [(ChannelKind.EMAIL, Line.ANSWERS)]


def written(language: str, *, sound: bool = True, stale: bool = False, agreed: bool = True) -> Written:
    """A text that is ready unless something is said against it."""
    return Written(language=language, sound=sound, stale=stale, agreed=agreed)


def partner(*texts: Written, **given: object) -> Standing:
    """A partner with two people, accepted terms and a channel that answers."""
    facts = {"messages": [texts], "members": 2, "accepted": 1, "channels": ANSWERS} | given
    return Standing(is_police=False, **facts)  # type: ignore[arg-type] # a factory that takes any fact


def police(*messages: list[Written], members: int = 2) -> Standing:
    """The police, with their core messages."""
    return Standing(is_police=True, messages=messages, members=members, channels=ANSWERS)


@pytest.mark.parametrize(
    ("text", "cell", "lack"),
    [
        (written("sv", agreed=False), Cell.WAITING, Lack.CONSENT),
        (written("sv", sound=False, agreed=False), Cell.WRITING, Lack.WRITE),
        (written("sv", stale=True), Cell.STALE, Lack.REFRESH),
    ],
)
def test_an_unfinished_text_is_named_and_stays_behind(text: Written, cell: Cell, lack: Lack) -> None:
    """With nothing else to send the organisation is a no-go."""
    found = assess(partner(text), languages=LANGUAGES, left_out=())
    assert found.cells["sv"] is cell
    assert found.lacks == ((lack, ("sv",)),)
    assert found.verdict is Verdict.NO_GO
    assert found.waits


def test_a_partner_is_ready_with_what_it_chose_to_write() -> None:
    """Nobody expects a partner to speak every language of the campaign."""
    found = assess(partner(written("sv")), languages=LANGUAGES, left_out=())
    assert found.verdict is Verdict.GO
    assert found.cells == {"sv": Cell.READY, "ar": Cell.NONE, "so": Cell.NONE}
    assert not found.waits


def test_a_language_the_organisation_works_in_is_expected_of_it() -> None:
    """It still goes with the ones that are there."""
    found = assess(partner(written("sv"), works_in=("sv", "ar", "fi")), languages=LANGUAGES, left_out=())
    assert found.cells["ar"] is Cell.MISSING
    assert found.lacks == ((Lack.LANGUAGES, ("ar",)),)
    assert found.verdict is Verdict.PARTLY


def test_a_language_that_was_left_out_is_nobodys_lack() -> None:
    """Not even of the police."""
    found = assess(police([written("sv"), written("so")]), languages=LANGUAGES, left_out={"ar"})
    assert found.cells["ar"] is Cell.LEFT_OUT
    assert found.verdict is Verdict.GO
    assert (found.texts_ready, found.texts_wanted) == (2, 2)


def test_the_police_go_with_every_core_message_or_not_at_all() -> None:
    """One core message without Arabic stops the row, whatever the other says."""
    whole, part = [written(tag) for tag in LANGUAGES], [written("sv"), written("so")]
    found = assess(police(whole, part), languages=LANGUAGES, left_out=())
    assert found.cells["ar"] is Cell.MISSING
    assert found.verdict is Verdict.NO_GO


def test_without_accepted_terms_nothing_goes() -> None:
    """Even a written text belongs to nobody who may read it."""
    found = assess(partner(written("sv"), accepted=0), languages=LANGUAGES, left_out=())
    assert found.verdict is Verdict.NO_GO
    assert found.lacks[0] == (Lack.TERMS, ())


def test_one_person_is_a_risk_and_not_a_stop() -> None:
    """It is said, and the organisation goes."""
    found = assess(partner(written("sv"), members=1), languages=LANGUAGES, left_out=())
    assert found.lacks == ((Lack.ONE_PERSON, ()),)
    assert found.verdict is Verdict.GO
    assert not found.waits


@pytest.mark.parametrize("line", [Line.PAUSED, Line.PROBLEM, Line.ABSENT])
def test_a_silent_channel_leaves_part_behind(line: Line) -> None:
    """The message still stands on the campaign's page."""
    found = assess(partner(written("sv"), channels=[(ChannelKind.WEBHOOK, line)]), languages=LANGUAGES, left_out=())
    assert found.lacks == ((Lack.CHANNEL, ()),)
    assert found.verdict is Verdict.PARTLY


def test_every_lack_has_somebody_who_can_mend_it() -> None:
    """For the police the texts are core messages."""
    assert set(MENDED_BY) == set(Lack)
    assert mended_by(Lack.WRITE, is_police=True) is Permission.EDIT_CORE
    assert mended_by(Lack.WRITE, is_police=False) is Permission.WRITE_MATCHING
    assert mended_by(Lack.CONSENT, is_police=False) is Permission.CONSENT


def test_the_figures_count_what_is_ready_of_what_is_wanted() -> None:
    """Languages nobody expects count for nothing."""
    standings = [partner(written("sv")), partner(written("sv", agreed=False))]
    rows = [(standing, assess(standing, languages=LANGUAGES, left_out=())) for standing in standings]
    found = figures(rows)
    assert (found.organisations, found.texts, found.channels) == ((1, 2), (1, 2), (2, 2))

"""Those who read the translations: the approver reviews each and tells it in Swedish, the communicator confirms it."""

from collections.abc import Callable
from datetime import datetime

from campaigns.domain.access import Actor
from campaigns.domain.translating import Lack
from campaigns.work.translating import steps, telling_back
from campaigns.work.translating.desk import TranslationOnDesk, translation_on_desk
from campaigns.work.translating.matrix import translation_matrix
from campaigns.work.workplace import Workplace

EXAMPLE = "(Exempel. Ingen har läst översättningen; här står den svenska texten.)"


class Readers:
    """Take the languages of a campaign to where they are ready."""

    def __init__(self, place: Workplace, *, author: Actor, reviewer: Actor, clock: Callable[[], datetime]) -> None:
        self._place, self._author, self._reviewer, self._now = place, author, reviewer, clock

    def make_ready(self, campaign_id: str, *, besides: frozenset[str] = frozenset()) -> int:
        """Review every translation that waits for it, but for some languages. Gives how many."""
        matrix = translation_matrix(self._place, self._author, campaign_id)
        waiting = [
            (column.message_id, row.language)
            for row in matrix.rows
            for column, cell in zip(matrix.columns, row.cells, strict=True)
            if Lack.REVIEW in cell.lacks and Lack.TRANSLATION not in cell.lacks and row.language not in besides
        ]
        for message_id, language in waiting:
            self._read(message_id, language)
        return len(waiting)

    def _read(self, message_id: str, language: str) -> None:
        text = translation_on_desk(self._place, self._reviewer, message_id, language, now=self._now())
        steps.let_pass(
            self._place, self._reviewer, message_id, language=language, revision=text.revision, now=self._now()
        )
        if Lack.BACK_TRANSLATION in text.lacks:
            self._tell_back(text)

    def _tell_back(self, text: TranslationOnDesk) -> None:
        swedish = "\n\n".join("".join(words for _, words in part.source) for part in text.parts if part.source)
        telling_back.tell_back(
            self._place,
            self._reviewer,
            text.message_id,
            language=text.language,
            revision=text.revision,
            says=f"{EXAMPLE}\n\n{swedish}",
            now=self._now(),
        )
        telling_back.confirm_told(
            self._place,
            self._author,
            text.message_id,
            language=text.language,
            revision=text.revision,
            now=self._now(),
        )

"""What is said of a translation in whole sentences: what it lacks, and what somebody was asked to do."""

from collections.abc import Mapping

from campaigns.domain.errors import N_
from campaigns.domain.translating import Job, Lack, Outcome

LACKS: Mapping[Lack, str] = {
    Lack.TEXT: N_("Nothing is written yet."),
    Lack.TRANSLATION: N_("The translator is not done. When the text is finished it is handed over for review."),
    Lack.REVIEW: N_("Nobody but the translator has read it."),
    Lack.FRESHNESS: N_("It was made from an earlier Swedish text. Look at what has changed, and save it again."),
    Lack.BACK_TRANSLATION: N_("It holds key facts, so somebody else must tell in Swedish what it says."),
    Lack.CONFIRMATION: N_("It has been told in Swedish. Its author must confirm that it is right."),
}
SHORT: Mapping[Lack, str] = {
    Lack.TEXT: N_("missing"),
    Lack.TRANSLATION: N_("being written"),
    Lack.REVIEW: N_("waits for review"),
    Lack.FRESHNESS: N_("out of date"),
    Lack.BACK_TRANSLATION: N_("to be told in Swedish"),
    Lack.CONFIRMATION: N_("to be confirmed"),
}
JOBS: Mapping[Job, str] = {
    Job.TRANSLATE: N_("to translate"),
    Job.REVIEW: N_("to review"),
    Job.BACK_TRANSLATE: N_("to tell in Swedish what it says"),
}
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.OPEN: N_("waits for an answer"),
    Outcome.TAKEN: N_("taken up"),
    Outcome.DECLINED: N_("declined"),
    Outcome.ANSWERED: N_("settled"),
}

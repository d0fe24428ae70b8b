"""Two words of the glossary in the sample's languages. Machine translated examples that nobody has read."""

from collections.abc import Callable, Mapping
from datetime import datetime

from campaigns.domain.access import Actor
from campaigns.work.stewards.glossary import Wording, add_term, approve_term, glossary
from campaigns.work.workplace import Workplace

NOTE = "Maskinöversatt exempel."
TERMS: Mapping[str, Mapping[str, str]] = {
    "löfte": {
        "sv-simple": "löfte",
        "en": "promise",
        "ar": "وعد",
        "ckb": "بەڵێن",
        "fa": "وعده",
        "so": "ballan",
        "ti": "መብጽዓ",
        "tr": "söz",
        "es": "promesa",
        "fr": "promesse",
        "fi": "lupaus",
    },
    "socialtjänsten": {
        "sv-simple": "socialtjänsten, kommunens hjälp till familjer",
        "en": "social services",
        "ar": "الخدمات الاجتماعية",
        "ckb": "خزمەتگوزاری کۆمەڵایەتی",
        "fa": "خدمات اجتماعی",
        "so": "adeegga bulshada",
        "ti": "ማሕበራዊ ኣገልግሎት",
        "tr": "sosyal hizmetler",
        "es": "servicios sociales",
        "fr": "services sociaux",
        "fi": "sosiaalipalvelut",
    },
}


def fill_glossary(place: Workplace, steward: Actor, second: Actor, *, clock: Callable[[], datetime]) -> int:
    """Add them, and let a second steward approve all but one, which is left as a draft. Gives how many."""
    wordings = [
        Wording(swedish=swedish, language=language, preferred=preferred, note=NOTE)
        for swedish, said in TERMS.items()
        for language, preferred in said.items()
    ]
    for wording in wordings:
        add_term(place, steward, wording, now=clock())
    for entry in glossary(place, second)[:-1]:
        approve_term(place, second, entry.id, seen=entry.mark, now=clock())
    return len(wordings)

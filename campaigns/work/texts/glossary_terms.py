"""The glossary as the checks want it: its terms by language."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlmodel import Session, col, select

from campaigns.domain.glossary import Term
from campaigns.store.tables import GlossaryTerm

Terms = Mapping[str, tuple[Term, ...]]


def terms_in(session: Session, languages: Iterable[str]) -> Terms:
    """The terms of each of these languages, in one query. A language without any has none."""
    found: dict[str, list[Term]] = defaultdict(list)
    rows = select(GlossaryTerm).where(col(GlossaryTerm.language).in_(list(languages)))
    for row in session.exec(rows.order_by(col(GlossaryTerm.swedish))):
        found[row.language].append(Term(swedish=row.swedish, preferred=row.preferred, avoid=tuple(row.avoid)))
    return defaultdict(tuple, {language: tuple(terms) for language, terms in found.items()})

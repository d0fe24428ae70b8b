"""A question that was sent twice is one question."""

from sqlmodel import Session, col, select

from campaigns.store.tables import Question


def waiting_question(session: Session, asked: Question) -> str | None:
    """The id of the same words by the same asker that nobody has answered, such as when a button is pressed twice."""
    return session.exec(
        select(Question.id).where(
            col(Question.campaign_id) == asked.campaign_id,
            col(Question.organisation_id).is_not_distinct_from(asked.organisation_id),
            col(Question.question) == asked.question,
            col(Question.answered_at).is_(None),
        )
    ).first()

"""What somebody is writing, as a reader will see it. Nothing is stored."""

from collections.abc import Sequence

from campaigns import markup


def preview(text: str, *, phones: Sequence[str] = ()) -> str:
    """Markdown as the safe HTML that the public page would hold. Raises TextTooLong."""
    return markup.render_markdown(text, phones=phones)

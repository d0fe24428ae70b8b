"""An organisation's logo: what must be said of it."""

from collections.abc import Iterator

from campaigns.domain.errors import N_, Fault
from campaigns.domain.text_signs import forbidden_signs

LONGEST_ALTERNATIVE = 160

ALTERNATIVE_NEEDED = N_("Say in Swedish what the logo shows; the organisation's name is often enough.")
ALTERNATIVE_TOO_LONG = N_(
    "The description is longer than {limit} characters. Shorten it; it is heard in each document."
)


def logo_faults(alternative: str) -> Iterator[Fault]:
    """Everything that is wrong with what is said for those who do not see the logo."""
    if not alternative:
        yield Fault(message=ALTERNATIVE_NEEDED, field="alternative")
    if len(alternative) > LONGEST_ALTERNATIVE:
        yield Fault(message=ALTERNATIVE_TOO_LONG, field="alternative", facts={"limit": LONGEST_ALTERNATIVE})
    yield from forbidden_signs(alternative, "alternative")

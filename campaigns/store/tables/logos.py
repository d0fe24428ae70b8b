"""The logos of organisations."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel


class OrganisationLogo(SQLModel, table=True):
    """An organisation's logo as its editions print it: a PNG on white, and in Swedish what it shows.

    `sha256` is over `content`, in hexadecimal digits; `width` and `height` are pixels.
    """

    __tablename__ = "organisation_logos"

    organisation_id: str = Field(primary_key=True, foreign_key="organisations.id")
    alternative: str
    sha256: str
    content: bytes = Field(sa_type=LargeBinary)
    width: int
    height: int
    added_by: str | None = None
    added_at: datetime

"""An organisation's own material: what goes with its messages, the yes to it, and what of it was approved."""

from datetime import datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from campaigns.domain.uploads import Told, UploadKind
from campaigns.store.tables.columns import one_of


class UploadBody(SQLModel, table=True):
    """The bytes of a file, once each, by their SHA-256 in hexadecimal digits."""

    __tablename__ = "upload_bodies"
    __table_args__ = {"info": {"large": True}}

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)
    created_at: datetime


class Upload(SQLModel, table=True):
    """A file or a link that goes with a message. `alternative` is the alt text of an image, or a transcript.

    `sha256`, `media_type`, `extension` and `size` (bytes) are empty for a link; `width` and `height` are pixels, 0 for
    what is no image. `revision` is the hash of all that is said of it and of its file.
    """

    __tablename__ = "uploads"

    id: str = Field(primary_key=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    message_id: str = Field(foreign_key="messages.id", index=True)
    organisation_id: str = Field(foreign_key="organisations.id", index=True)
    kind: UploadKind = Field(sa_type=one_of(UploadKind))
    language: str
    title: str
    alternative: str = ""
    link: str = ""
    sha256: str | None = Field(default=None, foreign_key="upload_bodies.sha256", index=True)
    media_type: str = ""
    extension: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    revision: str
    created_by: str | None = None
    edited_by: str | None = None
    edited_at: datetime
    created_at: datetime

    @property
    def told(self) -> Told:
        """What is said of it, as a value."""
        return Told(language=self.language, title=self.title, alternative=self.alternative, link=self.link)


class UploadConsent(SQLModel, table=True):
    """An organisation's yes to one exact revision of its material."""

    __tablename__ = "upload_consents"
    __table_args__ = (UniqueConstraint("upload_id", "revision"),)

    id: str = Field(primary_key=True)
    upload_id: str = Field(foreign_key="uploads.id", index=True)
    revision: str
    member_id: str = Field(foreign_key="members.id")
    given_at: datetime
    taken_back_at: datetime | None = None


class ReleasedUpload(SQLModel, table=True):
    """That a release holds a piece of material in exactly this revision. It is public only while it says just that."""

    __tablename__ = "released_uploads"
    __table_args__ = (UniqueConstraint("release_id", "upload_id"),)

    id: str = Field(primary_key=True)
    release_id: str = Field(foreign_key="releases.id", index=True)
    campaign_id: str = Field(foreign_key="campaigns.id", index=True)
    upload_id: str = Field(foreign_key="uploads.id", index=True)
    message_id: str = Field(foreign_key="messages.id")
    organisation_id: str = Field(foreign_key="organisations.id")
    revision: str
    superseded_at: datetime | None = None
    withdrawn_at: datetime | None = None

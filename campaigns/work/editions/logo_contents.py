"""The logo in what an edition is made from: by its sum while it is stored, with its bytes when it is made."""

from base64 import b64encode
from collections.abc import Collection, Mapping
from typing import Any

from sqlmodel import Session, col, select

from campaigns.domain.errors import NotThere
from campaigns.store.tables import Organisation, OrganisationLogo

Content = dict[str, Any]


def logos_of(session: Session, organisation_ids: Collection[str]) -> Mapping[str, Content]:
    """What editions say of the logos that organisations have."""
    logo = OrganisationLogo
    rows = session.exec(
        select(logo.organisation_id, logo.alternative, logo.sha256, logo.width, logo.height).where(  # type: ignore[call-overload] # five columns are one too many
            col(logo.organisation_id).in_(set(organisation_ids))
        )
    ).all()
    return {
        organisation_id: {"alternative": alternative, "sha256": sha256, "width": width, "height": height}
        for organisation_id, alternative, sha256, width, height in rows
    }


def hold_logo(session: Session, organisation_id: str) -> None:
    """Let nobody add, change or remove an organisation's logo until this transaction ends.

    Whoever locks campaigns too does this first. Rows that only refer to the organisation go on being written.
    """
    held = select(Organisation.id).where(col(Organisation.id) == organisation_id).with_for_update(key_share=True)
    session.exec(held).first()


def logo_mark(session: Session, organisation_id: str) -> str:
    """The sum by which the logo of an organisation is known again; empty where it has none."""
    found = select(OrganisationLogo.sha256).where(col(OrganisationLogo.organisation_id) == organisation_id)
    return session.exec(found).first() or ""


def with_picture(session: Session, content: Content) -> Content:
    """The same content with the bytes of its logo, as making wants it. Raises NotThere once there are none any more."""
    local = content.get("edition")
    if not local or not local.get("logo"):
        return content
    sha256 = local["logo"]["sha256"]
    found = session.exec(select(OrganisationLogo.content).where(col(OrganisationLogo.sha256) == sha256)).first()
    if found is None:
        raise NotThere
    logo = local["logo"] | {"png": b64encode(found).decode()}
    return content | {"edition": local | {"logo": logo}}

"""The parts that every office package has: what its parts are, how they hang together, and when it was made."""

from collections.abc import Mapping, Sequence

from campaigns.interchange.sheets import Sheet
from campaigns.interchange.xml_writing import document, element

_CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DUBLIN_CORE = {"xmlns_dc": "http://purl.org/dc/elements/1.1/", "xmlns_dcterms": "http://purl.org/dc/terms/"}
_INSTANCE = {"xmlns_xsi": "http://www.w3.org/2001/XMLSchema-instance"}

RELATIONS = _OFFICE


def content_types(parts: Mapping[str, str]) -> bytes:
    """What each part is; the names begin with a slash."""
    relations = {"Extension": "rels", "ContentType": "application/vnd.openxmlformats-package.relationships+xml"}
    known = [element("Default", **relations), element("Default", Extension="xml", ContentType="application/xml")]
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    named = {**parts, "/docProps/core.xml": core}
    listed = [element("Override", PartName=name, ContentType=kind) for name, kind in named.items()]
    return document(element("Types", *known, *listed, xmlns=_CONTENT_TYPES))


def relations(*targets: tuple[str, str]) -> bytes:
    """What a part draws on: kinds and the names of parts, in the order of their ids (rId1, rId2, …)."""
    listed = [
        element("Relationship", Id=f"rId{place}", Type=f"{_OFFICE}/{kind}", Target=target)
        for place, (kind, target) in enumerate(targets, start=1)
    ]
    return document(element("Relationships", *listed, xmlns=_PACKAGE_RELATIONS))


def package_relations(main: str) -> bytes:
    """Where a reader of the package begins."""
    core = f"{_PACKAGE_RELATIONS}/metadata/core-properties"
    listed: Sequence[tuple[str, str]] = ((f"{_OFFICE}/officeDocument", main), (core, "docProps/core.xml"))
    made = [
        element("Relationship", Id=f"rId{place}", Type=kind, Target=target)
        for place, (kind, target) in enumerate(listed, start=1)
    ]
    return document(element("Relationships", *made, xmlns=_PACKAGE_RELATIONS))


def core_properties(sheet: Sheet) -> bytes:
    """Title, languages and the instant of the sheet; no name of a person or a program's version."""
    made_at = f"{sheet.made_at:%Y-%m-%dT%H:%M:%SZ}"
    when = {"xsi_type": "dcterms:W3CDTF"}
    return document(
        element(
            "cp:coreProperties",
            element("dc:title", text=f"{sheet.slug} {sheet.source.tag} – {sheet.target.tag}"),
            element("dc:language", text=sheet.target.tag),
            element("dcterms:created", text=made_at, **when),
            element("dcterms:modified", text=made_at, **when),
            xmlns_cp=_CORE,
            **_DUBLIN_CORE,
            **_INSTANCE,
        )
    )

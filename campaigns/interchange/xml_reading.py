"""XML from strangers: no document types, no entities, no addresses that are followed, and bounds for all that grows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import NoReturn
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl, InputSource, Locator

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from campaigns.domain.errors import N_, BadInput, Fault

DEEPEST = 100
MOST_ELEMENTS = 200_000  # some ten times what a word processor makes of a large table

DOCUMENT_TYPE = N_(
    "This file begins with a document type or entities, which can hide anything and are not read. "
    "Save it again with the tool you translate in."
)
NOT_XML = N_("The file is damaged: it is not whole XML. Save it again and upload it once more.")
TOO_DEEP = N_("The elements of this file are nested more than {most} levels deep. It was not made from one of ours.")
TOO_MANY = N_("The file holds more than {most} elements. Keep only the table that you downloaded.")


@dataclass(slots=True)
class Node:
    """An element: its namespace and name, its attributes (`{namespace}name` where they have one), what it holds."""

    namespace: str
    name: str
    attributes: dict[str, str]
    line: int
    content: "list[Node | str]" = field(default_factory=list)

    def children(self, *names: str) -> "Iterator[Node]":
        """The elements directly in it; with names, those that are called so."""
        for child in self.content:
            if isinstance(child, Node) and (not names or child.name in names):
                yield child

    def child(self, name: str) -> "Node | None":
        """The first element of a name directly in it."""
        return next(self.children(name), None)

    def within(self, name: str, *, through: frozenset[str]) -> "Iterator[Node]":
        """The elements of a name in it, directly or inside elements of the names `through`."""
        for child in self.children():
            if child.name == name:
                yield child
            elif child.name in through:
                yield from child.within(name, through=through)

    @property
    def text(self) -> str:
        """The characters directly in it."""
        return "".join(part for part in self.content if isinstance(part, str))

    def __getitem__(self, attribute: str) -> str:
        """An attribute by its name whatever its namespace, or nothing: programs differ in where they write them."""
        return next((value for name, value in self.attributes.items() if name.rpartition("}")[2] == attribute), "")


def read_xml(raw: bytes) -> Node:
    """The root element. Raises BadInput for what is not XML, and for what is built to harm."""
    grown = _Tree()
    parser = create_parser(forbid_dtd=True)
    parser.setFeature(feature_namespaces, True)  # noqa: FBT003 - the signature of SAX
    parser.setContentHandler(grown)
    source = InputSource()
    source.setByteStream(BytesIO(raw))
    try:
        parser.parse(source)
    except DefusedXmlException:
        raise BadInput([Fault(message=DOCUMENT_TYPE)]) from None
    except SAXParseException as error:
        raise BadInput([Fault(message=NOT_XML, line=error.getLineNumber() or None)]) from None
    except (SAXException, ValueError, LookupError):
        raise BadInput([Fault(message=NOT_XML)]) from None
    return grown.root


class _Tree(ContentHandler):
    """Builds the tree, and stops at the first element that is too deep or one too many."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Node] = []
        self.elements = 0
        self.root = Node("", "", {}, 0)
        self.place: Locator | None = None

    def setDocumentLocator(self, locator: Locator) -> None:  # noqa: N802 - SAX calls it so
        self.place = locator

    def startElementNS(  # noqa: N802 - SAX calls it so
        self,
        name: tuple[str | None, str],
        qname: str | None,  # noqa: ARG002 - SAX gives it
        attrs: AttributesNSImpl,
    ) -> None:
        line = (self.place.getLineNumber() if self.place else 0) or 0
        self.elements += 1
        if len(self.open) >= DEEPEST:
            _refuse(TOO_DEEP, line, DEEPEST)
        if self.elements > MOST_ELEMENTS:
            _refuse(TOO_MANY, line, MOST_ELEMENTS)
        node = Node(name[0] or "", name[1], _attributes(attrs), line)
        if self.open:
            self.open[-1].content.append(node)
        else:
            self.root = node
        self.open.append(node)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802, ARG002 - likewise
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].content.append(content)


def _attributes(attrs: AttributesNSImpl) -> dict[str, str]:
    return {f"{{{space}}}{local}" if space else local: value for (space, local), value in attrs.items()}


def _refuse(message: str, line: int, most: int) -> NoReturn:
    raise BadInput([Fault(message=message, line=line, facts={"most": most})])

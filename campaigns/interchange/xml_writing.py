"""XML of our own: elements by their prefixed names, and the same bytes each time."""

from xml.etree import ElementTree as ET

from campaigns.interchange.sheets import writable

PRESERVE = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}


def element(name: str, /, *children: ET.Element, text: str = "", **attributes: str) -> ET.Element:
    """An element. In attribute names `_` stands for the colon of a prefix; None of ours has another use for it."""
    made = ET.Element(name, {key.replace("_", ":"): writable(value) for key, value in attributes.items()})
    made.text = writable(text) or None
    made.extend(children)
    return made


def preserved(name: str, text: str) -> ET.Element:
    """An element whose blanks and line ends all count."""
    made = element(name, text=text)
    made.attrib.update(PRESERVE)
    return made


def document(root: ET.Element) -> bytes:
    """A whole document in UTF-8."""
    declaration = b'<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + ET.tostring(root, encoding="unicode").encode()

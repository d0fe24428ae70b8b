"""A picture in a DOCX: a paragraph that holds it, in line with the text, with words for whoever does not see it."""

from xml.etree import ElementTree as ET

from campaigns.materials.docx_parts import OFFICE, w
from campaigns.materials.logos import Logo

PART, RELATION = "word/media/logo.png", "logo"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_INLINE, _MAIN, _PICTURE = (f"{_DRAWING}/{part}" for part in ("wordprocessingDrawing", "main", "picture"))
_PER_MM = 36_000  # English metric units

for _prefix, _namespace in (("wp", _INLINE), ("a", _MAIN), ("pic", _PICTURE)):
    ET.register_namespace(_prefix, _namespace)


def logo_paragraph(logo: Logo, *, rtl: bool) -> ET.Element:
    """The logo as it is printed elsewhere, where a line ends."""
    paragraph = ET.Element(w("p"))
    how = ET.SubElement(paragraph, w("pPr"))
    ET.SubElement(how, w("pStyle"), {w("val"): "Small"})
    if rtl:
        ET.SubElement(how, w("bidi"), {w("val"): "1"})
    ET.SubElement(how, w("jc"), {w("val"): "right"})  # right to left, Word's right is the left
    drawing = ET.SubElement(ET.SubElement(paragraph, w("r")), w("drawing"))
    width, height = (round(side * _PER_MM) for side in logo.printed)
    drawing.append(_inline(logo, {"cx": str(width), "cy": str(height)}))
    return paragraph


def _inline(logo: Logo, size: dict[str, str]) -> ET.Element:
    named = {"id": "1", "name": "logo", "descr": logo.alternative}
    inline = ET.Element(f"{{{_INLINE}}}inline", {f"dist{side}": "0" for side in "TBLR"})
    ET.SubElement(inline, f"{{{_INLINE}}}extent", size)
    ET.SubElement(inline, f"{{{_INLINE}}}docPr", named)
    graphic = ET.SubElement(inline, f"{{{_MAIN}}}graphic")
    data = ET.SubElement(graphic, f"{{{_MAIN}}}graphicData", {"uri": _PICTURE})
    picture = ET.SubElement(data, f"{{{_PICTURE}}}pic")
    about = ET.SubElement(picture, f"{{{_PICTURE}}}nvPicPr")
    ET.SubElement(about, f"{{{_PICTURE}}}cNvPr", named)
    ET.SubElement(about, f"{{{_PICTURE}}}cNvPicPr")
    fill = ET.SubElement(picture, f"{{{_PICTURE}}}blipFill")
    ET.SubElement(fill, f"{{{_MAIN}}}blip", {f"{{{OFFICE}}}embed": RELATION})
    ET.SubElement(ET.SubElement(fill, f"{{{_MAIN}}}stretch"), f"{{{_MAIN}}}fillRect")
    shape = ET.SubElement(picture, f"{{{_PICTURE}}}spPr")
    frame = ET.SubElement(shape, f"{{{_MAIN}}}xfrm")
    ET.SubElement(frame, f"{{{_MAIN}}}off", {"x": "0", "y": "0"})
    ET.SubElement(frame, f"{{{_MAIN}}}ext", size)
    ET.SubElement(ET.SubElement(shape, f"{{{_MAIN}}}prstGeom", {"prst": "rect"}), f"{{{_MAIN}}}avLst")
    return inline

"""What the example study association adds for its own place: a logo, drawn here, and an edition in two languages."""

import io
from collections.abc import Callable, Mapping
from datetime import datetime

from PIL import Image, ImageDraw, ImageFont

from campaigns.domain.access import Actor
from campaigns.domain.editions import Contact, LocalPart
from campaigns.work.editions.desk import editions_of
from campaigns.work.editions.logos import keep_logo
from campaigns.work.editions.writing import begin_edition, offer_edition
from campaigns.work.workplace import Workplace

LOGO_SHOWS = "Studieförbundet Samtal (exempel): två pratbubblor"
TEAL, ORANGE, INK = (10, 90, 102), (194, 80, 15), (23, 35, 44)
LIBRARY = Contact(name="Biblioteket (exempel)", offers="Studiecirkel om torsdagar klockan 18", phone="0980-319 212")
PARTS: Mapping[str, LocalPart] = {
    "sv": LocalPart(
        title="Prata om det (exempel)",
        place="Kiruna",
        introduction="Vi ses på biblioteket varje **torsdag klockan 18** och dricker kaffe. Ingen behöver kunna något "
        "i förväg, och ingen behöver berätta om sig själv.\n\nKom när du vill, gå när du vill.",
        contacts=(
            LIBRARY,
            Contact(name="Vår samordnare (exempel)", offers="Frågor om cirkeln", email="kiruna@samtal.example.org"),
        ),
        questions=("Vad har våra barn sett på nätet den här veckan?", "Vem i Kiruna kan du ringa en kväll?"),
    ),
    "ar": LocalPart(
        title="لنتحدث عن ذلك (مثال)",
        place="Kiruna",
        introduction="نلتقي في المكتبة كل يوم خميس الساعة 18 ونشرب القهوة. لا يحتاج أحد إلى معرفة مسبقة.",
        contacts=(Contact(name="المكتبة (مثال)", offers="حلقة دراسية", phone=LIBRARY.phone),),
        questions=("ماذا رأى أطفالنا على الإنترنت هذا الأسبوع؟", "بمن يمكنك الاتصال في المساء؟"),
    ),
}


def drawn_logo() -> bytes:
    """Two speech bubbles and a name, as PNG on nothing."""
    canvas = Image.new("RGBA", (1_680, 480), (0, 0, 0, 0))
    pen = ImageDraw.Draw(canvas)
    pen.rounded_rectangle((20, 20, 380, 300), radius=70, fill=TEAL)
    pen.polygon([(90, 280), (90, 400), (210, 290)], fill=TEAL)
    pen.rounded_rectangle((240, 170, 560, 410), radius=60, fill=(*ORANGE, 255), outline=(255, 255, 255), width=16)
    pen.polygon([(420, 390), (520, 470), (510, 380)], fill=ORANGE)
    for place, width in enumerate((200, 150)):
        y = 110 + 70 * place
        pen.line((90, y, 90 + width, y), fill=(255, 255, 255), width=18)
    pen.text((640, 110), "Samtal", font=ImageFont.load_default(240), fill=INK)
    written = io.BytesIO()
    canvas.resize((840, 240), Image.Resampling.LANCZOS).save(written, "PNG")
    return written.getvalue()


def make_editions(
    place: Workplace, editor: Actor, publisher: Actor, campaign_id: str, *, clock: Callable[[], datetime]
) -> int:
    """The editor writes them, the publisher adds the logo and offers them to everyone. Gives how many."""
    keep_logo(place, publisher, raw=drawn_logo(), alternative=LOGO_SHOWS, now=clock())
    mark = editions_of(place, publisher, campaign_id, now=clock()).logo
    for language, part in PARTS.items():
        edition_id = begin_edition(place, editor, campaign_id, language=language, part=part, now=clock())
        offer_edition(place, publisher, edition_id, version=1, logo=mark, now=clock())
    return len(PARTS)

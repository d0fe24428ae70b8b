"""Every language of the table is set with the fonts that came as packages, or refused with what to install."""

import io
from collections.abc import Iterator
from importlib.util import find_spec

import docx
import pytest
from material_reading import docx_text, html_text, made, pdf, pdf_text, title_of, words
from material_samples import small

from campaigns.data import languages
from campaigns.materials import fonts
from campaigns.materials.fonts import GlyphsMissing, SignsWithoutFont, missing_signs, settable
from campaigns.materials.kinds import Kind

# A sentence in every language that has letters of its own, mostly "The child can always come to you" or nearly so.
SENTENCES = {
    "am": "ልጁ ሁልጊዜ ወደ አንተ መምጣት ይችላል።",
    "ar": "يستطيع طفلك أن يأتي إليك دائمًا؟",
    "bs": "Dijete uvijek može doći k tebi: šđčćž.",
    "ckb": "منداڵەکە هەمیشە دەتوانێت بێتە لات، ڕێگا و ڵ ۆ.",
    "de": "Das Kind kann immer zu dir kommen: äöüß „ja“.",
    "es": "El niño siempre puede acudir a ti: ¿áéíóúüñ? ¡Sí!",
    "fa": "فرزندتان همیشه می‌تواند نزد شما بیاید، گچپژ.",
    "fi": "Lapsi voi aina tulla luoksesi: äöåšž.",
    "fit": "Laps saattaa aina tulla sinun tykö: äöåšž.",
    "fr": "L’enfant peut toujours venir vers vous : « çàâéèêëîïôœùûÿ ».",
    "hr": "Dijete uvijek može doći k tebi: čćđšž.",
    "kmr": "Zarok her dem dikare were cem te: çêîşû.",
    "om": "Daa'imni yeroo hunda gara kee dhufuu danda'a.",
    "pl": "Dziecko zawsze może do ciebie przyjść: ąęćłńóśźż.",
    "prs": "فرزندتان همیشه می‌تواند نزد شما بیاید.",
    "ps": "ماشوم تل تاسو ته راتلای شي: ټ ډ ړ ښ ګ ځ څ ې ۍ ڼ.",
    "ro": "Copilul poate veni oricând la tine: ăâîșț.",
    "rmf": "Tšaavo saale: čšžäö.",
    "rmn": "O čhavo šaj avel tute: čšžćđ.",
    "rmu": "Tjavon kan alltid komma: åäö.",
    "rmy": "O śavo śaj avel tute: ćśźǎ.",
    "ru": "Ребёнок всегда может прийти к вам.",
    "se": "Mánná sáhttá álo boahtit du lusa: čđŋšŧž.",
    "sma": "Maana maahta iktesth dov gåajkoe båetedh: ïæöå.",
    "smj": "Mánná máhttá agev boahtet duv lusi: áåäńŋ.",
    "so": "Ilmahaagu mar walba wuu kuu iman karaa.",
    "sq": "Fëmija mund të vijë gjithmonë te ti: çë.",
    "sr-Latn": "Dete uvek može da dođe kod tebe: čćđšž.",
    "sv": "Barnet kan alltid komma till dig: åäöéü.",
    "sv-simple": "Barnet kan alltid komma till dig: åäö.",
    "th": "เด็กมาหาคุณได้เสมอ",
    "ti": "እቲ ቆልዓ ኩሉ ግዜ ናባኻ ክመጽእ ይኽእል፡ ሓ ቐ ኽ።",
    "tr": "Çocuk her zaman size gelebilir: ğışİ.",
    "uk": "Дитина завжди може прийти до вас: ґєії.",
    "ur": "بچہ ہمیشہ آپ کے پاس آ سکتا ہے: ٹ ڈ ڑ ں ے ھ۔",
    "vi": "Con luôn có thể đến với bạn: ăâđêôơưẵệỡ.",
    "yi": "דאָס קינד קען אַלע מאָל קומען צו דיר: ײַ ױ פֿ.",
    "zh-Hans": "孩子随时可以来找你，无论发生什么。",
}
SENTENCES["en"] = "Your child can always come to you: “yes”, don’t wait – now… £ €"


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def without_chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine where the optional fonts were not installed."""
    monkeypatch.setattr(
        "campaigns.materials.fonts.find_spec", lambda name: None if name == "noto_cjk_sans_otc" else find_spec(name)
    )
    fonts._covered.cache_clear()
    yield
    monkeypatch.undo()
    fonts._covered.cache_clear()


def test_the_table_has_39_languages_and_each_has_a_sentence_here() -> None:
    """One that is added to the table is tried too."""
    assert len(languages()) == 39
    assert set(SENTENCES) == set(languages())


@pytest.mark.parametrize("tag", list(languages()))
def test_every_language_is_set_without_a_missing_glyph(tag: str) -> None:
    """Its own name and a sentence, in PDF, HTML and DOCX. The press itself fails on a glyph that is missing."""
    autonym, sentence = languages()[tag].autonym, SENTENCES[tag]
    material = small(tag, headline=autonym, long=sentence)
    page = html_text(made(material, Kind.CARD, "html"))
    document = docx_text(made(material, Kind.CARD, "docx"))
    assert missing_signs([page, document]) == []
    assert all(autonym in text and sentence in text for text in (page, document))
    content = made(material, Kind.CARD, "pdf")
    assert str(pdf(content).root_object["/Lang"]) == tag.partition("-")[0]
    assert title_of(content) == autonym
    if languages()[tag].script in {"Latn", "Cyrl", "Hans"}:
        assert sentence.replace(" ", "") in pdf_text(content).replace(" ", "")


@pytest.mark.parametrize("tag", list(languages()))
def test_every_language_says_in_its_files_what_it_is_and_where_reading_begins(tag: str) -> None:
    """A page by `lang` and `dir`, a Word document by its own language and a mark on every paragraph."""
    language = languages()[tag]
    material = small(tag, headline=language.autonym, long=SENTENCES[tag])
    page = made(material, Kind.CARD, "html").decode()
    assert f'<html lang="{tag}" dir="{language.direction}">' in page
    document = docx.Document(io.BytesIO(made(material, Kind.CARD, "docx")))
    assert document.core_properties.language == ("sv" if tag == "sv-simple" else tag)
    (said,) = (one for one in document.paragraphs if words(one.text) == words(SENTENCES[tag]))
    assert (said._p.find(f"{W}pPr/{W}bidi") is not None) == (language.direction == "rtl")


@pytest.mark.usefixtures("without_chinese")
def test_a_language_without_fonts_is_refused_with_what_to_install() -> None:
    """The sentence names signs and package; HTML, which brings no fonts, is still made."""
    material = small("zh-Hans", headline="简体中文", long="孩子")
    with pytest.raises(GlyphsMissing) as refused:
        made(material, Kind.CARD, "pdf")
    assert "noto-cjk-sans-otc" in str(refused.value)
    assert "Nothing was made" in str(refused.value)
    with pytest.raises(GlyphsMissing):
        made(material, Kind.SOCIAL, "png", "1080x1080")
    assert "孩子" in html_text(made(material, Kind.CARD, "html"))


def test_signs_that_no_package_has_are_named() -> None:
    """Old Persian cuneiform is nobody's language here."""
    with pytest.raises(SignsWithoutFont, match="𐎠"):
        made(small(long="Hej 𐎠"), Kind.CARD, "pdf")


def test_pictographs_are_left_out_of_set_type_and_of_nothing_else() -> None:
    """No font here has them; the words around them stand."""
    assert settable("Hej 😀👍🏽 du") == "Hej  du"
    material = small(long="Hej 😀 du")
    assert "Hej 😀 du" in html_text(made(material, Kind.CARD, "html"))
    assert "Hej 😀 du" in docx_text(made(material, Kind.CARD, "docx"))
    assert "Hej du" in pdf_text(made(material, Kind.CARD, "pdf"))


def test_no_font_of_the_machine_is_used() -> None:
    """Every font folder lies inside a package of this environment."""
    assert fonts.folders()
    assert all("site-packages" in str(folder) for folder in fonts.folders())

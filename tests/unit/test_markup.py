"""Markdown becomes HTML that is safe everywhere it is shown, and keeps phones and links readable in every direction."""

import re
import time
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.markup import (
    ALLOWED_SCHEMES,
    ALLOWED_TAGS,
    LONGEST,
    TextTooLong,
    clean_html,
    plain_text,
    render_markdown,
    typeset,
    with_lower_headings,
)

PHONES = ("114 14", "112", "020-50 50 50", "+46 8 123 45 67")
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang", "rel"},
    "ol": {"start"},
}


class _Events(HTMLParser):
    """What a browser would be told: tags with attributes, and text, in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[tuple[str, object]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append((tag, tuple(sorted(attrs, key=str))))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("/" + tag, ()))

    def handle_data(self, data: str) -> None:
        if self.events and self.events[-1][0] == "text":
            data = f"{self.events.pop()[1]}{data}"
        self.events.append(("text", data))

    def handle_comment(self, data: str) -> None:
        self.events.append(("comment", data))


def events(html: str) -> list[tuple[str, object]]:
    parser = _Events()
    parser.feed(html)
    parser.close()
    return parser.events


def by_nh3(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(ALLOWED_TAGS),
        attributes=ATTRIBUTES,
        url_schemes=set(ALLOWED_SCHEMES),
        url_relative="deny",
        link_rel=None,
    )


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="&#x6A&#x61vascript&colon;alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="/relative">x</a>',
    '<a href="#here">x</a>',
    '<a href="https://a.example" onclick="alert(1)" style="x" target="_blank" id="x" class="y">x</a>',
    '<a href="https://a.example" rel="opener">x</a>',
    "<img src=x onerror=alert(1)>",
    '<img src="https://a.example/pixel.png">',
    '<p style="background:url(javascript:1)" lang="sv onload" dir="ltr;">x</p>',
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x><form action=x><input autofocus onfocus=alert(1)>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=x'><link rel=stylesheet href=x>",
    "<!-- <img src=x onerror=alert(1)> --><!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><p>x",
    "<template><script>alert(1)</script></template>",
    "<p/onclick=alert(1)//><em\nonmouseover=alert(1)>x",
    "<b><p><i></b></p></i><em><strong></em>",
    "<bdi dir=rtl><span lang=ar dir=auto>x</span></bdi><bdo dir=rtl>x</bdo>",
    '"><script>alert(1)</script>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<\x00script>alert(1)</script>",
    "\x3cimg src=x \x6fnerror=alert(1)\x3e",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_hostile_is_left_after_cleaning(hostile: str) -> None:
    """Another cleaner, by other people and on another parser, finds nothing more to remove."""
    cleaned = clean_html(hostile)
    assert events(by_nh3(cleaned)) == events(cleaned)
    assert clean_html(cleaned) == cleaned
    assert only_allowed(cleaned)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_html_written_in_markdown_is_shown_as_text(hostile: str) -> None:
    """A writer sees the signs they wrote; no browser ever sees a tag of theirs."""
    html = render_markdown(hostile)
    assert only_allowed(html)
    assert clean_html(html) == html
    assert events(by_nh3(html)) == events(html)


def only_allowed(html: str) -> bool:
    """Our own small reading of the allow-list, beside nh3's."""
    for tag, attributes in events(html):
        if tag == "text":
            continue
        if tag.lstrip("/") not in ALLOWED_TAGS:
            return False
        for name, value in attributes:  # type: ignore[attr-defined] # a tag's event holds pairs
            if name not in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()):
                return False
            if name == "href" and not re.match(r"(https?://|mailto:|tel:)\S", value, re.IGNORECASE):
                return False
    return True


HTML_PIECES = st.sampled_from(
    [
        *HOSTILE,
        "<p>",
        "</p>",
        "<em>",
        "</em>",
        "<a href='https://a.se'>",
        "</a>",
        "<ul><li>",
        "<svg>",
        "<!--",
        "-->",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "&#0;",
        "<style>",
        "</style>",
        "<math>",
        '"',
        "'",
        "<",
        ">",
        "&",
        "\n",
        " ",
        "<bdi dir='ltr'>",
    ]
)
HTML = st.lists(st.one_of(HTML_PIECES, st.text(max_size=8)), max_size=12).map("".join)
MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            ["**", "_", "[", "](https://a.se)", "](javascript:x)", "![", "> ", "- ", "1. ", "\n", "\n\n", "# "]
        ),
        st.sampled_from(
            ["`", "```\n", "<", "&nbsp;", "https://a.se/؟", "a@b.se", "114 14", "۱۱۴ ۱۴", "+46 8 123 45 67", "עב"]
        ),
        st.text(max_size=8),
    ),
    max_size=20,
).map("".join)


@settings(max_examples=300, deadline=None)
@given(HTML)
def test_nh3_would_remove_nothing_more_from_any_html(html: str) -> None:
    """The differential test: two cleaners that share no code agree that the result is clean."""
    cleaned = clean_html(html)
    assert only_allowed(cleaned)
    assert {event for event in events(by_nh3(cleaned)) if event[0] != "text"} == {
        event for event in events(cleaned) if event[0] != "text"
    }


@settings(max_examples=300, deadline=None)
@given(MARKDOWN)
def test_rendered_markdown_passes_the_cleaner_unchanged(markdown: str) -> None:
    """The cleaner has the last word, so asking it again changes nothing, and nh3 agrees to the letter."""
    html = render_markdown(markdown, phones=PHONES)
    assert clean_html(html) == html
    assert only_allowed(html)
    assert events(by_nh3(html)) == events(html)


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_a_text_is_set_as_if_each_form_were_made_by_itself(markdown: str) -> None:
    """Both come from one parse; and lower headings are what the renderer would have given."""
    both = typeset(markdown, tuple(PHONES))
    assert both.html == render_markdown(markdown, phones=PHONES)
    assert both.plain == plain_text(markdown)
    assert with_lower_headings(both.html) == render_markdown(markdown, phones=PHONES, top_heading=4)


@settings(max_examples=200, deadline=None)
@given(MARKDOWN)
def test_any_markdown_has_a_plain_text(markdown: str) -> None:
    """An e-mail's text part never fails."""
    assert isinstance(plain_text(markdown), str)


@pytest.mark.parametrize(
    "unit",
    [
        ">",
        "[",
        "*",
        "![",
        "a**b",
        "[a](",
        "](",
        "_a ",
        "`a",
        "<",
        "&",
        "- ",
        "> ",
        "\\",
        "a@",
        "1 ",
        "1",
        "112 ",
        "http://a(",
        "[a]: x\n",
    ],
)
def test_the_worst_input_is_rendered_quickly(unit: str) -> None:
    """Neither nesting nor half-open signs keep a server busy."""
    hostile = (unit * LONGEST)[:LONGEST]
    started = time.process_time()
    render_markdown("ع " + hostile[2:], phones=PHONES)
    assert time.process_time() - started < 10  # about a second at most on an idle machine


@pytest.mark.parametrize("render", [render_markdown, plain_text])
def test_a_text_beyond_all_measure_is_refused(render: object) -> None:
    """The limit is stated in the sentence."""
    with pytest.raises(TextTooLong, match="at most 20000"):
        render("x" * (LONGEST + 1))  # type: ignore[operator] # both take one string


def test_a_key_phone_can_be_called_and_stays_in_order() -> None:
    """The isolate keeps 114 14 from being shown as 14 114, the no-break space keeps it on one line."""
    number = '<a href="tel:11414" rel="noopener"><bdi dir="ltr">114\u00a014</bdi></a>'
    assert render_markdown("Ring 114 14.", phones=PHONES) == f"<p>Ring {number}.</p>\n"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("11414", "tel:11414"),
        ("۱۱۴ ۱۴", "tel:11414"),
        ("١١٤ ١٤", "tel:11414"),
        ("114\n14", "tel:11414"),
        ("112", "tel:112"),
        ("020-50 50 50", "tel:020505050"),
        ("+46 8 123 45 67", "tel:+4681234567"),
    ],
)
def test_a_phone_is_recognised_however_it_is_written(written: str, address: str) -> None:
    """Any script's digits and any spacing lead to the same number."""
    html = render_markdown(f"Orolig? {written}, dygnet runt", phones=PHONES)
    assert f'href="{address}"' in html


@pytest.mark.parametrize("text", ["den 14 december 2026", "114 kronor", "1125", "020-112", "112 000 kr"])
def test_other_numbers_are_not_phones(text: str) -> None:
    """Only the key facts' phones can be called; dates, years and money are left alone."""
    assert "tel:" not in render_markdown(text, phones=PHONES)


def test_no_link_stands_in_a_link() -> None:
    """A phone in the words of a link keeps its isolate and does not lead elsewhere."""
    html = render_markdown("[ring 114 14](https://example.se)", phones=PHONES)
    assert html.count("<a ") == 1
    assert '<bdi dir="ltr">114\u00a014</bdi>' in html


def test_a_bare_link_stands_in_an_isolate_without_the_punctuation_after_it() -> None:
    """The question mark of Arabic and the full stop of Tigrinya belong to the sentence."""
    for sign in ".,؟،።。":
        html = render_markdown(f"x https://example.se/gangsnacket{sign}")
        link = '<a href="https://example.se/gangsnacket" rel="noopener">'
        assert html == f'<p>x {link}<bdi dir="ltr">https://example.se/gangsnacket</bdi></a>{sign}</p>\n'


def test_digit_groups_are_isolated_in_right_to_left_text_only() -> None:
    """Elsewhere the order is right by itself."""
    assert '<bdi dir="ltr">10\u00a0000</bdi>' in render_markdown("دفع 10 000 كرونة")
    assert '<bdi dir="ltr">2026-12-14</bdi>' in render_markdown("يوم 2026-12-14")
    assert "<bdi" not in render_markdown("10 000 kronor den 2026-12-14")
    assert "<bdi" not in render_markdown("العمر 12-17")


@pytest.mark.parametrize(
    "link",
    ["[x](/sida)", "[x](sida)", "[x](#del)", "[x](//example.se)", "[x](ftp://example.se)", "//example.se", "[x]()"],
)
def test_a_link_that_is_not_a_whole_address_keeps_only_its_words(link: str) -> None:
    """A relative address would lead somewhere else in a feed or on another site."""
    html = render_markdown(link)
    assert "<a" not in html
    assert "x" in html or "example.se" in html


def test_headings_start_where_the_page_says() -> None:
    """The page owns the levels above; # and ## are both the text's highest."""
    markdown = "# A\n\n## B\n\n### C\n\n###### D"
    assert re.findall(r"<h\d>", render_markdown(markdown)) == ["<h3>", "<h3>", "<h4>", "<h6>"]
    assert re.findall(r"<h\d>", render_markdown(markdown, top_heading=2)) == ["<h2>", "<h2>", "<h3>", "<h6>"]


def test_a_number_that_begins_a_line_is_not_lost_as_a_list() -> None:
    """Markdown makes a list of "112. Ring"; the list then starts at 112."""
    assert '<ol start="112">' in render_markdown("112. Ring dit.")
    assert plain_text("112. Ring dit.") == "112. Ring dit."


def test_an_image_is_its_description_and_nothing_is_fetched() -> None:
    """A picture from elsewhere would tell its owner who reads."""
    assert render_markdown("![en *dörr*](https://example.se/x.png)") == "<p>en dörr</p>\n"


def test_plain_text_reads_well_in_an_e_mail() -> None:
    """Lists, quotations and links keep their shape without Markdown's signs."""
    markdown = "## Stöd\n\n- **Ring** 114 14\n- [Läs](https://example.se)\n  1. a\n  2. b\n\n> citat\n> mer\n\nhttps://example.se"
    assert plain_text(markdown) == (
        "Stöd\n\n- Ring 114 14\n- Läs (https://example.se)\n  1. a\n  2. b\n\n> citat mer\n\nhttps://example.se"
    )
    assert plain_text("[post@example.se](mailto:post@example.se)  \n<script>") == "post@example.se\n<script>"

"""The stored HTML of an article: what a reader and a browser get from each block."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.db.backends.utils import CursorWrapper
from wagtail.rich_text import RichText

from belowline.newsroom.body import made
from belowline.newsroom.body.rendering import sanitised, sanitised_inline
from belowline.newsroom.models import ArticlePage, ArticleRendering, Picture
from belowline.newsroom.queries import articles
from tests.newsroom.conftest import Newsroom


def html_of(slug: str = "the-gauge") -> BeautifulSoup:
    return BeautifulSoup(ArticleRendering.objects.get(slug=slug).body_html, "html.parser")


def test_each_kind_of_block_is_the_element_it_means(newsroom: Newsroom) -> None:
    newsroom.publish(
        blocks=[
            made.Heading("Who is <inside>"),
            made.Paragraph('One <b>bold</b> <a href="https://data.example/x">link</a>.'),
            made.Quote("Write it down.\n\nThen read it.", "Marit Vand"),
            made.ItemList(("<b>Marram</b>: 4.72", "Pell Ness: 4.78")),
            made.ItemList(("First",), is_numbered=True),
        ]
    )
    html = html_of()
    assert [element.name for element in html.find_all(recursive=False)] == ["h2", "p", "blockquote", "ul", "ol"]
    assert html.h2.text == "Who is <inside>"
    assert html.a["href"] == "https://data.example/x"
    assert [p.text for p in html.blockquote.find_all("p")] == ["Write it down.", "Then read it."]
    assert html.footer.text == "Marit Vand"
    assert [str(item) for item in html.ul.find_all("li")] == [
        "<li><b>Marram</b>: 4.72</li>",
        "<li>Pell Ness: 4.78</li>",
    ]


def test_every_block_has_an_id_that_survives_edits_around_it(newsroom: Newsroom) -> None:
    blocks = [made.Paragraph(f"Sentence {n}.") for n in range(20)]
    article = newsroom.publish(blocks=[*blocks, made.Heading("End")])
    ids = {element.text: element["id"] for element in html_of().find_all(recursive=False)}
    assert len(set(ids.values())) == 21
    assert all(re.fullmatch(r"b-[0-9a-f]{8}", one) for one in ids.values())
    del article.body[0]
    article.body[3].value = RichText("<p>Another sentence.</p>")
    article.save_revision().publish()
    after = {element.text: element["id"] for element in html_of().find_all(recursive=False)}
    assert after["Sentence 5."] == ids["Sentence 5."]
    assert after["End"] == ids["End"]


def test_text_of_several_paragraphs_is_one_block(newsroom: Newsroom) -> None:
    newsroom.publish(blocks=[made.Paragraph('<p data-block-key="a1">One.</p><p></p><p>Two.</p>')])
    block = html_of().find(recursive=False)
    assert (block.name, str(block.decode_contents())) == ("div", "<p>One.</p><p>Two.</p>")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ('<p onclick="x()" style="color:red" class="y">a</p>', "<p>a</p>"),
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<img src="https://elsewhere.example/p.gif">a', "a"),
        ('<iframe src="https://elsewhere.example"></iframe>a', "a"),
        ('<a href="https://x.example" target="_blank">a</a>', '<a href="https://x.example">a</a>'),
        ("<h1>a</h1>", "a"),
        ("a <!-- b --> c", "a  c"),
    ],
)
def test_rich_text_keeps_nothing_that_acts_or_loads(db: None, source: str, expected: str) -> None:
    assert sanitised(source) == expected


def test_a_list_item_has_no_paragraphs(db: None) -> None:
    assert sanitised_inline("<p>One</p><p>Two</p>") == "One<br>Two"


def test_a_link_to_another_article_is_its_public_address(newsroom: Newsroom) -> None:
    other = newsroom.publish("other")
    newsroom.publish(blocks=[made.Paragraph(f'See <a linktype="page" id="{other.pk}">the other</a>.')])
    assert html_of().a["href"] == "/a/other"


def test_a_figure_offers_every_width_with_its_credit(newsroom: Newsroom) -> None:
    picture = newsroom.picture(size=(2400, 1200))
    newsroom.publish(blocks=[made.Figure(picture)])
    figure = html_of().figure
    assert [one["type"] for one in figure.find_all("source")] == ["image/avif", "image/webp"]
    for one in figure.find_all(srcset=True):
        widths = [part.split()[1] for part in one["srcset"].split(", ")]
        assert widths == ["320w", "640w", "960w", "1280w", "1920w", "2400w"]
    assert (figure.img["width"], figure.img["height"], figure.img["alt"]) == ("960", "480", "What pier shows")
    assert figure.find("span", class_="caption").text == "Caption of pier"
    assert figure.find("span", class_="credit").text == "Photograph: pier"
    assert figure.a["href"] == figure.img["srcset"].split(", ")[-1].split()[0]
    assert figure.a.text == "Click to see full-size image"
    urls = re.findall(r"(?:src|href|srcset)=\"([^\"]*)\"", str(figure))
    assert all(part.startswith("/media/") for url in urls for part in url.split(", "))


def test_a_figure_may_have_words_of_its_own(newsroom: Newsroom) -> None:
    newsroom.publish(blocks=[made.Figure(newsroom.picture(), caption="Today", credit="Photograph: someone else")])
    words = html_of().figcaption.get_text(" ", strip=True)
    assert "Today" in words
    assert "someone else" in words
    assert "Caption of pier" not in words


def test_only_the_first_picture_loads_at_once(newsroom: Newsroom) -> None:
    first, second = newsroom.picture("one", colour="red"), newsroom.picture("two", colour="blue")
    newsroom.publish("without", blocks=[made.Figure(first), made.Figure(second)])
    assert [img.get("loading") for img in html_of("without").find_all("img")] == [None, "lazy"]
    newsroom.publish("with", picture=first, blocks=[made.Figure(second)])
    assert [img.get("loading") for img in html_of("with").find_all("img")] == ["lazy"]


def test_lists_show_the_opening_picture_or_else_the_first_figure(newsroom: Newsroom, cursor: CursorWrapper) -> None:
    one, two = newsroom.picture("one", colour="red"), newsroom.picture("two", colour="blue")
    newsroom.publish("with", picture=one, blocks=[made.Figure(two)])
    newsroom.publish("without", blocks=[made.Figure(two, caption="Own words")])
    newsroom.publish("bare")
    found = {slug: articles.article(cursor, slug=slug) for slug in ("with", "without", "bare")}
    assert all(isinstance(article, articles.Article) for article in found.values())
    assert found["with"].picture == found["with"].opening_picture
    assert found["with"].picture.alt == "What one shows"
    assert (found["without"].picture.caption, found["without"].opening_picture) == ("Own words", None)
    assert (found["bare"].picture, found["bare"].opening_picture) == (None, None)
    assert [one.picture is not None for one in articles.latest(cursor)].count(True) == 2


def test_our_own_words_are_in_the_articles_language(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import translation

    asked: list[str | None] = []
    monkeypatch.setattr(
        "belowline.newsroom.body.figures._", lambda text: asked.append(translation.get_language()) or text
    )
    newsroom.publish(language="ar", blocks=[made.Figure(newsroom.picture())])
    assert set(asked) == {"ar"}


def test_the_words_are_counted(newsroom: Newsroom) -> None:
    newsroom.publish(blocks=[made.Heading("Two words"), made.Paragraph("and <b>three</b> more")])
    assert ArticleRendering.objects.get().word_count == 5


def test_changing_a_caption_renews_the_articles_that_show_it(newsroom: Newsroom) -> None:
    picture = newsroom.picture()
    newsroom.publish(blocks=[made.Figure(picture)])
    before = newsroom.position()
    picture.caption = "A better caption"
    picture.save()
    assert html_of().find("span", class_="caption").text == "A better caption"
    assert [kind for kind, _, _ in newsroom.events(before)] == ["ArticlePublished"]


def test_a_deleted_picture_disappears_from_the_article(newsroom: Newsroom) -> None:
    picture = newsroom.picture()
    newsroom.publish(blocks=[made.Paragraph("Text."), made.Figure(picture)])
    Picture.objects.get(pk=picture.pk).delete()
    assert html_of().figure is None
    assert html_of().p.text == "Text."


def test_rendering_twice_gives_the_same_bytes(newsroom: Newsroom) -> None:
    article = newsroom.publish(blocks=[made.Paragraph("Text."), made.Figure(newsroom.picture())])
    before = ArticleRendering.objects.get().body_html
    ArticlePage.objects.get(pk=article.pk).save_revision().publish()
    assert ArticleRendering.objects.get().body_html == before

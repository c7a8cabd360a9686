"""What stands where on the front page."""

from __future__ import annotations

from dataclasses import replace

from tests.pages import stories

from belowline.pages.front_layout import composed, led
from belowline.pages.model import TeaserView


def told(number: int, *, pictured: bool = False) -> TeaserView:
    return replace(stories.teaser(number, direction="ltr", has_picture=pictured), url=f"/a/{number}")


def urls(found: tuple[TeaserView, ...]) -> list[str]:
    return [one.url for one in found]


def test_pictures_stand_in_a_row_and_words_beside_the_lead() -> None:
    others = [told(1), told(2, pictured=True), told(3), told(4, pictured=True), told(5), told(6, pictured=True)]
    top = composed(told(0, pictured=True), others, topics=())
    assert urls(top.row) == ["/a/2", "/a/4", "/a/6"]
    assert urls(top.beside) == ["/a/1", "/a/3", "/a/5"][: len(top.beside)]
    assert len(top.beside) >= 2
    assert all(one.picture is None for one in top.beside)


def test_no_article_is_lost_and_none_stands_twice() -> None:
    others = [told(number) for number in range(1, 8)]
    for topics in ((), {others[0].topic.url if others[0].topic else ""}):
        top = composed(told(0), others, topics=topics)
        assert sorted(urls((*top.beside, *top.row, *top.left))) == sorted(urls(tuple(others)))


def test_only_what_has_its_topic_further_down_is_left_over() -> None:
    others = [replace(told(number), topic=None) for number in range(1, 8)]
    assert composed(told(0), others, topics={"/t/1"}).left == ()


def test_the_picture_of_the_lead_is_not_shown_again() -> None:
    lead = told(0, pictured=True)
    others = [replace(told(1), picture=lead.picture), told(2, pictured=True), told(3, pictured=True)]
    top = composed(lead, others, topics=())
    assert urls(top.row) == ["/a/2", "/a/3"]
    assert [(one.url, one.picture) for one in top.beside] == [("/a/1", None)]


def test_one_picture_alone_makes_no_row() -> None:
    top = composed(told(0, pictured=True), [told(1, pictured=True), told(2)], topics=())
    assert all(one.picture is None for one in (*top.beside, *top.row))


def test_a_topic_is_led_by_its_newest_picture_that_is_not_there_yet() -> None:
    articles = [told(1), told(2, pictured=True), told(3, pictured=True)]
    seen = articles[1].picture
    assert seen is not None
    shown = {seen.url}
    found = led(articles, shown=shown, most=4)
    assert urls(found) == ["/a/3", "/a/1", "/a/2"]
    assert [one.picture is not None for one in found] == [True, False, False]
    assert urls(led(articles, shown=shown, most=4)) == ["/a/1", "/a/2", "/a/3"]


def test_an_empty_site_has_an_empty_top() -> None:
    top = composed(None, [], topics=())
    assert (top.lead, top.beside, top.row, top.left) == (None, (), (), ())

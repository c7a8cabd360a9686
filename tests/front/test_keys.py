"""Which address is which page, decided from path and query alone."""

from __future__ import annotations

import re
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.front.keys import Kind, canonical_query, is_for_editors, route_of, search_query


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", Kind.PUBLIC),
        ("/ar/", Kind.PUBLIC),
        ("/a/the-rain_in-town", Kind.PUBLIC),
        ("/d/7/c/9/history", Kind.PUBLIC),
        ("/robots.txt", Kind.PUBLIC),
        ("/a/_me", Kind.PUBLIC),
        ("/abc/_me", Kind.PUBLIC),
        ("/_me/thread/7", Kind.PERSONAL),
        ("/ar/_d/7/reply", Kind.PERSONAL),
        ("/AR/_account/sign-in", Kind.PERSONAL),
        ("/_", Kind.PERSONAL),
        ("/static/site.css", Kind.STATIC),
        ("/media/a.jpg", Kind.MEDIA),
    ],
)
def test_a_leading_underscore_makes_an_address_personal(path: str, kind: Kind) -> None:
    assert route_of(path, "").kind is kind


@pytest.mark.parametrize(
    "path",
    [
        "",
        "*",
        "//evil.test/",
        "/a//b",
        "/a/../_me",
        "/a/./b",
        "/a/..",
        "/a;.css",
        "/a\\b",
        "/a\x00b",
        "/a\r\nSet-Cookie: x",
        "/a\ufffdb",
        "/" + "a" * 1024,
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_no_page(path: str) -> None:
    assert route_of(path, "").kind is Kind.MISSING


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("utm_source=mail&fbclid=1", ""),
        ("page=3&sort=best", "sort=best&page=3"),
        ("sort=best&sort=newest", "sort=best"),
        ("sort=&page=", ""),
        ("sort=BEST", ""),
        ("sort=best%0d%0aX:1", ""),
        ("page=03", ""),
        ("page=-1", ""),
        ("page=99999999", ""),
        ("after=1%3A2-x_y", "after=1:2-x_y"),
        ("after=" + "x" * 257, ""),
        (
            "n=200&view=timeline&after=q&since=5&page=2&sort=newest",
            "sort=newest&view=timeline&page=2&after=q&n=200&since=5",
        ),
        ("x" * 3000 + "&sort=best", ""),
        ("%73ort=best", ""),
    ],
)
def test_the_query_of_a_page_keeps_what_it_knows_in_one_order(query: str, canonical: str) -> None:
    assert canonical_query(query) == canonical


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_public_address_leads_to_itself_and_is_plain_ascii(path: str, query: str) -> None:
    route = route_of("/" + path, query)
    if route.kind is Kind.PUBLIC:
        assert route.target.isascii()
        assert route.target.isprintable()
        assert " " not in route.target
        assert canonical_query(route.target.partition("?")[2]) == route.target.partition("?")[2]


def test_the_query_of_a_personal_address_is_passed_on_whole() -> None:
    route = route_of("/_staff/queue é", "q=%41&x=1&x=2&ü")
    assert route.target == "/_staff/queue%20%C3%A9?q=%41&x=1&x=2&%C3%BC"


def test_an_encoded_percent_sign_stays_one() -> None:
    assert route_of("/a/100%2e", "").target == "/a/100%252e"


def test_only_the_newsrooms_own_interface_is_for_editors() -> None:
    assert is_for_editors("/_desk/pages/1/edit/")
    assert is_for_editors("/ar/_desk/")
    assert not is_for_editors("/_desk")
    assert not is_for_editors("/a/_desk/")


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("q=gates&utm_source=mail&sort=best", "q=gates"),
        ("topic=ferry&q=a+b", "q=a%20b&topic=ferry"),
        ("q=%D8%A8&q=other", "q=%D8%A8"),
        ("q=a%26from%3D1&from=yesterday", "q=a%26from%3D1&from=yesterday"),
        ("q=a%0d%0aX:%20b%00", "q=a%20X%3A%20b"),
        ("q=++&page=0", "page=0"),
        ("q=" + "x" * 300, "q=" + "x" * 256),
    ],
)
def test_a_search_has_parameters_that_no_other_page_has(query: str, canonical: str) -> None:
    assert search_query(query) == canonical
    for path in ("/search", "/ar/search"):
        assert route_of(path, query).target == f"{path}?{canonical}"
    assert "q=" not in route_of("/a/rain", query).target


@given(st.text(max_size=400))
def test_whatever_a_reader_types_reaches_the_page_as_one_value(text: str) -> None:
    canonical = search_query("q=" + quote_plus(text.encode("utf-8", "replace")))
    assert re.fullmatch(r"|q=[A-Za-z0-9._~%-]+", canonical)

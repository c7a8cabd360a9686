import pytest

from belowline.exchange.urls import BadRule, Rules, comparable, with_host

STORY = "example.org/2021/harbour"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/2021/harbour",
        "http://example.org/2021/harbour/",
        "https://www.example.org/2021/harbour//",
        "HTTPS://WWW.Example.ORG:443/2021/harbour",
        "http://example.org:80/2021//harbour",
        "//example.org/2021/harbour",
        "example.org/2021/harbour",
        "https://user:secret@example.org/2021/harbour",
        "https://example.org./2021/harbour",
        "https://example.org/2021/harbour#comments",
        "https://example.org/2021/harbour/?utm_source=mail&utm_medium=x&fbclid=1&mc_cid=2",
        "https://example.org/2021/harbour/amp/",
        "https://example.org/2021/harbour.amp",
        "https://example.org/amp/2021/harbour",
        "https://amp.example.org/2021/harbour",
        "https://m.example.org/2021/harbour",
        "https://example.org/2021/harbour?amp=1",
        "https://example.org/2021/harbour?outputType=amp",
        "https://example-org.cdn.ampproject.org/c/s/example.org/2021/harbour/amp/",
        "https://www.google.com/amp/s/www.example.org/2021/harbour",
        "https://example.org/2021/harbour/index.html",
        "https://example.org/2021/%68arbour",
        "  https://example.org/2021/harbour  ",
    ],
)
def test_all_spellings_of_a_page_are_one(url: str) -> None:
    assert comparable(url) == STORY


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/", "example.org/"),
        ("https://example.org", "example.org/"),
        ("/2021/harbour/", "/2021/harbour"),
        ("2021/harbour", "/2021/harbour"),
        ("", "/"),
        ("https://example.org/?p=12&utm_source=x", "example.org/?p=12"),
        ("https://example.org/a?b=2&a=1", "example.org/a?a=1&b=2"),
        ("https://example.org/a?b=", "example.org/a?b="),
        ("https://example.org:8443/a", "example.org:8443/a"),
        ("https://m.de/a", "m.de/a"),
        ("https://bücher.example/straße", "xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://xn--bcher-kva.example/stra%c3%9fe", "xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://example.org/Harbour", "example.org/Harbour"),
        ("https://example.org/example", "example.org/example"),
        ("https://example.org/a.amp.html", "example.org/a.html"),
        ("https://example.org/amp", "example.org/"),
        ("https://example.org/a/page.php?id=3", "example.org/a/page.php?id=3"),
        ("https://example.org/a%2Fb", "example.org/a/b"),
        ("https://example.org/%ff", "example.org/%FF"),
        ("http://[broken/a", "http://[broken/a"),
        ("http://example.org:99999/a", "http://example.org:99999/a"),
    ],
)
def test_what_names_a_page_stays(url: str, expected: str) -> None:
    assert comparable(url) == expected


@pytest.mark.parametrize(
    "url", ["https://example.org/a?utm_x=1", "/a//b/", "https://www.google.com/amp/s/x.org/a/amp", "bücher.de/ß?ä=ö"]
)
def test_comparing_twice_changes_nothing(url: str) -> None:
    assert comparable(comparable(url)) == comparable(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/2021/harbour/", "https://new.example/2021/harbour/"),
        ("2021/harbour", "https://new.example/2021/harbour"),
        ("https://old.example/a", "https://old.example/a"),
        ("//old.example/a", "https://old.example/a"),
        ("old.example/a", "https://old.example/a"),
        ("", "https://new.example/"),
    ],
)
def test_a_bare_path_lies_on_the_site(url: str, expected: str) -> None:
    assert with_host(url, site="https://new.example/") == expected


RULES = """
# moved in 2022
https://old.example/about        https://new.example/about-us
https://old.example/blog/*       https://new.example/articles/*
https://old.example/blog/2019/*  https://new.example/archive
https://old.example/*            https://new.example/*
https://old.example/?p=12        https://new.example/harbour
/forum/*                         https://new.example/talk/*
"""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://old.example/about", "https://new.example/about-us"),
        ("http://www.old.example/about/?utm_source=x", "https://new.example/about-us"),
        ("https://old.example/blog/a/b?x=1", "https://new.example/articles/a/b?x=1"),
        ("http://www.old.example/blog/a#c", "https://new.example/articles/a"),
        ("https://old.example/blog/2019/any", "https://new.example/archive"),
        ("https://old.example/blog", "https://new.example/blog"),
        ("https://old.example/?p=12", "https://new.example/harbour"),
        ("https://old.example", "https://new.example/"),
        ("/forum/x", "https://new.example/talk/x"),
        ("https://elsewhere.example/forum/x", None),
        ("/other", None),
    ],
)
def test_the_closest_rule_decides(url: str, expected: str | None) -> None:
    assert Rules(RULES.splitlines()).new_address(url) == expected


def test_no_rules_send_nothing_anywhere() -> None:
    assert len(Rules()) == 0
    assert Rules().new_address("https://old.example/") is None


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("https://old.example/a", "two_addresses_needed"),
        ("a b c", "two_addresses_needed"),
        ("https://old.example/*/x https://new.example/", "star_only_at_the_end"),
        ("https://old.example/* https://*.example/", "star_only_at_the_end"),
        ("https://old.example/a https://new.example/*", "star_only_in_the_new_address"),
    ],
)
def test_a_rule_that_cannot_be_followed_is_named_with_its_line(line: str, why: str) -> None:
    with pytest.raises(BadRule) as refused:
        Rules(["# rules", line])
    assert (refused.value.line_number, refused.value.why) == (2, why)


def test_of_two_rules_for_one_address_the_first_holds() -> None:
    rules = Rules(["https://old.example/a https://new.example/1", "http://www.old.example/a/ https://new.example/2"])
    assert rules.new_address("https://old.example/a") == "https://new.example/1"

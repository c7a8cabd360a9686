"""Encodings, client addresses, the configuration, the front's own pages."""

from __future__ import annotations

import json
from ipaddress import ip_network

import pytest

from belowline.front.answers import is_unchanged
from belowline.front.clients import client_address
from belowline.front.config import ConfigError, config_from_json
from belowline.front.encoding import Encoding, chosen, packed, unpacked
from belowline.front.notices import Notices, kept_form
from belowline.front.proxy import passed_on
from belowline.front.rsgi import HeaderList, respond

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "identity"),
        ("", "identity"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("zstd;q=nonsense", "identity"),
        ("*", "identity"),
        ("br ; q=0.5", "br"),
    ],
)
def test_a_reader_gets_the_best_encoding_it_takes(accept: str | None, expected: str) -> None:
    assert chosen(accept).value == expected


@pytest.mark.parametrize("encoding", list(Encoding))
def test_every_encoding_gives_the_same_text_back(encoding: Encoding) -> None:
    text = "Regen über der Stadt. " * 500
    assert unpacked(packed(text.encode(), encoding), encoding).decode() == text


@pytest.mark.parametrize(
    ("socket_client", "forwarded", "expected"),
    [
        ("192.0.2.1:5000", [], "192.0.2.1"),
        ("192.0.2.1:5000", ["1.1.1.1"], "192.0.2.1"),
        ("10.0.0.1:5000", [], "10.0.0.1"),
        ("10.0.0.1:5000", ["198.51.100.9"], "198.51.100.9"),
        ("10.0.0.1:5000", ["1.1.1.1, 198.51.100.9"], "198.51.100.9"),
        ("10.0.0.1:5000", ["1.1.1.1", "198.51.100.9, 10.0.0.2"], "198.51.100.9"),
        ("10.0.0.1:5000", ["198.51.100.9:1234"], "198.51.100.9"),
        ("10.0.0.1:5000", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1:5000", ["1.1.1.1, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("[::1]:5000", ["1.1.1.1"], "::1"),
        ("[::ffff:192.0.2.1]:5000", [], "192.0.2.1"),
        ("[fd00::1]:5000", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("", ["1.1.1.1"], ""),
    ],
)
def test_only_a_trusted_proxy_may_say_who_asks(socket_client: str, forwarded: list[str], expected: str) -> None:
    assert client_address(socket_client, forwarded, trusted=TRUSTED) == expected


@pytest.mark.parametrize(
    ("asked", "is_same"),
    [(None, False), ('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False)],
)
def test_a_known_version_is_recognised(asked: str | None, is_same: bool) -> None:
    assert is_unchanged(asked, '"a"') is is_same


def test_the_desk_hears_nothing_that_a_reader_could_forge() -> None:
    forged = [
        ("belowline-client", "1.1.1.1"),
        ("belowline_client", "1.1.1.1"),
        ("x-forwarded-host", "evil.test"),
        ("x-forwarded-for", "1.1.1.1"),
        ("forwarded", "for=1.1.1.1"),
        ("client-ip", "1.1.1.1"),
        ("x-http-method-override", "DELETE"),
        ("x-original-url", "/_staff/"),
        ("connection", "close, x-private"),
        ("x-private", "1"),
        ("transfer-encoding", "chunked"),
    ]
    assert passed_on([*forged, ("cookie", "a=1"), ("accept-language", "ar")]) == [
        ("cookie", "a=1"),
        ("accept-language", "ar"),
    ]


GOOD = {
    "host": "127.0.0.1",
    "port": 8000,
    "desk_socket": "/s/desk.sock",
    "database": "sqlite:////s/db.sqlite3",
    "static_dir": "/s/static",
    "media_dir": "/s/media",
    "spool_dir": "/s/spool",
    "public_url": "https://news.test",
}


def test_a_configuration_has_sensible_limits_unless_told_otherwise() -> None:
    config = config_from_json(json.dumps(GOOD | {"body_limits": {"/_d/": 1000}, "trusted_proxies": ["10.0.0.0/8"]}))
    assert config.cache_bytes == 32 * 1024 * 1024
    assert config.body_limit("/_d/7/reply") == 1000
    assert config.body_limit("/ar/_d/7/reply") == 1000
    assert config.body_limit("/_account/sign-in") == 256 * 1024
    assert config.body_limit("/_desk/images/add/") == 50 * 1024 * 1024
    assert (config.public_scheme, config.public_host) == ("https", "news.test")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"prot": 1}, "prot"),
        ({"trusted_proxies": ["10.0.0.0/99"]}, "trusted_proxies"),
        ({"public_url": "news.test"}, "public_url"),
        ({"tls_cert": "/c.pem"}, "tls_key"),
    ],
)
def test_a_wrong_configuration_is_refused_with_the_name_of_the_field(change: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        config_from_json(json.dumps(GOOD | change))


def test_a_missing_field_is_named() -> None:
    with pytest.raises(ConfigError, match="desk_socket"):
        config_from_json(json.dumps({k: v for k, v in GOOD.items() if k != "desk_socket"}))


FORM = "application/x-www-form-urlencoded"


def test_a_kept_text_is_shown_as_text() -> None:
    body = b"token=%22x&text=%0A%3C%2Ftextarea%3E%3Cscript%3E"
    form = kept_form(body, content_type=FORM, language="en", action='/_d/7/reply?a=1&b="2')
    assert "\n\n&lt;/textarea&gt;&lt;script&gt;</textarea>" in form
    assert 'value="&quot;x"' in form
    assert 'action="/_d/7/reply?a=1&amp;b=&quot;2"' in form


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (None, FORM),
        (b"title=x", FORM),
        (b"text=x", "multipart/form-data; boundary=x"),
        (b"text=x&password=secret", FORM),
        (b"text=" + b"x" * 65_536, FORM),
        (b"text=\xff", FORM),
        (b"text=x" + b"&a=1" * 40, FORM),
    ],
)
def test_what_is_no_comment_is_not_shown_again(body: bytes | None, content_type: str) -> None:
    assert kept_form(body, content_type=content_type, language="en", action="/") == ""


def test_the_fronts_own_pages_speak_the_language_of_the_address() -> None:
    notices = Notices()
    assert b'<html lang="en" dir="ltr">' in notices.page(503, path="/a/rain")
    assert b'<html lang="ar" dir="rtl">' in notices.page(503, path="/ar/a/rain")
    assert b'<html lang="en" dir="ltr">' in notices.page(503, path="/archive")
    arabic = Notices(language="ar")
    assert b'<html lang="ar" dir="rtl">' in arabic.page(503, path="/a/rain")
    assert b'<html lang="en" dir="ltr">' in arabic.page(503, path="/en/a/rain")


def test_an_answer_to_head_has_no_body_of_its_own() -> None:
    # With one, HTTP/2 readers saw a broken stream.
    sent: list[tuple[int, HeaderList]] = []

    class Exchange:
        def response_empty(self, status: int, headers: HeaderList) -> None:
            sent.append((status, headers))

    respond(Exchange(), method="HEAD", status=200, headers=[("etag", "x")], body=b"abc")  # type: ignore[arg-type]
    assert sent == [(200, [("etag", "x"), ("content-length", "3")])]

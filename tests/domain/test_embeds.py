"""Which addresses lead to a player, and which can belong to a public site at all."""

from __future__ import annotations

import pytest

from belowline.domain.embeds import FRAME_HOSTS, is_public_address, player_of
from belowline.front.answers import PLAYERS, PUBLIC_POLICY


@pytest.mark.parametrize(
    ("url", "frame"),
    [
        ("https://www.youtube.com/watch?v=abc_DEF-123&t=4s", "https://www.youtube-nocookie.com/embed/abc_DEF-123"),
        ("https://youtu.be/abc_DEF-123", "https://www.youtube-nocookie.com/embed/abc_DEF-123"),
        ("https://m.youtube.com/shorts/abc", "https://www.youtube-nocookie.com/embed/abc"),
        ("https://vimeo.com/12345", "https://player.vimeo.com/video/12345?dnt=1"),
        ("https://x.com/gauge/status/99", "https://platform.twitter.com/embed/Tweet.html?id=99"),
        ("https://t.me/gauge/17", "https://t.me/gauge/17?embed=1"),
        ("https://www.tiktok.com/@gauge/video/77", "https://www.tiktok.com/embed/v2/77"),
        ("https://www.instagram.com/reel/abc/", "https://www.instagram.com/p/abc/embed/"),
        ("https://www.dailymotion.com/video/x1", "https://geo.dailymotion.com/player.html?video=x1"),
    ],
)
def test_a_known_address_has_its_player(url: str, frame: str) -> None:
    player = player_of(url)
    assert player is not None
    assert player.frame_url == frame


@pytest.mark.parametrize(
    "url",
    [
        "http://www.youtube.com/watch?v=abc",
        "https://youtube.com.evil.example/watch?v=abc",
        "https://www.youtube.com/watch?v=%22%3E%3Cscript%3E",
        "https://www.youtube.com/watch",
        "https://youtu.be/a/b",
        "https://x.com/gauge/status/99/photo/1x",
        "https://example.org/watch?v=abc",
        "javascript:alert(1)",
        "https://user@youtu.be/abc",
    ],
)
def test_any_other_address_has_none(url: str) -> None:
    assert player_of(url) is None


@pytest.mark.parametrize(
    ("url", "is_public"),
    [
        ("https://example.org/a", True),
        ("https://example.org:443/a", True),
        ("https://bücher.example/", True),
        ("http://example.org/a", False),
        ("https://example.org:8443/a", False),
        ("https://localhost/", False),
        ("https://printer.local/", False),
        ("https://wiki.internal/", False),
        ("https://nas.home.arpa/", False),
        ("https://intranet/", False),
        ("https://127.0.0.1/", False),
        ("https://10.0.0.8/admin", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://2130706433/", False),
        ("https://0x7f.1/", False),
        ("https://[::1]/", False),
        ("file:///etc/passwd", False),
    ],
)
def test_a_private_address_is_no_public_one(url: str, is_public: bool) -> None:
    assert is_public_address(url) is is_public


def test_the_policy_lets_in_these_players_and_nobody_else() -> None:
    assert PLAYERS == FRAME_HOSTS
    assert f"frame-src {' '.join(FRAME_HOSTS)};" in PUBLIC_POLICY

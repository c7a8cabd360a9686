"""The tones of faces can be read: 4.5 : 1 in light and in dark (WCAG 1.4.3)."""

from __future__ import annotations

import re

from belowline.domain.faces import TONES
from belowline.pages.assets import STATIC

TONE = re.compile(
    r'data-tone="(\d)"\] \{ --ground: light-dark\((#\w{6}), (#\w{6})\); --letter: light-dark\((#\w{6}), (#\w{6})\)'
)


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_tone_holds_its_letter_in_light_and_dark() -> None:
    tones = TONE.findall((STATIC / "profile.css").read_text("utf-8"))
    assert [int(tone) for tone, *_ in tones] == list(range(TONES))
    for tone, light, dark, light_letter, dark_letter in tones:
        assert contrast(light, light_letter) >= 4.5, tone
        assert contrast(dark, dark_letter) >= 4.5, tone

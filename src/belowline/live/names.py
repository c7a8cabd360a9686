"""What a live entry is called where its headline would stand: in lists, results and titles."""

from __future__ import annotations

from belowline.newsroom.body.rendering import plain_words

# An entry without a headline is named by its first words.
NAME_CHARACTERS = 80


def name_of(headline: str, body_html: str) -> str:
    """Empty when there are neither a headline nor words."""
    return headline or shortened(plain_words(body_html).partition("\n")[0], NAME_CHARACTERS)


def shortened(text: str, most: int) -> str:
    """On one line, and not longer than `most` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rsplit(" ", 1)[0] + "…"

"""The demo's articles: a head in TOML between +++ lines, and a text."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from belowline.demo.content_types import (
    Article,
    Block,
    Correction,
)
from belowline.demo.reading.files import ContentError, fields, line_of

ARTICLE_TYPES = frozenset({"report", "analysis", "opinion", "brief", "fact-check", "interview", "live"})
LANGUAGES = frozenset({"en", "ar", "fr", "de"})


def articles_in(
    folder: Path, *, authors: set[str], topics: set[str], pictures: set[str], maps: set[str]
) -> tuple[Article, ...]:
    articles: dict[str, Article] = {}
    files: dict[str, Path] = {}
    for file in sorted(folder.glob("*.md")):
        article = _article(file, authors=authors, topics=topics, pictures=pictures, maps=maps)
        if article.slug in articles:
            raise ContentError(f"{file.name}:{line_of(file, 'slug =')}: slug {article.slug!r} is taken")
        articles[article.slug] = article
        files[article.slug] = file
    for article in articles.values():
        original = articles.get(article.translation_of)
        if article.translation_of and (original is None or original.language == article.language):
            where = f"{files[article.slug].name}:{line_of(files[article.slug], 'translation_of =')}"
            raise ContentError(f"{where}: must name an article in another language")
    return tuple(sorted(articles.values(), key=lambda article: -article.published_offset_hours))


def _article(file: Path, *, authors: set[str], topics: set[str], pictures: set[str], maps: set[str]) -> Article:
    lines = file.read_text(encoding="utf-8").splitlines()
    fences = [number for number, line in enumerate(lines) if line == "+++"][:2]
    if len(fences) < 2 or fences[0] != 0:
        raise ContentError(f"{file.name}:1: front matter must stand between two +++ lines")
    try:
        head = tomllib.loads("\n".join(["", *lines[1 : fences[1]]]))  # the empty line keeps the file's numbering
    except tomllib.TOMLDecodeError as error:
        raise ContentError(f"{file.name}: {error}") from error

    def refuse(name: str, why: str) -> ContentError:
        return ContentError(f"{file.name}:{line_of(file, name + ' =')}: {why}")

    slug, title, standfirst, kicker, topic, kind, language = fields(
        head, "slug", "title", "standfirst", "kicker", "topic", "type", "language", file=file
    )
    if topic not in topics:
        raise refuse("topic", f"unknown topic {topic!r}")
    if kind not in ARTICLE_TYPES:
        raise refuse("type", f"unknown type {kind!r}")
    if language not in LANGUAGES:
        raise refuse("language", f"unknown language {language!r}")
    bylines = tuple(head.get("authors", ()))
    if not bylines or set(bylines) - authors:
        raise refuse("authors", f"unknown or no authors: {sorted(set(bylines) - authors)}")
    published, updated = head.get("published_offset_hours"), head.get("updated_offset_hours")
    if not isinstance(published, int | float) or published >= 0:
        raise refuse("published_offset_hours", "must be hours before seeding: a negative number")
    if updated is not None and not published < updated < 0:
        raise refuse("updated_offset_hours", "must lie between publication and seeding")
    return Article(
        slug=slug,
        title=title,
        standfirst=standfirst,
        kicker=kicker,
        topic=topic,
        authors=bylines,
        type=kind,
        language=language,
        published_offset_hours=float(published),
        updated_offset_hours=None if updated is None else float(updated),
        featured=head.get("featured"),
        blocks=tuple(blocks_of(lines, start=fences[1] + 1, file=file, pictures=pictures, maps=maps)),
        corrections=tuple(_correction(one, file=file, published=published) for one in head.get("correction", ())),
        translation_of=head.get("translation_of", ""),
    )


def _correction(row: Mapping[str, Any], *, file: Path, published: float) -> Correction:
    text, was, now = fields(row, "text", "was", "now", file=file)
    offset = row.get("offset_hours")
    if not isinstance(offset, int | float) or not published < offset < 0:
        raise ContentError(f"{file.name}:{line_of(file, text)}: offset_hours must lie between publication and seeding")
    return Correction(text, was, now, float(offset))


def blocks_of(lines: list[str], *, start: int, file: Path, pictures: set[str], maps: set[str]) -> Iterator[Block]:
    """Blocks are separated by empty lines. Raises ContentError for an unknown picture or map, or a quote without a
    speaker."""
    group: list[str] = []
    for number in range(start, len(lines) + 1):
        line = lines[number].rstrip() if number < len(lines) else ""
        if line:
            group.append(line)
        elif group:
            yield _block(group, where=f"{file.name}:{number - len(group) + 1}", pictures=pictures, maps=maps)
            group = []


def _block(group: list[str], *, where: str, pictures: set[str], maps: set[str]) -> Block:
    first = group[0]
    if first.startswith("!map["):
        slug = first[5:].rstrip("]")
        if slug not in maps:
            raise ContentError(f"{where}: unknown map {slug!r}")
        return Block(kind="map", picture=slug)
    if first.startswith("!["):
        shown = tuple(line[2:].rstrip("]") for line in group)
        for picture in shown:
            if picture not in pictures:
                raise ContentError(f"{where}: unknown picture {picture!r}")
        return Block(kind="gallery", items=shown) if len(shown) > 1 else Block(kind="figure", picture=shown[0])
    if first.startswith("!timeline "):
        moments = tuple(line.removeprefix("- ") for line in group[1:])
        if not moments or not all(": " in moment for moment in moments):
            raise ContentError(f"{where}: a timeline's lines read `- when: what`")
        return Block(kind="timeline", text=first.removeprefix("!timeline "), items=moments)
    if first.startswith("## "):
        return Block(kind="heading", text=first[3:])
    if first.startswith("> "):
        said = [line.removeprefix(">").strip() for line in group]
        if not said[-1].startswith("— "):
            raise ContentError(f"{where}: the quote's last line must name the speaker after a dash")
        return Block(kind="quote", text=" ".join(said[:-1]), attribution=said[-1][2:])
    if all(line.startswith("- ") for line in group):
        return Block(kind="list", items=tuple(line[2:] for line in group))
    return Block(kind="paragraph", text=" ".join(group))

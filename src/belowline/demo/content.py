"""The demo newsroom's content, read from content/ and checked: nothing half-right reaches a seeded site.

Pure: no Django. Every fault is a ContentError that names the file and the line.
"""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from belowline.demo.content_types import (
    Article,
    Author,
    Block,
    Correction,
    DemoComment,
    DemoContent,
    DemoReader,
    Draft,
    Live,
    LiveEntry,
    Map,
    MapPlace,
    Paper,
    Picture,
    Reader,
    StaffAccount,
    Topic,
)

__all__ = [
    "CONTENT_FOLDER",
    "HERO",
    "Article",
    "Author",
    "Block",
    "ContentError",
    "DemoComment",
    "DemoContent",
    "Map",
    "Paper",
    "Picture",
    "Reader",
    "StaffAccount",
    "Topic",
    "load_content",
    "sentences",
]

CONTENT_FOLDER = Path(__file__).parent / "content"

HERO = "the-gauge-that-moved"
ARTICLE_TYPES = frozenset({"report", "analysis", "opinion", "brief", "fact-check", "interview", "live"})
LIVE_STATES = frozenset({"active", "paused", "archived"})
STATES = frozenset({"published", "deleted", "removed", "held"})
LANGUAGES = frozenset({"en", "ar", "fr", "de"})
REPEAT_WORDS = 6  # a sentence this long must not be written twice by hand
LATEST_HERO_MINUTE = 70 * 60

_SENTENCE_END = re.compile(r"(?<=[.!?؟…])[\"”»*_]*\s+|\n+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class ContentError(ValueError):
    """A fault in the demo's content; the text begins with `file:line:`."""


def load_content(folder: Path = CONTENT_FOLDER) -> DemoContent:
    """Everything under `folder`. Raises ContentError at the first fault."""
    newsroom = _toml(folder / "newsroom.toml")
    authors = tuple(_authors(newsroom, file=folder / "newsroom.toml"))
    topics = tuple(_topics(newsroom, file=folder / "newsroom.toml"))
    staff = tuple(_staff(newsroom, file=folder / "newsroom.toml"))
    readers = tuple(_readers(newsroom, file=folder / "newsroom.toml"))
    pictures = tuple(_pictures(folder / "pictures.toml"))
    maps = tuple(_maps(folder / "maps.toml"))
    articles = _articles(
        folder / "articles",
        authors={author.slug for author in authors},
        topics={topic.slug for topic in topics},
        pictures={picture.slug for picture in pictures},
        maps={one.slug for one in maps},
    )
    demo_reader = DemoReader(*_fields(newsroom.get("demo_reader", {}), "name", "email", file=folder / "newsroom.toml"))
    speakers = {
        name for people in (authors, staff, readers, [demo_reader]) for name in (person.name for person in people)
    }
    return DemoContent(
        paper=_paper(newsroom, file=folder / "newsroom.toml"),
        authors=authors,
        topics=topics,
        staff=staff,
        readers=readers,
        demo_reader=demo_reader,
        draft=_draft(newsroom, file=folder / "newsroom.toml"),
        pictures=pictures,
        maps=maps,
        articles=articles,
        comments=_comments(folder / "comments", articles=articles, speakers=speakers),
        live={
            article.slug: _live(
                folder / "live" / f"{article.slug}.toml",
                article,
                authors={author.slug for author in authors},
                pictures={picture.slug for picture in pictures},
            )
            for article in articles
            if article.type == "live"
        },
        standing={
            (language, kind): tuple(texts)
            for language, kinds in _toml(folder / "standing.toml").items()
            for kind, texts in kinds.items()
        },
    )


def sentences(text: str) -> Iterator[str]:
    """The sentences of a comment without its quoted lines, as plain words in lower case."""
    own = "\n".join(line for line in text.splitlines() if not line.startswith(">"))
    for sentence in _SENTENCE_END.split(own):
        words = _WORD.findall(sentence.casefold())
        if words:
            yield " ".join(words)


# --- newsroom.toml and pictures.toml


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ContentError(f"{file.name}:1: file is missing") from None
    except tomllib.TOMLDecodeError as error:  # its text names the line
        raise ContentError(f"{file.name}: {error}") from error


def _line_of(file: Path, needle: str) -> int:
    """The first line that contains `needle`; 1 where none does."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if needle and needle in line:
            return number
    return 1


def _fields(table: Mapping[str, Any], *names: str, file: Path) -> list[str]:
    """The named strings of a TOML table, stripped. Raises ContentError for one that is absent or empty."""
    for name in names:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            known = next((text for text in table.values() if isinstance(text, str)), "")
            raise ContentError(f"{file.name}:{_line_of(file, known)}: {name!r} is missing or empty")
    return [table[name].strip() for name in names]


def _unique(values: Iterable[str], *, what: str, file: Path) -> None:
    seen: set[str] = set()
    for value in values:
        if value.casefold() in seen:
            raise ContentError(f"{file.name}:{_line_of(file, value)}: {what} {value!r} is there twice")
        seen.add(value.casefold())


def _paper(newsroom: Mapping[str, Any], *, file: Path) -> Paper:
    names = ("name", "short_name", "strap", "city", "region", "country", "timezone", "about")
    return Paper(*_fields(newsroom.get("paper", {}), *names, file=file))


def _draft(newsroom: Mapping[str, Any], *, file: Path) -> Draft:
    table = newsroom.get("draft", {})
    slug, topic, author, title, standfirst = _fields(table, "slug", "topic", "author", "title", "standfirst", file=file)
    return Draft(slug, topic, author, title, standfirst, tuple(table.get("paragraphs", ())))


def _authors(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[Author]:
    rows = newsroom.get("author", [])
    _unique((str(row.get("slug")) for row in rows), what="author", file=file)
    for row in rows:
        yield Author(*_fields(row, "slug", "name", "role", "bio", file=file))


def _topics(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[Topic]:
    rows = newsroom.get("topic", [])
    _unique((str(row.get("slug")) for row in rows), what="topic", file=file)
    for row in rows:
        yield Topic(*_fields(row, "slug", "title", "title_ar", "description", "description_ar", file=file))


def _staff(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[StaffAccount]:
    for row in newsroom.get("staff", []):
        key, name, role, username = _fields(row, "key", "name", "role", "username", file=file)
        yield StaffAccount(key=key, name=name, role=role, username=username, author=row.get("author"))


def _readers(newsroom: Mapping[str, Any], *, file: Path) -> Iterator[Reader]:
    rows = newsroom.get("reader", [])
    _unique((str(row.get("name")) for row in rows), what="reader", file=file)
    for row in rows:
        name, camp = _fields(row, "name", "camp", file=file)
        yield Reader(name=name, camp=camp, language=row.get("lang", "en"), is_crowd=bool(row.get("crowd", False)))


def _pictures(file: Path) -> Iterator[Picture]:
    rows = _toml(file).get("picture", [])
    _unique((str(row.get("slug")) for row in rows), what="picture", file=file)
    for row in rows:
        picture = Picture(*_fields(row, "slug", "kind", "alt", "caption", "credit", "drawing", file=file))
        picture = replace(picture, caption_ar=row.get("caption_ar", ""), credit_ar=row.get("credit_ar", ""))
        if not picture.credit.startswith(("Illustration: ", "Chart: ")):
            raise ContentError(f"{file.name}:{_line_of(file, picture.slug)}: credit must say Illustration or Chart")
        yield picture


def _maps(file: Path) -> Iterator[Map]:
    """The maps with their grounds. Raises ContentError for a ground that is not there, or for a place without numbers."""
    rows = _toml(file).get("map", [])
    _unique((str(row.get("slug")) for row in rows), what="map", file=file)
    for row in rows:
        names = ("slug", "title", "caption", "credit", "source_url", "layer_name", "layer_credit", "layer")
        slug, title, caption, credit, source, layer_name, layer_credit, layer = _fields(row, *names, file=file)
        ground = file.parent / "maps" / f"{layer}.geojson"
        if not ground.exists():
            raise ContentError(f"{file.name}:{_line_of(file, layer)}: there is no {ground.name}")
        places = tuple(_map_place(one, file=file) for one in row.get("place", ()))
        text = ground.read_text(encoding="utf-8")
        yield Map(slug, title, caption, credit, source, layer_name, layer_credit, text, places)


def _map_place(row: Mapping[str, Any], *, file: Path) -> MapPlace:
    name, precision = _fields(row, "name", "precision", file=file)
    latitude, longitude = row.get("latitude"), row.get("longitude")
    if not isinstance(latitude, float) or not isinstance(longitude, float):
        raise ContentError(f"{file.name}:{_line_of(file, name)}: latitude and longitude must be decimal numbers")
    return MapPlace(name, row.get("label", ""), latitude, longitude, precision)


# --- articles


def _articles(
    folder: Path, *, authors: set[str], topics: set[str], pictures: set[str], maps: set[str]
) -> tuple[Article, ...]:
    articles: dict[str, Article] = {}
    files: dict[str, Path] = {}
    for file in sorted(folder.glob("*.md")):
        article = _article(file, authors=authors, topics=topics, pictures=pictures, maps=maps)
        if article.slug in articles:
            raise ContentError(f"{file.name}:{_line_of(file, 'slug =')}: slug {article.slug!r} is taken")
        articles[article.slug] = article
        files[article.slug] = file
    for article in articles.values():
        original = articles.get(article.translation_of)
        if article.translation_of and (original is None or original.language == article.language):
            where = f"{files[article.slug].name}:{_line_of(files[article.slug], 'translation_of =')}"
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
        return ContentError(f"{file.name}:{_line_of(file, name + ' =')}: {why}")

    slug, title, standfirst, kicker, topic, kind, language = _fields(
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
        blocks=tuple(_blocks(lines, start=fences[1] + 1, file=file, pictures=pictures, maps=maps)),
        corrections=tuple(_correction(one, file=file, published=published) for one in head.get("correction", ())),
        translation_of=head.get("translation_of", ""),
    )


def _correction(row: Mapping[str, Any], *, file: Path, published: float) -> Correction:
    text, was, now = _fields(row, "text", "was", "now", file=file)
    offset = row.get("offset_hours")
    if not isinstance(offset, int | float) or not published < offset < 0:
        raise ContentError(f"{file.name}:{_line_of(file, text)}: offset_hours must lie between publication and seeding")
    return Correction(text, was, now, float(offset))


def _blocks(lines: list[str], *, start: int, file: Path, pictures: set[str], maps: set[str]) -> Iterator[Block]:
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


# --- live coverage


def _live(file: Path, article: Article, *, authors: set[str], pictures: set[str]) -> Live:
    """The entries of an article of the type live, in the order of their minutes."""
    table = _toml(file)
    if table.get("state") not in LIVE_STATES:
        raise ContentError(f"{file.name}:{_line_of(file, 'state =')}: unknown state {table.get('state')!r}")
    entries: list[LiveEntry] = []
    for row in table.get("entry", []):
        entry = _live_entry(row, file=file, pictures=pictures)
        where = f"{file.name}:{_line_of(file, f'minutes = {entry.minutes}')}"
        faults = (
            (entry.author not in authors, f"unknown author {entry.author!r}"),
            (bool(entries) and entry.minutes <= entries[-1].minutes, "not later than the entry before it"),
            (not 0 < entry.minutes < -article.published_offset_hours * 60, "must lie between publication and seeding"),
            ((entry.edited_minutes is None) != (not entry.before), "edited_minutes and before go together"),
            (
                entry.edited_minutes is not None and entry.edited_minutes <= entry.minutes,
                "edited before it was written",
            ),
        )
        for is_wrong, why in faults:
            if is_wrong:
                raise ContentError(f"{where}: {why}")
        entries.append(entry)
    return Live(state=table["state"], entries=tuple(entries))


def _live_entry(row: Mapping[str, Any], *, file: Path, pictures: set[str]) -> LiveEntry:
    author, text = _fields(row, "author", "text", file=file)
    minutes = row.get("minutes")
    if not isinstance(minutes, int):
        raise ContentError(f"{file.name}:{_line_of(file, text.splitlines()[0])}: minutes must be a whole number")

    def blocks(words: str) -> tuple[Block, ...]:
        return tuple(_blocks(words.strip().splitlines(), start=0, file=file, pictures=pictures, maps=set()))

    return LiveEntry(
        minutes=minutes,
        author=author,
        headline=row.get("headline", ""),
        blocks=blocks(text),
        is_key=bool(row.get("key", False)),
        is_pinned=bool(row.get("pinned", False)),
        edited_minutes=row.get("edited_minutes"),
        before=blocks(row.get("before", "")),
    )


# --- comments


def _comments(
    folder: Path, *, articles: tuple[Article, ...], speakers: set[str]
) -> Mapping[str, tuple[DemoComment, ...]]:
    ages = {article.slug: -article.published_offset_hours * 60 for article in articles}
    found: dict[str, dict[str, DemoComment]] = {}
    heard: dict[str, str] = {}
    for file, default in ((folder / "hero.jsonl", HERO), (folder / "others.jsonl", None)):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            where = f"{file.name}:{number}"
            comment = _comment(line, where=where, default_article=default)
            thread = found.setdefault(comment.article, {})
            _check_comment(comment, where=where, thread=thread, ages=ages, speakers=speakers)
            _check_fresh(comment, where=where, heard=heard)
            thread[comment.key] = comment
    return {slug: tuple(sorted(thread.values(), key=lambda comment: comment.minutes)) for slug, thread in found.items()}


def _comment(line: str, *, where: str, default_article: str | None) -> DemoComment:
    try:
        row = json.loads(line)
        return DemoComment(
            article=row.get("article") or default_article or "",
            key=row["key"],
            parent=row["parent"],
            author=row["author"],
            text=row["text"].strip(),
            minutes=int(row["minutes"]),
            up=int(row["up"]),
            down=int(row["down"]),
            edited_minutes=row.get("edited_minutes"),
            edited_text_before=row.get("edited_text_before"),
            state=row.get("state", "published"),
            language=row.get("lang", "en"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentError(f"{where}: not a comment ({error!r})") from error


def _check_comment(
    comment: DemoComment,
    *,
    where: str,
    thread: Mapping[str, DemoComment],
    ages: Mapping[str, float],
    speakers: set[str],
) -> None:
    """A parent must stand on an earlier line and be earlier in time, so there can be no cycle."""
    limit = (
        min(ages.get(comment.article, 0), LATEST_HERO_MINUTE)
        if comment.article == HERO
        else ages.get(comment.article, 0)
    )
    parent = thread.get(comment.parent) if comment.parent is not None else None
    edited = comment.edited_minutes
    faults = (
        (comment.article not in ages, f"unknown article {comment.article!r}"),
        (comment.key in thread, f"key {comment.key!r} is taken"),
        (comment.author not in speakers, f"unknown author {comment.author!r}"),
        (comment.parent is not None and parent is None, f"parent {comment.parent!r} is not on an earlier line"),
        (parent is not None and parent.minutes > comment.minutes, f"earlier than its parent {comment.parent!r}"),
        (not comment.text, "text is empty"),
        (not 0 < comment.minutes <= limit, f"minute {comment.minutes} is outside 1 to {limit:.0f}"),
        (comment.up < 0 or comment.down < 0, "votes cannot be negative"),
        ((edited is None) != (comment.edited_text_before is None), "edited_minutes and edited_text_before go together"),
        (edited is not None and edited <= comment.minutes, "edited before it was written"),
        (comment.state not in STATES, f"unknown state {comment.state!r}"),
        (comment.language not in LANGUAGES, f"unknown language {comment.language!r}"),
    )
    for is_wrong, why in faults:
        if is_wrong:
            raise ContentError(f"{where}: {why}")


def _check_fresh(comment: DemoComment, *, where: str, heard: dict[str, str]) -> None:
    for sentence in sentences(comment.text):
        if sentence.count(" ") + 1 >= REPEAT_WORDS:
            if sentence in heard:
                raise ContentError(f"{where}: sentence was already written at {heard[sentence]}: {sentence}")
            heard[sentence] = where

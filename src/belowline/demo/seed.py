"""Seeding the demo newsroom: deterministic, and run again it changes nothing.

All times are fixed offsets from the moment of seeding, which the first run remembers.
"""

from __future__ import annotations

import html
import json
import re
import uuid
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection

from belowline.accounts.actions import SignUp, create_staff, imported_readers, sign_up
from belowline.accounts.models import Reader, User
from belowline.demo import content as written
from belowline.demo.invent import hero_crowd, invent
from belowline.demo.moderation import seed_moderation
from belowline.demo.payments import seed_campaign
from belowline.demo.requests import seed_requests
from belowline.discussion import actions, bulk
from belowline.discussion.actions.comment_name import keep_mentions, wanted_names
from belowline.discussion.actions.facts import microseconds
from belowline.discussion.models import Comment, GivenSource, ImportedComment, SourceAsk, Thread
from belowline.domain import markup
from belowline.domain.anchoring.blocks import block_at
from belowline.domain.anchoring.choosing import address_of
from belowline.domain.commenting import CommentState, Refused
from belowline.feedback.models import Request
from belowline.live import actions as live
from belowline.maps.models import BaseLayer, Place
from belowline.moderation.roles import ensure_roles
from belowline.newsroom.actions import pages as newsroom
from belowline.newsroom.actions import standing
from belowline.newsroom.body import made
from belowline.newsroom.denials import Denied
from belowline.newsroom.licences import Licence
from belowline.newsroom.models import ArticleVersion, Author, Correction, StandingPage
from belowline.passages import queries
from belowline.passages.actions import placing
from belowline.passages.actions.choosing import Wanted, wanted_passage
from belowline.passages.models import Text
from belowline.storage.reading import snapshot
from belowline.storage.writer import write

if TYPE_CHECKING:
    from belowline.demo.content import Article, Block, DemoComment, DemoContent, Map, Picture
    from belowline.demo.content_types import LiveEntry
    from belowline.newsroom.models import ArticlePage, TopicPage

HERO_COMMENTS = 2_000
SEED = 20_51  # any number; the same one gives the same newsroom
SOURCE = "demo"
CHUNK = 200
EDITOR_EMAIL = "editor@demo.invalid"
# Words of the demo's files that the newsroom spells otherwise; an interview is a report in form.
KINDS = {"fact-check": "fact_check", "interview": "report"}

# The keys of the demo's entries come from here: the same ones at every run.
_ENTRIES = uuid.UUID("6f0c6f2e-1d6b-4f0e-9d3b-8d1f0d5f2a11")


@dataclass
class Seeding:
    """What one run knows. `moment` is the time of the first seeding."""

    content: DemoContent
    moment: datetime
    advance: Callable[[int], None] = lambda _count: None
    readers: dict[str, int] = field(default_factory=dict)

    def published_at(self, article: Article) -> datetime:
        return self.moment + timedelta(hours=article.published_offset_hours)


def seed(*, comments: int = HERO_COMMENTS, advance: Callable[[int], None] | None = None) -> None:
    """Write the demo newsroom. `comments` is the size of the contested story's discussion.

    Raises RuntimeError on a site that is not a demo: it makes accounts that anybody can enter.
    """
    if not settings.CONFIG.demo:
        raise RuntimeError("this is not a demo site: demo = true is not in its settings")
    seeding = Seeding(written.load_content(), _moment_of_seeding())
    if advance is not None:
        seeding.advance = advance
    ensure_roles()
    _people(seeding)
    newsroom.ensure_front_page(name=seeding.content.paper.name)
    articles = _articles(seeding)
    for article in seeding.content.articles:
        total = comments if article.slug == written.HERO else 0
        _discussion(seeding, article, articles[article.slug], total=total)
        if article.slug in seeding.content.live:
            _coverage(seeding, article, articles[article.slug])
    _standing_pages(seeding)
    _moderation(seeding, articles)
    actions.fold_counts(at_most=1_000_000)
    seed_campaign(now=seeding.moment)
    _requests(seeding, articles[written.HERO])


def _moderation(seeding: Seeding, articles: Mapping[str, ArticlePage]) -> None:
    keys = {str(page.subject_key): slug for slug, page in articles.items()}
    found = Thread.objects.filter(subject_key__in=keys).values_list("subject_key", "pk")
    threads = {keys[key]: pk for key, pk in found}
    staff = {one.key: seeding.readers[one.name] for one in seeding.content.staff}
    members = [seeding.readers[one.name] for one in seeding.content.readers if not one.is_crowd]
    seed_moderation(
        threads,
        hero=threads[written.HERO],
        readers=members[:4],
        moderator=staff["moderator"],
        editor=staff["editor"],
        now=seeding.moment,
    )


def _requests(seeding: Seeding, page: ArticlePage) -> None:
    """Where the worker has not been yet, passages wait for their place."""
    if Request.objects.filter(article=page).exists():
        return
    text_id = Text.objects.values_list("pk", flat=True).get(subject_key=str(page.subject_key))
    placing.place_passages(text_id)
    thread_id = Thread.objects.values_list("pk", flat=True).get(subject_key=str(page.subject_key))
    members = [
        *(seeding.readers[one.name] for one in seeding.content.authors),
        seeding.readers[seeding.content.demo_reader.name],
    ]
    seed_requests(page, thread_id=thread_id, readers=members[-4:], now=seeding.moment)


def _moment_of_seeding() -> datetime:
    """Now at the first run; at later ones the moment that the first account of the demo was made."""
    first = Reader.objects.filter(source=SOURCE).order_by("joined_at").values_list("joined_at", flat=True).first()
    return first or datetime.now(UTC).replace(second=0, microsecond=0)


def _people(seeding: Seeding) -> None:
    """The crowd as an import brings it; members, who have profiles, whoever speaks in words of their own; the staff; and
    the one reader whom the demo bar opens."""
    crowd = [(reader.name, reader.name, "") for reader in seeding.content.readers if reader.is_crowd]
    seeding.readers.update(imported_readers(SOURCE, crowd, now=seeding.moment))
    members = [reader.name for reader in seeding.content.readers if not reader.is_crowd]
    for number, name in enumerate(members):
        seeding.readers[name] = _member(name, number, seeding.moment)
    for staff in seeding.content.staff:
        role = {"reporter": "author", "editor": "publisher"}.get(staff.key, staff.key)
        seeding.readers[staff.name] = _staff_reader(staff.name, f"{staff.key}@demo.invalid", role)
    for author in seeding.content.authors:
        if author.name not in seeding.readers:
            seeding.readers[author.name] = _staff_reader(author.name, f"{author.slug}@demo.invalid", "author")
    reader = seeding.content.demo_reader
    seeding.readers[reader.name] = _reader_of(reader.email, lambda: sign_up(SignUp(reader.name, reader.email)))


def _member(name: str, number: int, moment: datetime) -> int:
    """Since some day of the last three years, each since another one."""
    email = f"reader-{number}@demo.invalid"
    found = _reader_of(email, lambda: sign_up(SignUp(name, email)))
    Reader.objects.filter(pk=found).update(joined_at=moment - timedelta(days=30 + number * 389 % 1_060))
    return found


def _staff_reader(name: str, email: str, role: str) -> int:
    return _reader_of(email, lambda: create_staff(name=name, email=email, password="", role=role), role=role)


def _reader_of(email: str, make: Callable[[], User | Refused], *, role: str = "") -> int:
    """Demo accounts have no password: only the demo bar opens them."""
    user = User.objects.filter(email=email).first()
    if user is None:
        answer = make()
        assert not isinstance(answer, Refused), (email, answer)
        user = answer
        user.is_superuser = role == "editor"
        user.save()
    return Reader.objects.get(user=user).pk


def _articles(seeding: Seeding) -> dict[str, ArticlePage]:
    content = seeding.content
    topics = {
        one.slug: newsroom.create_topic(
            slug=one.slug,
            title=one.title,
            description=one.description,
            names={"ar": (one.title_ar, one.description_ar)},
        )
        for one in content.topics
    }
    authors = {
        one.slug: newsroom.create_author(
            slug=one.slug, name=one.name, role=one.role, bio=one.bio, reader_id=seeding.readers[one.name]
        )
        for one in content.authors
    }
    published: dict[str, ArticlePage] = {}
    for article in reversed(content.articles):
        original = published.get(article.translation_of)
        published[article.slug] = _article(seeding, article, topics=topics, authors=authors, original=original)
        seeding.advance(1)
    draft = content.draft
    newsroom.draft_article(
        slug=draft.slug,
        topic=topics[draft.topic],
        headline=draft.title,
        standfirst=draft.standfirst,
        authors=[authors[draft.author]],
        blocks=[made.Paragraph(inline(text)) for text in draft.paragraphs],
        editor=User.objects.get(email=EDITOR_EMAIL),
    )
    return published


def _standing_pages(seeding: Seeding) -> None:
    """Write what the standing pages left open, as an editor would: each gap becomes a paragraph."""
    standing.ensure_standing_pages()
    for page in StandingPage.objects.all():
        texts = iter(seeding.content.standing[page.language, page.kind])
        stream = list(page.body.raw_data)
        if not any(one["type"] == "gap" for one in stream):
            continue
        written_out = [
            {**one, "type": "paragraph", "value": f"<p>{html.escape(next(texts))}</p>"} if one["type"] == "gap" else one
            for one in stream
        ]
        page.body = json.dumps(written_out)
        page.save_revision().publish()


def _article(
    seeding: Seeding,
    article: Article,
    *,
    topics: dict[str, TopicPage],
    authors: dict[str, Author],
    original: ArticlePage | None,
) -> ArticlePage:
    blocks = list(blocks_of(seeding, article.blocks, language=article.language))
    page = newsroom.publish_article(
        slug=article.slug,
        topic=topics[article.topic],
        headline=article.title,
        standfirst=article.standfirst,
        kicker=article.kicker,
        authors=[authors[slug] for slug in article.authors],
        kind=KINDS.get(article.type, article.type),
        language=article.language,
        translation_of=original,
        blocks=[_as_first_printed(one, article) for one in blocks],
        published_at=seeding.published_at(article),
        updated_at=_updated_at(seeding, article) if not article.corrections else None,
        featured_rank=article.featured,
    )
    if article.corrections and not page.corrections.exists():
        _correct(seeding, article, page, blocks)
    ArticleVersion.objects.filter(article_id=page.pk, number=1).update(published_at=page.published_at)
    return page


def _updated_at(seeding: Seeding, article: Article) -> datetime | None:
    hours = article.updated_offset_hours
    return None if hours is None else seeding.moment + timedelta(hours=hours)


def _as_first_printed(block: made.Block, article: Article) -> made.Block:
    """With the mistakes that were corrected later, so that the public history has something to tell."""
    for one in article.corrections:
        match block:
            case made.Figure(picture, caption) if one.was and one.now in (caption or picture.caption):
                block = replace(block, caption=(caption or picture.caption).replace(one.now, one.was))
            case made.Paragraph(text) if one.was and one.now in text:
                block = replace(block, html=text.replace(one.now, one.was))
    return block


def _correct(seeding: Seeding, article: Article, page: ArticlePage, blocks: Sequence[made.Block]) -> None:
    """Publish the article again as it should have been."""
    page.body = json.dumps(list(made.stream_of(blocks, slug=article.slug)))
    page.updated_at = _updated_at(seeding, article)
    page.corrections = [
        Correction(text=one.text, was=one.was, now=one.now, at=seeding.moment + timedelta(hours=one.offset_hours))
        for one in article.corrections
    ]
    page.change_note = article.corrections[-1].text[:300]
    page.save_revision().publish()
    latest = ArticleVersion.objects.filter(article_id=page.pk).order_by("-number")[:1]
    ArticleVersion.objects.filter(pk__in=latest.values("pk")).update(published_at=page.updated_at)


def blocks_of(seeding: Seeding, blocks: Sequence[Block], *, language: str = "en") -> Iterator[made.Block]:
    pictures = {one.slug: one for one in seeding.content.pictures}
    for block in blocks:
        match block.kind:
            case "heading":
                yield made.Heading(block.text)
            case "map":
                yield _map(next(one for one in seeding.content.maps if one.slug == block.picture))
            case "quote":
                yield made.Quote(block.text, block.attribution)
            case "list":
                yield made.ItemList(tuple(inline(item) for item in block.items))
            case "timeline":
                yield _timeline(block)
            case "figure":
                yield _figure(pictures[block.picture], language)
            case "gallery":
                yield made.Gallery(tuple(_figure(pictures[slug], language) for slug in block.items))
            case _:
                yield made.Paragraph(inline(block.text))


def _timeline(block: Block) -> made.Stored:
    moments = [one.partition(": ") for one in block.items]
    value = [{"when": when, "on": None, "text": f"<p>{inline(what)}</p>"} for when, _, what in moments]
    return made.Stored("timeline", {"title": block.text, "moments": value})


def _figure(one: Picture, language: str) -> made.Figure:
    file = written.CONTENT_FOLDER / "pictures" / f"{one.slug}.jpg"
    return made.Figure(
        newsroom.create_picture(
            file,
            title=one.slug.replace("-", " ").capitalize(),
            alt=one.alt,
            credit=one.credit,
            caption=one.caption,
            licence=Licence.OWN,
        ),
        **({"caption": one.caption_ar, "credit": one.credit_ar} if language == "ar" else {}),
    )


def _map(one: Map) -> made.Map:
    """The map as an editor would have made it, with its places in the gazetteer and its ground as a layer."""
    layer, _ = BaseLayer.objects.get_or_create(
        name=one.layer_name, defaults={"geojson": one.layer, "replaces_earth": True, "credit": one.layer_credit}
    )
    places = []
    for place in one.places:
        row, _ = Place.objects.get_or_create(
            name=place.name,
            source=one.layer_credit,
            defaults={"latitude": place.latitude, "longitude": place.longitude, "precision": place.precision},
        )
        places.append((row.pk, {"label": place.label}))
    return made.Map(
        places=tuple(places),
        title=one.title,
        caption=one.caption,
        credit=one.credit,
        source_url=one.source_url,
        base_id=layer.pk,
    )


def _coverage(seeding: Seeding, article: Article, page: ArticlePage) -> None:
    """The entries of a live coverage, each under a key of its own, so that none is written twice."""
    told = seeding.content.live[article.slug]
    editor = User.objects.get(email=EDITOR_EMAIL)
    start = seeding.published_at(article)
    for place, one in enumerate(told.entries):
        key = f"{article.slug}/{place}"
        at = start + timedelta(minutes=one.minutes)

        def words(blocks: Sequence[Block], one: LiveEntry = one, key: str = key) -> live.Words:
            body = live.body_of(list(blocks_of(seeding, blocks)), key=key)
            return live.Words(body, one.headline, authors=[Author.objects.get(slug=one.author)])

        said = words(one.before or one.blocks)
        live.prepare(page, said)
        entry = live.write_entry(page.pk, said, form_key=uuid.uuid5(_ENTRIES, key), by=editor, now=at, is_public=True)
        assert not isinstance(entry, Denied), entry
        if one.edited_minutes is not None and entry.edited_at is None:
            edited_at = start + timedelta(minutes=one.edited_minutes)
            live.edit_entry(entry.pk, words(one.blocks), version=entry.version, by=editor, now=edited_at)
        live.mark_entry(entry.pk, by=editor, is_pinned=one.is_pinned, is_key=one.is_key)
    live.change_state(page.pk, told.state, by=editor, now=seeding.moment)


_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+|/[^)\s]*)\)")
_STRONG = re.compile(r"\*\*([^*]+)\*\*")
_EMPHASIS = re.compile(r"\*([^*]+)\*")


def inline(text: str) -> str:
    """The demo's inline Markdown (links, strong, emphasis) as the editor's rich text."""
    safe = html.escape(text, quote=False)
    safe = _LINK.sub(r'<a href="\2">\1</a>', safe)
    return _EMPHASIS.sub(r"<i>\1</i>", _STRONG.sub(r"<b>\1</b>", safe))


def _discussion(seeding: Seeding, article: Article, page: ArticlePage, *, total: int) -> None:
    """An article's thread with its written comments and, for the contested story, invented ones up to `total`."""
    site_id = actions.ensure_site(actions.OWN_SITE, now=seeding.moment)
    author = next(one for one in seeding.content.authors if one.slug == article.authors[0])
    thread_id = actions.ensure_thread(
        site_id,
        subject_key=str(page.subject_key),
        now=seeding.moment,
        title=article.title,
        url=f"/a/{article.slug}",
        language=article.language,
        staff_reader_id=seeding.readers[author.name],
        default_sort="newest" if article.type == "live" else "",
    )
    mine = seeding.content.comments.get(article.slug, ())
    start = seeding.published_at(article)
    have = Thread.objects.values_list("last_position", flat=True).get(pk=thread_id)
    if have >= max(total, len(mine)):
        return
    key = str(page.subject_key)
    by_hand = [replace(_written(seeding, one, start=start), passage=_passage(key, one.on)) for one in mine]
    invented = _invented(seeding, start=start, count=max(0, total - len(by_hand)))
    _store(seeding, thread_id, _merged(by_hand, invented))
    bulk.recount(thread_id)
    _asked_and_named(seeding, thread_id, mine)


def _asked_and_named(seeding: Seeding, thread_id: int, mine: Sequence[DemoComment]) -> None:
    """Who asks for a source, what was given, and whom a comment names; nobody is told of any of it."""
    ids = ImportedComment.objects.filter(thread_id=thread_id, source=SOURCE).values_list("source_id", "comment_id")
    known = dict(ids.filter(source_id__in=[one.key for one in mine if one.asks or "@" in one.text]))

    def store() -> None:
        for one in mine:
            if one.key not in known:
                continue
            comment = Comment.objects.get(pk=known[one.key])
            readers = [seeding.readers[name] for name in one.asks]
            SourceAsk.objects.bulk_create(
                SourceAsk(comment=comment, reader_id=reader, at=seeding.moment) for reader in readers
            )
            if one.source:
                GivenSource.objects.create(comment=comment, number=1, url=one.source, given_us=comment.time_key)
            Comment.objects.filter(pk=comment.pk).update(source_asks=len(readers), source_url=one.source)
            with connection.cursor() as cursor:
                names = wanted_names(markup.render(one.text).html)
                place = {"comment_id": comment.pk, "thread_id": thread_id, "author_id": comment.author_id}
                keep_mentions(cursor, names, **place)

    write(store)


def _passage(subject_key: str, words: str) -> Wanted | None:
    """What a comment speaks of, in the first version of the article that has these words."""
    if not words:
        return None
    number = 1
    with snapshot() as cursor:
        while (text := queries.revision(cursor, subject_key, number=number)) is not None:
            start = text.canonical.text.find(words)
            block = block_at(text.canonical.blocks, start)
            if start >= 0 and block is not None:
                address = address_of(number, block.id, start - block.start, start - block.start + len(words))
                found = wanted_passage(cursor, subject_key, address, exact=words)
                assert isinstance(found, Wanted), (words, found)
                return found
            number += 1
    raise ValueError(f"no version of the article says {words!r}")


def _written(seeding: Seeding, one: DemoComment, *, start: datetime) -> bulk.BulkComment:
    text = markup.render(one.text)
    before = markup.render(one.edited_text_before) if one.edited_text_before else None
    return bulk.BulkComment(
        key=one.key,
        parent_key=one.parent,
        author_id=seeding.readers[one.author],
        written_us=microseconds(start + timedelta(minutes=one.minutes)),
        source=text.source,
        html=text.html,
        excerpt=text.excerpt,
        renderer=text.renderer,
        state=CommentState(one.state),
        imported_up=one.up,
        imported_down=one.down,
        edited_us=None if one.edited_minutes is None else microseconds(start + timedelta(minutes=one.edited_minutes)),
        source_before=None if before is None else (before.source, before.html, before.excerpt),
    )


def _invented(seeding: Seeding, *, start: datetime, count: int) -> Iterator[bulk.BulkComment]:
    if not count:
        return
    names = [reader.name for reader in seeding.content.readers]
    camps = seeding.content.crowd_camps()
    if count <= HERO_COMMENTS:
        crowd = hero_crowd(camps, count=count)
    else:
        span = (seeding.moment - start).total_seconds() - 600
        crowd = invent(SEED, count, camps=camps, span_seconds=span)
    for one in crowd:
        text = markup.render(one.text)
        written_us = microseconds(start + timedelta(seconds=one.seconds_after_publication))
        yield bulk.BulkComment(
            key=one.index,
            parent_key=one.parent_index,
            author_id=seeding.readers[names[one.author_index]],
            written_us=written_us,
            source=text.source,
            html=text.html,
            excerpt=text.excerpt,
            renderer=text.renderer,
            state=CommentState(one.state),
            imported_up=one.up,
            imported_down=one.down,
            edited_us=None if one.edited_seconds is None else written_us + int(one.edited_seconds * 1_000_000),
        )


def _merged(by_hand: Sequence[bulk.BulkComment], invented: Iterator[bulk.BulkComment]) -> Iterator[bulk.BulkComment]:
    """Both by time; each is in order already."""
    waiting = sorted(by_hand, key=lambda one: one.written_us)
    place = 0
    for one in invented:
        while place < len(waiting) and waiting[place].written_us <= one.written_us:
            yield waiting[place]
            place += 1
        yield one
    yield from waiting[place:]


def _store(seeding: Seeding, thread_id: int, comments: Iterator[bulk.BulkComment]) -> None:
    """In chunks. By their keys those are known that an interrupted run has stored already."""
    ids: dict[Hashable, int] = {}
    while chunk := list(islice(comments, CHUNK)):
        bulk.add_comments(thread_id, chunk, ids=ids, origin=SOURCE)
        seeding.advance(len(chunk))

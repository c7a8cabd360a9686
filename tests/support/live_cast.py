"""The cast of a live site, as a program: members who can sign in, an article, and discussions of every shape.

    python -m tests.support.live_cast DATA      prints {name: thread id or comment id}

Spare rooms (`room-1` …) hold three comments each, so that every test that writes has a discussion to itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.hidden_cast import add_hidden

PASSWORD = "seven herons standing"
MEMBERS = ("Alice", "Bob", "Charlie", "Dora")
ROOMS = 100
CHAIN_DEPTH = 10_000
LONG_THREAD = 450
CHUNK = 500


def main(data: Path) -> None:
    from belowline.project.django_setup import set_up_django
    from belowline.project.site import data_folder

    set_up_django(data_folder(data))
    told = make_cast()
    print(json.dumps(told))


def make_cast() -> dict[str, int]:
    from belowline.accounts.actions import SignUp, create_staff, sign_up
    from belowline.accounts.models import Reader
    from belowline.discussion import actions
    from belowline.domain.commenting import Refused
    from belowline.moderation.roles import ensure_roles
    from belowline.newsroom.models import ArticlePage

    now = datetime.now(UTC)
    ensure_roles()
    readers = {}
    for name in MEMBERS:
        answer = sign_up(SignUp(name, f"{name.lower()}@example.org", PASSWORD))
        assert not isinstance(answer, Refused), answer
        readers[name] = Reader.objects.get(user=answer).pk
    staff = create_staff(name="Mona", email="mona@example.org", password=PASSWORD, role="moderator")
    assert not isinstance(staff, Refused), staff
    for name in ("Erik", "Edda"):
        create_staff(name=name, email=f"{name.lower()}@example.org", password=PASSWORD, role="editor")
    site = actions.ensure_site(actions.OWN_SITE, now=now)
    told: dict[str, int] = {}
    told["river"] = _article(site, now=now)
    told["lock"] = ArticlePage.objects.get(slug="the-lock-is-shut").pk
    told |= _coverages(now=now)
    told |= _articles_to_speak_of(site, now=now)

    told |= add_hidden(site, now=now)

    def thread(key: str, title: str, **more: object) -> int:
        told[key] = actions.ensure_thread(site, subject_key=key, now=now, title=title, url=f"/d#{key}", **more)
        return told[key]

    _fill(told["river"], readers, _conversation(120), told=told, prefix="river", now=now)
    for number in range(1, ROOMS + 1):
        shape = [(1, None, "Charlie"), (2, 1, "Bob"), (3, None, "Charlie")]
        room = thread(f"room-{number}", f"Room {number}")
        _fill(room, readers, shape, told=told, prefix=f"room-{number}", now=now)
    thread("empty", "Nobody was here yet")
    _fill(thread("long", "A long evening"), readers, _flat(LONG_THREAD), told=told, prefix="", now=now)
    _fill(thread("busy", "A busy evening"), readers, _conversation(60), told=told, prefix="busy", now=now)
    _fill(thread("chain", "A long chain"), readers, _chain(CHAIN_DEPTH), told=told, prefix="chain", now=now)
    actions.close_thread(thread("closed", "It is over"), reason="The vote has taken place.")
    actions.fold_counts(at_most=1_000_000)
    return told


def _article(site: int, *, now: datetime) -> int:
    from belowline.discussion import actions
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made

    newsroom.ensure_front_page(name="The Weir")
    newsroom.create_author(slug="ines", name="Ines Marrick", role="Reporter")
    topic = newsroom.create_topic(slug="river", title="River", names={"ar": ("النهر", "")})
    article = newsroom.publish_article(
        slug="the-lock-is-shut",
        topic=topic,
        headline="The lock is shut",
        standfirst="For a week nothing has passed.",
        blocks=[made.Paragraph("The gates have been closed since Monday."), made.Heading("What now?")],
        published_at=now - timedelta(days=2),
    )
    _pictures(topic, now=now)
    _article_with_map(topic, now=now)
    return actions.ensure_thread(
        site, subject_key=str(article.subject_key), now=now, title=article.title, url="/a/the-lock-is-shut"
    )


def _articles_to_speak_of(site: int, *, now: datetime) -> dict[str, int]:
    """With every kind of block that has words, markup in the middle of them, and letters of many kinds."""
    import tempfile

    from PIL import Image

    from belowline.discussion import actions
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made
    from belowline.newsroom.models import TopicPage

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "staff.png"
        Image.effect_mandelbrot((360, 240), (-2, -1.5, 1, 1.5), 20).save(file)
        picture = newsroom.create_picture(
            file, title="staff", alt="A staff", caption="The staff, in May.", credit="Photograph: Ann", licence="own"
        )
    sheet = {
        "data": [["Step", "Height"], ["Nine", "4.1 m 🌊"], ["Twelve", "5.0 m"]],
        "first_row_is_table_header": True,
        "first_col_is_header": True,
    }
    told = {}
    for language, slug in (("en", "what-was-measured"), ("ar", "what-was-measured-ar")):
        english = language == "en"
        paragraphs = (
            (
                "The water rose by <b>four</b> centimetres in <i>one <b>night</b></i>, said 👩‍👩‍👧‍👦 and 🏳️‍🌈, cafe\u0301 owners.",
                "  It fell   <a href='https://example.org/log'>as fast</a><br>next day: x<sup>2</sup>, H<sub>2</sub>O. 🇨🇭🇸🇾",
            )
            if english
            else (
                "ارتفع الماء <b>أربعة</b> سنتيمترات في <i>ليلة <b>واحدة</b></i>، وقال الحارس: «لم يُنقَل المقياس قطّ». 🌊",
                "وانخفض في <a href='https://example.org/log'>اليوم التالي</a> إلى 4.1 m بسرعة.<br>ولم يرَه أحد.",
            )
        )
        article = newsroom.publish_article(
            slug=slug,
            topic=TopicPage.objects.get(slug="river"),
            headline="What was measured, e\u0301galement" if english else "ما الذي قيس",
            standfirst="Nine steps & twelve." if english else "تسع درجات واثنتا عشرة.",
            language=language,
            picture=picture,
            blocks=[
                made.Paragraph(paragraphs[0]),
                made.Heading("Why?" if english else "لماذا؟"),
                made.Quote("Nobody looked.\n\nNobody asked.", "A keeper"),
                made.ItemList(("<b>First</b> the bolts 🔩", "then the plate")),
                made.Figure(picture, caption="Another caption, of its own."),
                made.Stored("table", {"caption": "Steps", "sheet": sheet, "source": "The log"}),
                made.Stored("pull_quote", {"text": "Nobody looked.", "attribution": "A keeper"}),
                made.Stored("question", {"text": "Who looked?", "context": "We would like to know."}),
                made.Stored(
                    "timeline",
                    {"title": "A night", "moments": [{"when": "At nine", "on": None, "text": "<p>It rose. 🌊</p>"}]},
                ),
                made.Paragraph(paragraphs[1]),
            ],
            published_at=now - timedelta(days=4),
        )
        told[slug] = actions.ensure_thread(
            site,
            subject_key=str(article.subject_key),
            now=now,
            title=article.title,
            url=f"/a/{slug}",
            language=language,
        )
    return told


def _pictures(topic: Any, *, now: datetime) -> None:
    """A story with a figure, a graphic picture, and a gallery, in both directions."""
    import tempfile

    from PIL import Image

    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made

    figures = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(("weir", "gate", "heron", "wreck")):
            file = Path(folder) / f"{name}.png"
            Image.effect_mandelbrot((360, 200 + 40 * number), (-2, -1.5, 1, 1.5), 20 + number).save(file)
            figures[name] = made.Figure(
                newsroom.create_picture(
                    file,
                    title=name,
                    alt=f"What the {name} looks like",
                    caption=f"The {name} on Monday",
                    credit=f"Photograph: {name.title()} Agency",
                    licence="cc-by-4.0",
                    sensitivity="graphic" if name == "wreck" else "",
                    content="A wrecked boat and a dead bird" if name == "wreck" else "",
                )
            )
    for language, slug in (("en", "four-pictures"), ("ar", "four-pictures-ar")):
        newsroom.publish_article(
            slug=slug,
            topic=topic,
            headline="Four pictures of the weir" if language == "en" else "أربع صور",
            language=language,
            discussion_mode="none",
            picture=figures["wreck"].picture,
            blocks=[
                figures["weir"],
                made.Paragraph("Then it rained."),
                made.Gallery((figures["gate"], figures["heron"])),
            ],
            published_at=now - timedelta(days=9),
        )


def _article_with_map(topic: object, *, now: datetime) -> None:
    from belowline.maps.models import Place
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made

    places = [("Idlib", "ar: إدلب", 35.931, 36.634, "locality"), ("Sarmada", "", 36.183, 36.725, "exact")]
    rows = [
        Place.objects.create(name=name, names=names, latitude=latitude, longitude=longitude, precision=precision)
        for name, names, latitude, longitude, precision in places
    ]
    newsroom.publish_article(
        slug="where-the-road-ends",
        topic=topic,
        headline="Where the road ends",
        blocks=[
            made.Paragraph("Two towns."),
            made.Map(places=tuple((row.pk, {}) for row in rows), title="The road", credit="Map: The Weir"),
        ],
        published_at=now - timedelta(days=3),
    )


def _coverages(*, now: datetime) -> dict[str, int]:
    """Live coverages of 25 entries in both languages, written by Edda: {name: id of the article}."""
    import uuid

    from belowline.accounts.models import User
    from belowline.live import actions as live
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made
    from belowline.newsroom.models import TopicPage

    edda = User.objects.get(email="edda@example.org")
    topic = TopicPage.objects.get(slug="river")
    told = {}
    for language, slug in (("en", "surge"), ("en", "quiet-night"), ("ar", "surge-ar")):
        words = "The water stands at step %s." if language == "en" else "الماء عند الدرجة %s."
        article = newsroom.publish_article(
            slug=slug,
            topic=topic,
            headline="Surge night" if language == "en" else "ليلة المدّ",
            language=language,
            kind="live",
            discussion_mode="none",
            blocks=[made.Paragraph("What we know so far." if language == "en" else "ما نعرفه حتى الآن.")],
            published_at=now - timedelta(hours=9),
        )
        for number in range(1, 26):
            key = f"{slug}/{number}"
            body = live.body_of([made.Paragraph(words % number), made.Paragraph(words % number * 6)], key=key)
            entry = live.write_entry(
                article.pk,
                live.Words(body, f"Step {number}" if number % 2 else ""),
                form_key=uuid.uuid5(uuid.NAMESPACE_URL, key),
                by=edda,
                now=now - timedelta(hours=8) + timedelta(minutes=10 * number),
                is_public=True,
            )
            live.mark_entry(entry.pk, by=edda, is_pinned=number == 21, is_key=number in {7, 23})  # type: ignore[union-attr]
        told[slug] = article.pk
    return told


def _conversation(count: int) -> Iterator[tuple[int, int | None, str]]:
    """(key, parent, author): every fourth opens a branch, the others answer what came three before, some deep."""
    for key in range(1, count + 1):
        parent = None if key % 4 == 1 else key - 1 if key % 3 else max(1, key - 3)
        yield key, parent, MEMBERS[1 + key % 3]


def _flat(count: int) -> Iterator[tuple[int, int | None, str]]:
    for key in range(1, count + 1):
        yield key, None, MEMBERS[1 + key % 3]


def _chain(depth: int) -> Iterator[tuple[int, int | None, str]]:
    for key in range(1, depth + 1):
        yield key, key - 1 or None, MEMBERS[1 + key % 3]


def _fill(
    thread: int,
    readers: dict[str, int],
    shape: Iterator[tuple[int, int | None, str]] | list[tuple[int, int | None, str]],
    *,
    told: dict[str, int],
    prefix: str,
    now: datetime,
) -> None:
    from belowline.discussion import bulk
    from belowline.discussion.actions.facts import microseconds
    from belowline.domain import markup

    ids: dict[object, int] = {}
    start = now - timedelta(days=1)
    chunk: list[bulk.BulkComment] = []
    for key, parent, author in shape:
        text = markup.render(f"What was said here as number {key}, about the *lock*.")
        chunk.append(
            bulk.BulkComment(
                key=key,
                parent_key=parent,
                author_id=readers[author],
                written_us=microseconds(start + timedelta(seconds=key)),
                source=text.source,
                html=text.html,
                excerpt=text.excerpt,
                renderer=text.renderer,
                imported_up=3,
                imported_down=1,
            )
        )
        if len(chunk) == CHUNK:
            bulk.add_comments(thread, chunk, ids=ids)  # type: ignore[arg-type]
            chunk = []
    if chunk:
        bulk.add_comments(thread, chunk, ids=ids)  # type: ignore[arg-type]
    bulk.recount(thread)
    if prefix:
        told.update({f"{prefix}/{key}": ids[key] for key in (1, 2, 3)} | {f"{prefix}/last": list(ids.values())[-1]})


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Names and texts that hide, reorder and pile up, where readers put them: for tests/browser/test_hidden.py.

Each string stands in the name and the text of a root comment, and in the line above the plain reply below it. The first
pair of each discussion is plain, what everything else is compared with, and so is the last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

PASSWORD = "seven herons standing"
ON_A_PAGE = 50
PLAIN = "."
# As many as a language needs, one more, and as many as fit; the numbers between them: tests/domain/test_text.py.
MARKS = (1, 4, 5, 1_000)
# Above, below, around, through and beside their letter; Latin, Arabic, Hebrew, Thai and Devanagari ones.
KINDS = (
    "\u0301", "\u0316", "\u20dd", "\u0338", "\u0489", "\u0327\u0301\u0323", "\u064b", "\u05b8", "\u0e47", "\u0941",
    "\u0363\u0364\u0365\u0366\u0367", "\u035c\u0360",
)  # fmt: skip


def hidden() -> list[str]:
    from tests.domain.allowlist import cases

    return [str(one) for one in cases("hidden.txt")]


def piled() -> list[str]:
    """The marks alone; a letter is put before them."""
    return [(kind * count)[:count] for kind in KINDS for count in MARKS]


def name_with(characters: str) -> str:
    """What somebody types as a name. An import brings it as it is; a guest's is looked at first."""
    return f"Zq{characters}n{characters[::-1]}q"


def body_with(characters: str) -> str:
    return f"One {characters} two q{characters[::-1]} three {characters}"


def letters_with(marks: str) -> str:
    return f"Zo{marks}lg o{marks}"


def add_hidden(site: int, *, now: datetime) -> dict[str, int]:
    """{name: thread id}, and the ids of comments and readers that the tests open."""
    told: dict[str, int] = {}
    for kind, strings, name, body in (
        ("hidden", hidden(), name_with, body_with),
        ("piled", piled(), letters_with, letters_with),
    ):
        for start in range(0, len(strings), ON_A_PAGE):
            part = [PLAIN, *strings[start : start + ON_A_PAGE], PLAIN]
            key = f"{kind}-{start // ON_A_PAGE + 1}"
            told |= _discussion(
                site, key, [name(one) if one != PLAIN else "Zqnq" for one in part],
                [body(one) if one != PLAIN else "One two q three" for one in part], now=now,
            )  # fmt: skip
    told |= _member(site, now=now)
    return told


def _discussion(site: int, key: str, names: Sequence[str], bodies: Sequence[str], *, now: datetime) -> dict[str, int]:
    from belowline.accounts.actions import imported_readers
    from belowline.discussion import actions, bulk
    from belowline.discussion.actions.facts import microseconds

    thread = actions.ensure_thread(site, subject_key=key, now=now, title="What hides", url=f"/d#{key}")
    people = [(f"{key} {n}", name, "") for n, name in enumerate(names)]
    readers = imported_readers("disqus", [*people, (f"{key} answers", "Quinn", "")], now=now)
    # One minute for all, so that every row prints the same time.
    at = microseconds(now.replace(second=0, microsecond=0) - timedelta(days=1))
    rows: list[bulk.BulkComment] = []
    for n, body in enumerate(bodies):
        rows.append(_comment(n, None, readers[f"{key} {n}"], body, at + 2 * n))
        rows.append(_comment(f"to {n}", n, readers[f"{key} answers"], "So it is.", at + 2 * n + 1))
    ids: dict[object, int] = {}
    bulk.add_comments(thread, rows, ids=ids)  # type: ignore[arg-type]
    bulk.recount(thread)
    return {key: thread, f"{key}/plain": ids[0], f"{key}/one": ids[1], f"{key}/last": ids[len(bodies) - 2]}


def _comment(key: object, parent: object | None, author: int, words: str, written_us: int) -> object:
    from belowline.discussion import bulk
    from belowline.domain import markup

    text = markup.prepare(words)
    assert isinstance(text, markup.Text), (ascii(words), text)
    return bulk.BulkComment(
        key=key,  # type: ignore[arg-type]
        parent_key=parent,  # type: ignore[arg-type]
        author_id=author,
        written_us=written_us,
        source=text.source,
        html=text.html,
        excerpt=text.excerpt,
        renderer=text.renderer,
    )


# Every so many of the strings, where a page shows only a few.
EVERY = 8


def _member(site: int, *, now: datetime) -> dict[str, int]:
    """Nela, whose name is written from right to left, says such things of an article, changes one of them, is answered by
    such names, and ignores them all."""
    from belowline.accounts.actions import SignUp, sign_up
    from belowline.accounts.models import Reader, User
    from belowline.discussion import actions, bulk
    from belowline.discussion.actions.facts import microseconds
    from belowline.discussion.models import IgnoredReader
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made
    from belowline.newsroom.models import TopicPage
    from belowline.notifications.models import Notice
    from belowline.passages.actions.choosing import Wanted
    from tests.support.passages import wanted

    user = sign_up(SignUp("\u05e0\u05dc\u202e\u05d4 \u2067\u05db\u05d4\u05df", "nela@example.org", PASSWORD))
    assert isinstance(user, User), user
    nela = Reader.objects.get(user=user).pk
    article = newsroom.publish_article(
        slug="what-hides",
        topic=TopicPage.objects.get(slug="river"),
        headline="What hides",
        blocks=[made.Paragraph("Nobody saw the letters.")],
        published_at=now - timedelta(days=2),
    )
    key = str(article.subject_key)
    thread = actions.ensure_thread(site, subject_key=key, now=now, title="What hides", url="/a/what-hides")
    passage = wanted(key, "the letters")
    assert isinstance(passage, Wanted), passage
    at = now.replace(second=0, microsecond=0) - timedelta(minutes=5)
    # One that is answered, one that is compared with, one that is changed; and one to compare with on the newest page.
    strings = [PLAIN, PLAIN, PLAIN, *hidden()[::EVERY], PLAIN]

    def post(words: str) -> int:
        submission = actions.Submission(nela, thread, None, passage=passage)
        answer = actions.post_comment(submission, markdown=words, now=at)
        assert isinstance(answer, actions.Posted), (ascii(words), answer)
        return answer.comment_id

    said = [
        post(f"Number {n}. {body_with(one)}" if one != PLAIN else f"Plain number {n}. One two q three")
        for n, one in enumerate(strings)
    ]
    edited = actions.edit_comment(nela, comment_id=said[2], markdown=letters_with(piled()[-1]), now=at)
    assert isinstance(edited, actions.Posted), edited
    others = list(Reader.objects.filter(source="disqus", source_key__startswith="hidden-2 ").order_by("pk")[:25])
    ids: dict[object, int] = {"said": said[0]}
    answers = [_comment(one.pk, "said", one.pk, "Because.", microseconds(at) + n) for n, one in enumerate(others)]
    bulk.add_comments(thread, answers, ids=ids)  # type: ignore[arg-type]
    bulk.recount(thread)
    for one in others:
        Notice.objects.create(reader_id=nela, about="replies", thread_id=thread, comment_id=ids[one.pk], made_at=at)
        IgnoredReader.objects.create(reader_id=nela, ignored=one, at=at)
    return {"nela": nela, "what-hides": thread, "what-hides/edited": said[2]}

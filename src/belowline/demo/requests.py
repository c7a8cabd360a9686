"""What the demo's readers ask at the contested story: one request that nobody has acknowledged for 50 hours, one that was
answered, one that was declined; a question of the newsroom, and a source that waits in the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from belowline.accounts.models import Reader
from belowline.domain.commenting import Refused
from belowline.domain.feedback import Act, Kind
from belowline.feedback.actions.answering import act_on
from belowline.feedback.actions.asking import ask, join
from belowline.feedback.actions.offers import Offered, offer_source
from belowline.feedback.actions.questions import ask_readers
from belowline.feedback.models import Question, Request
from belowline.newsroom.denials import Denied
from belowline.passages.actions.choosing import wanted_passage
from belowline.passages.models import Passage
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from belowline.accounts.models import User
    from belowline.newsroom.models import ArticlePage
    from belowline.passages.actions.choosing import Wanted

OPEN_HOURS, ANSWERED_HOURS, DECLINED_HOURS, QUESTION_HOURS, OFFER_HOURS = 50, 60, 40, 30, 3
BY = "editor@demo.invalid"


def seed_requests(article: ArticlePage, *, thread_id: int, readers: Sequence[int], now: datetime) -> None:
    """`readers` are four who may ask."""
    editor = _editor()

    def asked(words: str, kind: Kind, *, hours: float, by: Sequence[int]) -> Request:
        at = now - timedelta(hours=hours)
        first = ask(by[0], _wanted(article, words), kind, thread_id=thread_id, now=at)
        assert isinstance(first, Request), first
        for reader in by[1:]:
            answer = join(reader, first.pk, now=at + timedelta(minutes=20))
            assert not isinstance(answer, Refused), answer
        return first

    asked("no more than four centimetres", Kind.SOURCE, hours=OPEN_HOURS, by=readers[:3])
    found = asked("noticed and entered a new zero", Kind.SOURCE, hours=ANSWERED_HOURS, by=readers[1:3])
    _act(
        found,
        Act.ANSWER,
        editor,
        "The technician’s own entry in the station book, which we have seen and photographed: 12 October 2015, second "
        "line. The Harbour Board has confirmed that the handwriting is his.",
        at=now - timedelta(hours=ANSWERED_HOURS - 5),
    )
    found = asked("The staff at Hob’s Landing today.", Kind.SOURCE, hours=DECLINED_HOURS, by=readers[3:4])
    _act(
        found,
        Act.DECLINE,
        editor,
        "It is a drawing by our illustrator, made at the landing: there is no further source to name.",
        at=now - timedelta(hours=DECLINED_HOURS - 2),
    )
    passage = Passage.objects.get(
        exact__startswith="Waves are not included", text__subject_key=str(article.subject_key)
    )
    question = ask_readers(
        article,
        thread_id=thread_id,
        address=f"{passage.now_number}.{passage.now_block}.{passage.now_offset}."
        f"{passage.now_offset + passage.now_end - passage.now_start}",
        source="Were you on the dyke in the storm of 2013? Tell us where you stood, and how far up the water came.",
        by=editor,
        now=now - timedelta(hours=QUESTION_HOURS),
    )
    assert isinstance(question, Question), question
    offer = offer_source(
        Offered(
            article_id=article.pk,
            words="My father kept the tide tables of the yard from 1998 on, with his own readings in pencil beside "
            "them. They are in a box in my attic, and you can come and photograph them.",
            url="https://tide-tables.example/the-yard",
            contact="0555 0117, in the evening",
            name="Odile P.",
            consents=True,
            language="en",
            passage=_wanted(article, "noticed and entered a new zero"),
        ),
        now=now - timedelta(hours=OFFER_HOURS),
    )
    assert not isinstance(offer, Refused), offer


def _editor() -> User:
    user = Reader.objects.select_related("user").get(user__email=BY).user
    assert user is not None
    return user


def _wanted(article: ArticlePage, words: str) -> Wanted:
    """A passage that somebody commented on has a place already."""
    found = Passage.objects.filter(text__subject_key=str(article.subject_key), exact=words).order_by("pk").first()
    assert found is not None, words
    end = found.now_offset + found.now_end - found.now_start
    place = f"{found.now_number}.{found.now_block}.{found.now_offset}.{end}"
    with snapshot() as cursor:
        wanted = wanted_passage(cursor, str(article.subject_key), place)
    assert not isinstance(wanted, Refused), (words, wanted)
    return wanted


def _act(request: Request, act: Act, editor: User, text: str, *, at: datetime) -> None:
    answer = act_on(request.pk, act, by=editor, seen_version=1, text=text, now=at)
    assert not isinstance(answer, Denied), answer

"""What the demo's moderator finds: comments that wait for many reasons, some that readers have reported, a discussion that
is kept, a word that waits for a second person, and a reader on a time-out. Everything goes the way of any comment: through
the pipeline, by the actions that the pages use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from belowline.accounts.actions import SignUp, sign_up
from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.commenting import CommentState, Refused, ThreadMode
from belowline.domain.keeping import Keeping
from belowline.domain.readers import Standing
from belowline.domain.screening import Sending
from belowline.domain.wordlists import Entry, Kind, Match, Severity
from belowline.moderation import appeals, deciding, keeping, lists, standings
from belowline.moderation.models import Act
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAFLET = (
    "Neighbours, come to the Weighhouse on Thursday at seven and bring a lamp: we walk the dyke from the lock to "
    "Hob’s Landing and count the lights that are out, house by house."
)


BY_HAND = Sending()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One comment of a newcomer: who, in which discussion (by the article's slug), how many hours ago, what, and how the
    form was sent."""

    name: str
    slug: str
    hours: float
    text: str
    sending: Sending = BY_HAND


WAITING = (
    Waiting(
        "Tide Tables Online",
        "where-the-parking-money-goes",
        7,
        "All the tables you need: https://tables.example/a https://tables.example/b https://tables.example/c",
    ),
    Waiting(
        "Piet from the quay",
        "night-buses-return",
        5.5,
        "Ring the man who runs it, he is at home after eight: +44 1632 960 117. Tell him what you think of bus 9.",
    ),
    Waiting(
        "Lucky Lou",
        "swifts-in-the-customs-house",
        5,
        "Tired of birds? Get the best online casino bonus today, no deposit.",
    ),
    Waiting("quick_finger", "bell-of-the-constance", 4.5, "First!", Sending(seconds=0.8)),
    Waiting(
        "Harbour Deals",
        "in-defence-of-the-ugly-bridge",
        4,
        "Bridges come and go, our offers stay.",
        Sending(is_honeypot_filled=True),
    ),
    Waiting("Ilse of the lanterns", "where-the-parking-money-goes", 3.5, LEAFLET),
    Waiting("Ilse of the lanterns", "night-buses-return", 3.4, LEAFLET),
    Waiting("Ilse of the lanterns", "swifts-in-the-customs-house", 3.3, LEAFLET),
    Waiting(
        "invisible ink", "bell-of-the-constance", 2, "What is not said\u2063\u2063" + "\u2063" * 20 + " is said here."
    ),
)
# Decided days ago, by which rule: they stand in the public log.
REFUSED: tuple[tuple[Waiting, str], ...] = (
    (
        Waiting(
            "Parcel Depot",
            "where-the-parking-money-goes",
            76,
            "Boxes, tape, labels: https://boxes.example/a https://boxes.example/b https://boxes.example/c",
        ),
        "spam",
    ),
    (Waiting("anglerfish", "night-buses-return", 52, "Who drives the last one? +44 1632 960 233."), "private"),
    (Waiting("faster_than_you", "bell-of-the-constance", 30, "Second!", Sending(seconds=0.6)), "off_topic"),
)
# What readers report in the contested discussion: how many of them, the reasons, and the words beside them. The second
# cannot wait: it hides the comment until somebody decides.
REPORTED: tuple[tuple[int, str, str], ...] = (
    (3, "insult", "He calls the caretaker a liar, and has not a single source for it."),
    (1, "private", "That is where her mother lives. It was in no article."),
    (2, "other", "This was answered three times above; he repeats it under every comment."),
    (1, "follows", "Wherever I write, he answers within minutes, and never to what I said."),
)


def seed_moderation(
    threads: Mapping[str, int], *, hero: int, readers: Sequence[int], moderator: int, editor: int, now: datetime
) -> None:
    """`threads` are the discussions by the slugs of their articles; `readers` are some who may report. All of it or nothing,
    once: a second run finds its newcomers."""
    if not Reader.objects.filter(name=WAITING[0].name).exists():
        write(lambda: _seed(threads, hero=hero, readers=readers, moderator=moderator, editor=editor, now=now))


def _seed(
    threads: Mapping[str, int], *, hero: int, readers: Sequence[int], moderator: int, editor: int, now: datetime
) -> None:
    for number, one in enumerate(WAITING):
        _post(one, threads[one.slug], number=number, now=now)
    _refuse(threads, moderator=moderator, editor=editor, now=now)
    _report(hero, readers=readers, now=now)
    kept = Keeping(ThreadMode.MEMBERS, "Guests are back on Monday.", slow_seconds=60, ends_at=now + timedelta(days=9))
    _done(
        keeping.keep(
            threads["in-defence-of-the-ugly-bridge"], kept, actor_id=editor, cause="Two quarrels in one night.", now=now
        )
    )
    word = Entry(
        term="quickvalue",
        kind=Kind.SPAM,
        severity=Severity.HELD,
        match=Match.STEM,
        added_on=now.date(),
        source="newsroom",
        note="The same offer under six stories since the morning.",
        language="en",
    )
    _done(lists.propose(word, is_removal=False, actor_id=editor, now=now - timedelta(hours=2)))
    silenced = Reader.objects.get(name="Lucky Lou").pk
    _done(
        standings.set_standing(
            silenced,
            Standing.TIMED_OUT,
            actor_id=editor,
            rule="spam",
            cause="Two advertisements in an hour, after a warning.",
            now=now,
            until=now + timedelta(days=3),
        )
    )
    # The editor decided, so the moderator may answer.
    act = Act.objects.filter(reader=silenced).latest("pk")
    _done(
        appeals.appeal(
            act.pk,
            reader_id=silenced,
            text="The second one was about the birds. I had the line with the casino in my clipboard and did not look.",
            now=now,
        )
    )


def _refuse(threads: Mapping[str, int], *, moderator: int, editor: int, now: datetime) -> None:
    """Decided long enough ago to be public; about the first its author has objected, and was answered."""
    acts = []
    for number, (one, rule) in enumerate(REFUSED, start=len(WAITING)):
        comment = _post(one, threads[one.slug], number=number, now=now)
        at = now - timedelta(hours=one.hours - 1)
        acts.append(deciding.decide("reject", comment_id=comment, moderator_id=moderator, rule=rule, now=at))
    first = acts[0]
    assert not isinstance(first, Refused), first
    asked = appeals.appeal(
        first.act_id,
        reader_id=Comment.objects.get(pk=first.comment_id).author_id,
        text="Boxes are about parking, too: where do you think they are unloaded?",
        now=now - timedelta(hours=70),
    )
    assert isinstance(asked, int), asked
    refused = appeals.answer(
        asked,
        is_overturned=False,
        text="The story is about the city’s accounts. Three links to one shop are an advertisement.",
        moderator_id=editor,
        now=now - timedelta(hours=48),
    )
    assert refused is None, refused


def _post(one: Waiting, thread_id: int, *, number: int, now: datetime) -> int:
    reader = Reader.objects.filter(name=one.name).values_list("pk", flat=True).first()
    if reader is None:
        answer = sign_up(SignUp(one.name, f"newcomer-{number}@demo.invalid"))
        assert not isinstance(answer, Refused), answer
        reader = Reader.objects.get(user=answer).pk
        Reader.objects.filter(pk=reader).update(joined_at=now - timedelta(hours=one.hours + 1))
    submission = actions.Submission(reader=reader, thread_id=thread_id, parent_id=None, sending=one.sending)
    posted = actions.post_comment(submission, markdown=one.text, now=now - timedelta(hours=one.hours))
    assert not isinstance(posted, Refused), posted
    return posted.comment_id


def _report(thread_id: int, *, readers: Sequence[int], now: datetime) -> None:
    """The comments that most readers found unhelpful, of people who have not reported them themselves."""
    least = Comment.objects.filter(thread=thread_id, state=CommentState.PUBLISHED).exclude(author__in=readers)
    for number, comment in enumerate(least.order_by("net_key", "pk").values_list("pk", flat=True)[: len(REPORTED)]):
        count, reason, note = REPORTED[number]
        for reader in readers[:count]:
            at = now - timedelta(hours=3 - number / 2)
            said = note if reader == readers[0] else ""
            _done(actions.report_comment(reader, comment_id=comment, reason=reason, note=said, now=at))


def _done(answer: object) -> None:
    assert not isinstance(answer, Refused), answer

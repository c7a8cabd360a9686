"""Many writers at once, with real commits: exact totals, one effect for one press, and everybody gets a turn."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction

from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.actions import Posted, Submission, Voted
from belowline.discussion.models import Comment, StateChange, Vote
from belowline.domain.commenting import CommentState, Refused
from belowline.outbox.models import Delivery
from belowline.storage import writer as writing
from belowline.storage.writer import QUEUE_ACTIONS, StorageBusy, Writer, write
from tests.discussion.crowds import Repeating, at_once
from tests.discussion.growing import check_lists, check_votes
from tests.support.cast import NOON, Cast, invite_cast, make_reader, posted
from tests.support.databases import IS_POSTGRES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

sqlite_only = pytest.mark.skipif(IS_POSTGRES, reason="PostgreSQL has no writer thread")
postgres_only = pytest.mark.skipif(not IS_POSTGRES, reason="on SQLite there is one writer at a time")

# An order of magnitude above the bar (no wait over 500 ms on a quiet machine): fails only for starvation.
NOBODY_WAITS_SECONDS = 2.0


@pytest.fixture
def live_cast(real_database: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cast]:
    """The cast in a database with real commits, and on SQLite the writer thread of a desk."""
    own = Writer()
    monkeypatch.setattr(writing, "writer", own)
    if not IS_POSTGRES:
        own.start()
    yield invite_cast()
    own.stop()


def vote(reader: int, comment: int, value: int) -> Voted | Refused:
    return actions.cast_vote(reader, comment_id=comment, value=value, now=NOON)


def send(reader: int, text: str, *, thread: int, parent: int | None = None, key: str = "") -> Posted | Refused:
    return actions.post_comment(Submission(reader, thread, parent, form_key=key), markdown=text, now=NOON)


def test_two_hundred_votes_of_one_reader_at_once_are_one_vote(live_cast: Cast) -> None:
    comment = posted(live_cast.alice, "The river", thread=live_cast.thread)
    values = [random.Random(1).choice([1, -1, 0]) for _ in range(199)] + [1]
    answers = at_once(lambda value: vote(live_cast.bob, comment, value), values, threads=20)
    assert all(isinstance(answer, Voted) for answer in answers), answers
    assert Vote.objects.count() == 1
    check_votes(live_cast.thread)


def test_a_thousand_readers_at_once_on_one_comment_are_counted_exactly(live_cast: Cast) -> None:
    comment = posted(live_cast.alice, "The river", thread=live_cast.thread)
    readers = Reader.objects.bulk_create(
        Reader(kind="member", name=f"reader {n}", skeleton=f"reader {n}", joined_at=NOON) for n in range(1000)
    )
    values = [(reader.pk, 1 if number % 3 else -1) for number, reader in enumerate(readers)]
    answers = at_once(lambda pair: vote(pair[0], comment, pair[1]), values, threads=32)
    assert all(isinstance(answer, Voted) for answer in answers), Counter(map(repr, answers)).most_common(3)
    row = Comment.objects.get(pk=comment)
    assert (row.up, row.down) == (666, 334)
    assert Vote.objects.count() == 1000
    check_votes(live_cast.thread)


@pytest.mark.parametrize("is_reply", [False, True])
def test_one_form_sent_fifty_times_at_once_is_one_comment(live_cast: Cast, is_reply: bool) -> None:
    parent = posted(live_cast.bob, "Root", thread=live_cast.thread) if is_reply else None
    before = Comment.objects.count()
    answers = at_once(
        lambda _: send(live_cast.alice, "Once", thread=live_cast.thread, parent=parent, key="k"), range(50), threads=50
    )
    assert Comment.objects.count() == before + 1
    assert all(isinstance(answer, Posted) for answer in answers), answers
    assert len({answer.comment_id for answer in answers}) == 1
    assert sum(not answer.is_repeat for answer in answers) == 1
    check_lists(live_cast.thread)


def test_one_form_sent_at_once_with_two_texts_keeps_one_and_offers_an_edit(live_cast: Cast) -> None:
    answers = at_once(
        lambda number: send(live_cast.alice, f"Text {number % 2}", thread=live_cast.thread, key="k"),
        range(20),
        threads=20,
    )
    assert Comment.objects.count() == 1
    assert sum(answer.is_other_text for answer in answers) == 10


def test_a_crowd_that_writes_in_the_same_microsecond_is_stored_whole(live_cast: Cast) -> None:
    readers = [make_reader(f"reader {n}") for n in range(20)]
    root = posted(live_cast.alice, "Root", thread=live_cast.thread)
    plans = [(reader, parent) for reader in readers for parent in (None, root, None)]
    answers = at_once(
        lambda plan: send(plan[0][0], f"Words {plan[1]}", thread=live_cast.thread, parent=plan[0][1]),
        [(plan, number) for number, plan in enumerate(plans)],
        threads=20,
    )
    assert all(isinstance(answer, Posted) for answer in answers), answers
    assert Comment.objects.count() == 61
    comments = Comment.objects.all()
    assert len({comment.position for comment in comments}) == len({comment.time_key for comment in comments}) == 61
    check_lists(live_cast.thread)


def test_replies_meet_the_deletion_of_what_they_answer(live_cast: Cast) -> None:
    """Whoever comes first: no reply below something that was gone already, and the lists are right."""
    roots = [posted(live_cast.alice, f"Root {n}", thread=live_cast.thread) for n in range(12)]

    def act(plan: tuple[int, int]) -> object:
        root, what = plan
        if what == 0:
            return actions.delete_comment(live_cast.alice, comment_id=root, now=NOON)
        return send(live_cast.bob, f"Reply {what}", thread=live_cast.thread, parent=root)

    answers = at_once(act, [(root, what) for root in roots for what in (1, 2, 0, 3)], threads=16)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    refused = Counter(answer.code for answer in answers if isinstance(answer, Refused))
    assert set(refused) <= {"parent_deleted"}
    check_lists(live_cast.thread)


def test_branches_of_tombstones_appear_and_vanish_from_many_sides_at_once(live_cast: Cast) -> None:
    """Staff and authors work on leaves below one removed row of ancestors; no deadlock, and the counts are right."""
    spine = [posted(live_cast.alice, "Root", thread=live_cast.thread)]
    for n in range(5):
        spine.append(posted(live_cast.alice, f"Deeper {n}", thread=live_cast.thread, parent=spine[-1]))
    leaves = [
        posted(live_cast.bob, f"Leaf {n}", thread=live_cast.thread, parent=spine[n % 6], minutes=n) for n in range(24)
    ]
    for comment in spine:
        actions.change_state("remove", comment_id=comment, actor_id=live_cast.mona, reason="off", now=NOON)

    def act(plan: tuple[int, str]) -> object:
        return actions.change_state(plan[1], comment_id=plan[0], actor_id=live_cast.mona, reason="off", now=NOON)

    rng = random.Random(5)
    plans = [(leaf, act_) for leaf in leaves for act_ in ("remove", "restore", "remove", "restore", "remove")]
    plans += [(comment, act_) for comment in spine for act_ in ("restore", "remove", "restore")]
    rng.shuffle(plans)
    answers = at_once(act, plans, threads=12)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    check_lists(live_cast.thread)
    assert StateChange.objects.exists()


def test_two_workers_fold_each_delta_once(live_cast: Cast) -> None:
    for n in range(30):
        posted(live_cast.alice, f"Number {n}", thread=live_cast.thread)
    folded = at_once(lambda _: actions.fold_counts(at_most=10), range(8), threads=8)
    assert sum(folded) == 30
    check_lists(live_cast.thread)


@postgres_only
def test_posting_goes_on_when_a_crash_took_back_positions(live_cast: Cast) -> None:
    from belowline.discussion.models import Thread

    for n in range(7):
        posted(live_cast.alice, f"Number {n}", thread=live_cast.thread)
    Thread.objects.filter(pk=live_cast.thread).update(last_position=2)
    comment = posted(live_cast.bob, "After the crash", thread=live_cast.thread)
    assert Comment.objects.get(pk=comment).position == 8


@postgres_only
def test_a_thread_made_in_a_longer_transaction_takes_comments_in_it(live_cast: Cast) -> None:
    with transaction.atomic():
        site = actions.ensure_site("http://127.0.0.1:8000", now=NOON)
        thread = actions.ensure_thread(site, subject_key="new", now=NOON, title="New", url="/a/new")
        assert posted(live_cast.alice, "First", thread=thread)


# The writer itself


class Gate:
    """An action that keeps the writer busy until it is let through, so that what comes next forms one group."""

    def __init__(self) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()

    def action(self) -> None:
        self.entered.set()
        assert self.opened.wait(30)


@pytest.fixture
def gate(live_cast: Cast) -> Iterator[Gate]:
    gate = Gate()
    future = writing.writer.submit(gate.action)
    assert gate.entered.wait(30)
    yield gate
    gate.opened.set()
    future.exception(timeout=30)


def add_delivery(name: str):
    return lambda: Delivery.objects.create(consumer=name).consumer


def stored() -> set[str]:
    return set(Delivery.objects.values_list("consumer", flat=True))


@sqlite_only
def test_an_action_that_fails_spoils_nobody_elses(gate: Gate) -> None:
    def fail() -> None:
        Delivery.objects.create(consumer="half")
        raise LookupError("what should not happen")

    futures = [writing.writer.submit(action) for action in (add_delivery("a"), fail, add_delivery("b"))]
    gate.opened.set()
    assert futures[0].result(30) == "a"
    assert isinstance(futures[1].exception(30), LookupError)
    assert futures[2].result(30) == "b"
    assert stored() == {"a", "b"}


@sqlite_only
def test_a_constraint_that_fails_at_the_commit_spoils_nobody_elses(gate: Gate) -> None:
    """Foreign keys are checked at the commit, which the whole group shares."""

    def point_nowhere() -> None:
        Vote.objects.create(comment_id=987_654, reader_id=1, value=1, cast_us=0)

    futures = [writing.writer.submit(action) for action in (add_delivery("a"), point_nowhere, add_delivery("b"))]
    gate.opened.set()
    assert [futures[0].result(30), futures[2].result(30)] == ["a", "b"]
    assert isinstance(futures[1].exception(30), IntegrityError)
    assert stored() == {"a", "b"}
    assert not Vote.objects.exists()


@sqlite_only
def test_nobody_hears_yes_when_the_database_gives_a_group_up(gate: Gate) -> None:
    """A full disk makes SQLite roll back everything, the savepoints before included."""

    def full_disk() -> None:
        connection.connection.execute("ROLLBACK")
        raise OSError("no space left")

    futures = [writing.writer.submit(action) for action in (add_delivery("a"), full_disk, add_delivery("b"))]
    gate.opened.set()
    assert isinstance(futures[0].exception(30), StorageBusy)
    assert isinstance(futures[1].exception(30), StorageBusy)
    # What came behind is a group of its own.
    assert futures[2].result(30) == "b"
    assert stored() == {"b"}


def test_an_action_that_goes_on_after_a_database_error_is_not_called_stored(live_cast: Cast) -> None:
    def careless() -> str:
        for _ in range(2):
            try:
                Delivery.objects.create(consumer="same")
            except IntegrityError:
                return "stored"
        return ""

    with pytest.raises(transaction.TransactionManagementError):
        write(careless)
    assert stored() == set()


@sqlite_only
def test_a_full_queue_says_busy_and_loses_nothing(gate: Gate) -> None:
    futures = [writing.writer.submit(add_delivery(str(n))) for n in range(QUEUE_ACTIONS)]
    with pytest.raises(StorageBusy) as busy:
        write(add_delivery("one too many"))
    assert busy.value.retry_after > 0
    gate.opened.set()
    assert [future.result(30) for future in futures] == [str(n) for n in range(QUEUE_ACTIONS)]
    assert stored() == {str(n) for n in range(QUEUE_ACTIONS)}


@sqlite_only
def test_a_writer_that_stops_finishes_what_waits_and_takes_nothing_more(live_cast: Cast) -> None:
    futures = [writing.writer.submit(add_delivery(str(n))) for n in range(100)]
    writing.writer.stop()
    assert len([future.result(timeout=0) for future in futures]) == 100
    with pytest.raises(StorageBusy):
        writing.writer.submit(add_delivery("late"))


@sqlite_only
def test_an_action_may_write_again_inside(live_cast: Cast) -> None:
    assert write(lambda: write(add_delivery("inner"))) == "inner"


def test_everybody_gets_a_turn_while_the_writer_is_saturated(live_cast: Cast) -> None:
    """Readers who post without a pause, a second process that writes chunks of 50 ms, and editors who save."""
    readers = [make_reader(f"reader {n}") for n in range(8)]
    database = str(connection.settings_dict["NAME"])
    seconds = 4.0
    chunks = subprocess.Popen(
        [sys.executable, "-m", "tests.discussion.writing_process", "chunks", database, str(seconds)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert chunks.stdout is not None
    chunk_waits = [float(chunks.stdout.readline())]  # it has begun

    def save_atomic(number: int) -> None:
        with transaction.atomic():
            Delivery.objects.update_or_create(consumer="editor", defaults={"position": number})

    def save_single(number: int) -> None:
        Delivery.objects.filter(consumer="editor").update(attempts=number)

    posting = [
        Repeating(lambda n, reader=reader: send(reader, f"Words {n} {reader}", thread=live_cast.thread))
        for reader in readers
    ]
    others = [Repeating(save_atomic), Repeating(save_single)]
    for one in (*posting, *others):
        one.__enter__()
    chunk_waits += [float(line) for line in chunks.stdout]
    for one in (*posting, *others):
        one.__exit__()
    assert chunks.wait() == 0
    assert not [problem for one in (*posting, *others) for problem in one.problems]
    waits = {
        "posts": [s for one in posting for s in one.seconds],
        "chunks": chunk_waits,
        "atomic saves": others[0].seconds,
        "single saves": others[1].seconds,
    }
    for name, values in waits.items():
        print(
            f"{name}: {len(values)}, median {sorted(values)[len(values) // 2] * 1e3:.1f} ms, max {max(values) * 1e3:.0f} ms"
        )
    assert max(max(values) for values in waits.values()) < NOBODY_WAITS_SECONDS
    assert min(len(values) for values in waits.values()) >= 5
    check_lists(live_cast.thread)


@pytest.mark.process
def test_a_killed_process_loses_no_comment_that_it_acknowledged(live_cast: Cast) -> None:
    writing.writer.stop()
    database = str(connection.settings_dict["NAME"])
    rng = random.Random(9)
    for kill in range(3):
        readers = [make_reader(f"reader {kill} {n}") for n in range(6)]
        words = ["posts", database, connection.vendor, str(live_cast.thread), *map(str, readers)]
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.discussion.writing_process", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(rng.randrange(30, 200))]
        child.kill()
        lines += child.stdout.readlines()
        child.wait()
        acknowledged = [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]
        assert len(acknowledged) >= 30
        found = dict(Comment.objects.filter(author_id__in=readers).values_list("pk", "author_id"))
        assert [line for line in acknowledged if found.get(line[2]) != line[0]] == []
        again = [
            actions.post_comment(
                Submission(reader, live_cast.thread, None, form_key=str(number)),
                markdown=f"Words {reader} {number}",
                now=NOON + timedelta(days=1),
            )
            for reader, number, _ in acknowledged[-20:]
        ]
        assert again == [
            Posted(pk, reader, CommentState.PUBLISHED, is_repeat=True) for reader, _, pk in acknowledged[-20:]
        ]
        check_lists(live_cast.thread)

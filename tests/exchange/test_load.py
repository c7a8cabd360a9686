"""Imports into a real database: what a reader finds afterwards, however often and however roughly it was run."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from belowline.accounts.actions import imported_readers
from belowline.accounts.models import Reader
from belowline.discussion import actions
from belowline.discussion.models import Comment, ImportedComment, Revision, Thread, ThreadDelta, Vote
from belowline.exchange.load import BrokenOff, Options, import_file
from belowline.exchange.records import UnreadableExport
from belowline.outbox.models import Event
from tests.discussion.crowds import Repeating
from tests.domain.allowlist import cases, findings
from tests.pages.conftest import served
from tests.support.cast import NOON, make_reader, posted
from tests.support.databases import IS_POSTGRES
from tests.support.desk import page, publish, soup
from tests.support.exports import ISSO_SCHEMA, write_isso, write_remark42

__all__ = ["served"]

SAMPLES = Path(__file__).parent / "samples"
OTHER = "https://old.example"


@pytest.fixture
def isso(tmp_path: Path) -> Path:
    return isso_database(tmp_path / "comments.db", (SAMPLES / "isso.sql").read_text())


@pytest.fixture
def remark42(tmp_path: Path) -> Path:
    """The sample without its last line, which is cut off in the middle."""
    lines = (SAMPLES / "remark42.jsonl").read_bytes().splitlines()[:-1]
    path = tmp_path / "backup.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n", mtime=0))
    return path


def isso_database(path: Path, *scripts: str) -> Path:
    with closing(sqlite3.connect(path)) as database, database:
        for script in scripts:
            database.executescript(script)
    return path


def isso_rows(path: Path, rows: list[tuple[int, int | None, float, str]], *, uri: str = "/2021/harbour/") -> Path:
    """A database of one page; rows are (id, parent, created, text)."""
    with closing(sqlite3.connect(path)) as database, database:
        database.executescript(ISSO_SCHEMA)
        database.execute("INSERT INTO threads VALUES (1, ?, 'The harbour')", [uri])
        database.executemany(
            "INSERT INTO comments VALUES (1, ?, ?, ?, NULL, 1, '192.0.2.0', ?, 'ana', NULL, NULL, 0, 0, zeroblob(256), 0)",
            rows,
        )
    return path


def thread_at(address: str) -> Thread:
    return next(one for one in Thread.objects.all() if one.url.rstrip("/").endswith(address))


def table(thread: Thread) -> list[tuple[Any, ...]]:
    """What a thread holds, in the words of the old system, by position."""
    keys = dict(ImportedComment.objects.filter(thread=thread).values_list("comment_id", "source_id"))
    words = dict(Revision.objects.filter(comment__thread=thread).values_list("comment_id", "html"))
    names = dict(Reader.objects.values_list("pk", "name"))
    return [
        (
            keys.get(one.pk), keys.get(one.parent_id), one.state, names[one.author_id], words[one.pk], one.time_key, one.depth,
            one.is_listed, one.listed_replies, one.up, one.down, one.imported_up, one.imported_down, one.edited_us,
        )
        for one in Comment.objects.filter(thread=thread).order_by("position")
    ]  # fmt: skip


def everything() -> dict[str, list[Any]]:
    """Every row that an import could touch."""
    models = [Comment, Revision, Vote, Thread, ThreadDelta, ImportedComment, Reader, Event]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def count(thread: Thread) -> int:
    row = Thread.objects.get(pk=thread.pk)
    return row.comment_count + sum(ThreadDelta.objects.filter(thread=thread).values_list("comments", flat=True))


# What comes out


@pytest.mark.django_db
def test_an_isso_export_becomes_its_discussions(isso: Path) -> None:
    report = import_file("isso", isso)
    assert (report.new_comments, report.already_imported, report.threads) == (6, 0, 2)
    harbour = thread_at("/2021/harbour")
    found = {row[0]: row for row in table(harbour)}
    assert {key: row[1] for key, row in found.items()} == {"1": None, "2": "1", "3": "1", "4": None, "5": "4"}
    assert {key: row[2] for key, row in found.items()} == {
        "1": "published", "2": "published", "3": "held", "4": "deleted", "5": "published",
    }  # fmt: skip
    assert found["1"][4] == "<p>Who <strong>pays</strong> for the quay?</p>"
    assert found["1"][11:13] == (5, 2), "votes without voters are the comment's base"
    assert [key for key, row in found.items() if row[7]] == ["1", "2", "4", "5"], "a tombstone stands above its reply"
    assert count(harbour) == 3
    rail = thread_at("/2021/rail")
    assert "Disqus" in table(rail)[0][4]
    ana = Reader.objects.filter(kind="imported", name__icontains="ana")
    assert ana.count() == 1, "one person with one address is one reader"


@pytest.mark.django_db
def test_a_remark42_export_becomes_its_discussions(remark42: Path) -> None:
    report = import_file("remark42", remark42)
    harbour = next(one for one in Thread.objects.all() if "harbour" in one.url)
    assert harbour.title == "The harbour & the sea"
    rows = table(harbour)
    assert rows[0][1] is None
    assert rows[0][3] == "Ana <3"
    second = next(row for row in rows if "All of us" in row[4])
    assert second[9:13] == (2, 1, 4, 0), "known voters as votes; the rest of a score of 5 is the base"
    assert Vote.objects.count() == 3
    assert report.refused == 0
    assert next(one for one in Thread.objects.all() if one.url.endswith("/rail")).mode == "closed"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["isso", "remark42"])
def test_running_an_import_again_changes_nothing_at_all(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    first = import_file(name, path)
    before = everything()
    again = import_file(name, path)
    assert (again.new_comments, again.already_imported) == (0, first.new_comments)
    assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["isso", "remark42"])
def test_a_dry_run_writes_nothing_and_tells_the_same_numbers(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    before = everything()
    dry = import_file(name, path, options=Options(is_dry_run=True))
    assert everything() == before
    real = import_file(name, path)
    assert (dry.new_comments, dry.threads, dry.orphans) == (real.new_comments, real.threads, real.orphans)
    after = import_file(name, path, options=Options(is_dry_run=True))
    assert (after.new_comments, after.already_imported) == (0, real.new_comments)


@pytest.mark.django_db
def test_what_a_moderator_decided_after_an_import_outlives_the_next_one(isso: Path) -> None:
    import_file("isso", isso)
    mona = make_reader("mona")
    first, held = (ImportedComment.objects.get(source_id=key).comment_id for key in "13")
    actions.change_state("remove", comment_id=first, actor_id=mona, reason="insult", now=NOON)
    actions.change_state("approve", comment_id=held, actor_id=mona, reason="fine", now=NOON)
    harbour = thread_at("/2021/harbour")
    actions.close_thread(harbour.pk, reason="Enough.")
    before = table(harbour)
    import_file("isso", isso)
    assert table(harbour) == before
    assert Thread.objects.get(pk=harbour.pk).mode == "closed"


@pytest.mark.django_db
def test_what_was_hidden_there_is_hidden_here(isso: Path, served: None) -> None:
    import_file("isso", isso)
    harbour = thread_at("/2021/harbour")
    for address in (f"/d/{harbour.pk}", f"/d/{harbour.pk}?view=timeline"):
        html = page(address).body
        assert "shop.example" not in html
        assert "dora" not in html
        assert "left-behind" not in html
    held = ImportedComment.objects.get(source_id="3").comment_id
    assert page(f"/d/{harbour.pk}/c/{held}").status == 404
    assert page(f"/d/{harbour.pk}/from/isso/3").status == 404


@pytest.mark.django_db
def test_an_old_permalink_leads_to_the_same_comment(isso: Path, served: None) -> None:
    import_file("isso", isso)
    harbour = thread_at("/2021/harbour")
    comment = ImportedComment.objects.get(source_id="2").comment_id
    answer = page(f"/d/{harbour.pk}/from/isso/2")
    assert (answer.status, answer.location) == (308, f"/d/{harbour.pk}/c/{comment}")
    assert "All of us do." in page(answer.location).body
    assert page(f"/d/{harbour.pk}/from/remark42/2").status == 404


@pytest.mark.django_db
def test_a_page_of_an_import_reads_like_any_other(isso: Path, served: None) -> None:
    import_file("isso", isso)
    html = soup(page(f"/d/{thread_at('/2021/harbour').pk}").body)
    names = [one.get_text() for one in html.select("article h3 bdi")]
    assert "Ana & Bo #1" in names
    assert "Anonymous #5" in names


# Order, times, orphans


@pytest.mark.django_db
def test_parents_come_before_their_replies_whatever_their_times_say(tmp_path: Path) -> None:
    rows = [(1, 5, 1.6e9, "reply, older than what it answers"), (5, None, 1.7e9, "root"), (3, 1, 1.5e9, "deeper")]
    import_file("isso", isso_rows(tmp_path / "i.db", rows))
    found = table(thread_at("/2021/harbour"))
    assert [row[0] for row in found] == ["5", "1", "3"]
    assert [row[5] for row in found] == [1_700_000_000_000_000, 1_700_000_000_000_001, 1_700_000_000_000_002]
    assert [row[6] for row in found] == [1, 2, 3]


@pytest.mark.django_db
def test_orphans_stand_at_the_top_and_are_counted(tmp_path: Path) -> None:
    rows = [(1, 99, 100.0, "its parent never came"), (2, 1, 200.0, "a reply"), (3, 3, 300.0, "its own parent")]
    report = import_file("isso", isso_rows(tmp_path / "i.db", rows))
    assert {row[0]: row[1] for row in table(thread_at("/2021/harbour"))} == {"1": None, "2": "1", "3": None}
    assert report.orphans == 2


@pytest.mark.django_db
def test_thousands_of_one_instant_get_times_of_their_own(tmp_path: Path) -> None:
    rows = [
        (number, None if number % 3 else number - 1 or None, 1000.0, f"Number {number}") for number in range(1, 2_501)
    ]
    report = import_file("isso", isso_rows(tmp_path / "i.db", rows))
    assert report.new_comments == 2_500
    times = list(Comment.objects.order_by("pk").values_list("time_key", flat=True))
    assert len(set(times)) == 2_500
    by_id = {one.pk: one for one in Comment.objects.all()}
    assert all(one.time_key > by_id[one.parent_id].time_key for one in by_id.values() if one.parent_id)


@pytest.mark.django_db
def test_a_chain_of_a_thousand_replies_arrives_whole(tmp_path: Path, served: None) -> None:
    rows = [(number, number - 1 or None, float(number), f"Number {number}") for number in range(1, 1_001)]
    import_file("isso", isso_rows(tmp_path / "i.db", rows))
    deepest = Comment.objects.order_by("-depth")[0]
    assert deepest.depth == 1_000
    assert page(f"/d/{deepest.thread_id}/c/{deepest.pk}").status == 200


@pytest.mark.django_db
def test_somebody_who_voted_before_they_wrote_has_the_name_they_wrote_with(tmp_path: Path) -> None:
    """The vote and the comment are far apart, so that they come in different chunks."""
    lines = [line(f"c{number}", user=f"github_{number:03}") for number in range(500)]
    lines[0]["votes"] = {"github_499": True, "github_001": False}
    import_file("remark42", remark42_file(tmp_path / "r.gz", lines))
    assert not Reader.objects.filter(name="").exists()
    assert Reader.objects.get(source_key="github_499").name == "github_499"


def line(comment_id: str, *, user: str) -> dict[str, Any]:
    return {
        "id": comment_id, "pid": "", "text": "<p>Hello</p>", "orig": "Hello",
        "user": {"name": user, "id": user, "admin": False, "site_id": "remark"},
        "locator": {"site": "remark", "url": "https://example.org/a"}, "score": 0, "vote": 0,
        "time": "2021-03-01T08:00:00Z",
    }  # fmt: skip


# Which page


@pytest.mark.django_db
def test_an_export_bound_to_an_articles_address_joins_its_discussion(tmp_path: Path, served: None) -> None:
    story = publish("the-gauge")
    own = posted(make_reader("alice"), "Here first", thread=story.thread)
    import_file(
        "isso", isso_rows(tmp_path / "i.db", [(1, None, 100.0, "From before")], uri="/a/the-gauge/?utm_source=x")
    )
    assert Thread.objects.count() == 1
    assert set(Comment.objects.filter(thread_id=story.thread).values_list("pk", flat=True)) >= {own}
    assert "From before" in page("/a/the-gauge").body
    assert Thread.objects.get().title == "The gauge that moved", "the title is the newsroom's"


@pytest.mark.django_db
def test_several_addresses_of_one_page_become_one_discussion(tmp_path: Path) -> None:
    path = isso_rows(tmp_path / "i.db", [(1, None, 100.0, "One")], uri="/2021/harbour/")
    with closing(sqlite3.connect(path)) as database, database:
        for number, uri in enumerate(
            ("/2021/harbour", "/2021/harbour/index.html?utm_source=x", "/2021/harbour/#top"), start=2
        ):
            database.execute("INSERT INTO threads VALUES (?, ?, NULL)", [number, uri])
            database.execute(
                "INSERT INTO comments SELECT ?, ?, NULL, 100.0 + ?, modified, mode, remote_addr, text, author, email, "
                "website, likes, dislikes, voters, notification FROM comments WHERE id = 1",
                [number, number, number],
            )
    report = import_file("isso", path)
    assert Thread.objects.count() in {1, 2}
    assert report.merged_threads == 4 - Thread.objects.count()
    assert Comment.objects.count() == 4
    assert sorted(ImportedComment.objects.values_list("source_id", flat=True)) == ["1", "2", "3", "4"]


@pytest.mark.django_db
def test_a_page_elsewhere_keeps_its_own_address(isso: Path) -> None:
    import_file("isso", isso, options=Options(site=OTHER))
    assert sorted(Thread.objects.values_list("url", flat=True))[0].startswith(OTHER)


# Text


@pytest.mark.django_db
def test_every_hostile_text_passes_the_one_sanitiser_through_both_parsers(tmp_path: Path) -> None:
    hostile = [case for case in cases("xss.txt") if is_text(case)]
    rows = [(number, None, float(number), case) for number, case in enumerate(hostile, start=1)]
    rows += [(number + 10_000, None, float(number), f"<p>{case}</p>") for number, _, _, case in list(rows)]
    import_file("isso", isso_rows(tmp_path / "i.db", rows))
    import_file("remark42", remark42_file(tmp_path / "r.gz", list(remark42_lines(hostile))))
    stored = list(Revision.objects.values_list("html", flat=True))
    assert len(stored) == 2 * len(hostile) + 2 * len(hostile)
    assert [html for html in stored if findings(html)] == []


def is_text(case: str) -> bool:
    """Whether a file can hold it: no lone surrogates; no NUL, at which SQLite's own tools stop reading."""
    return case.encode(errors="ignore").decode() == case and "\x00" not in case


def remark42_lines(texts: list[str]) -> Iterator[dict[str, Any]]:
    """Each text once as Markdown with its HTML, once as HTML alone, and as its author's name."""
    for number, text in enumerate(texts):
        common = {
            "pid": "", "user": {"name": text[:60] or "x", "id": f"github_{number:040x}", "admin": False, "site_id": "remark"},
            "locator": {"site": "remark", "url": "https://example.org/a"}, "score": 0, "vote": 0,
            "time": "2021-03-01T08:00:00Z",
        }  # fmt: skip
        yield {"id": f"both-{number}", "text": text, "orig": text, **common}
        yield {"id": f"html-{number}", "text": text, **common}


def remark42_file(path: Path, lines: list[dict[str, Any]]) -> Path:
    head = {"version": 1, "users": [], "posts": []}
    path.write_bytes(gzip.compress(b"".join(json.dumps(one).encode() + b"\n" for one in (head, *lines)), mtime=0))
    return path


# Broken files


@pytest.mark.django_db
def test_a_truncated_backup_keeps_what_was_readable_and_says_so(tmp_path: Path) -> None:
    whole = tmp_path / "whole.gz"
    write_remark42(whole, comments=2_000)
    cut = tmp_path / "cut.gz"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(BrokenOff) as broken:
        import_file("remark42", cut)
    report = broken.value.report
    assert 0 < report.new_comments == Comment.objects.count() < 2_000
    assert broken.value.comments_read == report.new_comments
    assert "broke off" in report.as_lines()[0]
    assert not report.as_json()["complete"]
    rest = import_file("remark42", whole)
    assert rest.new_comments == 2_000 - report.new_comments


NO_EXPORTS = [b"", b"not an export", b"\x1f\x8b\x08broken", b"SQLite format 3\x00" + b"\x00" * 50, b"{}\n"]


@pytest.mark.django_db
@pytest.mark.parametrize("content", NO_EXPORTS, ids=ascii)
@pytest.mark.parametrize("name", ["isso", "remark42"])
def test_a_file_that_is_no_export_is_refused_before_anything_is_written(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / "wrong"
    path.write_bytes(content)
    before = everything()
    with pytest.raises(UnreadableExport) as refused:
        import_file(name, path)
    assert refused.value.what_to_do
    assert everything() == before


def test_an_unknown_format_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="isso, remark42"):
        import_file("disqus", tmp_path / "x")


@pytest.mark.django_db
def test_values_longer_and_stranger_than_any_column_do_not_stop_an_import(tmp_path: Path) -> None:
    lines = [line("fine", user="github_aa")]
    lines.append(line("x" * 500, user="github_bb"))
    lines.append(line("c2", user="y" * 500))
    lines.append(line("c3", user="github_cc") | {"pid": "z" * 500, "title": "T" * 5_000})
    lines.append(line("c4\x00", user="github\x00dd") | {"orig": "NUL \x00 here", "title": "\x00"})
    lines.append(line("c5", user="github_ee") | {"locator": {"site": "r", "url": "https://example.org/" + "u" * 5_000}})
    lines[0]["user"] |= {"name": "N" * 5_000 + "\x00"}
    lines[0]["score"] = 10**30
    report = import_file("remark42", remark42_file(tmp_path / "r.gz", lines))
    assert report.new_comments + report.refused >= len(lines)
    assert Comment.objects.count() >= 1
    assert import_file("remark42", remark42_file(tmp_path / "r.gz", lines)).new_comments == 0


# Crashes and neighbours, with real commits


class PowerCut(Exception):
    pass


def cut_after(chunks: int) -> Options:
    left = [chunks]

    def advance(_count: int) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise PowerCut

    return Options(site=OTHER, advance=advance)


@pytest.mark.parametrize("name", ["isso", "remark42"])
def test_after_a_crash_the_same_command_goes_on_to_the_same_result(
    real_database: None, tmp_path: Path, name: str
) -> None:
    """The same file twice: first with five power cuts, then in one go."""
    path = tmp_path / "export"
    if name == "isso":
        write_isso(path, comments=1_500, threads=3)
    else:
        write_remark42(path, comments=1_500, threads=3, has_voters=True)
    for chunks in (1, 2, 3, 5, 8):
        with pytest.raises(PowerCut):
            import_file(name, path, options=cut_after(chunks))
    report = import_file(name, path, options=Options(site=OTHER))
    assert report.new_comments + report.already_imported == 1_500
    assert report.already_imported > 0
    crashed = {one.url: table(one) for one in Thread.objects.all()}
    counts = {one.url: count(one) for one in Thread.objects.all()}
    forget_everything()
    import_file(name, path, options=Options(site=OTHER))
    assert {one.url: table(one) for one in Thread.objects.all()} == crashed
    assert {one.url: count(one) for one in Thread.objects.all()} == counts
    connections.close_all()


def forget_everything() -> None:
    """Empty the discussion's tables, so that the same import can be run in one go."""
    tables = [
        "discussion_vote", "discussion_importedcomment", "discussion_revision", "discussion_statechange",
        "discussion_submission", "discussion_threaddelta", "moderation_case",
    ]  # fmt: skip
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("DELETE FROM discussion_comment")
        cursor.execute("DELETE FROM discussion_thread")
        cursor.execute("DELETE FROM accounts_reader")


def test_readers_post_into_the_same_discussion_while_it_is_being_imported(
    real_database: None, tmp_path: Path, served: None
) -> None:
    path = tmp_path / "export"
    write_isso(path, comments=3_000, threads=1)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE threads SET uri = '/a/the-gauge'")
    story = publish("the-gauge")
    alice = make_reader("alice")
    live: list[int] = []

    def write(number: int) -> None:
        live.append(posted(alice, f"Live {number}", thread=story.thread, minutes=number))

    with Repeating(write) as readers:
        report = import_file("isso", path)
    assert report.new_comments == 3_000
    assert readers.problems == []
    assert len(live) >= 3
    comments = Comment.objects.filter(thread_id=story.thread)
    assert comments.count() == 3_000 + len(live)
    positions = list(comments.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    thread = Thread.objects.get(pk=story.thread)
    assert count(thread) == comments.filter(state="published").count()
    wrong = [
        one.pk for one in comments if one.listed_replies != comments.filter(parent_id=one.pk, is_listed=True).count()
    ]
    assert wrong == []
    assert page(f"/d/{story.thread}?sort=newest").status == 200
    connections.close_all()


@pytest.mark.skipif(IS_POSTGRES, reason="PostgreSQL plans with the values at hand")
def test_meeting_people_again_never_reads_every_reader(real_database: None) -> None:
    """A partial index is used only where its condition stands in the query: found at a million comments, too slow."""
    asked: list[tuple[str, Sequence[str]]] = []

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        imported_readers("isso", [("anna", "Anna", ""), ("bo", "Bo", "")], now=NOON)
    selects = [(sql, params) for sql, params in asked if sql.startswith("SELECT") and "accounts_reader" in sql]
    assert selects
    for sql, params in selects:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "reader_source_key" in plan
        assert "SCAN" not in plan


@pytest.mark.django_db
def test_a_name_that_is_brought_along_hides_nothing_and_reorders_nothing() -> None:
    """S6, S7: an older system may have taken any name."""
    given = {
        "one": "A\u202enn \u2067(Editor)",
        "two": "Zo" + "\u0301" * 1_000,
        "three": "\u200b\u3164",
        "four": "Zoë ❤️",
    }
    readers = imported_readers("isso", [(key, name, "") for key, name in given.items()], now=NOON)
    names = {key: Reader.objects.get(pk=reader).name for key, reader in readers.items()}
    assert names == {"one": "Ann (Editor)", "two": "Zó\u0301\u0301\u0301", "three": "", "four": "Zoë ❤️"}

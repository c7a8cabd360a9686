import gzip
import itertools
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from belowline.exchange import remark42
from belowline.exchange.lineage import Lineage
from belowline.exchange.records import CommentRecord, NoticeKind, ThreadRecord, UnreadableExport, VoteRecord
from belowline.exchange.remark42_values import markdown_as_typed, votes_behind
from tests.exchange.table import comments, notices, read_until_it_breaks, threads
from tests.support.exports import write_remark42

SAMPLE = Path(__file__).parent / "samples/remark42.jsonl"
REAL = Path(__file__).parents[3] / "shared/data/imports/remark42-export-1500.jsonl.gz"
HEAD = {"version": 1, "users": [], "posts": []}
HARBOUR = "https://example.org/harbour?a=1&amp;b=2"
FIRST, SECOND, THIRD, FOURTH, FIFTH = (f"{n * 8}-{n * 4}-4{n * 3}-a{n * 3}-{n * 12}" for n in "12345")


def line(comment_id: str = "c1", **changes: Any) -> dict[str, Any]:
    return {
        "id": comment_id,
        "pid": "",
        "text": "<p>Hello</p>\n",
        "orig": "Hello",
        "user": {"name": "ana", "id": "github_aa", "admin": False, "site_id": "remark"},
        "locator": {"site": "remark", "url": "https://example.org/a"},
        "score": 0,
        "vote": 0,
        "time": "2021-03-01T08:00:00Z",
        **changes,
    }


def backup(path: Path, *lines: dict[str, Any] | bytes, head: object = HEAD) -> Path:
    """A gzipped backup. Bytes are written as they are."""
    raw = (item if isinstance(item, bytes) else json.dumps(item).encode() for item in (head, *lines))
    path.write_bytes(gzip.compress(b"".join(item + b"\n" for item in raw), compresslevel=1, mtime=0))
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "backup-remark-20210301.gz"


def test_every_comment_comes_out_with_its_state_parent_and_anchor() -> None:
    table = [
        (c.source_id, c.parent_source_id, c.state, c.old_fragment) for c in comments(remark42.parse(SAMPLE)).values()
    ]
    assert table == [
        (FIRST, None, "published", f"remark42__comment-{FIRST}"),
        (SECOND, FIRST, "published", f"remark42__comment-{SECOND}"),
        (THIRD, FIRST, "deleted", f"remark42__comment-{THIRD}"),
        (FOURTH, THIRD, "deleted", f"remark42__comment-{FOURTH}"),
        (FIFTH, None, "removed", f"remark42__comment-{FIFTH}"),
        ("1207", "1208", "published", "remark42__comment-1207"),
        ("1208", None, "published", "remark42__comment-1208"),
    ]


def test_a_gzipped_and_a_plain_backup_read_alike(path: Path) -> None:
    path.write_bytes(gzip.compress(SAMPLE.read_bytes()))
    assert list(remark42.parse(path)) == list(remark42.parse(SAMPLE))


def test_pages_come_with_their_address_title_and_whether_they_are_closed() -> None:
    assert threads(remark42.parse(SAMPLE)) == [
        ThreadRecord(HARBOUR, "https://example.org/harbour?a=1&b=2", "The harbour & the sea", False),
        ThreadRecord("https://example.org/rail", "https://example.org/rail", None, True),
        ThreadRecord("https://example.org/quiet", "https://example.org/quiet", None, True),
    ]


def test_people_keep_their_id_name_and_address() -> None:
    found = comments(remark42.parse(SAMPLE))
    ana = found[FIRST].author
    assert (ana.source_key, ana.name, ana.email) == ("github_aa", "Ana <3", "ana@example.org")
    assert found[SECOND].author.email is None
    assert found[THIRD].author.name == "dora"
    assert found[FOURTH].author == remark42.NOBODY


def test_times_with_nanoseconds_and_offsets_become_utc() -> None:
    found = comments(remark42.parse(SAMPLE))
    assert found[FIRST].created_at == datetime(2021, 3, 1, 8, 0, 0, 123_456, tzinfo=UTC)
    assert found[SECOND].created_at == datetime(2021, 3, 1, 9, 0, 30, tzinfo=UTC)
    assert found[SECOND].edited_at == datetime(2021, 3, 1, 9, 4, tzinfo=UTC)
    assert found[SECOND].created_at.tzinfo is UTC


def test_the_markdown_is_preferred_to_the_html() -> None:
    found = comments(remark42.parse(SAMPLE))
    assert (found[FIRST].markdown, found[FIRST].html) == ("Who **pays**?", None)
    assert (found[SECOND].markdown, found[SECOND].html) == (None, "<p>All of us.</p>\n")
    assert found[FIRST].is_pinned


def test_known_votes_become_votes_and_the_rest_of_the_score_a_number() -> None:
    second = comments(remark42.parse(SAMPLE))[SECOND]
    assert second.votes == (VoteRecord("github_aa", 1), VoteRecord("google_dd", 1), VoteRecord("google_ee", -1))
    assert (second.imported_up, second.imported_down) == (4, 0)


def test_hidden_votes_are_recovered_from_score_and_controversy() -> None:
    records = list(remark42.parse(SAMPLE))
    found = comments(records)
    assert (found[FIRST].imported_up, found[FIRST].imported_down) == (4, 1)
    assert (found["1207"].imported_up, found["1207"].imported_down) == (0, 2)
    assert notices(records, NoticeKind.VOTES_WITHOUT_VOTERS) == [("score", "", 13)]


@pytest.mark.parametrize(
    ("score", "votes", "expected"),
    [(5, {"a": False}, (6, 0)), (-5, {"a": True}, (0, 6)), (1, {"a": True}, (0, 0)), (0, {"a": True}, (0, 1))],
)
def test_what_known_votes_leave_of_the_score_may_be_negative(
    path: Path, score: int, votes: dict[str, bool], expected: tuple[int, int]
) -> None:
    (found,) = comments(remark42.parse(backup(path, line(score=score, votes=votes)))).values()
    assert (found.imported_up, found.imported_down) == expected


@pytest.mark.parametrize(
    ("up", "down"), [(1, 1), (4, 1), (1, 4), (7, 7), (120, 3), (2, 900), (5_000, 4_999), (31_000, 12_345)]
)
def test_the_votes_behind_a_score_are_exact(up: int, down: int) -> None:
    controversy = (up + down) ** (min(up, down) / max(up, down))
    assert votes_behind(up - down, controversy) == (up, down)


@pytest.mark.parametrize("controversy", [0.0, -3.0, 1.5, 1e300, float("nan"), float("inf")])
def test_a_controversy_that_no_votes_explain_leaves_the_score(controversy: float) -> None:
    assert votes_behind(3, controversy) == (3, 0)
    assert votes_behind(-3, controversy) == (0, 3)


def test_a_hidden_comment_of_a_blocked_person_is_removed_by_staff_not_deleted() -> None:
    records = list(remark42.parse(SAMPLE))
    assert (comments(records)[FIFTH].state, comments(records)[FIFTH].markdown) == ("removed", "Cheap watches")
    assert notices(records, NoticeKind.BLOCKED_PERSON) == [("github_bad", "2121-01-01T00:00:00Z", 1)]


def test_a_deleted_comment_takes_no_text_and_no_votes_along(path: Path) -> None:
    raw = line(delete=True, score=4, votes={"a": True}, pin=True, edit={"time": "2021-03-01T08:00:00Z", "summary": ""})
    records = list(remark42.parse(backup(path, raw)))
    (gone,) = comments(records).values()
    assert (gone.markdown, gone.html, gone.votes, gone.imported_up) == (None, None, (), 0)
    assert (gone.is_pinned, gone.edited_at, gone.author.name) == (False, None, "ana")
    assert notices(records, NoticeKind.DELETED_TEXT) == [("c1", "", 1)]


def test_what_is_left_behind_is_counted_by_field(path: Path) -> None:
    raw = line(mood="glad", user={"name": "a", "id": "x", "shoe": 42, "verified": True})
    records = list(remark42.parse(backup(path, raw, line("c2", mood="sad"), head={**HEAD, "site": "x"})))
    assert sorted(notices(records, NoticeKind.UNKNOWN_FIELD)) == [
        ("mood", "", 2),
        ("site", "", 1),
        ("user.shoe", "", 1),
    ]
    assert notices(records, NoticeKind.FIELD_NOT_CARRIED) == [("user.verified", "", 1)]
    sample = {where: count for where, _, count in notices(remark42.parse(SAMPLE), NoticeKind.FIELD_NOT_CARRIED)}
    assert sample == {
        "user.picture": 1,
        "user.ip": 2,
        "user.admin": 1,
        "user.verified": 1,
        "voted_ips": 1,
        "edit.summary": 1,
    }


@pytest.mark.parametrize(
    ("orig", "typed"),
    [
        ("&gt; quoted\n\nI said &#34;no&#34; &amp; left, it&#39;s late", '> quoted\n\nI said "no" & left, it\'s late'),
        ("1 &lt; 2 and &lt;b&gt;", "1 < 2 and &lt;b>"),
        ("`a &lt;b&gt;`", "`a <b>`"),
        ("```\nif a &lt;b &amp;&amp; c:\n```", "```\nif a <b && c:\n```"),
        ("the entity &amp;copy;", "the entity &amp;copy;"),
        ('Typed in a new version: "a" &amp; b', 'Typed in a new version: "a" &amp; b'),
        ("> quoted &gt;", "> quoted &gt;"),
        ("AT&T &amp; co", "AT&T &amp; co"),
        ("<b>bold</b> &amp; plain", "<b>bold</b> & plain"),
        ("nothing to do", "nothing to do"),
        ("`" * 300_000 + "&gt;", "`" * 300_000 + ">"),
        ("```\n" * 100_001 + "&gt;", "```\n" * 100_001 + ">"),
    ],
)
def test_markdown_comes_back_as_it_was_typed(orig: str, typed: str) -> None:
    assert markdown_as_typed(orig) == typed


@pytest.mark.parametrize(
    ("raw", "kind", "where"),
    [
        (b"{not json", NoticeKind.BAD_LINE, "line 3"),
        (b"[1, 2]", NoticeKind.BAD_LINE, "line 3"),
        (b"[" * 200_000, NoticeKind.BAD_LINE, "line 3"),
        (b'{"id":' + b"9" * 5_000 + b"}", NoticeKind.BAD_LINE, "line 3"),
        (b'{"pid":""}', NoticeKind.BAD_LINE, "line 3"),
        (b'{"id":"' + b"x" * 500 + b'"}', NoticeKind.BAD_LINE, "line 3"),
        (b'{"id":"' + b"x" * 1_000_001 + b'"}', NoticeKind.TOO_LONG, "line 3"),
    ],
)
def test_a_bad_line_is_reported_and_the_others_are_read(path: Path, raw: bytes, kind: NoticeKind, where: str) -> None:
    records = list(remark42.parse(backup(path, line("c1"), raw, b"", line("c2"))))
    assert [notice[0] for notice in notices(records, kind)] == [where]
    assert list(comments(records)) == ["c1", "c2"]


@pytest.mark.parametrize(
    ("changes", "kind", "detail"),
    [
        ({"time": "0001-01-01T00:00:00Z"}, NoticeKind.IMPOSSIBLE_TIME, "0001-01-01T00:00:00Z"),
        ({"time": "2021-02-30T00:00:00Z"}, NoticeKind.IMPOSSIBLE_TIME, "2021-02-30T00:00:00Z"),
        ({"time": "2021-03-01T08:00:00"}, NoticeKind.IMPOSSIBLE_TIME, "2021-03-01T08:00:00"),
        ({"time": "20210301"}, NoticeKind.IMPOSSIBLE_TIME, "20210301"),
        ({"time": 1614585600}, NoticeKind.IMPOSSIBLE_TIME, "1614585600"),
        ({"edit": {"time": "never"}}, NoticeKind.IMPOSSIBLE_TIME, "edit.time never"),
        ({"score": "many"}, NoticeKind.IMPOSSIBLE_NUMBER, "score many"),
        ({"score": 10**12}, NoticeKind.IMPOSSIBLE_NUMBER, "score 1000000000000"),
        ({"pid": "c2"}, NoticeKind.SELF_PARENT, "c2"),
        ({"pid": "x" * 300}, NoticeKind.ORPHAN, "x" * 79 + "…"),
        ({"orig": "", "text": ""}, NoticeKind.NO_TEXT, ""),
        ({"orig": "a\0b"}, NoticeKind.REPAIRED_TEXT, "NUL or half a character"),
        ({"orig": "half \ud83d"}, NoticeKind.REPAIRED_TEXT, "NUL or half a character"),
        ({"user": None}, NoticeKind.NO_AUTHOR, ""),
        ({"user": {"id": ["github_aa"]}}, NoticeKind.NO_AUTHOR, "['github_aa']"),
        ({"locator": {"site": "remark", "url": ""}}, NoticeKind.NO_THREAD, "locator.url"),
    ],
)
def test_what_is_wrong_with_a_comment_is_reported_and_the_comment_kept(
    path: Path, changes: dict[str, Any], kind: NoticeKind, detail: str
) -> None:
    records = list(remark42.parse(backup(path, line("c1"), line("c2", **changes))))
    assert notices(records, kind) == [("c2", detail, 1)]
    found = comments(records)["c2"]
    assert found.created_at == datetime(2021, 3, 1, 8, tzinfo=UTC)
    assert found.parent_source_id is None
    json.dumps([found.markdown, found.author.name]).encode()
    assert "\0" not in (found.markdown or "")


def test_bytes_that_are_no_text_are_replaced_and_reported(path: Path) -> None:
    raw = json.dumps(line(orig="caf#")).encode().replace(b"#", b"\xe9")
    records = list(remark42.parse(backup(path, raw)))
    assert comments(records)["c1"].markdown == "caf\ufffd"
    assert notices(records, NoticeKind.REPAIRED_TEXT) == [("line 2", "utf-8", 1)]


def test_of_doubles_the_first_is_taken(path: Path) -> None:
    records = list(remark42.parse(backup(path, line("c1", orig="first"), line("c1", orig="second"))))
    assert [c.markdown for c in comments(records).values()] == ["first"]
    assert notices(records, NoticeKind.DUPLICATE) == [("c1", "line 3", 1)]


def test_the_same_id_on_two_pages_is_two_comments(path: Path) -> None:
    other = {"site": "remark", "url": "https://example.org/b"}
    lines = [line("7"), line("8", pid="7"), line("7", locator=other, orig="Other"), line("9", pid="7", locator=other)]
    records = list(remark42.parse(backup(path, *lines)))
    found = comments(records)
    assert found["7@https://example.org/b"].markdown == "Other"
    assert found["7@https://example.org/b"].old_fragment == "remark42__comment-7"
    assert (found["8"].parent_source_id, found["9"].parent_source_id) == ("7", "7@https://example.org/b")
    assert notices(records, NoticeKind.SHARED_ID) == [("7", "", 1)]


def test_a_parent_on_another_page_is_no_parent(path: Path) -> None:
    other = {"site": "remark", "url": "https://example.org/b"}
    records = list(remark42.parse(backup(path, line("c1"), line("c2", pid="c1", locator=other))))
    assert comments(records)["c2"].parent_source_id is None
    assert notices(records, NoticeKind.ORPHAN) == [("c2", "c1", 1)]


def test_replies_that_answer_each_other_in_a_circle_are_cut_once(path: Path) -> None:
    lines = [line("a", pid="c"), line("b", pid="a"), line("c", pid="b"), line("d", pid="c")]
    records = list(remark42.parse(backup(path, *lines)))
    parents = {c.source_id: c.parent_source_id for c in comments(records).values()}
    assert parents == {"a": "c", "b": "a", "c": None, "d": "c"}
    assert notices(records, NoticeKind.CYCLE) == [("c", "b", 1)]


def test_no_order_of_lines_leaves_a_circle() -> None:
    for order in itertools.permutations([("a", "d"), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "d")]):
        with Lineage() as lineage:
            parents = {name: lineage.place(name, thread="t", parent=parent).parent for name, parent in order}
        assert sum(parent is None for parent in parents.values()) == 1
        for name in parents:
            seen: set[str | None] = set()
            while name is not None:
                assert name not in seen
                seen.add(name)
                name = parents[name]


def test_an_import_goes_on_after_the_last_comment_that_was_kept() -> None:
    whole, resumed = list(remark42.parse(SAMPLE)), list(remark42.parse(SAMPLE, after=THIRD))
    assert list(comments(resumed)) == list(comments(whole))[3:]
    assert comments(resumed) == {key: comments(whole)[key] for key in comments(resumed)}
    assert [t.source_id for t in threads(resumed)] == [t.source_id for t in threads(whole)]
    assert notices(resumed, NoticeKind.BLOCKED_PERSON) == []


def test_a_double_from_before_the_interruption_is_still_known(path: Path) -> None:
    backup(path, line("c1"), line("c2"), line("c1"), line("c3"))
    assert list(comments(remark42.parse(path, after="c2"))) == ["c3"]


def test_going_on_in_another_file_is_refused() -> None:
    with pytest.raises(UnreadableExport, match="stopped"):
        list(remark42.parse(SAMPLE, after="no such comment"))


def test_the_probe_counts_the_comments(path: Path) -> None:
    backup(path, line("c1"), line("c2"))
    probe = remark42.probe(path)
    assert (probe.format, probe.comments, probe.bytes, probe.notices) == ("remark42", 2, path.stat().st_size, ())
    assert remark42.probe(SAMPLE).comments == 7


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"SQLite format 3\0" + bytes(100), "does not describe"),
        (b"\x1f\x8b", "damaged from the start"),
        (gzip.compress(b"<xml/>", mtime=0), "does not describe"),
        (gzip.compress(b'{"comments": []}\n', mtime=0), "does not describe"),
        (gzip.compress(b'{"version": 2}\n', mtime=0), "version 2"),
        (gzip.compress(b'{"version": true}\n', mtime=0), "version True"),
        (b"[" * 100_000, "does not describe"),
    ],
)
def test_what_is_no_backup_is_refused_before_anything_is_read(path: Path, content: bytes, why: str) -> None:
    path.write_bytes(content)
    for reading in (lambda: remark42.probe(path), lambda: next(remark42.parse(path))):
        with pytest.raises(UnreadableExport, match=why) as refused:
            reading()
        assert refused.value.what_to_do
        assert refused.value.comments_read == 0


def test_a_backup_cut_off_in_the_middle_gives_what_it_holds_and_says_so(path: Path) -> None:
    write_remark42(path, comments=2_000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert [n.kind for n in remark42.probe(path).notices] == [NoticeKind.TRUNCATED]
    assert remark42.probe(path).comments is None
    read, error = read_until_it_breaks(remark42.parse(path))
    assert error is not None
    assert "breaks off" in error.why
    assert 500 < error.comments_read == len(comments(read)) < 2_000


def test_a_plain_backup_cut_off_inside_a_line_says_so(path: Path) -> None:
    path.write_bytes(SAMPLE.read_bytes()[:-100])
    read, error = read_until_it_breaks(remark42.parse(path))
    assert error is not None
    assert error.comments_read == len(comments(read)) == 6


def test_a_flipped_bit_is_noticed(path: Path) -> None:
    write_remark42(path, comments=2_000)
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(UnreadableExport, match="damaged"):
        list(remark42.parse(path))


def test_twenty_thousand_comments_need_no_more_memory_than_two_thousand(path: Path) -> None:
    def peak(count: int) -> int:
        write_remark42(path, comments=count)
        tracemalloc.start()
        assert sum(isinstance(record, CommentRecord) for record in remark42.parse(path)) == count
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    small, large = peak(2_000), peak(20_000)
    assert large < small * 1.5 + 200_000
    assert large < 5_000_000


def test_the_generated_backup_has_all_that_a_real_one_has(path: Path) -> None:
    write_remark42(path, comments=3_000, has_voters=True)
    found = comments(remark42.parse(path)).values()
    assert len(found) == 3_000
    assert {c.state for c in found} == {"published", "deleted"}
    assert any(c.votes for c in found)
    assert any(c.edited_at for c in found)
    assert any(c.is_pinned for c in found)
    assert 1_000 < sum(c.parent_source_id is not None for c in found) < 2_000


@pytest.mark.skipif(not REAL.exists(), reason=f"the genuine backup is not beside the checkout ({REAL.name})")
def test_a_genuine_backup_comes_out_whole() -> None:
    records = list(remark42.parse(REAL))
    found = comments(records).values()
    assert (len(found), remark42.probe(REAL).comments) == (1_500, 1_500)
    assert {c.state for c in found} == {"published"}
    assert all(c.markdown and c.html is None for c in found)
    assert [thread.url for thread in threads(records)] == ["https://example.org/t1k", "https://example.org/tpost"]

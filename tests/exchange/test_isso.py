import gzip
import sqlite3
import tracemalloc
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from belowline.exchange import isso
from belowline.exchange.markup import is_html, with_paragraphs
from belowline.exchange.records import CommentRecord, NoticeKind, ThreadRecord, UnreadableExport
from tests.exchange.table import comments, notices, read_until_it_breaks, threads
from tests.support.exports import write_isso

SAMPLES = Path(__file__).parent / "samples"
REAL = Path(__file__).parents[3] / "shared/data/imports/isso-0.14-bench.db"


def database(path: Path, *scripts: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for script in scripts:
            connection.executescript((SAMPLES / script).read_text() if script.endswith(".sql") else script)
        connection.commit()
    return path


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return database(tmp_path / "comments.db", "isso.sql")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return database(tmp_path / "broken.db", "isso.sql", "isso-broken.sql")


def test_every_comment_comes_out_with_its_state_parent_and_anchor(sample: Path) -> None:
    table = [
        (c.source_id, c.thread_source_id, c.parent_source_id, c.state, c.old_fragment)
        for c in comments(isso.parse(sample)).values()
    ]
    assert table == [
        ("1", "/2021/harbour/", None, "published", "isso-1"),
        ("2", "/2021/harbour/", "1", "published", "isso-2"),
        ("3", "/2021/harbour/", "1", "held", "isso-3"),
        ("4", "/2021/harbour/", None, "deleted", "isso-4"),
        ("5", "/2021/harbour/", "4", "published", "isso-5"),
        ("6", "/2021/rail/?p=7", None, "published", "isso-6"),
    ]


def test_threads_come_before_their_comments(sample: Path) -> None:
    records = list(isso.parse(sample))
    assert threads(records) == [
        ThreadRecord("/2021/harbour/", "/2021/harbour/", "The harbour budget", False),
        ThreadRecord("/2021/rail/?p=7", "/2021/rail/?p=7", None, False),
    ]
    assert records.index(threads(records)[1]) < records.index(next(iter(comments(records).values())))


def test_times_are_exact_and_in_utc(sample: Path) -> None:
    found = comments(isso.parse(sample))
    assert found["1"].created_at == datetime(2021, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)
    assert found["1"].edited_at is None
    assert found["2"].edited_at == datetime(2021, 3, 1, 8, 5, tzinfo=UTC)


def test_likes_become_numbers_and_the_lost_voters_are_told_once(sample: Path) -> None:
    records = list(isso.parse(sample))
    found = comments(records)
    assert [(c.imported_up, c.imported_down) for c in found.values()] == [
        (5, 2),
        (0, 0),
        (0, 0),
        (0, 0),
        (0, 0),
        (0, 1),
    ]
    assert all(c.votes == () for c in found.values())
    assert notices(records, NoticeKind.VOTES_WITHOUT_VOTERS) == [
        ("comments.likes", "", 5),
        ("comments.dislikes", "", 3),
    ]


def test_markdown_and_html_are_told_apart(sample: Path) -> None:
    found = comments(isso.parse(sample))
    assert (found["1"].markdown, found["1"].html) == ("Who **pays** for the quay?", None)
    assert (found["6"].markdown, found["6"].html) == (None, "<p>Came from <b>Disqus</b>.</p>")


def test_a_person_is_the_same_however_the_name_is_cased(sample: Path) -> None:
    found = comments(isso.parse(sample))
    assert found["1"].author.source_key == found["6"].author.source_key
    assert found["1"].author.name == "Ana & Bo"
    assert found["1"].author.website == "https://ana.example/?a=1&b=2"
    assert found["2"].author.source_key != found["1"].author.source_key
    assert isso.author_key("Ana", "a@example.org") != isso.author_key("Stranger", "a@example.org")


def test_the_key_of_a_person_never_changes_between_versions() -> None:
    assert isso.author_key(" Ana  Bo ", "ANA@example.org") == isso.author_key("ana bo", "ana@EXAMPLE.org")
    assert isso.author_key("ana", "ana@example.org") == "effa226d0606b37dc2c177f5f86a1322"


def test_a_deleted_comment_takes_no_trace_of_its_author_along(sample: Path, broken: Path) -> None:
    gone = comments(isso.parse(sample))["4"]
    assert (gone.author, gone.markdown, gone.html) == (isso.NOBODY, None, None)
    records = list(isso.parse(broken))
    assert (comments(records)["22"].markdown, comments(records)["22"].author) == (None, isso.NOBODY)
    assert notices(records, NoticeKind.DELETED_TEXT) == [("22", "", 1)]


def test_a_website_that_is_a_script_is_left_behind(sample: Path) -> None:
    records = list(isso.parse(sample))
    assert comments(records)["3"].author.website is None
    assert notices(records, NoticeKind.BAD_WEBSITE) == [("3", "javascript:alert(1)", 1)]


def test_what_is_left_behind_is_counted_by_field(broken: Path) -> None:
    records = list(isso.parse(broken))
    assert notices(records, NoticeKind.UNKNOWN_FIELD) == [("comments.mood", "", 2)]
    assert {w: n for w, _, n in notices(records, NoticeKind.FIELD_NOT_CARRIED)} == {
        "comments.remote_addr": 6,
        "comments.notification": 1,
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (NoticeKind.ORPHAN, [("10", "99", 1), ("11", "1", 1)]),
        (NoticeKind.SELF_PARENT, [("12", "", 1)]),
        (NoticeKind.CYCLE, [("15", "14", 1)]),
        (NoticeKind.UNKNOWN_STATE, [("17", "mode 3", 1)]),
        (NoticeKind.REPAIRED_TEXT, [("18", "utf-8", 1), ("19", "NUL", 1)]),
        (NoticeKind.NO_THREAD, [("20", "threads.id 77", 1)]),
        (NoticeKind.NO_TEXT, [("21", "", 1)]),
        (
            NoticeKind.IMPOSSIBLE_TIME,
            [("16", "created -5.0", 1), ("16", "modified 9e+99", 1), ("17", "created yesterday", 1)],
        ),
        (NoticeKind.IMPOSSIBLE_NUMBER, [("17", "likes -4", 1), ("17", "dislikes many", 1)]),
    ],
)
def test_what_is_wrong_inside_is_reported(broken: Path, kind: NoticeKind, expected: list[object]) -> None:
    assert notices(isso.parse(broken), kind) == expected


def test_no_comment_is_lost_for_what_is_wrong_with_it(broken: Path) -> None:
    found = comments(isso.parse(broken))
    assert list(found) == [str(n) for n in (1, 2, 3, 4, 5, 6, *range(10, 23))]
    assert [found[str(n)].parent_source_id for n in range(10, 16)] == [None, None, None, "15", "13", None]
    assert found["17"].state == "held"
    assert (found["18"].markdown, found["19"].markdown) == ("bad \ufffd.", "nul!.")
    assert (found["20"].thread_source_id, found["21"].thread_source_id) == ("tid:77", "tid:3")
    # The order is kept: an impossible time is that of the comment before.
    assert found["16"].created_at == found["17"].created_at == found["15"].created_at


def test_a_comment_from_the_future_is_as_old_as_the_one_before_it(sample: Path) -> None:
    records = list(isso.parse(sample, latest=datetime(2021, 3, 1, 8, 0, 30, tzinfo=UTC)))
    assert {c.created_at for c in comments(records).values()} == {datetime(2021, 3, 1, 8, 0, 0, 250_000, tzinfo=UTC)}


def test_an_import_goes_on_after_the_last_comment_that_was_kept(broken: Path) -> None:
    whole = list(isso.parse(broken))
    resumed = list(isso.parse(broken, after="15"))
    assert comments(resumed) == {k: c for k, c in comments(whole).items() if int(k) > 15}
    assert notices(resumed, NoticeKind.CYCLE) == []


def test_going_on_in_another_file_is_refused(sample: Path) -> None:
    with pytest.raises(UnreadableExport, match="stopped"):
        next(isso.parse(sample, after="4711"))


def test_an_old_schema_without_votes_and_edits_is_read(tmp_path: Path) -> None:
    path = database(
        tmp_path / "old.db",
        "CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE, title VARCHAR(256));"
        "CREATE TABLE comments (tid, id INTEGER PRIMARY KEY, parent, created FLOAT, mode, text, author);"
        "INSERT INTO threads VALUES (1, '/a', 'A'); INSERT INTO comments VALUES (1, 1, 0, 1400000000, 1, 'Hi', 'x');",
    )
    (found,) = comments(isso.parse(path)).values()
    assert (found.parent_source_id, found.edited_at, found.imported_up) == (None, None, 0)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("empty.db", b"", "empty"),
        ("export.json", b'[{"id": "/path/"}]', "not a SQLite database"),
        ("export.gz", gzip.compress(b"x" * 500, mtime=0), "not a SQLite database"),
        ("header.db", b"SQLite format 3\0", "cannot be opened|not Isso's|cut off"),
    ],
)
def test_what_is_no_isso_database_is_refused_before_anything_is_read(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for reading in (lambda: isso.probe(path), lambda: next(isso.parse(path))):
        with pytest.raises(UnreadableExport, match=why) as refused:
            reading()
        assert refused.value.what_to_do
        assert refused.value.comments_read == 0


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableExport, match="cannot be opened"):
        isso.probe(tmp_path / "nowhere.db")
    with pytest.raises(UnreadableExport, match="folder"):
        isso.probe(tmp_path)


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE notes (id)",
        "CREATE TABLE threads (id, uri, title)",
        "CREATE TABLE threads (id, uri, title); CREATE VIEW comments AS SELECT 1 AS id",
        "CREATE TABLE threads (id, uri, title); CREATE TABLE comments (id, tid, parent, created, mode, author)",
    ],
)
def test_another_programs_database_is_refused(tmp_path: Path, script: str) -> None:
    with pytest.raises(UnreadableExport, match="not Isso's: the table"):
        isso.probe(database(tmp_path / "other.db", script))


def test_half_a_database_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    write_isso(path, comments=2_000)
    path.write_bytes(path.read_bytes()[:200_000])
    with pytest.raises(UnreadableExport, match="cut off: 200000 of"):
        next(isso.parse(path))


def test_a_damaged_page_keeps_what_was_read_and_says_how_much(tmp_path: Path) -> None:
    path = tmp_path / "damaged.db"
    write_isso(path, comments=4_000)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 40_960] = b"\xff" * 40_960
    path.write_bytes(content)
    read, error = read_until_it_breaks(isso.parse(path))
    assert error is not None
    assert "damaged" in error.why
    assert 0 < error.comments_read == len(comments(read)) < 4_000


def test_reading_changes_nothing_and_leaves_no_file_behind(sample: Path) -> None:
    with closing(sqlite3.connect(sample)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    before = sample.read_bytes()
    list(isso.parse(sample))
    assert sample.read_bytes() == before
    assert [path.name for path in sample.parent.iterdir()] == [sample.name]


def test_comments_that_still_lie_in_the_wal_are_read(sample: Path) -> None:
    with closing(sqlite3.connect(sample)) as running:
        running.execute("PRAGMA journal_mode = WAL")
        running.execute("UPDATE comments SET text = 'Newer' WHERE id = 2")
        running.commit()
        assert comments(isso.parse(sample))["2"].markdown == "Newer"


def test_a_running_isso_can_write_while_its_comments_are_read(tmp_path: Path) -> None:
    path = tmp_path / "live.db"
    write_isso(path, comments=3_000)
    reading = isso.parse(path)
    while not isinstance(next(reading), CommentRecord):
        pass
    with closing(sqlite3.connect(path, timeout=0)) as running, running:
        running.execute("UPDATE threads SET title = 'Written meanwhile' WHERE id = 1")
    assert len(comments(reading)) == 2_999


def test_a_database_that_stays_locked_is_not_called_damaged(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("belowline.exchange.isso_file._PATIENCE_SECONDS", 0)
    reading = isso.parse(sample)
    next(reading)
    with closing(sqlite3.connect(sample, isolation_level=None)) as running:
        running.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnreadableExport, match="locked"):
            list(reading)


def test_the_probe_counts_the_comments(sample: Path) -> None:
    probe = isso.probe(sample)
    assert (probe.format, probe.comments, probe.bytes) == ("isso", 6, sample.stat().st_size)


def test_twenty_thousand_comments_need_no_more_memory_than_two_thousand(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.db"
        write_isso(path, comments=count)
        tracemalloc.start()
        assert sum(isinstance(record, CommentRecord) for record in isso.parse(path)) == count
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    small, large = peak(2_000), peak(20_000)
    assert large < small * 1.5 + 200_000
    assert large < 5_000_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<p>Hello</p>", True),
        ("  <blockquote>Quoted</blockquote> answer", True),
        ('See <a href="https://example.org/">this</a>, <i>please</i>.', True),
        ("one<br>two", True),
        ("one<br />two", True),
        ("Plain words", False),
        ("**Bold** and <b>bold</b>", False),
        ("> quoted\n\n<br>", False),
        ("- one\n- two <i>x</i>", False),
        ("I <3 trains, a < b and b > a", False),
        ("Use `<p>` for paragraphs", False),
        ("```\n<p>code</p>\n```", False),
        ("<foo>bar</foo>", False),
        ("<script>alert(1)</script>", False),
        ("an open <b> only", False),
        ("[link](https://example.org) <i>x</i>", False),
        ("<" * 20_000, False),
        ("<a " * 20_000, False),
        ("<b>" * 300_000, False),
        ("</b>" * 200_000, False),
        ("[\n" * 300_000 + "<b>", False),
        ("`" * 500_001 + "<", False),
        ("<a" + " " * 900_000, False),
        ("<a" + " b=c" * 200_000, False),
    ],
)
def test_a_text_is_html_only_when_it_was_written_so(text: str, expected: bool) -> None:
    assert is_html(text) is expected


def test_lines_of_wordpress_stay_apart() -> None:
    assert with_paragraphs("<b>x</b>" + " " * 500_000 + "y").startswith("<p><b>x</b>")
    assert with_paragraphs("one  \ntwo\n\n<b>three</b>") == "<p>one<br>\ntwo</p>\n<p><b>three</b></p>"
    assert with_paragraphs("<p>as it was</p>\n") == "<p>as it was</p>\n"


@pytest.mark.skipif(not REAL.exists(), reason=f"the genuine database is not beside the checkout ({REAL.name})")
def test_a_genuine_isso_database_comes_out_whole() -> None:
    records = list(isso.parse(REAL))
    found = comments(records).values()
    assert (len(found), isso.probe(REAL).comments) == (1_000, 1_000)
    assert sum(c.parent_source_id is not None for c in found) == 586
    assert {c.state for c in found} == {"published"}
    assert all(c.markdown and c.html is None for c in found)
    assert [thread.url for thread in threads(records)] == ["/t1k"]

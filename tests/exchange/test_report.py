import json
from pathlib import Path

import pytest
from django.utils import translation

from belowline.exchange import remark42
from belowline.exchange.records import Notice, NoticeKind
from belowline.exchange.report import Report

SAMPLE = Path(__file__).parent / "samples/remark42.jsonl"


@pytest.fixture
def report() -> Report:
    report = Report(format="remark42", source=SAMPLE.name)
    for record in remark42.parse(SAMPLE):
        report.read(record)
    report.load_comments(new=5, already_imported=2)
    report.merge_threads()
    report.orphan_comments(2)
    report.read(Notice(NoticeKind.ORPHAN, "c9", "c8"))
    report.finish(seconds=0.5)
    return report


def test_a_machine_finds_every_number(report: Report) -> None:
    found = json.loads(json.dumps(report.as_json()))
    assert found["comments"] == {
        "read": 7,
        "by_state": {"published": 4, "held": 0, "rejected": 0, "deleted": 2, "removed": 1},
        "new": 5,
        "already_imported": 2,
        "duplicates": 0,
        "orphans": 3,
        "refused": 0,
    }
    assert found["threads"] == {"read": 3, "merged": 1}
    assert found["votes"] == {"with_voters": 3, "without_voters": 13}
    assert found["lossy_fields"]["edit.summary"] == 1
    assert found["unknown_fields"] == {}
    assert found["comments_per_second"] == 14.0
    assert (found["dry_run"], found["complete"]) == (False, True)
    assert found["notices"]["blocked_person"] == {
        "count": 1,
        "examples": [{"where": "github_bad", "detail": "2121-01-01T00:00:00Z", "count": 1}],
    }


def test_a_person_reads_it_in_lines(report: Report) -> None:
    with translation.override("en"):
        lines = report.as_lines()
    assert lines[:6] == [
        "Import finished.",
        "remark42.jsonl (remark42): 7 comments in 3 threads.",
        "State: published 4, deleted by the author 2, removed by staff 1.",
        "New: 5. Already imported: 2.",
        "Votes: 3 with their voters, 13 as numbers only.",
        "1 thread was another address of a known page and was merged.",
    ]
    assert "3 replies without their parents were put at the top of their threads." in lines
    assert any(line.startswith("People blocked in the old system") and "github_bad" in line for line in lines)
    assert any(line.startswith("Left behind: user.ip (2)") for line in lines)
    assert lines[-1] == "0.5 seconds, 14 comments a second."


def test_a_dry_run_says_that_nothing_was_written() -> None:
    report = Report(format="isso", source="comments.db", is_dry_run=True)
    with translation.override("en"):
        assert report.as_lines() == [
            "Dry run: nothing was written.",
            "comments.db (isso): 0 comments in 0 threads.",
            "New: 0. Already imported: 0.",
        ]


def test_a_file_that_broke_off_is_said_first() -> None:
    report = Report(format="isso", source="comments.db")
    report.finish(seconds=1.0, is_complete=False)
    with translation.override("en"):
        assert report.as_lines()[0] == "The file broke off; what was read before is kept."
    assert report.as_json()["complete"] is False


def test_a_million_bad_lines_do_not_fill_the_memory() -> None:
    report = Report(format="remark42", source="x")
    for number in range(1_000):
        report.read(Notice(NoticeKind.BAD_LINE, f"line {number}", "broken"))
    found = report.as_json()
    assert found["comments"]["refused"] == 1_000  # type: ignore[index]
    assert len(found["notices"]["bad_line"]["examples"]) == 20  # type: ignore[index]


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_of_notice_shows_up_for_people(kind: NoticeKind) -> None:
    quiet = Report(format="isso", source="x")
    told = Report(format="isso", source="x")
    told.read(Notice(kind, "comments.likes", "detail"))
    # Votes without voters are told by the numbers of the comments themselves.
    if kind is not NoticeKind.VOTES_WITHOUT_VOTERS:
        assert len(told.as_lines()) == len(quiet.as_lines()) + 1

"""The documents name only what exists: links, files, tasks, commands, tests, functions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tasks.__main__ import TASKS

from belowline.project.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "belowline"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCUMENTS]
FOLDERS = ("src/", "tests/", "docs/", "tasks/", "bench/", "deploy/")
# Files that a reader of the documents makes or has, not we.
MADE_BY_READERS = {"data/demo", "shots/"}

CODE_BLOCK = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
SPAN = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w./-]+/[\w.-]+\.(?:py|md|toml|css|js|html|lock|png|svg|service|timer)")
# At the start of a line, of a span or of a quoted command; "systemctl start belowline" is none.
COMMAND = re.compile(r"(?:^|`|'|\./dev )belowline ([a-z]+(?:-[a-z]+)*)", re.MULTILINE)
TASK = re.compile(r"\./dev ([a-z]+)")
# "front/fill.py    Filler.entry": a file of the package and what is named in it.
STEP = re.compile(r"^(?:-> )?([a-z_]+(?:/[a-z_]+)+\.py)[ ]+([A-Za-z_.]+)", re.MULTILINE)
# "  listing.show_below": indented, a module or package and what is named in it.
PART = re.compile(r"^ +(?:-> )?(?:[a-z_]+\.)*([a-z_]+)\.([a-z_]+)  ", re.MULTILINE)
# Places that belong to one person's machine, and where packages came from.
PRIVATE = re.compile(r"(?<![\w.])/(?:work|root|home|tmp)/|pythonhosted|\bpypi\b|npmjs|artifactory", re.IGNORECASE)

document = pytest.mark.parametrize("name", NAMES)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def headings_of(path: Path) -> set[str]:
    """Anchors as GitHub makes them from headings."""
    prose = CODE_BLOCK.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@document
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    for target in LINK.findall(CODE_BLOCK.sub("", text_of(name))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        file, _, anchor = target.partition("#")
        goal = (page.parent / file).resolve() if file else page
        assert goal.exists(), f"{name}: {target}"
        assert not anchor or anchor in headings_of(goal), f"{name}: no heading for {target}"


@document
def test_every_file_that_is_named_exists(name: str) -> None:
    for span in SPAN.findall(CODE_BLOCK.sub("", text_of(name))):
        is_file = FILE.fullmatch(span) or (span.startswith(FOLDERS) and re.fullmatch(r"[\w./-]+", span))
        # NAME in capitals stands for a name of one's own.
        if not is_file or span.startswith("/") or re.search(r"[A-Z]{4}", Path(span).stem) or span in MADE_BY_READERS:
            continue
        places = (ROOT / span, PACKAGE / span, PACKAGE / "pages" / span)
        assert any(place.exists() for place in places), f"{name}: {span}"


@document
def test_every_task_and_every_command_that_is_named_exists(name: str) -> None:
    text = text_of(name)
    assert set(TASK.findall(text)) <= set(TASKS), name
    assert set(COMMAND.findall(text)) <= set(COMMANDS), name


@document
def test_every_test_that_is_named_exists_in_its_file(name: str) -> None:
    everywhere = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    here = everywhere
    for span in SPAN.findall(CODE_BLOCK.sub("", text_of(name))):
        if re.fullmatch(r"tests/\S+\.py", span):
            here = (ROOT / span).read_text(encoding="utf-8")
        elif re.fullmatch(r"test_\w+", span):
            assert f"def {span}(" in here, f"{name}: {span}"


@document
def test_no_document_speaks_of_anybodys_machine(name: str) -> None:
    found = PRIVATE.search(text_of(name))
    assert found is None, f"{name}: {found and found[0]}"


def test_the_lives_in_the_architecture_name_real_functions() -> None:
    blocks = "\n".join(CODE_BLOCK.findall(text_of("ARCHITECTURE.md")))
    steps, parts = STEP.findall(blocks), PART.findall(blocks)
    assert len(steps) >= 10
    assert len(parts) >= 8
    for file, path in steps:
        source = (PACKAGE / file).read_text(encoding="utf-8")
        for part in path.split("."):
            assert re.search(rf"(?:def|class) {part}\b", source), f"{file} has no {path}"
    for module, function in parts:
        files = [*PACKAGE.rglob(f"{module}.py"), *PACKAGE.rglob(f"{module}/*.py")]
        assert any(f"def {function}(" in file.read_text(encoding="utf-8") for file in files), f"{module}.{function}"


def test_every_floor_has_its_line_on_the_map() -> None:
    floors = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    text = text_of("ARCHITECTURE.md")
    assert {floor for floor in floors if f" {floor}/ " not in text} == set()


def test_each_invariant_names_a_test() -> None:
    part = text_of("ARCHITECTURE.md").partition("## Invariants")[2].partition("### ")[0]
    invariants = re.split(r"^\d+\. ", part, flags=re.MULTILINE)[1:]
    assert len(invariants) == 16
    for number, text in enumerate(invariants, start=1):
        assert re.search(r"`test_\w+`", text), f"invariant {number}"


def test_every_decision_stands_in_the_list() -> None:
    listed = text_of("docs/decisions/README.md")
    records = [path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md")]
    assert [name for name in records if name not in listed] == []


def test_every_guide_is_found_from_the_front_page() -> None:
    """By links, in however many steps."""
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        targets = LINK.findall(CODE_BLOCK.sub("", page.read_text(encoding="utf-8")))
        files = {target.partition("#")[0] for target in targets if "://" not in target}
        waiting += [(page.parent / file).resolve() for file in files if file]
    assert [str(path.relative_to(ROOT)) for path in DOCUMENTS if path not in seen] == []


def test_the_screenshot_is_small_enough_to_load() -> None:
    assert 50_000 < (ROOT / "docs" / "screenshot.png").stat().st_size < 400_000


def test_moderators_read_every_reason_that_the_screening_has() -> None:
    from belowline.domain import screening
    from belowline.moderation import queries
    from belowline.pages.findings import FINDINGS, FOR_AUTHORS
    from belowline.pages.views.staff import GROUNDS

    page = " ".join(text_of("docs/moderate.md").split())
    text = Path(screening.phases.__file__).read_text(encoding="utf-8")
    codes = [
        *re.findall(r'Outcome\.(?:HOLD|PUBLISH), "(\w+)"', text),
        *re.findall(r'else "(guest\w+)"', text),
        screening.UNCONFIRMED,
        screening.AWAITS_HOOK,
        queries.URGENT,
    ]
    assert sorted(codes) == sorted(FINDINGS)
    assert [code for code in codes if str(FINDINGS[code]) not in page] == []
    # What a mail asks is said with the address it went to; a doubt about what is public is no author's matter.
    assert set(codes) - set(FOR_AUTHORS) == {screening.UNCONFIRMED, "assistant_doubts"}
    assert page.count("another one") == 1, "the grounds are told in one sentence"
    assert len(GROUNDS) == 7, "docs/moderate.md names seven grounds"


def test_editors_read_every_mode_and_every_block() -> None:
    from belowline.newsroom.models.blocks import BodyBlock
    from belowline.newsroom.models.pages import DiscussionMode

    page = " ".join(text_of("docs/edit.md").split())
    assert [mode.label for mode in DiscussionMode if str(mode.label).partition(":")[0] not in page] == []
    blocks = [str(block.label) for block in BodyBlock().child_blocks.values()]
    assert [label for label in blocks if f"*{label}*" not in page] == []

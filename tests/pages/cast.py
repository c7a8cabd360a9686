"""An invented newsroom for the tests of the pages: the same words, times and numbers in every run."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from markupsafe import Markup

from belowline.pages.model import (
    Choice,
    CommentState,
    CommentView,
    EditedView,
    MoreReplies,
    PagerView,
    RepliesView,
    ReplyTo,
    ThreadView,
    in_sections,
)

START = datetime(2026, 3, 14, 7, 2, tzinfo=UTC)

NAMES = (
    "Ann Okafor", "Bob", "Charlie Vance", "harbour_watch", "Dana Petrov", "M. Lindqvist", "Old Pilot", "Yusuf",
    "Grete S.", "quay side", "Imani Cole", "R. Fontaine", "Tomasz", "a resident of Mill Lane", "Lena", "Piet Hein",
    "Salma Haddad", "nightshift", "Jo March", "Oskar B.", "T. Abara", "Ferry Two", "Noor", "Wren", "Elif Kaya",
    "sandbank", "Henk", "Mrs Dunmore", "K. Ito", "Ruth", "dockhand 44", "Pavel", "Aoife", "Sam from the market",
    "Ines", "Cousin Vinny", "Marta L.", "Finn", "The Net Mender", "Hala", "كريم منصور", "ליאת",
)  # fmt: skip
ARABIC_NAMES = (
    "ليلى حداد",
    "كريم منصور",
    "أبو سامر",
    "هند",
    "يوسف عواد",
    "سلمى ناصر",
    "Ann Okafor",
    "مها",
    "بحّار قديم",
)

ENGLISH_WORDS = """
the of and to in a is that it was for on as with they be at this have from or had by not but what all were we when your
can said there use an each which she do how their if will up other about out many then them these so some her would make
like him into time has look two more write go see number no way could people my than first water been call who its now
find long down day did get come made may part contract council quay harbour buyer ferry price metres surveyor minutes
meeting public record paid twice signed nobody asked question answer file document lawyer ballot evening morning boat
fishing licence rent storage crane trains bridge lock tide depth dredging noise trucks school budget deficit interest
auditor report page appendix table column figure total missing stamp date handwriting witness statement interview
recording letter reply refused comment confirmed denied later corrected headline honestly thanks exactly disagree
respectfully wrong right wonder remember grandfather worked there thirty years
"""
WORDS = ENGLISH_WORDS.split()
MORE_ARABIC = """
في من على أن إلى هذا التي الذي كان عن مع بعد قبل المجلس الميناء الرصيف العقد الثمن الوثائق السؤال الجواب لماذا كيف أين
المدينة الناس الصيادون السفن الليل الصباح القرار المحضر التوقيع التاريخ الصفحة الجدول المراجع التقرير الشاهد الرسالة
"""
ARABIC_WORDS = MORE_ARABIC.split()


def sentence(dice: random.Random, *, words: list[str], length: int) -> str:
    # Squared, so that a few words are common and many rare, as in a real language.
    chosen = [words[int(len(words) * dice.random() ** 2)] for _ in range(length)]
    return " ".join(chosen).capitalize() + "."


def comment_text(dice: random.Random, *, words: list[str] = WORDS) -> str:
    """Median about 180 characters, as on the demo story; a few are long."""
    length = max(4, int(dice.lognormvariate(3.5, 0.55)))
    cuts = [min(14, length - done) for done in range(0, length, 14)]
    return " ".join(sentence(dice, words=words, length=cut) for cut in cuts)


def comments(
    count: int,
    *,
    seed: int = 7,
    names: tuple[str, ...] = NAMES,
    words: list[str] = WORDS,
    thread: int = 7,
    first_id: int = 4_113,
    has_incidents: bool = True,
) -> list[CommentView]:
    """A page of a thread in document order: roots with branches of every depth, and what can happen to a comment."""
    dice = random.Random(seed)
    shape: list[tuple[int, int | None]] = []  # (depth, index of the parent)
    while len(shape) < count:
        _grow(shape, dice=dice, parent=None, depth=1, limit=count)
    facts = [
        (first_id + 3 * position + dice.randrange(3), dice.choice(names), comment_text(dice, words=words))
        for position in dice.sample(range(count * 4), count)
    ]
    return [
        _comment(index, shape=shape, facts=facts, dice=dice, thread=thread, has_incidents=has_incidents)
        for index in range(count)
    ]


def _grow(
    shape: list[tuple[int, int | None]], *, dice: random.Random, parent: int | None, depth: int, limit: int
) -> None:
    me = len(shape)
    shape.append((depth, parent))
    children = dice.choice((0, 0, 1, 1, 2, 4)) if depth == 1 else dice.choice((0, 0, 0, 1, 1, 2))
    for _ in range(children if depth < 12 else 0):
        if len(shape) < limit:
            _grow(shape, dice=dice, parent=me, depth=depth + 1, limit=limit)


def _comment(
    index: int,
    *,
    shape: list[tuple[int, int | None]],
    facts: list[tuple[int, str, str]],
    dice: random.Random,
    thread: int,
    has_incidents: bool,
) -> CommentView:
    depth, parent = shape[index]
    own_id, name, text = facts[index]
    root = index
    while (up := shape[root][1]) is not None:
        root = up
    sibling = next((n for n in range(index + 1, len(shape)) if shape[n][1] == parent), None)
    below = sum(1 for n in range(index + 1, len(shape)) if _is_below(n, index, shape=shape))
    incident = dice.randrange(40) if has_incidents else 99
    state = {3: CommentState.DELETED, 4: CommentState.REMOVED}.get(incident, CommentState.PUBLISHED)
    is_gone = state is not CommentState.PUBLISHED
    at = START + timedelta(minutes=dice.randrange(60 * 40))
    reply_to = None
    if parent is not None:
        parent_id, parent_name, parent_text = facts[parent]
        reply_to = ReplyTo(f"#c-{parent_id}", parent_id - 4_000, parent_name, parent_text[:80])
    return CommentView(
        id=own_id,
        number=own_id - 4_000,
        depth=depth,
        level=depth,
        name="" if is_gone else name,
        url=f"/d/{thread}/c/{own_id}",
        at=at,
        body_html=Markup("") if is_gone else Markup("<p>{}</p>").format(text),
        state=state,
        reason="It named a private person." if state is CommentState.REMOVED else "",
        badges=("Reporter, author of the article",) if incident == 5 else (),
        reply_to=reply_to,
        root_url=f"#c-{facts[root][0]}" if depth > 2 else "",
        next_url=f"#c-{facts[sibling][0]}" if sibling is not None else "",
        up=int(dice.paretovariate(0.9)) - 1,
        down=int(dice.paretovariate(1.6)) - 1,
        counted_less=3 if incident == 6 else 0,
        counts_hidden=incident in (7, 8),
        votes=not is_gone,
        reply_url="" if is_gone else f"/_d/{thread}/reply/{own_id}",
        report_url="" if is_gone else f"/_d/comment/{own_id}/report",
        edited=EditedView(at + timedelta(minutes=9), f"/d/{thread}/c/{own_id}/history", incident == 10)
        if incident in (9, 10)
        else None,
        replies=RepliesView(below, f"/d/{thread}/c/{own_id}", incident == 11) if below else None,
        continue_url=f"/d/{thread}/c/{own_id}" if depth == 12 else "",
        after=(MoreReplies(12, f"/d/{thread}/c/{own_id}?after=x", own_id - 4_000, name, depth + 1),)
        if incident == 12
        else (),
        # Each became public at a moment of its own, between the other events of the site; one long after it was stored.
        seq=0 if is_gone else 81_230 if incident == 14 else 60_000 + 2 * own_id + own_id * 7 % 5,
        is_pinned=has_incidents and index == 0,
        is_long=incident == 13,
    )


def _is_below(index: int, ancestor: int, *, shape: list[tuple[int, int | None]]) -> bool:
    up = shape[index][1]
    while up is not None and up > ancestor:
        up = shape[up][1]
    return up == ancestor


def chain(depth: int, *, thread: int = 7) -> list[CommentView]:
    """One reply below the other, `depth` deep; every comment on one page."""
    rows = []
    for level in range(1, depth + 1):
        reply_to = ReplyTo(f"#c-{level - 1}", level - 1, NAMES[level % 7 - 1], "And so on") if level > 1 else None
        rows.append(
            CommentView(
                id=level,
                number=level,
                depth=level,
                level=level,
                name=NAMES[level % 7],
                url=f"/d/{thread}/c/{level}",
                at=START + timedelta(minutes=level),
                body_html=Markup("<p>{}</p>").format(f"And so on, for the {level}th time."),
                reply_to=reply_to,
                reply_url=f"/_d/{thread}/reply/{level}",
                report_url=f"/_d/comment/{level}/report",
                root_url="#c-1" if level > 2 else "",
            )
        )
    return rows


SORTS = (
    ("Best", "best", "What readers found helpful, with few votes counted with care."),
    ("Newest", "newest", "The latest first."),
    ("Oldest", "oldest", "As it was said."),
    ("Most voted", "most-voted", "Helpful votes minus the others."),
    ("Controversial", "controversial", "Where readers disagree most."),
)


def thread_view(rows: list[CommentView], *, thread: int = 7, count: int | None = None, base: str = "") -> ThreadView:
    url = base or f"/d/{thread}"
    return ThreadView(
        id=thread,
        position=81_237,
        title="Harbour council sold the quay twice, files show",
        url=f"/d/{thread}",
        count=len(rows) if count is None else count,
        me_url=f"/_me/thread/{thread}",
        vote_url=f"/_d/{thread}/vote",
        subject_url="/a/quay-sold-twice",
        sections=in_sections(rows),
        sorts=tuple(Choice(name, f"{url}?sort={code}", says, code, code == "best") for name, code, says in SORTS),
        views=(
            Choice("Conversation", url, "", "", True),
            Choice("Timeline", f"{url}?view=timeline"),
        ),
        sizes=tuple(Choice(str(n), f"{url}?n={n}", is_current=n == 50) for n in (25, 50, 100, 200)),
        pager=PagerView(next_url=f"{url}?after=Zm9v"),
        view_all_url=f"/d/{thread}?n=200",
        reply_url=f"/_d/{thread}/reply",
        since_url=f"/d/{thread}?sort=newest",
        feed_url=f"/d/{thread}/feed",
        counts_notice="Counts of votes are shown after 60 minutes or 10 votes, whichever comes first.",
    )


def plain_text(rows: list[CommentView]) -> str:
    """The texts of a page alone: what the weight of the markup is measured against."""
    return "\n".join(str(row.body_html.striptags()) for row in rows)

"""Invented articles, forms and pages for the tests and previews; the discussion is in cast.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup
from tests.pages import cast

from belowline.newsroom.body import furniture
from belowline.pages.faces import face_svg
from belowline.pages.front_layout import composed, led
from belowline.pages.marked import marked
from belowline.pages.model import (
    AccountForm,
    ActView,
    AppealLine,
    AppealView,
    ArticlePage,
    ArticleView,
    AuthorView,
    BranchPage,
    ChangeView,
    Choice,
    CommentState,
    CommentView,
    CorrectionsPage,
    CorrectionView,
    CountLine,
    CountTable,
    DecisionPage,
    DifferencePage,
    DiscussionLine,
    DiscussionsPage,
    Field,
    FormError,
    FormView,
    FrontView,
    HeadView,
    HistoryPage,
    IgnoredPage,
    IgnoredRow,
    KeptLine,
    LanguageLink,
    Link,
    LinkGroup,
    ListedWord,
    LoggedLine,
    MessagePage,
    ModerationLogPage,
    ModerationYearPage,
    MyPage,
    NoticePage,
    OwnCommentPage,
    PagerView,
    PictureView,
    PieceView,
    ProfilePage,
    ProposedChange,
    QueueItem,
    QueuePage,
    RaidView,
    Reason,
    RevisionView,
    Said,
    Section,
    SecurityPage,
    SecurityRow,
    SessionRow,
    SessionsPage,
    SiteView,
    SmallForm,
    SourceView,
    StaffAppealPage,
    StaffAppealsPage,
    StaffDiscussionPage,
    StaffDiscussionsPage,
    StaffReaderPage,
    TeaserView,
    ThreadPage,
    TopicBlock,
    TopicView,
    VersionLine,
    VersionsPage,
    Warned,
    WordListPage,
    in_sections,
)  # fmt: skip

AT = datetime(2026, 3, 14, 13, 5, tzinfo=UTC)

ENGLISH = {
    "name": "The Saltmarsh Courier",
    "strap": "Independent reporting from the estuary, and what its readers say",
    "topics": ("Harbour", "City", "Courts", "Money", "Schools", "Culture"),
    "headlines": (
        "Harbour council sold the quay twice, files show",
        "The ferry that nobody ordered is already late",
        "Why the tide tables were wrong for eleven years",
        "Judge asks who paid for the second survey",
        "A school without a roof opens on Monday",
        "Dredging stops after herring count",
        "What the auditor left out of page 40",
        "The last net mender of Mill Lane",
        "Rents by the water rise faster than wages",
        "Night trains may return, if someone pays for the crane",
        "Choir of dockers sings for an empty hall, and fills it",
        "Three questions to the mayor, and three silences",
    ),
    "standfirst": "Two contracts for the same 400 metres of quay were signed eleven days apart. The second buyer paid "
    "in full. The minutes of the meeting between them are missing.",
    "short": "The minutes are missing, and the surveyor has left the country.",
    "authors": ("Mara Lindqvist", "Idris Bell"),
    "paragraphs": (
        (
            "The first contract is four pages long and bears the stamp of the harbour office. It was signed on a Tuesday in "
            "November, in a room above the fish market, by two people who have since said that they do not remember it."
        ),
        (
            "The second is longer. It names the same plot, the same depth of water and the same crane, and it was signed "
            "eleven days later. Between the two lies a meeting of the council whose minutes nobody can find."
        ),
        (
            "“I would have remembered selling a quay,” said the former treasurer, who answered the door but not the "
            "question. The buyer of the second contract paid in full. The buyer of the first paid nothing, and built."
        ),
    ),
    "heading": "What the files show",
    "pull": "I would have remembered selling a quay.",
    "caption": "The north quay at low water. The plot in both contracts begins at the yellow crane.",
    "description": "The port, the people who work there, and the money that passes through.",
    "error": "Please write something first.",
}
ARABIC = {
    "name": "بريد المستنقع",
    "strap": "صحافة مستقلة من المصبّ، وما يقوله قرّاؤها",
    "topics": ("الميناء", "المدينة", "المحاكم", "المال", "المدارس", "الثقافة"),
    "headlines": (
        "وثائق: مجلس الميناء باع الرصيف مرتين",
        "العبّارة التي لم يطلبها أحد تأخرت قبل أن تصل",
        "لماذا أخطأت جداول المدّ أحد عشر عامًا",
        "القاضي يسأل: من دفع ثمن المسح الثاني؟",
        "مدرسة بلا سقف تفتح أبوابها يوم الاثنين",
        "توقف التجريف بعد إحصاء أسماك الرنجة",
        "ما الذي أغفله المراجع في الصفحة ٤٠",
        "آخر مصلح شباك في درب الطاحونة",
        "إيجارات الواجهة البحرية ترتفع أسرع من الأجور",
        "قطارات الليل قد تعود إن دفع أحدٌ ثمن الرافعة",
        "جوقة عمّال الميناء تغني لقاعة خالية فتملؤها",
        "ثلاثة أسئلة لرئيس البلدية وثلاث مرات من الصمت",
    ),
    "standfirst": "وُقّع عقدان للأربعمئة متر نفسها من الرصيف بفارق أحد عشر يومًا. دفع المشتري الثاني الثمن كاملًا، "
    "أما محضر الجلسة التي عُقدت بينهما فمفقود.",
    "short": "المحضر مفقود، والمسّاح غادر البلاد.",
    "authors": ("سلمى ناصر", "إدريس بيل"),
    "paragraphs": (
        (
            "يقع العقد الأول في أربع صفحات ويحمل ختم مكتب الميناء. وُقّع يوم ثلاثاء من شهر نوفمبر في غرفة فوق سوق السمك، "
            "بحضور شخصين قالا لاحقًا إنهما لا يتذكرانه."
        ),
        (
            "أما الثاني فأطول. يذكر قطعة الأرض نفسها وعمق الماء نفسه والرافعة نفسها، ووُقّع بعد أحد عشر يومًا. "
            "وبين الاثنين جلسة للمجلس لا يجد أحد محضرها."
        ),
        "قال أمين الخزانة السابق: «كنت سأتذكر أنني بعت رصيفًا»، وقد فتح الباب ولم يجب عن السؤال.",
    ),
    "heading": "ما تُظهره الملفات",
    "pull": "كنت سأتذكر أنني بعت رصيفًا.",
    "caption": "الرصيف الشمالي عند الجَزر. تبدأ القطعة المذكورة في العقدين عند الرافعة الصفراء.",
    "description": "الميناء وأهله والمال الذي يمرّ به.",
    "error": "اكتب شيئًا أولًا.",
}


def words(direction: str) -> dict:
    return ARABIC if direction == "rtl" else ENGLISH


def language(direction: str) -> str:
    return "ar" if direction == "rtl" else "en"


def site(direction: str = "ltr") -> SiteView:
    said = words(direction)
    return SiteView(
        name=said["name"],
        strap=said["strap"],
        language=language(direction),
        direction=direction,
        languages=(
            LanguageLink("/", "English", "en", "ltr", direction == "ltr"),
            LanguageLink("/ar/", "العربية", "ar", "rtl", direction == "rtl"),
        ),
        topics=tuple(Link(f"/t/{n}", name, n == 0) for n, name in enumerate(said["topics"])),
        footer=(
            LinkGroup("The newsroom", (Link("/about", "About"), Link("/imprint", "Imprint"))),
            LinkGroup("Rules", (Link("/house-rules", "House rules"), Link("/privacy", "Privacy"))),
        ),
        search_url="/search",
        demo=tuple(Choice(name, value=name.lower()) for name in ("Guest", "Reader", "Moderator", "Editor")),
    )


def picture(number: int, *, direction: str, width: int = 1600, height: int = 1067) -> PictureView:
    return PictureView(
        url=f"/media/{number % 5}-{width}x{height}.svg",
        width=width,
        height=height,
        alt="A crane above still water",
        sources=(SourceView("image/svg+xml", f"/media/{number % 5}-{width}x{height}.svg {width}w"),),
        full_url=f"/media/{number % 5}-full.svg",
        caption=words(direction)["caption"],
        credit="Idris Bell",
        licence=Link("/licences/by", "CC BY 4.0"),
        facts=Markup("<bdi>North quay</bdi>, 3 November 2025"),
    )


def teaser(number: int, *, direction: str, has_picture: bool = True) -> TeaserView:
    said = words(direction)
    return TeaserView(
        url=f"/a/story-{number}",
        headline=said["headlines"][number % 12],
        standfirst=said["standfirst"] if number % 3 == 0 else said["short"],
        published_at=AT - timedelta(hours=5 * number),
        language=language(direction),
        direction=direction,
        topic=Link(f"/t/{number % 6}", said["topics"][number % 6]),
        kind="Analysis" if number % 4 == 1 and direction == "ltr" else "",
        authors=said["authors"][: 1 + number % 2],
        picture=picture(number, direction=direction) if has_picture else None,
        comment_count=None if number == 5 else (number * 137 + 814) % 1500,
        comments_url=f"/a/story-{number}#discussion",
    )


def lines(direction: str, count: int = 6) -> tuple[DiscussionLine, ...]:
    heads = words(direction)["headlines"]
    return tuple(
        DiscussionLine(
            f"/d/{n}", heads[n % 12], (n * 971 + 814) % 2400, language(direction), direction,
            AT - timedelta(minutes=9 * n) if n != 3 else None, cast.NAMES[n], "Closed" if n == 4 else "",
        )
        for n in range(count)
    )  # fmt: skip


def thread_rows(direction: str, count: int, **more: object) -> list[CommentView]:
    if direction == "rtl":
        more = {"names": cast.ARABIC_NAMES, "words": cast.ARABIC_WORDS, **more}
    return cast.comments(count, **more)  # type: ignore[arg-type]


def furnished(said: Mapping[str, Any]) -> Markup:
    """One of each block that furnishes a story, as the newsroom renders it."""
    moment = SimpleNamespace(source=said["short"])
    sheet = {
        "data": [
            [said["topics"][0], "1998", "2014"],
            [said["authors"][0], "4.72", "−27 cm"],
            [said["authors"][-1], "", "5"],
        ],
        "table_header_choice": "both",
    }
    post = {
        "url": "https://youtu.be/abc",
        "text": said["short"],
        "author": said["authors"][0],
        "published_on": AT.date(),
    }
    values: dict[str, dict[str, Any]] = {
        "pull_quote": {"text": said["pull"], "attribution": said["authors"][0]},
        "table": {"caption": said["topics"][2], "sheet": sheet, "source": said["authors"][0]},
        "related": {"article": None, "url": "https://data.example.org/a", "title": said["headlines"][1]},
        "question": {"text": said["headlines"][2], "context": said["short"]},
        "embed": post | {"archive_url": "https://archive.example.org/1"},
    }
    parts = [getattr(furniture, kind)(value, f"b-{kind}", str) for kind, value in values.items()]
    moments = [
        {"when": said["headlines"][0], "on": AT.date(), "text": moment},
        {"when": "…", "on": None, "text": moment},
    ]
    parts.append(furniture.timeline({"title": said["heading"], "moments": moments}, "b-timeline", str, str))
    return Markup("").join(Markup(part) for part in parts)


def article(direction: str) -> ArticlePage:
    said = words(direction)
    one, two, three = (Markup("<p>{}</p>").format(text) for text in said["paragraphs"])
    shot = picture(2, direction=direction)
    figure = Markup(
        '<figure><img src="{}" width="1600" height="1067" alt="{}" loading="lazy"><figcaption><span class="caption">{}</span>'
        "</figcaption></figure>"
    ).format(shot.url, shot.alt, said["caption"])
    body = one + two + Markup("<h2>{}</h2>").format(said["heading"]) + three + figure + two
    body += one + Markup("<ul><li>{}</li><li>{}</li></ul>").format(said["short"], said["short"]) + three
    body += furnished(said)
    story = ArticleView(
        url="/a/quay-sold-twice",
        headline=said["headlines"][0],
        standfirst=said["standfirst"],
        body_html=body,
        published_at=AT,
        language=language(direction),
        direction=direction,
        updated_at=AT + timedelta(hours=3),
        topic=Link("/t/0", said["topics"][0]),
        kind="Report",
        bylines=tuple(Link("/by/x", name) for name in said["authors"]),
        picture=picture(0, direction=direction, width=1920, height=1080),
        share=(Link("mailto:?body=x", "E-mail"), Link("https://social.invalid/?x", "Mastodon")),
        corrections=(
            CorrectionView("Correction", AT, "An earlier version gave the wrong length of the quay.", "340 m", "430 m"),
        ),
        notes=(CorrectionView("Editor’s note", AT, said["short"]),),
        versions_url="/a/quay-sold-twice/history",
        report_error_url="/_d/errors/1",
        related_title=said["topics"][0],
        related=tuple(teaser(n, direction=direction) for n in (1, 2, 3, 4)),
    )
    head = HeadView(story.headline, said["short"], "https://example.invalid/a/quay-sold-twice", kind="article")
    return ArticlePage(head, story, thread(direction, 50, count=814))


def thread(direction: str, size: int, *, count: int | None = None):
    view = cast.thread_view(thread_rows(direction, size), count=count)
    return replace(view, title=words(direction)["headlines"][0])


def front(direction: str) -> FrontView:
    said = words(direction)
    lead = teaser(0, direction=direction)
    top = composed(
        lead, [teaser(n, direction=direction, has_picture=n not in (2, 4, 5)) for n in range(1, 8)], topics=()
    )
    shown = {one.picture.url for one in (lead, *top.row) if one.picture}
    blocks = tuple(
        TopicBlock(
            Link(f"/t/{n}", said["topics"][n]),
            led([teaser(8 + n * 4 + k, direction=direction, has_picture=n < 2) for k in range(4)], shown=shown, most=4),
        )
        for n in range(3)
    )
    return FrontView(
        head=HeadView("", said["strap"]),
        lead=lead,
        beside=top.beside,
        row=top.row,
        blocks=blocks,
        discussions=lines(direction),
    )


def reasons_held(direction: str) -> tuple[Reason, ...]:
    text = words(direction)["standfirst"]
    return (
        Reason("These words are on a list of the newsroom's.", marked(text, [(60, 70)])),
        Reason("It may tell something private.", marked(text, [(0, 6), (100, 110)])),
        Reason("It has many links."),
    )


def form(direction: str, **more: object) -> FormView:
    rows = thread_rows(direction, 20)
    bare = replace(rows[1], reply_url="", report_url="", votes=False, replies=None, root_url="", next_url="", depth=1)
    given = {
        "head": HeadView("Form", is_indexed=False),
        "action": "/_d/7/reply",
        "token": "t0k3n",
        "key": "k3y",
        "comment": bare,
        "thread": Link("/d/7", words(direction)["headlines"][0]),
        "cancel_url": "/d/7",
    }
    return FormView(**{**given, **more})  # type: ignore[arg-type]


def all_pages(direction: str) -> dict[str, tuple[str, object]]:
    """Page name to (template, view): every page type, and the states worth looking at."""
    said = words(direction)
    rows = thread_rows(direction, 50)
    chain = cast.chain(40)
    bare = form(direction).comment
    assert bare is not None
    empty = replace(thread(direction, 0), count=0)
    closed = replace(empty, reply_url="", notice="This discussion was closed on 20 March 2026. It stays readable.")
    branch = replace(thread(direction, 50), sections=in_sections([replace(rows[2], is_current=True), *rows[3:12]]))
    reasons = tuple(
        Choice(text, value=str(n), help="What the rules say about it." if n else "")
        for n, text in enumerate(("Insult", "Private data of someone", "Advertising", "Something else"))
    )
    error = (FormError("text", said["error"]), FormError("", "You replied here 40 seconds ago. This thread is slow."))
    kept = {"kind": "reply", "text": said["short"], "name": "Ann"}
    held = reasons_held(direction)
    queue_rows = tuple(
        QueueItem(replace(bare, id=900 + n, number=40 + n), Link("/d/7", said["headlines"][0]),
                  (Reason("Many links. Links: 5; of this author at most 2 pass."), Reason("Words of a list.", held[0].quotes)), n,
                  keep=Choice("Restore", value="restore") if n == 2 else Choice("Approve", value="approve"),
                  refuse=None if n == 2 else Choice("Reject", value="reject"),
                  narrower=(Link("?author=7", "All that waits of this author"), Link("?thread=7", "All that waits here")),
                  author=f"Published: {n} · refused or removed: 4", author_url="/_staff/readers/7",
                  in_hand="A colleague has this in hand until 12:04. Take another one." if n == 1 else "")
        for n in range(3)
    )  # fmt: skip
    plain = HeadView("Page")
    return {
        "front": ("front.html", front(direction)),
        "topic": ("topic.html", TopicView(plain, said["topics"][0], said["description"],
                  tuple(teaser(n, direction=direction, has_picture=n != 2) for n in range(5)),
                  PagerView(next_url="?page=2", pages=(Link("?page=1", "1", True), Link("?page=2", "2"))))),
        "article": ("article.html", article(direction)),
        "article-empty": ("article.html", replace(article(direction), thread=empty)),
        "thread": ("thread.html", ThreadPage(plain, thread(direction, 200))),
        "thread-closed": ("thread.html", ThreadPage(plain, closed)),
        "timeline": ("thread.html", ThreadPage(plain, replace(
            thread(direction, 50), view="timeline",
            sections=in_sections(replace(row, depth=1) for row in rows),
            pager=PagerView("?page=2", "?page=4", "?page=1",
                            tuple(Link(f"?page={n}", str(n), n == 3) for n in range(1, 13)))))),
        "chain": ("thread.html", ThreadPage(plain, replace(thread(direction, 0), count=40, sections=in_sections(chain)))),
        "branch": ("branch.html", BranchPage(plain, branch, tuple(Link("#c", f"#{n} {cast.NAMES[n]}") for n in range(5)),
                   2, "?all=1", tuple(rows[:2]))),
        "branch-removed": ("branch.html", BranchPage(plain, replace(branch, sections=in_sections(
            [replace(rows[2], state=CommentState.REMOVED, is_current=True, name="", votes=False, reply_url="",
                     report_url="", reason="It named a private person."), *rows[3:6]])))),
        "history": ("history.html", HistoryPage(plain, 12, "Ann", "/d/7/c/12", tuple(
            RevisionView(n, AT, Markup("<p>{}</p>").format(said["short"]), n == 3) for n in (3, 2, 1)))),
        "discussions": ("discussions.html", DiscussionsPage(plain, lines(direction, 14), PagerView(next_url="?page=2"))),
        "post": ("comment_form.html", form(direction, values={"kind": "post"})),
        "reply": ("comment_form.html", form(direction, values=kept, errors=error, is_guest=True,
                  preview_html=Markup("<p>{}</p>").format(said["short"]))),
        "edit": ("comment_form.html", form(direction, values={"kind": "edit", "text": said["short"]})),
        "warned": ("comment_form.html", form(direction, values={"kind": "post", "text": said["standfirst"], "anyway": "1"},
                   warned=Warned("Read your words once more.", held[0].quotes + held[1].quotes, "Post it anyway"))),
        "delete": ("delete.html", form(direction)),
        "report": ("report.html", form(direction, choices=reasons, errors=(FormError("reason", "Choose a reason."),))),
        "vote": ("vote.html", form(direction, values={"vote": "up", "own": "down"})),
        "own": ("own_comment.html", OwnCommentPage(plain, replace(bare, state=CommentState.HELD, reasons=held),
                Link("/d/7", said["headlines"][0]), "Your comment waits for a moderator.", "/_d/comment/1/edit", AT,
                "/_d/comment/1/delete")),
        "sign-in": ("account_form.html", AccountForm(
            form(direction, values={"email": "ann@example.invalid"},
                 errors=(FormError("password", "This is not the password."),)),
            (Field("email", "E-mail address", "email"), Field("password", "Password", "password", is_kept=False)), "Sign in",
            links=(Link("/x", "Create an account"),),
            beside=(SmallForm("/_account/passkey", "Use a passkey", passkey="/_account/passkey"),
            SmallForm("/x", "Sign in with Example", values=(("process", "login"),))))),
        "code": ("account_form.html", AccountForm(form(direction),
            (Field("code", "Code", help="Six characters.", is_kept=False),), "Go on",
            paragraphs=(said["short"],), others=(Choice("Send another code", value="resend"),), codes=("12345678", "87654321"))),
        "sign-out": ("account_form.html", AccountForm(form(direction), (), "Sign out")),
        "security": ("security.html", SecurityPage(plain, "t0k3n", "Your password was changed.", (
            SecurityRow("Password", "There is one.", Link("/x", "Change it")),
            SecurityRow("Passkey", said["short"], Link("/x", "Take it off"), Link("/x", "Rename"), AT, AT)),
            (SmallForm("/x", "Go on with Example", values=(("process", "connect"),)),), (Link("/x", "My page"),))),
        "sessions": ("sessions.html", SessionsPage(plain, "/x", "t0k3n", (
            SessionRow(1, "Firefox · Linux", AT, AT, True), SessionRow(2, "Safari · iPhone", AT, AT, False)),
            (Link("/x", "My page"),))),
        "my-page": ("my_page.html", MyPage(
            replace(plain, styles=("profile.css",)), said["authors"][0], face_svg(7, said["authors"][0]), AT,
            tuple(Section(Link("/x", one), said["short"]) for one in said["topics"]))),
        "ignored": ("ignored.html", IgnoredPage(replace(plain, styles=("profile.css",)), "/x", "t0k3n", tuple(
            IgnoredRow(n, name, AT, face_svg(n, name)) for n, name in enumerate((*said["authors"], "小王"))),
            (Link("/x", "My page"),))),
        "profile": ("profile.html", ProfilePage(
            HeadView(said["authors"][0], is_indexed=False, styles=("profile.css",)), said["authors"][0],
            face_svg(7, said["authors"][0]), ("Reporter",), AT, 1_001, 1_000, tuple(
                Said(Link("/d/7", title), (replace(bare, id=n, votes=False, reply_url=""),))
                for n, title in enumerate(said["headlines"][:3], 1)), pager=PagerView(next_url="?after=x", first_url="/r/7"))),
        "profile-closed": ("profile.html", ProfilePage(
            HeadView("Ann", is_indexed=False, styles=("profile.css",)), "Ann", face_svg(8, "Ann"), (), AT, None, 1_000,
            is_closed=True)),
        "versions": ("versions.html", VersionsPage(plain, Link("/a/x", said["headlines"][0]), language(direction), direction, (
            VersionLine(3, AT, "/a/x/history/3", said["short"], is_substantive=True, is_current=True),
            VersionLine(2, AT, withheld="Version 2 is withheld because of a legal duty.", withheld_at=AT),
            VersionLine(1, AT, "/a/x/history/1")), ((AT, "Words are withheld in version 1 because of somebody’s safety."),))),
        "difference": ("difference.html", DifferencePage(plain, Link("/a/x", said["short"]), language(direction), direction,
            VersionLine(3, AT, "/a/x/history/3", said["short"]), "/a/x/history",
            (ChangeView("Headline", (PieceView("removed", said["headlines"][1]), PieceView("added", said["headlines"][0]))),
             ChangeView("", (PieceView("same", said["short"]), PieceView("added", said["short"])), "/a/x#b-1", was_moved=True)),
            PagerView("/a/x/history/2"))),
        "moderation-log": ("moderation_log.html", ModerationLogPage(
                  HeadView("What moderators did"),
                  (LoggedLine("Removed (Insults a person)", AT, "a person",
                              Link("/d/7", said["headlines"][0], lang=language(direction))),
                   LoggedLine("A reader: banned (Advertising)", AT, "a person, without a second one"),
                   LoggedLine("Raid mode on", AT, "a rule")),
                  (Choice("2026", "/moderation/2026"),), Link("/house-rules", "The house rules"),
                  PagerView(next_url="?after=3"))),
        "moderation-year": ("moderation_year.html", ModerationYearPage(
                  HeadView("Moderation in 2026"),
                  (CountTable("What was done", (CountLine("Removed", (412, 3)), CountLine(said["short"], (1, 12_345))),
                              ("By people", "By rules")),
                   CountTable("What readers reported", (CountLine("It insults somebody", (77,)),), note=said["short"])),
                  True, Link("/moderation", "What moderators did"),
                  (Choice("2026", "/moderation/2026", is_current=True), Choice("2025", "/moderation/2025")))),
        "corrections": ("corrections.html", CorrectionsPage(HeadView("Corrections"), tuple(
            (CorrectionView("Update", AT, said["short"], "34 m", "43 m"), Link("/a/x", one)) for one in said["headlines"][:3]),
            PagerView(next_url="?page=2"))),
        "retracted": ("notice.html", NoticePage(plain, language(direction), direction, "Retracted", said["headlines"][0],
            (said["standfirst"],), AT, "Decided without a second person.", Link("/d/7", "Read the discussion"))),
        "withdrawn": ("notice.html", NoticePage(plain, language(direction), direction, "Withdrawn", "", (said["short"],), AT)),
        "author": ("author.html", AuthorView(plain, said["authors"][0], said["topics"][0], (said["description"],),
            tuple(teaser(n, direction=direction, has_picture=n != 1) for n in range(3)), PagerView(next_url="?page=2"))),
        "queue": ("queue.html", QueuePage(plain, "/_staff/decide", "t", queue_rows, 3,
                  (Choice("Waiting", "?q=held", is_current=True), Choice("Reported", "?q=reported")), reasons,
                  narrowed=said["authors"][0], whole_url="?q=held", bulk=3, done="Rejected: 2 comments", undo=9,
                  proposed=(KeptLine(Link("/_staff/discussions/9", said["headlines"][0]), said["short"]),))),
        "staff-reader": ("staff_reader.html", StaffReaderPage(
                  plain, replace(form(direction), errors=error[:1], values={"standing": "banned", "cause": said["short"]}),
                  said["authors"][0], "Published: 12 · refused or removed: 4", "suspended, until 3 May", AT,
                  (Choice("Trust", value="trusted"), Choice("Ban", value="banned")), (Choice("1 hour", value="1"),), reasons,
                  (ActView("Suspended (Advertising)", AT, "Mona", said["short"]),
                   ActView("Removed", AT, "", "", Link("?find=3", "The comment"))),
                  (Link("?author=7", "All that waits of this author"),))),
        "staff-discussions": ("staff_discussions.html", StaffDiscussionsPage(
                  HeadView("Discussions"), form(direction), RaidView("", False, (Choice("3 hours", value="3"),)),
                  (KeptLine(Link("/_staff/discussions/9", said["headlines"][1]), said["standfirst"]),),
                  (KeptLine(Link("/_staff/discussions/7", said["headlines"][0]), "raid mode · Members only"),),
                  tuple(KeptLine(Link("/_staff/discussions/8", one)) for one in said["headlines"]),
                  PagerView(next_url="?before=8"))),
        "staff-discussion": ("staff_discussion.html", StaffDiscussionPage(
                  plain, replace(form(direction), errors=error[:1], max_length=300,
                                 values={"mode": "members", "public": said["short"], "slow": "60", "opens": "08:00",
                                         "closes": "22:00", "ends": "2026-05-03T12:00"}),
                  Link("/d/7", said["headlines"][0]), "Members only: sign in to take part.",
                  (Choice("As the article, or its topic, says", value="subject"), Choice("Members only", value="members")),
                  (Choice("No wait", value="0"), Choice("1 minute", value="60")), "Europe/Oslo",
                  RaidView("Raid mode is on until 3 May, switched on by Mona.", True,
                           (Choice("3 hours", value="3"),)),
                  (ActView("Raid mode on", AT, "Mona", said["short"]), ActView("Closed: its time was over", AT, "")),
                  (Link("?thread=7", "All that waits in this discussion"),))),
        "word-list": ("word_list.html", WordListPage(
                  HeadView("Words of the list: English"), replace(form(direction), errors=error[:1], max_length=300,
                      values={"term": said["short"], "kind": "raid", "note": said["short"]}), language(direction),
                  (ProposedChange(3, said["short"], "Of a raid · The whole word", "Mona", AT, "New. It counts until 3 May.",
                                  said["standfirst"]),
                   ProposedChange(4, "scoundrel", "Insults a person · The whole word", "Mona", AT, "To be taken away.",
                                  is_own=True)),
                  (ListedWord("scoundrel", "Insults a person · The whole word", value="token scoundrel"),
                   ListedWord(said["short"], "Threat · Several words", said["standfirst"])),
                  46, "", (Choice("Of a raid", value="raid"),), (Choice("Waits", value="3"),),
                  (Choice("The whole word", value="token"),), (Choice("A person", value="person"),),
                  (Choice("English", "/_staff/lists/en", is_current=True), Choice("العربية", "/_staff/lists/ar")),
                  Link("/_staff/comments", "To the queue"))),
        "decision": ("decision.html", DecisionPage(
                  HeadView(f"Your comment was removed: {said['headlines'][0]}"),
                  form(direction, errors=(FormError("text", "Say in a few words why."),)),
                  ("We removed what you wrote.", "The rule: Names private facts about a person."), AT, True, None,
                  (Link("/p/house-rules", "The house rules"), Link("/p/contact", "Write to the newsroom")))),
        "decision-answered": ("decision.html", DecisionPage(
                  HeadView("What the newsroom decided about you"), form(direction), ("From now on: suspended.",), AT, False,
                  AppealView(said["standfirst"], AT, ("You objected, and you were right.",), said["short"], AT), ())),
        "staff-appeals": ("staff_appeals.html", StaffAppealsPage(
                  plain, tuple(AppealLine(Link("/x", name), AT, "Removed (Advertising)") for name in said["authors"]),
                  (), Link("/_staff/comments", "To the queue"))),
        "staff-appeal": ("staff_appeal.html", StaffAppealPage(
                  HeadView("An appeal"), replace(form(direction), errors=(FormError("text", "Write an answer."),)),
                  ActView("Removed (Advertising)", AT, "Mona", said["short"], Link("?find=3", "The comment")),
                  Link("/_staff/readers/7", said["authors"][0]), AppealView(said["standfirst"], AT), True,
                  Link("/_staff/appeals", "To the appeals"))),
        "message": ("message.html", MessagePage(HeadView("A message is on its way"), ("Open the link in it.",),
                    (Link("/", "To the front page"),))),
        "404": ("message.html", MessagePage(plain, ("The page may have moved.",), (Link("/", "To the front page"),), 404)),
        "503": ("503.html", MessagePage(plain, kept_text=said["standfirst"], retry_seconds=8)),
    }  # fmt: skip

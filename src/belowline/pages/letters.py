"""What the site's letters say, composed when they are sent (mail.ports.composes): what is not true any more is not said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from belowline.discussion.queries import threads
from belowline.discussion.queries.comments import ancestor_ids as ancestors
from belowline.discussion.queries.comments import comment_rows, spot
from belowline.domain.asking import source_host
from belowline.domain.commenting import CommentState
from belowline.domain.markup import plain_text
from belowline.domain.notifying import About
from belowline.feedback import queries as feedback
from belowline.mail.mailer import message_id
from belowline.mail.message import Composed
from belowline.newsroom.queries import articles as newsroom
from belowline.notifications.sending import told_by, unsubscribe_token
from belowline.pages import links
from belowline.pages.comments import shown_name
from belowline.pages.subjects import passage_place
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.notifications.models import Notice
    from belowline.pages.subjects import PassagePlace

# mail-and-spam.md: the parent is quoted with at most 500 characters; a comment is read on the site when it is longer.
QUOTED, SHOWN = 500, 2_000
# What a References header carries: the root and the nearest ten (mail-and-spam.md, "Mail and push").
REFERENCES = 10


@dataclass
class Sheet:
    """A letter as paragraphs, written as plain text and as plain HTML. No picture, nothing that counts readers."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.texts.append(text)
        self.htmls.append(f'<p dir="auto">{_lines(text)}</p>')

    def quote(self, text: str) -> None:
        self.texts.append("\n".join(f"> {line}" for line in text.splitlines()))
        self.htmls.append(f'<blockquote dir="auto">{_lines(text)}</blockquote>')

    def link(self, label: str, path: str) -> None:
        url = links.absolute(path)
        self.texts.append(f"{label}\n{url}")
        self.htmls.append(f'<p dir="auto"><a href="{escape(url)}">{escape(label)}</a></p>')

    def sign(self) -> None:
        """RFC 3676, 4.3: what follows "-- " is a signature, and answers leave it out."""
        home = links.absolute(links.home(settings.LANGUAGE_CODE))
        self.texts.append(f"-- \n{settings.CONFIG.site.name}\n{home}")
        self.htmls.append(f'<p><a href="{escape(home)}">{escape(settings.CONFIG.site.name)}</a></p>')

    @property
    def text(self) -> str:
        return "\n\n".join(self.texts) + "\n"

    @property
    def html(self) -> str:
        return "\n".join(self.htmls)


def _lines(text: str) -> str:
    return "<br>".join(str(escape(line)) for line in text.splitlines())


def confirmation(payload: dict[str, Any], language: str) -> Composed:
    """To whoever owns an address that somebody typed. It holds nothing that they typed: no name, no words."""
    site = {"site": settings.CONFIG.site.name}
    sheet = Sheet()
    sheet.say(_("Somebody gave this address on %(site)s, for a comment or for mails about new ones.") % site)
    sheet.link(_("Was it you? Open this page and press the button:"), links.confirm(payload["token"], language))
    sheet.say(_("It works for seven days, on any device. Without it, what was written is deleted."))
    sheet.say(_("Was it not you? Say so on the same page, and this address gets no such mail again."))
    sheet.sign()
    return Composed(_("Is this your address? %(site)s") % site, sheet.text)


@dataclass(frozen=True, slots=True)
class Told:
    """One notice with what it is about, as it is now."""

    notice: Notice
    row: CommentRow | None = None
    thread: ThreadRow | None = None
    article: newsroom.Subject | None = None
    decision: feedback.DecisionRow | None = None
    place: PassagePlace | None = None


def notices(payload: dict[str, Any], language: str) -> Composed | None:
    """A letter about comments and articles; None when none of them is public any more, or nobody wants to know."""
    with snapshot() as cursor:
        found = [known for one in told_by(payload["letter"]) if (known := told(cursor, one)) is not None]
        if not found:
            return None
        sheet = Sheet()
        for known in found:
            _say(cursor, sheet, known, reader_id=payload["reader"], language=language)
        headers, message_id = _headers(cursor, found, reader_id=payload["reader"], language=language)
    _say_how_to_stop(sheet, found, language=language)
    return Composed(_subject(found), sheet.text, sheet.html, message_id=message_id, headers=headers)


def told(cursor: CursorWrapper, notice: Notice) -> Told | None:
    if notice.article_id is not None:
        article = newsroom.subject(cursor, article_id=notice.article_id)
        return None if article is None else Told(notice, article=article)
    if notice.decision_id is not None:
        decision = feedback.decision(cursor, notice.decision_id)
        place = passage_place(cursor, decision.passage_id) if decision is not None else None
        return None if place is None else Told(notice, thread=place.thread, decision=decision, place=place)
    assert notice.comment_id is not None
    assert notice.thread_id is not None
    row = comment_rows(cursor, [notice.comment_id]).get(notice.comment_id)
    thread = threads.thread(cursor, notice.thread_id)
    if row is None or row.state != CommentState.PUBLISHED or thread is None:
        return None
    if notice.about == About.SOURCE and not (row.source_asks if row.author_id == notice.reader_id else row.source_url):
        return None  # nobody asks any more, or it was withdrawn
    return Told(notice, row=row, thread=thread)


def _subject(found: Sequence[Told]) -> str:
    if len(found) == 1:
        return headline(found[0])
    place = found[0].thread.title if found[0].thread and _is_one_thread(found) else settings.CONFIG.site.name
    count = {"n": len(found), "place": place}
    return ngettext("%(n)s new thing: %(place)s", "%(n)s new things: %(place)s", len(found)) % count


def _is_one_thread(found: Sequence[Told]) -> bool:
    return len({one.thread and one.thread.id for one in found}) == 1


def headline(one: Told) -> str:
    """What happened, in one line."""
    sentence, values = _headline(one)
    return sentence % values


def shown_headline(one: Told) -> Markup:
    """The same for a page, where each name and title has a direction of its own."""
    sentence, values = _headline(one)
    return escape(sentence) % {name: Markup("<bdi>%s</bdi>") % value for name, value in values.items()}


def _headline(one: Told) -> tuple[str, dict[str, str | int]]:
    if one.article is not None:
        return _("New article: %(title)s"), {"title": one.article.title}
    assert one.thread is not None
    values: dict[str, str | int] = {"title": one.thread.title}
    if one.decision is not None:
        says = _("The newsroom answers: %(title)s") if one.decision.html else _("The newsroom declines: %(title)s")
        return says, values
    assert one.row is not None
    values["name"] = shown_name(one.row.name, one.row.kind)
    if one.notice.about == About.REPLIES:
        return _("%(name)s answered you: %(title)s"), values
    if one.notice.about == About.MENTION:
        return _("%(name)s named you: %(title)s"), values
    if one.notice.about == About.SOURCE and one.row.author_id != one.notice.reader_id:
        return _("%(name)s gave a source: %(title)s"), values
    if one.notice.about == About.SOURCE:
        asked = ngettext(
            "%(n)s reader asks you for a source: %(title)s",
            "%(n)s readers ask you for a source: %(title)s",
            one.row.source_asks,
        )
        return asked, values | {"n": one.row.source_asks}
    return _("%(name)s commented: %(title)s"), values


def _say_of_source(sheet: Sheet, one: Told, *, reader_id: int, language: str) -> None:
    """To the author: what is asked; to who asked: what is given."""
    assert one.row is not None
    assert one.thread is not None
    row, thread = one.row, one.thread
    values = {"name": shown_name(row.name, row.kind), "title": thread.title, "n": row.source_asks}
    if row.author_id == reader_id:
        text = ngettext(
            "%(n)s reader asks for a source of what you wrote in the discussion of “%(title)s”:",
            "%(n)s readers ask for a source of what you wrote in the discussion of “%(title)s”:",
            row.source_asks,
        )
        sheet.say(text % values)
        sheet.quote(_cut(plain_text(row.html), QUOTED))
        sheet.say(_("You can give one link. No more mails come of this, however many readers join."))
        sheet.link(_("Give a source:"), links.own_comment(row.id, language, "source"))
        return
    sheet.say(_("%(name)s gave a source that you asked for, in the discussion of “%(title)s”:") % values)
    sheet.quote(_cut(plain_text(row.html), QUOTED))
    sheet.say(_("Source given: %(host)s") % {"host": source_host(row.source_url)})
    sheet.link(_("Read it there:"), links.comment(thread.id, row.id, language))


def _say(cursor: CursorWrapper, sheet: Sheet, one: Told, *, reader_id: int, language: str) -> None:
    if one.article is not None:
        sheet.link(one.article.title, links.in_language(one.article.path, one.article.language))
        return
    if one.decision is not None:
        _say_decision(sheet, one, language=language)
        return
    assert one.row is not None
    assert one.thread is not None
    row = one.row
    if one.notice.about == About.SOURCE:
        _say_of_source(sheet, one, reader_id=reader_id, language=language)
        return
    values = {"name": shown_name(row.name, row.kind), "title": one.thread.title, "to": row.parent_name or ""}
    if row.parent_id is not None and row.parent_name:
        parent = comment_rows(cursor, [row.parent_id])[row.parent_id]
        if parent.author_id == reader_id:
            sheet.say(_("%(name)s answered you in the discussion of “%(title)s”:") % values)
        else:
            sheet.say(_("%(name)s answered %(to)s in the discussion of “%(title)s”:") % values)
        sheet.quote(_cut(plain_text(parent.html), QUOTED))
    else:
        sheet.say(_("%(name)s commented on “%(title)s”:") % values)
    sheet.say(_cut(plain_text(row.html, with_links=True), SHOWN))
    sheet.link(_("Read it there, and answer:"), links.comment(one.thread.id, row.id, language))


def _say_decision(sheet: Sheet, one: Told, *, language: str) -> None:
    assert one.decision is not None
    assert one.thread is not None
    assert one.place is not None
    values = {"name": one.decision.by or settings.CONFIG.site.name, "title": one.thread.title}
    sheet.say(_("Readers asked for something at this passage of “%(title)s”:") % values)
    sheet.quote(_cut(one.place.row.wording or one.place.row.exact, QUOTED))
    if one.decision.html:
        sheet.say(_("%(name)s answers:") % values)
        sheet.say(_cut(plain_text(one.decision.html, with_links=True), SHOWN))
    else:
        sheet.say(_("%(name)s declines, and gives this reason:") % values)
        sheet.say(one.decision.reason)
    sheet.link(_("Read it at the passage:"), decision_url(one, language))


def decision_url(one: Told, language: str) -> str:
    assert one.decision is not None
    assert one.place is not None
    return f"{one.place.url(language)}#r-{one.decision.request_id}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _say_how_to_stop(sheet: Sheet, found: Sequence[Told], *, language: str) -> None:
    sheet.say(_why(found[0]))
    token = unsubscribe_token(_lines_of(found))
    sheet.link(_("No more mails of this kind:"), links.unsubscribe(token, language))
    sheet.link(_("Choose what you are told, and how often:"), links.subscriptions(language))
    sheet.sign()


def _why(one: Told) -> str:
    return {
        About.REPLIES: _("You get this because somebody answered you."),
        About.MENTION: _("You get this because somebody named you."),
        About.SOURCE: _("You get this because a source was asked of you, or given that you asked for."),
        About.ANSWERS: _("You get this because you asked for it."),
        About.PASSAGE: _("You get this because you follow this passage."),
        About.BRANCH: _("You get this because you follow this branch."),
        About.STAFF: _("You get this because you follow what the newsroom says here."),
        About.THREAD: _("You get this because you follow this discussion."),
        About.TOPIC: _("You get this because you follow this topic."),
        About.AUTHOR: _("You get this because you follow this author."),
    }[About(one.notice.about)]


def _lines_of(found: Sequence[Told]) -> set[int]:
    return {one.notice.subscription_id for one in found if one.notice.subscription_id is not None}


def _headers(
    cursor: CursorWrapper, found: Sequence[Told], *, reader_id: int, language: str
) -> tuple[dict[str, str], str]:
    """What mail programs need: to end it with one press (RFC 8058), to sort it (RFC 2919), to put an answer below what it
    answers (RFC 5322, 3.6.4). A letter about several comments is a letter of its own."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    stop = links.absolute(links.unsubscribe(unsubscribe_token(_lines_of(found)), language))
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "list",
        "Feedback-ID": f"notice:{host}",
    }
    one = found[0]
    if one.thread is not None and _is_one_thread(found):
        headers["List-Id"] = f"<discussion-{one.thread.id}.{host}>"
    else:
        headers["List-Id"] = f"<news.{host}>"
    if len(found) > 1 or one.row is None:
        return headers, ""

    def name(comment_id: int) -> str:
        return message_id(f"c-{comment_id}.u{reader_id}")

    if one.notice.about == About.SOURCE:
        # A letter of its own below that about the comment, if there was one.
        headers["In-Reply-To"] = headers["References"] = name(one.row.id)
        return headers, f"<source-{one.row.id}.u{reader_id}@{host}>"
    place = spot(cursor, one.row.id)
    assert place is not None
    above = ancestors(cursor, place, at_most=REFERENCES + 1)
    if above:
        nearest = above[-REFERENCES:]
        root = [one.row.root_id] if one.row.root_id not in nearest else []
        headers["In-Reply-To"] = name(above[-1])
        headers["References"] = " ".join(name(one_id) for one_id in [*root, *nearest])
    return headers, name(one.row.id)

"""The one piece of markup for a comment, wherever it appears: article, thread, branch, timeline, form, queue, history.

Written in Python and not as a template, because a page has up to 200 of them: Jinja2 needs about 60 µs for one, this
12 µs (a whole uncached page may cost 5 ms, bars P3). And every byte counts: 200 of these must add at most 60 bytes each
to the compressed page beyond their texts (tests/pages/test_weight.py). So the same bytes stand in the same order every
time, and what differs stands together: `<bdi>Ann <i>#12</i></bdi>` is one repeated string in the heading and in every
control; splitting it costs 5 bytes a control.

    data-depth     1 is not indented; CSS caps the indent
    data-state     deleted | removed | held | unconfirmed | rejected; absent when published
    aria-current   the comment that the permalink names
    form="votes"   the shared form of the page; the button's name is the direction, its value the comment
"""

from __future__ import annotations

from functools import lru_cache, partial
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from belowline.domain.markup.elements import REL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from belowline.pages.environment import Translations
    from belowline.pages.model import AskedView, CommentView, EditedView, MoreReplies, PassageView, Reason

GONE = ("deleted", "removed")
WAITING = ("held", "unconfirmed", "rejected")

# Between tags a quote is only a quote; as references they cost a page of 200 comments 300 bytes, compressed.
_text = partial(escape, quote=False)
# A page names the same people again and again.
_name = lru_cache(maxsize=4096)(_text)


class CommentMarkup:
    """Comments in one language. Call it with a view; the words are looked up once, when it is made."""

    def __init__(self, translations: Translations, filters: Mapping[str, Callable[..., str]]) -> None:
        _ = translations.gettext
        self._ngettext = translations.ngettext
        self._moment, self._iso, self._number = filters["moment"], filters["iso"], filters["number"]
        self._day = filters["day"]
        self._level = _text(_(", level %(level)s,"))
        self._level_reply = _text(_(", level %(level)s, reply to %(name)s,"))
        self._pinned = _text(_("Pinned by the newsroom"))
        self._state_words = {
            "deleted": _text(_("Deleted by the author.")),
            "removed": _text(_("Removed by the moderators.")),
            "held": _text(_("Waiting for a moderator. Only you can see it.")),
            "unconfirmed": _text(_("Waiting until you open the link in the mail to you. Only you can see it.")),
            "rejected": _text(_("Not published.")),
        }
        self._changed, self._moved = _text(_("The passage changed since.")), _text(_("The passage was moved since."))
        self._removed_on = _text(_("This passage was removed on %(date)s."))
        self._withheld = _text(_("On words of the article that are not public any more."))
        self._figure = _text(_("On a picture or map:"))
        self._long = _text(_("Long comment: show all of it"))
        self._no_source, self._given = _text(_("No source given yet")), _text(_("Source given: %(host)s"))
        self._edited = _text(_("edited"))
        self._edited_after_reply = _text(_("edited after a reply"))
        self._helpful, self._not_helpful = _text(_("Helpful")), _text(_("Not helpful"))
        self._no_counts = _text(_("Counts not shown yet"))
        self._counted_less = _text(_("%(n)s counted less"))
        self._reply, self._report = _text(_("Reply")), _text(_("Report"))
        self._stopped = _text(_("Takes no more replies"))
        self._top, self._next = _text(_("Start of branch")), _text(_("Next at this level"))
        self._continue = _text(_("Continue this thread"))
        self._replies = lru_cache(maxsize=512)(self._count_replies)
        self._hidden = lru_cache(maxsize=512)(self._count_hidden)
        # As long as the views themselves are remembered (comments.py).
        self._written = lru_cache(maxsize=1024)(self._write)

    def __call__(self, c: CommentView) -> Markup:
        return self._written(c)

    def of_each(self, views: Iterable[CommentView]) -> Markup:
        """One after the other. A template that called for each would pay as much for its calls as for the texts."""
        return Markup("").join(map(self._written, views))

    def _write(self, c: CommentView) -> Markup:
        state = str(c.state)
        who = f"<bdi>{_name(c.name)} <i>#{c.number}</i></bdi>"
        parts = [self._opening(c, state, who)]
        if c.reply_to is not None:
            to = c.reply_to
            parts.append(
                f'<p class="to"><a href="{to.url}"><bdi>{_name(to.name)} <i>#{to.number}</i></bdi> '
                f"<bdi>{_text(to.excerpt)}</bdi></a></p>"
            )
        if state != "published":
            reason = f" {_text(c.reason)}" if c.reason else ""
            parts.append(f'<p class="gone">{self._state_words[state]}{reason}</p>')
        if c.reasons:
            parts.append(self._reasons(c.reasons))
        if c.passage is not None and state not in GONE:
            parts.append(self.passage(c.passage))
        if state not in GONE:
            if c.is_long:
                parts.append(f"<details><summary>{self._long}</summary></details>")
            language = f' lang="{c.language}"' if c.language else ""
            parts.append(f'<div class="text" dir="auto"{language}>{c.body_html}</div>')
        if c.edited is not None:
            parts.append(self._edited_mark(c.edited))
        if c.source is not None:
            parts.append(self._source(c.source, who))
        parts.append(self._controls(c, who))
        parts.append("</article>\n")
        parts.extend(self._more(rest) for rest in c.after)
        return Markup("".join(parts))  # noqa: S704 - escaped above; body_html has passed the sanitiser

    def _opening(self, c: CommentView, state: str, who: str) -> str:
        attributes = "" if state == "published" else f' data-state="{state}"'
        if c.is_pinned:
            attributes += " data-pinned"
        if c.is_current:
            attributes += ' aria-current="true"'
        spoken = (
            self._level % {"level": c.level}
            if c.reply_to is None
            else self._level_reply % {"level": c.level, "name": _name(c.reply_to.name)}
        )
        badges = "".join(f' <span class="badge">{_text(badge)}</span>' for badge in c.badges)
        if c.is_pinned:
            badges += f' <span class="badge">{self._pinned}</span>'
        return (
            f'<article class="comment" id="c-{c.id}" data-depth="{c.depth}" aria-labelledby="c-{c.id}-h"{attributes}>'
            f'<h3 id="c-{c.id}-h"><a href="{c.url}">{who}<span>{spoken}</span> '
            f'<time datetime="{self._iso(c.at)}">{self._moment(c.at)}</time></a>{badges}</h3>'
        )

    def passage(self, p: PassageView) -> str:
        """What of the article somebody speaks of, and what became of it. Also where no comment stands around it."""
        if p.state == "withheld":
            return f'<p class="since">{self._withheld}</p>'
        words = f"<q>{_text(p.quote)}</q>" if p.quote else ""
        if p.is_figure:
            words = f"{self._figure} {words}" if words else self._figure
        if p.url:
            words = f'<a href="{escape(p.url)}">{words}</a>'
        said = f'<blockquote class="on" dir="auto">{words}</blockquote>'
        if p.state == "orphaned" and p.changed_at is not None:
            on = f'<time datetime="{self._iso(p.changed_at)}">{self._day(p.changed_at)}</time>'
            return f'{said}<p class="since">{self._removed_on % {"date": on}}</p>'
        if p.older:
            older = f'<blockquote dir="auto"><q>{_text(p.older)}</q></blockquote>'
            return f'{said}<details class="since"><summary>{self._changed}</summary>{older}</details>'
        if p.state in {"edited", "moved"}:
            return f'{said}<p class="since">{self._changed if p.state == "edited" else self._moved}</p>'
        return said

    def _reasons(self, reasons: tuple[Reason, ...]) -> str:
        """Why it waits, with the words that it is about: its author alone sees them."""
        said = (
            f"<li>{_text(one.text)}" + "".join(f' <q dir="auto">{quote}</q>' for quote in one.quotes) + "</li>"
            for one in reasons
        )
        return f'<ul class="reasons">{"".join(said)}</ul>'

    def _edited_mark(self, edited: EditedView) -> str:
        words = self._edited_after_reply if edited.is_after_reply else self._edited
        text = f'{words} <time datetime="{self._iso(edited.at)}">{self._moment(edited.at)}</time>'
        if edited.history_url:
            text = f'<a href="{edited.history_url}">{text}</a>'
        return f'<p class="edited">{text}</p>'

    def _source(self, s: AskedView, who: str) -> str:
        if s.given:
            count = self._ngettext("%(n)s reader asked for it", "%(n)s readers asked for it", s.asks)
        else:
            count = self._ngettext("%(n)s reader asks for a source", "%(n)s readers ask for a source", s.asks)
        asked = _text(count) % {"n": self._number(s.asks)}
        link = f'<a rel="nofollow" href="{s.page_url}">{who} {asked}</a>' if s.asks else ""
        if not s.given:
            return f'<p class="source">{link} <span>{self._no_source}</span></p>'
        given = f'<a href="{escape(s.given)}" rel="{REL}"><bdi>{_text(s.host)}</bdi></a>'
        return f'<p class="source"><span>{self._given % {"host": given}}</span> {link}</p>'

    def _controls(self, c: CommentView, who: str) -> str:
        parts = []
        if c.votes:
            up = "" if c.counts_hidden else f" <b>{self._number(c.up)}</b>"
            down = "" if c.counts_hidden else f" <b>{self._number(c.down)}</b>"
            parts.append(
                f'<button form="votes" name="up" value="{c.id}">{who} {self._helpful}{up}</button>\n'
                f'<button form="votes" name="down" value="{c.id}">{who} {self._not_helpful}{down}</button>'
            )
            if c.counts_hidden:
                parts.append(f"<small>{self._no_counts}</small>")
            elif c.counted_less:
                parts.append(f"<small>{self._counted_less % {'n': self._number(c.counted_less)}}</small>")
        if c.reply_url:
            parts.append(f'<a href="{c.reply_url}">{who} {self._reply}</a>')
        if c.is_stopped:
            parts.append(f"<small>{self._stopped}</small>")
        if c.report_url:
            parts.append(f'<a href="{c.report_url}">{who} {self._report}</a>')
        if c.replies is not None:
            count = self._hidden(c.replies.count) if c.replies.is_folded else self._replies(c.replies.count)
            parts.append(f'<a data-fold href="{escape(c.replies.url)}">{count}</a>')
        if c.root_url:
            parts.append(f'<a href="{c.root_url}">{self._top}</a>')
        if c.next_url:
            parts.append(f'<a href="{c.next_url}">{self._next}</a>')
        if c.continue_url:
            parts.append(f'<a class="continue" href="{escape(c.continue_url)}">{self._continue} {who}</a>')
        return "<footer>" + "\n".join(parts) + "</footer>" if parts else ""

    def _count_replies(self, count: int) -> str:
        return _text(self._ngettext("%(n)s reply", "%(n)s replies", count)) % {"n": self._number(count)}

    def _count_hidden(self, count: int) -> str:
        text = self._ngettext("[+] %(n)s reply hidden", "[+] %(n)s replies hidden", count)
        return _text(text) % {"n": self._number(count)}

    def _more(self, rest: MoreReplies) -> str:
        text = self._ngettext(
            "%(n)s more reply to #%(number)s %(name)s", "%(n)s more replies to #%(number)s %(name)s", rest.count
        )
        name = f"<bdi>{_name(rest.name)}</bdi>"
        words = _text(text) % {"n": self._number(rest.count), "number": rest.number, "name": name}
        return f'<p class="more" data-depth="{rest.depth}"><a href="{escape(rest.url)}">{words}</a></p>\n'

"""Letters of moderation: to whoever something was taken from, and to whoever is on call. None holds the words: what was
removed would otherwise stand in a mailbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from belowline.discussion.models import Comment
from belowline.domain.moderating import ActKind
from belowline.domain.readers import Standing
from belowline.mail.message import Composed
from belowline.moderation import statements
from belowline.pages import links
from belowline.pages.letters import Sheet
from belowline.pages.moderating import GROUNDS, STANDINGS
from belowline.pages.render import moment

SUBJECTS = {
    ActKind.REJECT: gettext_lazy("Your comment was not published: %(title)s"),
    ActKind.REMOVE: gettext_lazy("Your comment was removed: %(title)s"),
    ActKind.URGENT_HIDE: gettext_lazy("Your comment is hidden for now: %(title)s"),
}
DONE = {
    ActKind.REJECT: gettext_lazy("We did not publish what you wrote in the discussion of “%(title)s” on %(date)s."),
    ActKind.REMOVE: gettext_lazy("We removed what you wrote in the discussion of “%(title)s” on %(date)s."),
    ActKind.URGENT_HIDE: gettext_lazy(
        "What you wrote in the discussion of “%(title)s” on %(date)s is hidden until a person has looked."
    ),
}
REASONS = {
    "private": gettext_lazy("A reader reported that it tells private things about somebody."),
    "threat": gettext_lazy("A reader reported that it threatens a person."),
    "child": gettext_lazy("A reader reported that it endangers a child."),
    "intimate": gettext_lazy(
        "A reader reported that it shows somebody undressed or in private, without their consent."
    ),
}


def statement(payload: dict[str, Any], language: str) -> Composed | None:
    """To whoever it was taken from; None when it was undone."""
    found = statements.statement(payload["act"])
    if found is None:
        return None
    sheet = Sheet()
    subject = (
        _said_of_reader(sheet, found, language)
        if found.kind == ActKind.STANDING
        else _said_of_text(sheet, found, language)
    )
    if found.rule in GROUNDS:
        sheet.say(_("The rule: %(rule)s.") % {"rule": GROUNDS[found.rule]})
    if found.kind == ActKind.URGENT_HIDE:
        sheet.say(
            _(
                "Such a report hides a comment at once, by a rule and without anybody's judgement. A person decides soon."
            )
        )
    elif found.is_person:
        sheet.say(_("A person of the newsroom decided this; no program did."))
    else:
        sheet.say(_("A rule of the newsroom decided this, and no person."))
    if found.comment_id is not None:
        sheet.link(_("Your comment, and why:"), links.own_comment(found.comment_id, language))
    sheet.link(_("The house rules:"), links.standing("house-rules", language))
    sheet.link(_("Do you think that this is wrong? Write to the newsroom:"), links.standing("contact", language))
    sheet.sign()
    return Composed(subject, sheet.text, sheet.html)


def _said_of_text(sheet: Sheet, found: statements.Statement, language: str) -> str:
    what = {"title": found.thread_title, "date": moment(found.written_at, language=language)}
    sheet.say(str(DONE[found.kind]) % what)
    if found.reason in REASONS:
        sheet.say(str(REASONS[found.reason]))
    return str(SUBJECTS[found.kind]) % {"title": found.thread_title}


def _said_of_reader(sheet: Sheet, found: statements.Statement, language: str) -> str:
    site = {"site": settings.CONFIG.site.name}
    sheet.say(_("The newsroom of %(site)s has decided about what you may do here.") % site)
    what = str(STANDINGS[Standing(found.standing)])
    if found.until:
        until = moment(datetime.fromisoformat(found.until), language=language)
        what = _("%(standing)s, until %(until)s") % {"standing": what, "until": until}
    sheet.say(_("From now on: %(what)s.") % {"what": what})
    return _("What the newsroom decided about you: %(site)s") % site


def urgent(payload: dict[str, Any], language: str) -> Composed | None:
    """To whoever is on call; None when somebody has decided already. It holds none of the words."""
    comment = Comment.objects.filter(pk=payload["comment"], state="held").select_related("thread").first()
    if comment is None:
        return None
    sheet = Sheet()
    sheet.say(_("An urgent report has hidden a comment in “%(title)s”.") % {"title": comment.thread.title})
    sheet.say(str(REASONS[payload["reason"]]))
    sheet.say(_("It stays hidden until somebody decides."))
    sheet.link(_("Decide:"), links.queue(language, find=comment.pk))
    sheet.sign()
    return Composed(_("Urgent: %(title)s") % {"title": comment.thread.title}, sheet.text, sheet.html)

"""A statement of reasons in words: the same in a letter and on the page of a decision. It holds none of the words of a
reader: what was removed would otherwise stand in a mailbox."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from belowline.domain.moderating import ActKind
from belowline.domain.readers import Standing
from belowline.moderation.statements import Statement
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


def subject(found: Statement) -> str:
    if found.kind in SUBJECTS:
        return str(SUBJECTS[found.kind]) % {"title": found.thread_title}
    return _("What the newsroom decided about you: %(site)s") % {"site": settings.CONFIG.site.name}


def sentences(found: Statement, language: str) -> tuple[str, ...]:
    """What was done, by which rule, and whether a person did it."""
    said = [*(_of_reader(found, language) if found.kind == ActKind.STANDING else _of_text(found, language))]
    if found.rule in GROUNDS:
        said.append(_("The rule: %(rule)s.") % {"rule": GROUNDS[found.rule]})
    if found.kind == ActKind.URGENT_HIDE:
        said.append(
            _(
                "Such a report hides a comment at once, by a rule and without anybody's judgement. A person decides soon."
            )
        )
    elif found.is_person:
        said.append(_("A person of the newsroom decided this; no program did."))
    else:
        said.append(_("A rule of the newsroom decided this, and no person."))
    return tuple(said)


def _of_text(found: Statement, language: str) -> list[str]:
    what = {"title": found.thread_title, "date": moment(found.written_at, language=language)}
    said = [str(DONE[found.kind]) % what]
    if found.reason in REASONS:
        said.append(str(REASONS[found.reason]))
    return said


def _of_reader(found: Statement, language: str) -> list[str]:
    what = str(STANDINGS[Standing(found.standing)])
    if found.until:
        until = moment(datetime.fromisoformat(found.until), language=language)
        what = _("%(standing)s, until %(until)s") % {"standing": what, "until": until}
    return [
        _("The newsroom of %(site)s has decided about what you may do here.") % {"site": settings.CONFIG.site.name},
        _("From now on: %(what)s.") % {"what": what},
    ]

"""The words of moderators' pages: grounds, what was done, what holds about a reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from belowline.domain.moderating import ActKind
from belowline.domain.readers import Standing

if TYPE_CHECKING:
    from belowline.moderation.queries import History

# The grounds of a decision. The moderation issue makes them the items of the house rules.
GROUNDS = {
    "insult": gettext_lazy("Insults a person"),
    "hate": gettext_lazy("Attacks a group of people"),
    "private": gettext_lazy("Names private facts about a person"),
    "off_topic": gettext_lazy("Not about the subject"),
    "spam": gettext_lazy("Advertising"),
    "illegal": gettext_lazy("Against the law"),
    "other": gettext_lazy("Another ground"),
}
DONE = {
    ActKind.APPROVE: gettext_lazy("Approved"),
    ActKind.REJECT: gettext_lazy("Rejected"),
    ActKind.REMOVE: gettext_lazy("Removed"),
    ActKind.RESTORE: gettext_lazy("Restored"),
    ActKind.LEAVE: gettext_lazy("Left as it is"),
    ActKind.UNDO: gettext_lazy("Undone"),
    ActKind.RAID_BEGIN: gettext_lazy("Raid mode on"),
    ActKind.RAID_END: gettext_lazy("Raid mode off"),
    ActKind.RAID_DECLINE: gettext_lazy("No raid: the proposal was turned down"),
    ActKind.THREAD_RULES: gettext_lazy("Other rules"),
    ActKind.APPEAL_UPHELD: gettext_lazy("An appeal was turned down"),
    ActKind.APPEAL_OVERTURNED: gettext_lazy("Taken back after an appeal"),
    ActKind.URGENT_HIDE: gettext_lazy("Hidden at once by an urgent report"),
    ActKind.LIST_PROPOSE: gettext_lazy("A change of a list proposed"),
    ActKind.LIST_CONFIRM: gettext_lazy("A change of a list agreed to"),
    ActKind.LIST_WITHDRAW: gettext_lazy("A change of a list turned down"),
    ActKind.THREAD_END: gettext_lazy("Closed: its time was over"),
}
STANDINGS = {
    Standing.TRUSTED: gettext_lazy("trusted"),
    Standing.PREMODERATED: gettext_lazy("everything is held"),
    Standing.TIMED_OUT: gettext_lazy("timed out"),
    Standing.SUSPENDED: gettext_lazy("suspended"),
    Standing.BANNED: gettext_lazy("banned"),
}


def act_said(kind: ActKind, *, standing: str, rule: str) -> str:
    """What was done, in a few words, and by which rule."""
    of_reader = str(STANDINGS[Standing(standing)]) if standing else _("Taken back")
    said = str(DONE.get(kind, of_reader))
    return f"{said} ({GROUNDS[rule]})" if rule in GROUNDS else said


def known_of(history: History | None) -> str:
    """What is known of an author, in one line; nothing of somebody unknown."""
    if history is None:
        return ""
    said = [
        _("Published: %(count)s") % {"count": history.published},
        _("refused or removed: %(count)s") % {"count": history.refused},
    ]
    if history.standing:
        said.append(str(STANDINGS[Standing(history.standing)]))
    return " · ".join(said)


def hours_long(hours: int) -> str:
    """In hours, or in days."""
    days = hours // 24
    if days == 0:
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}

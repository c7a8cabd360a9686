"""The sentences that scripts say, translated like all others and served as one small module.

The plural rule is the catalogue's own Plural-Forms expression, which is C and therefore also JavaScript.
"""

from __future__ import annotations

import json
import re

from django.utils.translation import gettext_noop as _
from django.utils.translation import trans_real

from belowline.pages.environment import locale_of

SENTENCES = {
    "allRead": _("All marked as read."),
    "behind": _("Much has been written since. Load the page anew"),
    "cancel": _("Cancel"),
    "copied": _("The link was copied."),
    "copyFailed": _("The browser did not allow that. The link is this page's own address."),
    "close": _("Close"),
    "commentOn": _("Comment on this passage"),
    "closeMap": _("Close interactive map"),
    "delete": _("Delete"),
    "deleted": _("Deleted by the author."),
    "discard": _("Discard"),
    "draft": _("Your draft was restored."),
    "edit": _("Edit"),
    "inline": _("Inline feedback"),
    "ignored": _("You ignore this reader."),
    "invitation": _("Invitation to the discussion"),
    "join": _("Join the discussion"),
    "joinFirst": _("Be the first to comment"),
    "keyFold": _("Fold or unfold its replies"),
    "keyHelp": _("This help"),
    "keyNew": _("Next, previous new comment"),
    "keyNext": _("Next, previous comment"),
    "keyParent": _("To the comment that it answers"),
    "keyReply": _("Reply"),
    "keys": _("Keyboard shortcuts"),
    "keysOn": _("Use single keys on this device"),
    "leave": _("Discard what you wrote?"),
    "liveOn": _("Count new comments as they arrive"),
    "liveSay": _("Say when there are new comments (for screen readers)"),
    "markRead": _("Mark all read"),
    "moderation": _("Moderation"),
    "names": _("Names in this discussion"),
    "new": _("new"),
    "newComments": _("New comments"),
    "nextNew": _("Next new comment"),
    "notices": _("Notices"),
    "offline": _("No answer from the site. Nothing that you wrote is lost. Try again."),
    "openMap": _("Open interactive map"),
    "picture": _("Picture"),
    "pictureNext": _("Next picture"),
    "picturePrevious": _("Previous picture"),
    "pictures": _("Pictures in full size"),
    "posted": _("Your comment was posted."),
    "preview": _("Preview"),
    "previousNew": _("Previous new comment"),
    "refused": _("This did not go through. What you wrote is kept."),
    "saved": _("Your change was saved."),
    "show": _("show"),
    "signIn": _("Only members vote here."),
    "signInLink": _("Sign in"),
    "signOut": _("Sign out"),
    "sure": _("Delete this comment for good?"),
    "until": _("until"),
    "unvoted": _("Your vote was taken back."),
    "voted": _("Your vote was counted."),
    "zoomIn": _("Closer"),
    "zoomOut": _("Farther away"),
    "zoomWhole": _("The whole map"),
}


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Mark a counted sentence for the catalogue, as one entry with all its plural forms."""
    return one, many


# key: (singular, plural); %(n)s is the number, %(when)s a weekday or a day with the time.
COUNTED = {
    "arrived": ngettext_noop("%(n)s new comment", "%(n)s new comments"),
    "freshUpdates": ngettext_noop("%(n)s new update", "%(n)s new updates"),
    "hidden": ngettext_noop("[+] %(n)s comment hidden", "[+] %(n)s comments hidden"),
    "named": ngettext_noop(
        "%(n)s name: arrow keys choose it, Enter takes it", "%(n)s names: arrow keys choose one, Enter takes it"
    ),
    "replies": ngettext_noop("%(n)s new reply", "%(n)s new replies"),
    "sinceVisit": ngettext_noop("%(n)s new comment since %(when)s", "%(n)s new comments since %(when)s"),
}
_PLURAL = re.compile(r"plural=([^;]+)")


def module(language: str) -> str:
    """An ES module: `words.key`, `counted(key, n)`, and the `locale` for dates and numbers."""
    catalogue = trans_real.translation(language)
    single = {key: catalogue.gettext(text) for key, text in SENTENCES.items()}
    rule = _plural_rule(catalogue)
    # Each form is asked for with a number that has it.
    samples = _samples(catalogue)
    plural = {
        key: [catalogue.ngettext(one, many, number) for number in samples] for key, (one, many) in COUNTED.items()
    }
    return (
        f"export const words = {_json(single)};\n"
        f"const forms = {_json(plural)};\n"
        f"export const locale = {_json(_browser_locale(language))};\n"
        f"export const counted = (key, n) => forms[key][Number({rule})].replace('%(n)s', n.toLocaleString(locale));\n"
    )


def _browser_locale(language: str) -> str:
    """The language as browsers take it, with the digits and the 24 hours that our pages print: their own defaults may
    differ. (Key "hc": https://www.unicode.org/reports/tr35/#UnicodeHourCycleIdentifier)"""
    return f"{language}-u-hc-h23-nu-{locale_of(language).default_numbering_system}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _plural_rule(catalogue: object) -> str:
    header = catalogue.info().get("plural-forms", "") if hasattr(catalogue, "info") else ""
    match = _PLURAL.search(header)
    rule = match[1].strip() if match else "n != 1"
    if not re.fullmatch(r"[n0-9%=!<>&|?:() ]+", rule):
        raise ValueError(f"a plural rule that is no plain expression: {rule!r}")
    return rule


def _samples(catalogue: object) -> list[int]:
    """For each plural form a number that takes it, in the order of the forms."""
    plural = catalogue.plural  # type: ignore[attr-defined]  # gettext's compiled rule
    first: dict[int, int] = {}
    for number in range(1_000):
        first.setdefault(int(plural(number)), number)
    return [first[form] for form in sorted(first)]

"""The sentences that scripts say, translated like all others and served as one small module.

The plural rule is the catalogue's own Plural-Forms expression, which is C and therefore also JavaScript.
"""

from __future__ import annotations

import json
import re

from django.utils.translation import gettext_noop as _
from django.utils.translation import trans_real

SENTENCES = {
    "cancel": _("Cancel"),
    "copied": _("The link was copied."),
    "delete": _("Delete"),
    "draft": _("Your draft was restored."),
    "edit": _("Edit"),
    "failed": _("This did not go through. What you wrote is kept. Try again."),
    "fold": _("Fold"),
    "leave": _("Discard what you wrote?"),
    "new": _("new"),
    "nextNew": _("Next new comment"),
    "posted": _("Your comment was posted."),
    "previousNew": _("Previous new comment"),
    "report": _("Report"),
    "signIn": _("Sign in to vote."),
    "signOut": _("Sign out"),
    "unfold": _("Unfold"),
    "voted": _("Your vote was counted."),
    "unvoted": _("Your vote was taken back."),
}
# key: (singular, plural); %(n)s is the number.
COUNTED = {
    "hidden": (_("[+] %(n)s comment hidden"), _("[+] %(n)s comments hidden")),
    "sinceVisit": (_("%(n)s new comment since your last visit"), _("%(n)s new comments since your last visit")),
}
_PLURAL = re.compile(r"plural=([^;]+)")


def module(language: str) -> str:
    """An ES module: `words.key` and `counted(key, n)`."""
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
        f"export const counted = (key, n) => forms[key][Number({rule})].replace('%(n)s', n.toLocaleString({_json(language)}));\n"
    )


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

"""What the desk's own pages answer when something cannot be done: a code for tests and logs, a sentence for people.

What readers and programs are refused is domain.commenting.Refused, with its sentences in pages/refusals.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

# Of a passage that is to be withheld, in characters.
WORDS_LEAST, WORDS_MOST = 3, 500


@dataclass(frozen=True, slots=True)
class Denied:
    code: str


def sentence(denied: Denied) -> str:
    sentences = {
        "article_not_public": _("This article is not public."),
        "notice_too_short": _("Say in a sentence or two why it is gone."),
        "not_allowed": _("Only publishers and administrators may do this."),
        "passage_is_public": _("These words are in the article as it is public now. Take them out and publish first."),
        "passage_length": _("Give between %(least)s and %(most)s characters.")
        % {"least": WORDS_LEAST, "most": WORDS_MOST},
        "passage_unknown": _("No version holds these words."),
        "second_person_needed": _("You asked for it yourself: somebody else has to decide."),
        "second_person_no_right": _("Only publishers and administrators may do this."),
        "second_person_wait": _("Nobody else may decide this. You can do so yourself 24 hours after you asked."),
        "version_is_public": _("This version is public now. Publish another one first, or withdraw the article."),
        "version_unknown": _("There is no such version."),
        "withdrawal_missing": _("Nobody asked for this any more."),
    }
    return sentences[denied.code]

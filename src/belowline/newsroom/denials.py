"""What the desk's own pages answer when something cannot be done: a code for tests and logs, a sentence for people.

What readers and programs are refused is domain.commenting.Refused, with its sentences in pages/refusals.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

# Of a passage that is to be withheld, in characters.
WORDS_LEAST, WORDS_MOST = 3, 500
# Open links to one article's draft: more than anybody keeps in mind.
LINKS_MOST = 20


@dataclass(frozen=True, slots=True)
class Denied:
    code: str


def sentence(denied: Denied) -> str:
    sentences = {
        "article_not_public": _("This article is not public."),
        "merge_incomplete": _("Choose one of the wordings wherever you are asked to."),
        "merge_is_outdated": _(
            "Somebody saved again while you were choosing. What you chose is kept below; look at what is new."
        ),
        "merge_page_locked": _("The article is locked: nobody may change it now. Your text is kept here."),
        "notice_too_short": _("Say in a sentence or two why it is gone."),
        "not_allowed": _("Only publishers and administrators may do this."),
        "not_retracted": _("This article is not retracted."),
        "passage_is_public": _("These words are in the article as it is public now. Take them out and publish first."),
        "passage_length": _("Give between %(least)s and %(most)s characters.")
        % {"least": WORDS_LEAST, "most": WORDS_MOST},
        "passage_unknown": _("No version holds these words."),
        "second_person_needed": _("You asked for it yourself: somebody else has to decide."),
        "second_person_no_right": _("Only publishers and administrators may do this."),
        "second_person_wait": _("Nobody else may decide this. You can do so yourself 24 hours after you asked."),
        "return_missing": _("Nobody asked for this any more."),
        "return_reason_too_short": _("Say in a sentence why it may be published again."),
        "too_many_links": _("%(most)s links to this article are open. Take one back first.") % {"most": LINKS_MOST},
        "version_is_public": _("This version is public now. Publish another one first, or withdraw the article."),
        "version_unknown": _("There is no such version."),
        "withdrawal_missing": _("Nobody asked for this any more."),
    }
    return sentences[denied.code]

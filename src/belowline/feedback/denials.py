"""What the desk of the readers' requests answers when something cannot be done: a code, and a sentence for people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from belowline.domain.feedback import NOTE_CHARACTERS, REASON_CHARACTERS


def sentence(code: str) -> str:
    return sentences()[code]


def sentences() -> dict[str, str]:
    """Of every code, in the language that is active."""
    return {
        "answer_empty": _("Write an answer. It appears at the passage, with your name."),
        "answer_long": _("This answer is too long: at most 10,000 characters. Shorten it."),
        "answer_nested": _("Quotes or lists are nested too deep: at most 8 levels."),
        "duplicate_of_duplicate": _("That request repeats another one itself. Give the number of the first one."),
        "duplicate_unknown": _(
            "This article has no other request with this number. The number stands beside each one."
        ),
        "may_not_answer": _("Only those who may change this article answer for the newsroom here."),
        "note_long": _("This note is too long: at most %(n)s characters.") % {"n": NOTE_CHARACTERS},
        "offer_changed": _("Somebody else decided about this source in the meantime. Look at it again."),
        "offer_missing": _("There is no such offer."),
        "offer_no_consent": _("Its sender has not agreed that anything is published. You may use what it says."),
        "offer_nothing_to_show": _("There is no link. Write in the note what readers should know of the source."),
        "question_empty": _("Write the question."),
        "question_missing": _("This question is not there any more."),
        "question_stands": _("A question to readers stands at this passage already. Close that one first."),
        "passage_unknown": _("The article has no such passage now. Choose it again."),
        "reason_empty": _("Say why it is declined. Readers see the reason at the passage."),
        "reason_long": _("This reason is too long: at most %(n)s characters.") % {"n": REASON_CHARACTERS},
        "request_asked_anew": _("Readers ask for the same anew at this passage. Act on that request."),
        "request_changed": _(
            "Somebody else acted on this request in the meantime. What you wrote is kept; look at what is new, and press "
            "again if it still holds."
        ),
        "request_duplicate": _("This request repeats another one. Answer that one: whoever asked here is told, too."),
        "request_missing": _("There is no such request."),
        "request_settled": _("This request is settled already. An answer can still be changed."),
    }

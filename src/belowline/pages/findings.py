"""What the screening found, in words: for the author, and for the moderators.

The author reads which rule it was and at which words, never an entry of a list, a score or a threshold: those would teach
how to get past them. The moderators read the numbers, too. A test holds both against domain/screening/phases.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from belowline.domain.commenting import CommentState
from belowline.domain.screening import Outcome
from belowline.pages import links
from belowline.pages.marked import marked
from belowline.pages.model import Link, Reason
from belowline.pages.render import moment, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from belowline.discussion.queries.own import OwnComment
    from belowline.domain.screening import Finding

# Without guest_unconfirmed: that its author is asked by mail is said with the address it went to.
FOR_AUTHORS = {
    "urgent_report": gettext_lazy(
        "A reader reported something that cannot wait, like private facts or a threat. It is hidden until a person has "
        "looked."
    ),
    "assistant_holds": gettext_lazy("A program of the newsroom is in doubt about it, so a person reads it."),
    "awaits_service": gettext_lazy(
        "A program of the newsroom looks at it now. If it does not answer, a moderator reads it."
    ),
    "first_comments": gettext_lazy("The first comments of everybody who is new here are read before they appear."),
    "guest_awaits_moderator": gettext_lazy("It was written without an account: a moderator reads it first."),
    "hidden_field_filled": gettext_lazy(
        "A field of the form that people do not see was filled in, perhaps by your browser. A moderator looks at it."
    ),
    "invisible_signs": gettext_lazy("It has many signs that nobody can see."),
    "listed_words": gettext_lazy(
        "These words are on a list of the newsroom's: a moderator reads what has them. They may be harmless where they stand."
    ),
    "many_links": gettext_lazy("It has many links."),
    "network_busy": gettext_lazy("Very much is written from your network just now, by you or by others."),
    "outside_hours": gettext_lazy("Comments wait outside the opening hours. They are read from %(until)s on."),
    "personal_data": gettext_lazy(
        "It may tell something private, like an address, a telephone or an account number. A moderator looks whose it is."
    ),
    "raid_newcomer": gettext_lazy(
        "Very much is written here just now: comments of readers who are new, or have no account, are read first."
    ),
    "reader_premoderated": gettext_lazy("The newsroom has decided that your comments are read before they appear."),
    "same_reply": gettext_lazy(
        "You gave this answer several times in this discussion. Once is enough: everybody can read it there."
    ),
    "sent_around": gettext_lazy("You wrote nearly the same in other discussions."),
    "sent_at_once": gettext_lazy(
        "It was sent at the moment when the form opened, as programs do. People who paste are quick, too: a moderator looks."
    ),
    "shared_text": gettext_lazy("Several readers sent nearly the same text: a moderator reads it first."),
    "thread_premoderated": gettext_lazy("Every comment in this discussion is read before it appears."),
}
# A phase of another making, or of a newer version.
OTHERWISE = gettext_lazy("A moderator looks at it.")

FINDINGS = {
    "urgent_report": gettext_lazy("Hidden at once by an urgent report: what readers say stands here."),
    "assistant_doubts": gettext_lazy("Published; the assistant asks for a look."),
    "assistant_holds": gettext_lazy("The assistant holds it."),
    "awaits_service": gettext_lazy("The newsroom's own service has not answered yet."),
    "first_comments": gettext_lazy("Among the first comments of its author."),
    "guest_awaits_moderator": gettext_lazy("Written without an account."),
    "guest_unconfirmed": gettext_lazy("Its author has not confirmed the address."),
    "hidden_field_filled": gettext_lazy("A field that people do not see was filled in."),
    "invisible_signs": gettext_lazy("Many signs that nobody can see."),
    "listed_words": gettext_lazy("Words of a list."),
    "many_links": gettext_lazy("Many links."),
    "network_busy": gettext_lazy("Very much comes from its network."),
    "outside_hours": gettext_lazy("Sent outside the opening hours."),
    "personal_data": gettext_lazy("Perhaps personal data."),
    "raid_newcomer": gettext_lazy("From a newcomer or a guest while raid mode is on."),
    "reader_premoderated": gettext_lazy("Everything of its author is read first."),
    "same_reply": gettext_lazy("Published; the same answer several times in this discussion."),
    "sent_around": gettext_lazy("Nearly the same by its author in other discussions."),
    "sent_at_once": gettext_lazy("Sent at once after the form opened."),
    "shared_text": gettext_lazy("Nearly the same from several readers."),
    "thread_premoderated": gettext_lazy("Every comment in this discussion is read first."),
}
# What the evidence of a code says, for the moderators; its names are those of the evidence.
EVIDENCE = {
    "assistant_doubts": gettext_lazy("Suspected: %(attributes)s. Version: %(version)s."),
    "assistant_holds": gettext_lazy("Suspected: %(attributes)s. Version: %(version)s."),
    "first_comments": gettext_lazy("Published before: %(published)s."),
    "invisible_signs": gettext_lazy("Signs: %(signs)s."),
    "listed_words": gettext_lazy("Entries: %(entries)s. Lists: %(lists)s."),
    "many_links": gettext_lazy("Links: %(links)s; of this author at most %(limit)s pass."),
    "outside_hours": gettext_lazy("They are read from %(until)s on."),
    "personal_data": gettext_lazy("Kinds: %(kinds)s."),
    "same_reply": gettext_lazy("Times: %(times)s."),
    "sent_around": gettext_lazy("Copies: %(copies)s."),
    "sent_at_once": gettext_lazy("Milliseconds: %(milliseconds)s."),
    "shared_text": gettext_lazy("Copies: %(copies)s."),
}
# Of personal data (moderation.md); another one is shown by its name.
KINDS = {
    "card": gettext_lazy("bank card"),
    "coordinates": gettext_lazy("coordinates"),
    "email": gettext_lazy("e-mail address"),
    "iban": gettext_lazy("bank account"),
    "identity": gettext_lazy("identity number"),
    "phone": gettext_lazy("telephone number"),
    "address": gettext_lazy("postal address"),
}


def for_author(found: OwnComment, *, language: str) -> tuple[Reason, ...]:
    """Why it waits, a reason for each finding that holds; and what is worth a hint although it is published."""
    is_held = found.row.state == CommentState.HELD
    shown = [
        one
        for one in found.findings
        if (one.outcome is Outcome.HOLD and is_held and one.code != "guest_unconfirmed")
        or (one.code == "same_reply" and (is_held or found.row.state == CommentState.PUBLISHED))
    ]
    return tuple(
        Reason(_said(str(FOR_AUTHORS.get(one.code, OTHERWISE)), one, language), marked(found.source, one.passages))
        for one in shown
    )


def for_moderators(findings: Iterable[Finding], source: str, *, language: str) -> tuple[Reason, ...]:
    """Everything that was found, the strictest first; `source` is the wording in which it was."""
    return tuple(
        Reason(
            _with_evidence(one, language),
            marked(source, one.passages),
            _nearest(one, language),
        )
        for one in sorted(findings, key=lambda one: -one.outcome)
    )


def _with_evidence(finding: Finding, language: str) -> str:
    sentence = str(FINDINGS.get(finding.code, finding.code))
    more = EVIDENCE.get(finding.code)
    try:
        return sentence if more is None else f"{sentence} {_said(str(more), finding, language)}"
    except KeyError:
        return sentence  # found by a version that noted less


def _said(sentence: str, finding: Finding, language: str) -> str:
    """The sentence with the numbers, names and time that it asks for. KeyError without one of them."""
    if "%(" not in sentence:
        return sentence
    values = {
        name: number(value, language=language) if isinstance(value, int) else value
        for name, value in finding.evidence.items()
    }
    if "kinds" in values:
        values["kinds"] = _(", ").join(str(KINDS.get(kind, kind)) for kind in values["kinds"].split(", "))
    if finding.until is not None:
        values["until"] = moment(finding.until, language=language)
    return sentence % values


def _nearest(finding: Finding, language: str) -> Link | None:
    """To the comment that it is like, in the queue's page."""
    comment = finding.evidence.get("comment")
    if not isinstance(comment, int) or not comment:
        return None
    return Link(links.queue(language, find=comment), _("The other comment: %(id)s") % {"id": comment})

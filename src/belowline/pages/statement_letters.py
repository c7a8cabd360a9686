"""Letters of moderation: to whoever something was taken from, who objected to it, and who is on call."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from belowline.discussion.models import Comment
from belowline.mail.message import Composed
from belowline.moderation import appeals, receipts, statements
from belowline.moderation.models import Appeal
from belowline.pages import links
from belowline.pages.letters import Sheet
from belowline.pages.render import moment
from belowline.pages.statements import REASONS, sentences, subject


def statement(payload: dict[str, Any], language: str) -> Composed | None:
    """To whoever it was taken from; None when it was undone."""
    found = statements.statement(payload["act"])
    if found is None:
        return None
    sheet = Sheet()
    for sentence in sentences(found, language):
        sheet.say(sentence)
    if found.comment_id is not None:
        sheet.link(_("Your comment, and why:"), links.own_comment(found.comment_id, language))
    sheet.link(_("The house rules:"), links.standing("house-rules", language))
    sheet.link(
        _("Do you think that this is wrong? Object, in the browser in which you wrote:"),
        links.decision(found.act_id, language),
    )
    sheet.link(_("Or write to the newsroom:"), links.standing("contact", language))
    sheet.sign()
    return Composed(subject(found), sheet.text, sheet.html)


def appeal(payload: dict[str, Any], language: str) -> Composed | None:
    """The answer, to whoever objected."""
    found = appeals.with_act(payload["appeal"])
    if found is None or found.state == Appeal.OPEN:
        return None
    sheet = Sheet()
    for sentence in answer_sentences(found):
        sheet.say(sentence)
    sheet.quote(found.answer)
    sheet.link(_("The decision, and what you wrote:"), links.decision(found.act_id, language))
    sheet.sign()
    said = (
        _("You were right: the decision is taken back")
        if found.state == Appeal.OVERTURNED
        else _("The decision stands: somebody has looked at it again")
    )
    return Composed(said, sheet.text, sheet.html)


def answer_sentences(found: Appeal) -> tuple[str, ...]:
    """What came of an appeal, and who looked: the same in the letter and on the page."""
    if found.state == Appeal.OVERTURNED:
        said = [_("You objected, and you were right. The decision is taken back.")]
        if not found.was_given_back:
            said.append(_("Nothing else changes: something else holds by now, or the comment is deleted."))
    else:
        said = [_("You objected. Somebody has looked at the decision again, and it stands.")]
    if found.is_alone:
        said.append(_("Nobody else could decide: the same person looked again, a day later. This is recorded."))
    else:
        said.append(_("Another person than the one who decided has looked."))
    return tuple(said)


def receipt(payload: dict[str, Any], language: str) -> Composed | None:
    """To whoever reported a comment: that the report came, or what came of it. It holds none of the words."""
    found = receipts.outcome(payload["report"])
    if found is None or (payload.get("answers") and found.stands is None):
        return None
    sheet = Sheet()
    what = {"title": found.title, "date": moment(found.reported_at, language=language)}
    if not payload.get("answers"):
        title = _("Your report is with the moderators: %(title)s") % what
        sheet.say(_("On %(date)s you reported a comment in the discussion of “%(title)s”.") % what)
        sheet.say(_("A person reads it and decides. You are told what comes of it."))
    else:
        title = _("What came of your report: %(title)s") % what
        sheet.say(_("On %(date)s you reported a comment in the discussion of “%(title)s”.") % what)
        if found.stands:
            sheet.say(_("A person has looked at it, and it stands: it breaks no rule of this house."))
            sheet.link(_("The comment:"), links.comment(found.thread_id, found.comment_id, language))
        else:
            sheet.say(_("A person has looked at it. It is not public any more. Thank you for telling us."))
        sheet.link(_("The house rules:"), links.standing("house-rules", language))
        sheet.link(_("Do you see that otherwise? Write to the newsroom:"), links.standing("contact", language))
    sheet.sign()
    return Composed(title, sheet.text, sheet.html)


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

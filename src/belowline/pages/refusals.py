"""Refusal codes as sentences: what happened, why, what now. docs/errors.md lists every code; a test compares."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from belowline.domain.commenting import Refused
from belowline.mail.message import ascii_address
from belowline.pages.model import FormError, Link
from belowline.pages.render import clock, moment
from belowline.pages.site import contact_page
from belowline.support import words as support

if TYPE_CHECKING:
    from datetime import datetime

EMAIL_CHARACTERS = 254  # RFC 5321, 4.5.3.1.3: a path has 256, two of them are the angle brackets

# code: (the form's field it belongs to, the sentence)
SENTENCES = {
    "address_confirmed": ("email", _("Your address is confirmed already. Another one needs an account.")),
    "address_unconfirmed": ("", _("Open the link in the mail to you first: then your votes count.")),
    "address_unreachable": ("email", _("No mail can be sent to this address. Write another one.")),
    "asked_enough": ("", _("Three mails went to this address, and it is not written to again. Write another address.")),
    "asked_just_now": (
        "",
        _("A mail was sent a moment ago. Look for it, also among the unwanted ones; again at %(until)s."),
    ),
    "account_inactive": ("", _("This account was closed by the newsroom.")),
    "act_not_yours": ("", _("Only who took a decision can undo it. Decide about the comment anew instead.")),
    "act_unknown": ("", _("This decision does not exist.")),
    "appeal_answer_long": ("text", _("Answer in at most 500 characters.")),
    "appeal_answer_missing": ("text", _("Write an answer: whoever objected reads it.")),
    "appeal_late": ("", _("Six months have passed since this was decided. Write to the newsroom instead.")),
    "appeal_needs_another": ("", _("You decided this yourself: a colleague answers the appeal.")),
    "appeal_once": ("", _("You have objected to this already. The answer will stand on this page.")),
    "appeal_settled": ("", _("This is settled already: it was taken back, or somebody has answered.")),
    "appeal_text_long": ("text", _("Say it in at most 1,000 characters.")),
    "appeal_text_missing": ("text", _("Say in a few words why you think that it is wrong.")),
    "appeal_unknown": ("", _("There is no such decision about you.")),
    "ask_own": ("", _("This is your own comment. When readers ask for your source, you can give one here.")),
    "ask_unconfirmed": (
        "",
        _("Who asks has an account, or has opened the link in the mail to them. Do that, and ask again."),
    ),
    "asks_often": ("", _("You asked and changed a lot within an hour. Again at %(until)s.")),
    "asked_already": ("", _("You ask for this here already. Post a comment instead, or change your own words.")),
    "asking_again": (
        "text",
        _("The newsroom has decided about this here. Say in words what its answer lacks."),
    ),
    "asking_empty": ("text", _("Say in words what is wrong, and what would be right.")),
    "asking_often": ("", _("Many requests came from your network within an hour. Try again at %(until)s.")),
    "asking_unknown": (
        "text",
        _(
            "Without an account, or before your address is confirmed, you ask in words of your own. Write some, "
            "or sign in."
        ),
    ),
    "branch_closed": ("", _("The author of this comment takes no more replies. Your text is kept: post it elsewhere.")),
    "bulk_typed": ("", _("Nothing was decided. Type the number of comments as it stands there.")),
    "case_in_hand": ("", _("A colleague has this in hand until %(until)s. Take another one.")),
    "choice_unknown": ("", _("This choice does not exist. Press one of the buttons.")),
    "code_spent": ("", _("This code was tried too often. Ask for another one.")),
    "code_wrong": ("code", _("This is not the code, or its time is over. Look again, or ask for another one.")),
    "comment_gone": ("", _("This comment was deleted or removed in the meantime.")),
    "comment_missing": ("", _("There is no such comment.")),
    "edit_window_over": ("", _("The time for editing this comment is over. Write a reply to correct yourself.")),
    "email_invalid": ("email", _("This is not an e-mail address. Write it like name@example.org.")),
    "email_same": ("email", _("This is your address already.")),
    "email_taken": ("email", _("There is an account with this address already. Sign in instead.")),
    "email_unproved": ("", _("Show first that your address is yours: sign out, and sign in with a code by mail.")),
    "error_passage_long": (
        "passage",
        _("These words are too many: at most 500 characters. The first sentence is enough."),
    ),
    "error_text_long": ("text", _("This report is too long: at most 2,000 characters. Shorten it, or send two.")),
    "errors_filled": (
        "",
        _("A field that people do not see was filled in. It is empty again: press the button once more."),
    ),
    "errors_full": ("", _("So many reports wait that no more are taken now. Copy your text and try again tomorrow.")),
    "errors_often": (
        "",
        _("Several reports came from your network within an hour. Copy your text and try again at %(until)s."),
    ),
    "follows_enough": ("", _("You follow 200 things already. Leave one of them first.")),
    "follows_nothing": ("", _("Choose what you want mails about.")),
    "hour_unknown": ("quiet_from", _("An hour is a number from 0 to 23.")),
    "mail_away": ("email", _("This site cannot send mail at the moment. Try again tomorrow.")),
    "unsubscribe_unknown": (
        "",
        _("This link is not one of ours. Copy it whole, or choose what you are told of instead."),
    ),
    "zone_unknown": ("zone", _("There is no such time zone. Write it like Europe/Oslo.")),
    "form_expired": ("", _("This form was open for too long, or cookies are off. Press the button once more.")),
    "form_old": ("", _("This form was open for more than a day. Your words are here: press once more.")),
    "mails_often": ("", _("Your network has asked for many mails today. Again at %(until)s.")),
    "ignore_yourself": ("", _("Nobody ignores themselves.")),
    "ignored_full": ("", _("You ignore 500 readers already. Take one off the list first.")),
    "mail_often": (
        "",
        _("Several letters went to this address already. The next one can go: %(until)s."),
    ),
    "members_only": ("", _("Only members can do this here. Sign in or create an account; what you wrote is kept.")),
    "muted_full": ("", _("You have muted 500 branches already. Take one off the list first.")),
    "name_characters": ("name", _("This name has characters that nobody could tell apart or see. Use letters.")),
    "name_mixed_scripts": ("name", _("This name mixes alphabets. Write it in one of them.")),
    "name_no_letter": ("name", _("A name needs at least one letter.")),
    "name_reserved": ("name", _("This name looks like the newsroom's own. Choose another one.")),
    "name_taken": ("name", _("Somebody with this name, or one that looks the same, is here already.")),
    "name_too_long": ("name", _("This name is too long: at most 50 characters.")),
    "name_too_short": ("name", _("This name is too short: at least 2 characters.")),
    "names_often": ("", _("Names were asked for very often. Write the name yourself, or go on at %(until)s.")),
    "not_allowed": ("", _("This request came from another site, or you may not do this. Nothing was changed.")),
    "not_yours": ("", _("Only its author can change a comment.")),
    "offer_consent": (
        "consent",
        _("You gave a name and did not agree that the link is published. Tick the box, or take the name away."),
    ),
    "offer_contact_long": (
        "contact",
        _("This contact is too long: at most 254 characters. One way to reach you is enough."),
    ),
    "offer_link": (
        "url",
        _("This is no address of a page. Write it like https://example.org/report, or leave it empty."),
    ),
    "offer_long": ("text", _("This is too long: at most 2,000 characters. Shorten it, or send two.")),
    "offer_name_long": ("name", _("This name is too long: at most 80 characters.")),
    "offers_full": ("", _("So many offers wait that no more are taken now. Copy your text and try again tomorrow.")),
    "offers_often": (
        "",
        _("Several offers came from your network within an hour. Copy your text and try again at %(until)s."),
    ),
    "own_comment": ("", _("Nobody votes on their own comment.")),
    "page_missing": ("", _("There is no page at this address, or it is not yours to see.")),
    "parent_deleted": (
        "",
        _("The comment you answer was deleted by its author. Your text is kept: post it elsewhere."),
    ),
    "parent_elsewhere": ("", _("The comment you answer belongs to another discussion.")),
    "parent_held": ("", _("The comment you answer is not published yet.")),
    "parent_missing": ("", _("The comment you answer does not exist.")),
    "parent_removed": ("", _("The comment you answer was removed by the moderators. Your text is kept.")),
    "password_wrong": ("", _("This is not your present password.")),
    "reader_cannot_write": ("", _("This account cannot write here.")),
    "reader_missing": ("", _("Your account or guest name is not known any more. Sign in again.")),
    "report_needs_name": (
        "reason",
        _("The moderators cannot see who follows whom without a name. Sign in, or choose another reason."),
    ),
    "report_note_long": ("note", _("This note is too long: at most 1,000 characters. Shorten it.")),
    "rule_missing": ("", _("Choose the rule that was broken: whoever it is about reads it.")),
    "term_empty": ("term", _("Write the word, or the words.")),
    "term_too_long": ("term", _("At most 64 characters.")),
    "term_pattern": ("term", _("A word or words, no pattern: leave out signs like * ( ) [ ] and ?.")),
    "term_letters": ("term", _("Too short: at least two letters, and four for the beginning of words.")),
    "term_words": ("term", _("One word, or for a phrase two to eight words.")),
    "list_language": ("", _("There is no list for this language.")),
    "list_note_long": ("note", _("The note may have at most 300 characters.")),
    "list_term_missing": ("term", _("This is not on the list; perhaps a colleague took it away.")),
    "list_term_known": ("term", _("This is on the list already, or was proposed.")),
    "list_term_innocent": ("term", _("This is a name, or a word that is in order. It cannot be listed.")),
    "list_term_common": (
        "term",
        _("This stands in comments that were published here and are in order. Choose more exact words."),
    ),
    "list_full": (
        "",
        _("The newsroom has changed this list 5,000 times. Ask the operator to ship a list of your own."),
    ),
    "list_change_over": ("", _("Somebody has decided about this change, or it is older than a week.")),
    "second_person_needed": ("", _("You proposed this: somebody else has to agree.")),
    "second_person_wait": (
        "",
        _("Nobody else can agree. You may, a day after you proposed it; it is recorded that you decided alone."),
    ),
    "second_person_no_right": ("", _("You do not hold the right to decide this.")),
    "keeping_end": ("ends", _("Choose a time that is still to come, at most ten years away, or none.")),
    "keeping_hours": ("opens", _("Say from when until when it is open, two different times, or leave both empty.")),
    "keeping_reason_long": ("public", _("The reason may have at most 300 characters.")),
    "keeping_reason_missing": ("public", _("Say why: readers see it at the head of the discussion.")),
    "keeping_slow": ("slow", _("Choose how long a reader waits between two comments, at most a day.")),
    "raid_over": ("", _("Raid mode is off already: a colleague ended it, or its time was over.")),
    "raid_until": ("hours", _("Choose how long raid mode lasts: from 10 minutes to 7 days.")),
    "standing_last_administrator": ("", _("This is the only administrator: somebody has to be able to undo it.")),
    "standing_own": ("", _("Nobody decides about themselves. Ask a colleague.")),
    "standing_staff": ("", _("This person holds a role in the newsroom. Take the role away first.")),
    "standing_until": ("", _("Say until when: at most 7 days for a time-out, a year for a suspension.")),
    "report_own": ("", _("This is your own comment. You can delete it.")),
    "report_reason_missing": ("reason", _("Choose what is wrong with the comment.")),
    "reports_often": (
        "",
        _("Many reports came from your network within an hour. Copy your note and try again at %(until)s."),
    ),
    "posts_often": (
        "",
        _("You have written a lot here within a short time. You can go on: %(until)s. Your text is kept."),
    ),
    "raid_links": (
        "text",
        _(
            "Very much is written here just now, and no links are taken from readers who are new or have no "
            "account. Take the link out, or come back later: your text is kept."
        ),
    ),
    "reader_banned": (
        "",
        _("The newsroom has decided that you write and vote here no more. If that is wrong, write to the newsroom."),
    ),
    "reader_suspended": (
        "",
        _(
            "The newsroom has decided that you neither write nor vote here until %(until)s. "
            "If that is wrong, write to the newsroom."
        ),
    ),
    "reader_timed_out": (
        "",
        _(
            "You do not write here until %(until)s: the newsroom, or one of its rules, has decided so. You can "
            "read and vote. Your text is kept; post it then."
        ),
    ),
    "rename_often": (
        "name",
        _("Your name was changed within the last 30 days. The next change is possible: %(until)s."),
    ),
    "same_text": ("text", _("You posted these very words here a moment ago. They are not posted twice.")),
    "sign_in_failed": ("", _("Address and password do not match. Both are kept apart from capitals: check them.")),
    "sign_in_often": (
        "",
        _("There were too many tries. Wait until %(until)s, or sign in with a code by mail or a passkey."),
    ),
    "sign_up_often": ("", _("Several accounts were made from your network. Try again at %(until)s.")),
    "source_address": (
        "source",
        _("This is no address that readers could open. Write all of it, like https://example.org/report.pdf."),
    ),
    "source_changes": ("", _("This source was changed 20 times. Withdraw it, or write a reply with another one.")),
    "source_not_asked": ("", _("Nobody asks for a source here any more.")),
    "source_premoderated": (
        "",
        _("Every comment here is read by a moderator before it is published. Give your source in a reply."),
    ),
    "staff_stay": ("", _("An account of the newsroom is closed by an administrator: its name stands under decisions.")),
    "own_matter": ("", _("This is your own comment. Somebody else decides about it.")),
    "undo_too_late": ("", _("Decisions are undone for ten minutes. Decide about the comment anew instead.")),
    "state_changed": ("", _("Somebody else decided about this comment in the meantime.")),
    "storage_busy": ("", _("Too many people are writing at this moment. Nothing is lost: press the button once more.")),
    "text_empty": ("text", _("Write something first.")),
    "text_too_long": ("text", _("This text is too long: at most 10,000 characters. Shorten it or post it in parts.")),
    "text_too_nested": ("text", _("Quotes or lists are nested too deep: at most 8 levels.")),
    "thread_closed": ("", _("This discussion is closed.")),
    "think_again": (
        "text",
        _(
            "Read your words once more, above all what is marked. As they are, a moderator reads them first, and "
            "until then only you can see them. With other words they may appear at once."
        ),
    ),
    "think_again_private": (
        "text",
        _(
            "This may tell something private: an address, a telephone or an account number. Take it out, if it is"
            " not for everybody. As it is, a moderator reads it first, and until then only you can see it."
        ),
    ),
    "thread_slow": (
        "",
        _(
            "This discussion is slow: everybody waits between two comments. You can write here again at "
            "%(until)s. Your text is kept."
        ),
    ),
    "token_unknown": ("", _("This link is older than a week, or another address was given since. Write again.")),
    "thread_missing": ("", _("There is no such discussion.")),
    "passage_differs": (
        "",
        _("The article has other words at this place. Choose the passage anew, or post without it: your text is kept."),
    ),
    "passage_empty": ("", _("There is no word in what you chose. Choose some words, or post without a passage.")),
    "passage_figures": (
        "",
        _(
            "A passage cannot reach across a picture or a map. Choose the words before it, those behind it, or it"
            " alone."
        ),
    ),
    "passage_gone": (
        "",
        _(
            "This passage was removed from the article in the meantime. Post without it, or choose another: your "
            "text is kept."
        ),
    ),
    "passage_long": ("", _("This passage is too long: at most 2,000 characters. Its first sentence is enough.")),
    "passage_missing": (
        "",
        _(
            "The article has no such passage. Choose it anew on the article’s page, or post without it: your text"
            " is kept."
        ),
    ),
    "request_closed": (
        "",
        _("The newsroom has decided about this in the meantime. Look at the answer at the passage."),
    ),
    "request_missing": ("", _("There is no such request.")),
    "request_unreadable": ("", _("This request could not be read: it has too many fields or is not a form.")),
    "vote_unknown": ("", _("A vote is helpful, not helpful, or taken back.")),
    **support.SENTENCES,
}


# Where the time alone would not say which day.
WAIT_A_DAY = frozenset({"mail_often", "posts_often", "reader_suspended", "reader_timed_out", "rename_often"})
# Whoever thinks that it is wrong writes to the newsroom.
APPEALED = frozenset({"reader_banned", "reader_suspended", "reader_timed_out"})


def sentence(code: str) -> str:
    return str(SENTENCES[code][1])


def said(refused: Refused) -> str:
    """The sentence with the time at which it would be allowed, where it names one."""
    text = sentence(refused.code)
    if refused.until is None:
        return text
    # The minute in which it is allowed for certain.
    minute = refused.until + timedelta(minutes=1) - timedelta(microseconds=1)
    shown = moment if refused.code in WAIT_A_DAY else clock
    return text % {"until": shown(minute, language=get_language() or "en")}


def form_errors(refused: Refused) -> tuple[FormError, ...]:
    return (FormError(SENTENCES[refused.code][0], said(refused), _way_out(refused)),)


def _way_out(refused: Refused) -> Link | None:
    """Where to turn to, where the sentence speaks of it and there is such a page."""
    return contact_page(get_language() or "en") if refused.code in APPEALED else None


def email_refusal(email: str) -> Refused | None:
    """Why this cannot be somebody's address; None if it can. Whether mail arrives there is another question."""
    try:
        validate_email(email)
        ascii_address(email)  # quoted ones are addresses, but no mail of ours is written to them
    except (ValidationError, ValueError):
        return Refused("email_invalid", status=422)
    return Refused("email_invalid", status=422) if len(email) > EMAIL_CHARACTERS else None


def problem(refused: Refused) -> dict[str, str | int]:
    """For scripts: the stable code, the sentence, the form's field it belongs to, until when, and where to turn to (`url`,
    `link`), if any."""
    answer: dict[str, str | int] = {"code": refused.code, "text": said(refused)}
    field = SENTENCES[refused.code][0]
    if field:
        answer["field"] = field
    until: datetime | None = refused.until
    if until is not None:
        answer["until"] = int(until.timestamp())
    link = _way_out(refused)
    if link is not None:
        answer |= {"url": link.url, "link": link.text}
    return answer

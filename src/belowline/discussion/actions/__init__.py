"""What people do below the line. Each action is one transaction: gather facts, decide, write, record the event."""

from belowline.discussion.actions.comment_delete import delete_comment
from belowline.discussion.actions.comment_edit import edit_comment
from belowline.discussion.actions.comment_post import OnPassage, Posted, Submission, forget_submissions, post_comment
from belowline.discussion.actions.comment_report import open_again, report_comment, settle_reports
from belowline.discussion.actions.comment_source import Asked, ask_for_source, give_source
from belowline.discussion.actions.guest_confirm import (
    Confirmed,
    adopt_guests,
    confirm_guest,
    decline_guest,
    forget_unconfirmed,
    waiting_for,
)
from belowline.discussion.actions.reader_choice import ignore_author, mute_branch, stop_ignoring, stop_replies
from belowline.discussion.actions.reader_leave import Texts, erase_reader, rename_reader
from belowline.discussion.actions.reader_merge import merge_reader
from belowline.discussion.actions.staff import change_state, take_back
from belowline.discussion.actions.thread import (
    OWN_SITE,
    close_discussion,
    close_thread,
    ensure_site,
    ensure_thread,
    fold_counts,
    hide_thread,
    keep_mode,
)
from belowline.discussion.actions.vote import Voted, cast_vote

__all__ = [
    "OWN_SITE",
    "Asked",
    "Confirmed",
    "OnPassage",
    "Posted",
    "Submission",
    "Texts",
    "Voted",
    "adopt_guests",
    "ask_for_source",
    "cast_vote",
    "change_state",
    "close_discussion",
    "close_thread",
    "confirm_guest",
    "decline_guest",
    "delete_comment",
    "edit_comment",
    "ensure_site",
    "ensure_thread",
    "erase_reader",
    "fold_counts",
    "forget_submissions",
    "forget_unconfirmed",
    "give_source",
    "hide_thread",
    "ignore_author",
    "keep_mode",
    "merge_reader",
    "mute_branch",
    "open_again",
    "post_comment",
    "rename_reader",
    "report_comment",
    "settle_reports",
    "stop_ignoring",
    "stop_replies",
    "take_back",
    "waiting_for",
]

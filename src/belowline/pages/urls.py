"""Personal addresses of readers. All begin with an underscore: never cached (ARCHITECTURE.md)."""

from django.urls import include, path, register_converter

from belowline.pages.views import (
    choices,
    decisions,
    errors,
    guest,
    me,
    names,
    notify,
    offers,
    own,
    posting,
    preview,
    reports,
    requests,
    sources,
    staff,
    staff_appeals,
    staff_discussions,
    staff_lists,
    staff_reader,
    support,
    votes,
)
from belowline.pages.views.account import mine
from belowline.pages.views.account.frame import READ, members_only


class IdConverter:
    """A row's id: at most 18 digits, which every database holds."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class TokenConverter:
    """A secret name: of a gift (support.actions.begin_gift), of a link to a draft (newsroom.preview_links), of
    a confirmation (accounts.confirming)."""

    regex = "[A-Za-z0-9_-]{16,64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(IdConverter, "id")
register_converter(TokenConverter, "token")

urlpatterns = [
    path("_me", me.reader, name="who"),
    path("_me/thread/<id:thread_id>", me.thread, name="me"),
    path("_d/<id:thread_id>/reply", posting.write, name="write"),
    path("_d/<id:thread_id>/reply/<id:parent_id>", posting.write, name="write"),
    path("_d/<id:thread_id>/names", names.names, name="names"),
    path("_d/<id:thread_id>/vote", votes.vote, name="vote"),
    path("_d/comment/<id:comment_id>", own.own_comment, name="own-comment"),
    path("_d/comment/<id:comment_id>/edit", own.edit, name="edit"),
    path("_d/comment/<id:comment_id>/delete", own.delete, name="delete"),
    path("_d/comment/<id:comment_id>/report", reports.report, name="report"),
    path("_d/comment/<id:comment_id>/choices", choices.choose, name="choices"),
    path("_d/comment/<id:comment_id>/source", sources.source, name="source"),
    path("_decision/<id:act_id>", decisions.decision, name="decision"),
    path("_d/request/<id:request_id>", requests.join, name="request"),
    path("_d/<id:thread_id>/notify", notify.notify_of, name="notify-of"),
    path("_notify", notify.subscriptions, name="subscriptions"),
    path("_notify/<slug:about>/<id:target>", notify.follow, name="follow"),
    path("_notices", notify.notices, name="notices"),
    path("_u/<str:token>", notify.unsubscribe, name="unsubscribe"),
    path("_guest", guest.guest, name="guest"),
    path("_confirm/<token:token>", guest.confirm, name="confirm"),
    path("_account", members_only(mine.overview, READ), name="my-page"),
    path("_account/", include("belowline.pages.views.account.urls")),
    path("_error/<id:article_id>", errors.report, name="report-error"),
    path("_offer/<id:article_id>", offers.offer, name="offer-source"),
    path("_support/give", support.give, name="give"),
    path("_support/gift/<token:token>", support.gift, name="gift"),
    path("_support/gift/<token:token>/cancelled", support.cancelled, name="gift-cancelled"),
    path("_support/gift/<token:token>/stop", support.stop, name="gift-stop"),
    path("_preview/<token:token>", preview.draft, name="draft"),
    path("_preview/<token:token>/picture/<id:picture_id>", preview.draft_picture, name="draft-picture"),
    path("_staff/comments", staff.queue, name="queue"),
    path("_staff/appeals", staff_appeals.appeals, name="staff_appeals"),
    path("_staff/appeals/<id:appeal_id>", staff_appeals.appeal, name="staff_appeal"),
    path("_staff/discussions", staff_discussions.discussions, name="staff_discussions"),
    path("_staff/discussions/<id:thread_id>", staff_discussions.discussion, name="staff_discussion"),
    path("_staff/lists", staff_lists.word_lists, name="word_lists"),
    path("_staff/lists/<slug:of>", staff_lists.word_list, name="word_list"),
    path("_staff/readers/<id:reader_id>", staff_reader.reader, name="staff_reader"),
]

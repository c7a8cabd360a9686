"""Personal addresses of readers. All begin with an underscore: never cached (ARCHITECTURE.md)."""

from django.urls import path, register_converter

from belowline.pages.views import account, comments, me, staff, votes


class IdConverter:
    """A row's id: at most 18 digits, which every database holds."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(IdConverter, "id")

urlpatterns = [
    path("_me", me.reader, name="who"),
    path("_me/thread/<id:thread_id>", me.thread, name="me"),
    path("_d/<id:thread_id>/reply", comments.write, name="write"),
    path("_d/<id:thread_id>/reply/<id:parent_id>", comments.write, name="write"),
    path("_d/<id:thread_id>/vote", votes.vote, name="vote"),
    path("_d/comment/<id:comment_id>", comments.own_comment, name="own-comment"),
    path("_d/comment/<id:comment_id>/edit", comments.edit, name="edit"),
    path("_d/comment/<id:comment_id>/delete", comments.delete, name="delete"),
    path("_account/sign-in", account.sign_in_view, name="sign-in"),
    path("_account/sign-up", account.sign_up_view, name="sign-up"),
    path("_account/sign-out", account.sign_out_view, name="sign-out"),
    path("_staff/comments", staff.queue, name="queue"),
]

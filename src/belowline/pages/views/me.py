"""The personal state of a thread's page: one small answer, asked only when the marker cookie is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from belowline.discussion.actions.comment_edit import edit_rules
from belowline.discussion.queries import choices, comments, own, threads
from belowline.domain.commenting import CommentState, EditingFacts, ThreadMode, edit_deadline
from belowline.moderation.roles import MODERATE
from belowline.notifications.matrix import unseen
from belowline.pages import links
from belowline.pages.personal import Personal
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

# A page shows at most 200 comments; a few more do no harm.
MOST_COMMENTS = 250
MOST_OWN = 50


def asked_for(text: str) -> list[int]:
    """The ids of a page as scripts send them: base 36, joined by commas. What is no id is left out."""
    parts = text.split(",")[:MOST_COMMENTS]
    return [int(part, 36) for part in parts if part.isalnum() and part.isascii() and len(part) <= 12]


def _who(personal: Personal) -> dict[str, object]:
    reader = personal.reader
    return {
        "token": personal.token,
        "reader": None if reader is None else {"name": reader.name, "member": personal.is_member},
        "page": links.account("", personal.language),
        "signOut": links.account("sign-out", personal.language),
        "staff": links.queue(personal.language) if personal.request.user.has_perm(MODERATE) else "",
        "notices": {} if reader is None else {"url": links.notices(personal.language), "new": unseen(reader.id)},
        "votes": {},
        "own": [],
        "ignored": [],
    }


@require_GET
def reader(request: HttpRequest) -> HttpResponse:
    """The same for a page without a discussion: name, token, the way out."""
    return (personal := Personal(request)).data(_who(personal))


@require_GET
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Name, token, my votes on the comments of the page (`?c=`), my comments here and what I may do."""
    personal = Personal(request)
    reader = personal.reader
    answer = _who(personal)
    with snapshot() as cursor:
        row = threads.thread(cursor, thread_id)
        if row is None:
            raise Http404
        if reader is not None:
            ids = asked_for(request.GET.get("c", ""))
            answer["votes"] = {str(one): value for one, value in comments.votes_of(cursor, reader.id, ids).items()}
            answer["ignored"] = choices.ignored_among(cursor, reader.id, ids)
            answer["own"] = _own(cursor, personal, thread_id, ThreadMode(row.mode))
    return personal.data(answer)


def _own(cursor: CursorWrapper, personal: Personal, thread_id: int, mode: ThreadMode) -> list[dict[str, object]]:
    """My latest comments here: state, and until when they can be edited (Unix seconds, 0 for no longer)."""
    assert personal.reader is not None
    found = []
    for row in own.own_comments(cursor, reader_id=personal.reader.id, thread_id=thread_id, at_most=MOST_OWN):
        facts = EditingFacts(True, CommentState(row.state), row.posted_at, row.first_reply_at, mode)
        until = edit_deadline(facts, rules=edit_rules())
        is_alive = facts.state in {CommentState.PUBLISHED, CommentState.HELD}
        found.append(
            {
                "id": row.id,
                "state": row.state,
                "editUntil": int(until.timestamp()) if is_alive and until > personal.now else 0,
                "url": links.own_comment(row.id, personal.language),
            }
        )
    return found

"""What the newsroom asks readers at a passage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from belowline.discussion.models import Thread
from belowline.feedback import rights
from belowline.feedback.actions import questions as asking_readers
from belowline.feedback.denials import sentence
from belowline.feedback.desk.frame import ON_A_PAGE, answering_user, home, number, page, public_url
from belowline.feedback.forms import QuestionForm, pieces_of
from belowline.feedback.models import Question
from belowline.newsroom.denials import Denied
from belowline.newsroom.desk.frame import see_other
from belowline.newsroom.models import ArticlePage

if TYPE_CHECKING:
    from django.http import HttpRequest

    from belowline.accounts.models import User


@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, page_id: int) -> HttpResponse:
    """What the newsroom asks readers in one article. `?passage=` chooses the place."""
    user = answering_user(request)
    article = get_object_or_404(ArticlePage, pk=page_id)
    if not rights.may_answer(user, article):
        raise PermissionDenied
    thread = Thread.objects.filter(subject_key=str(article.subject_key), is_hidden=False).first()
    pieces = pieces_of(article) if thread is not None else []
    data = request.POST if request.method == "POST" else None
    chosen = (data or request.GET).get("passage", "")[:80]
    form = QuestionForm(data if data is not None and data.get("act") == "ask" else None, pieces=pieces, chosen=chosen)
    denied = ""
    if data is not None and thread is not None:
        done = _ask(request, article, thread, form, user)
        if isinstance(done, HttpResponse):
            return done
        denied = done
    rows = Question.objects.filter(article=article).select_related("passage", "asked_by").order_by("-pk")[:ON_A_PAGE]
    values = {
        "page": article,
        "form": form if pieces else None,
        "denied": denied,
        "questions": [(one, public_url(article, one.passage)) for one in rows],
    }
    title = _("Ask readers: %(title)s") % {"title": article.get_admin_display_title()}
    return page(request, "questions", title, [home()], values, status=422 if denied else 200)


def _ask(
    request: HttpRequest, article: ArticlePage, thread: Thread, form: QuestionForm, user: User
) -> HttpResponse | str:
    now = timezone.now()
    if request.POST.get("act") == "close":
        closed = asking_readers.close_question(number(request.POST.get("question", "")), by=user, now=now)
        if isinstance(closed, Denied):
            return sentence(closed.code)
        messages.success(request, _("Readers see the question no more."))
        return see_other(reverse("feedback_questions", args=[article.pk]))
    if not form.is_valid():
        return _("Look at what stands beside the field.")
    asked = asking_readers.ask_readers(
        article,
        thread_id=thread.pk,
        address=form.cleaned_data["passage"],
        source=form.cleaned_data["text"],
        by=user,
        now=now,
    )
    if isinstance(asked, Denied):
        form.add_error("text", sentence(asked.code))
        return sentence(asked.code)
    messages.success(request, _("The question stands at the passage."))
    return see_other(reverse("feedback_questions", args=[article.pk]))

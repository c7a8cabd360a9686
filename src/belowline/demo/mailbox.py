"""The demo's mailbox: what the site would have sent, to whomever. Exists only where no mail server is set."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from belowline.mail.models import Letter, LetterState
from belowline.pages.model import HeadView
from belowline.pages.model.mailbox import LetterView, MailboxPage
from belowline.pages.personal import Personal

SHOWN = 50


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest letters, and how many are on their way."""
    if not settings.CONFIG.demo or settings.CONFIG.mail.url:
        raise Http404
    found = Letter.objects.filter(state=LetterState.SENT).order_by("-ended_at", "-pk")[:SHOWN]
    page = MailboxPage(
        head=HeadView(title=_("The demo's mailbox"), is_indexed=False, styles=("letters.css",)),
        waiting=Letter.objects.filter(state=LetterState.WAITING).count(),
        letters=tuple(
            LetterView(to=one.email, subject=one.subject, text=one.text, language=one.language, sent_at=one.ended_at)
            for one in found
            if one.ended_at is not None
        ),
    )
    return Personal(request).page("mailbox.html", page)

"""What every uncached page needs: who asks, the frame, the token, and the two ways to answer (page or JSON)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.utils.translation import get_language

from belowline.accounts.identity import current_reader
from belowline.accounts.sent_forms import once
from belowline.domain.commenting import ReaderKind, Refused
from belowline.domain.screening import HASTY_SECONDS
from belowline.pages import form_keys, refusals
from belowline.pages.answer import Ask
from belowline.pages.model import HeadView, Link, MessagePage
from belowline.pages.render import render
from belowline.pages.site import site_view
from belowline.storage.reading import snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from belowline.accounts.queries import ReaderFacts


@dataclass
class Personal:
    """One personal request."""

    request: HttpRequest

    @cached_property
    def reader(self) -> ReaderFacts | None:
        return current_reader(self.request)

    @cached_property
    def now(self) -> datetime:
        return datetime.now(UTC)

    @cached_property
    def language(self) -> str:
        return get_language() or "en"

    @property
    def client_address(self) -> str:
        """As the front says it; for counting alone (accounts/networks.py), never to be kept."""
        return getattr(self.request, "client_address", "")

    @property
    def is_guest(self) -> bool:
        """Whether the forms ask for a name: nobody is signed in and no guest name is remembered."""
        return self.reader is None

    @property
    def is_member(self) -> bool:
        return self.reader is not None and self.reader.kind is ReaderKind.MEMBER

    @property
    def wants_json(self) -> bool:
        return "application/json" in self.request.headers.get("Accept", "")

    @property
    def token(self) -> str:
        return get_token(self.request)

    @property
    def ask(self) -> Ask:
        return Ask(path=self.request.path, language=self.language, now=self.now)

    def field(self, name: str, *, limit: int = 200_000) -> str:
        """A submitted field; a list of values counts as its first."""
        return self.request.POST.get(name, "")[:limit]

    @property
    def sent_key(self) -> str:
        """The random field of the form that was sent; "" for a form without one."""
        return self.field("key", limit=form_keys.CHARACTERS)

    @property
    def form_key(self) -> str:
        """For the form that is drawn: the field that was sent, so that its button pressed again is the same press. A new
        one for a new form, and instead of a spent one; whoever had that one open for a day is in no haste now."""
        sent = self.sent_key
        if sent and not form_keys.is_spent(sent, now=self.now):
            return sent
        return form_keys.new_form_key(self.now - timedelta(seconds=HASTY_SECONDS if sent else 0))

    @cached_property
    def form(self) -> str:
        """What makes two presses of a button the same: the form's random field, who sends it, where, and every word of
        it. "" for a form without such a field."""
        if not self.field("key"):
            return ""
        said = [(name, values) for name, values in sorted(self.request.POST.lists()) if name != "csrfmiddlewaretoken"]
        who = self.reader.id if self.reader else 0
        return sha256(json.dumps([who, self.request.get_full_path(), said]).encode()).hexdigest()

    def once(self, act: Callable[[], str | Refused]) -> str | Refused:
        """Do it once for this form (accounts/sent_forms.py)."""
        # Worked out here: `act` may run in the writer's thread, which serves no request and speaks no language.
        _ = self.reader, self.language, self.now
        return once(self.form, act, now=self.now)

    def page(self, template: str, page: object, *, status: int = 200, refused: Refused | None = None) -> HttpResponse:
        """With the status of what was refused, and when it will be allowed, if `page` says that."""
        with snapshot() as cursor:
            site = site_view(cursor, self.ask, account=self.reader.name if self.reader else "")
        answer = HttpResponse(render(template, site=site, page=page), status=refused.status if refused else status)
        return self._with_wait(answer, refused) if refused else answer

    def message(
        self, title: str, paragraphs: tuple[str, ...], *, status: int = 200, back: Link | None = None, kept: str = ""
    ) -> HttpResponse:
        """A page that says one thing, with the text the reader wrote, if there is one."""
        page = MessagePage(
            head=HeadView(title=title, is_indexed=False),
            paragraphs=paragraphs,
            links=(back,) if back else (),
            kept_text=kept,
        )
        return self.page("message.html", page, status=status)

    def refusal(self, refused: Refused, *, more: Mapping[str, str] | None = None) -> HttpResponse:
        """For scripts; `more` is what they need besides the reason."""
        answer = JsonResponse(refusals.problem(refused) | dict(more or {}), status=refused.status)
        return self._with_wait(answer, refused)

    def _with_wait(self, answer: HttpResponse, refused: Refused) -> HttpResponse:
        """RFC 9110, 10.2.3: for programs that ask again by themselves."""
        if refused.status == 429 and refused.until is not None:
            answer.headers["Retry-After"] = str(max(ceil((refused.until - self.now).total_seconds()), 1))
        return answer

    def data(self, value: dict[str, Any], *, status: int = 200) -> HttpResponse:
        return HttpResponse(
            json.dumps(value, ensure_ascii=False, separators=(",", ":")),
            status=status,
            content_type="application/json",
        )

    def see_other(self, url: str) -> HttpResponseRedirect:
        answer = HttpResponseRedirect(url)
        answer.status_code = 303
        return answer

"""The same form sent again is the same press: two clicks, the button after "back", a browser that heard no answer.

Comments have a table of their own for it, which tells another text from the same one (discussion.Submission).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from belowline.accounts.models import SentForm
from belowline.domain.commenting import Refused
from belowline.storage.turns import one_at_a_time
from belowline.storage.writer import write

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

# security.md, S22.
KEPT = timedelta(hours=24)


def once(form: str, act: Callable[[], str | Refused], *, now: datetime) -> str | Refused:
    """What `act` answers, at most 200 characters. The same form again is told the same, and nothing happens: nothing is
    counted, either. A refusal is not kept: whoever was refused may press again.

    `form` is a digest of all that makes two presses the same, "" for a form without a random field: then `act` runs. It
    runs in one transaction with the note of it, as any action does (storage/writer.py): it must not sleep, render or
    speak to anybody.
    """

    def take() -> str | Refused:
        if form:
            one_at_a_time(form)
            known = SentForm.objects.filter(pk=form, at__gt=now - KEPT).first()
            if known is not None:
                return known.answer
        answer = act()
        if form and not isinstance(answer, Refused):
            SentForm.objects.update_or_create(pk=form, defaults={"answer": answer, "at": now})
        return answer

    return write(take)


def forget_old(now: datetime) -> None:
    """The worker's clock: forms that were sent more than a day ago."""
    write(lambda: SentForm.objects.filter(at__lt=now - KEPT).delete())

"""Sources that readers offer: taken, read by editors, and published only with their sender's consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection

from belowline.discussion.models import Thread
from belowline.domain.commenting import Refused
from belowline.domain.feedback import (
    NOTE_CHARACTERS,
    Consent,
    Impossible,
    OfferState,
    decide_publishing_offer,
    offer_refusal,
)
from belowline.domain.markup.links import web_target
from belowline.domain.text import canonical, is_visible
from belowline.feedback import rights
from belowline.feedback.actions.asking import renew_counts
from belowline.feedback.events import FeedbackChanged, FeedbackTakenBack
from belowline.feedback.models import Offer
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticleRendering
from belowline.outbox.events import record
from belowline.passages.actions.choosing import keep_passage, locked_text_of, wanted_passage
from belowline.storage.writer import write

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.accounts.models import User
    from belowline.passages.actions.choosing import Wanted

CONTACT_KEPT = timedelta(days=30)
OFFER_KEPT = timedelta(days=365)
# As many as reports of errors: more than a newsroom of fifteen works off in a day.
OPEN_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Offered:
    """What somebody sent. `contact` is checked by whoever asks."""

    article_id: int
    words: str
    language: str
    url: str = ""
    contact: str = ""
    name: str = ""
    consents: bool = False
    reader_id: int | None = None
    passage: Wanted | None = None


def offer_source(offered: Offered, *, now: datetime) -> Offer | Refused:
    """Store it."""
    words = canonical(offered.words).strip()
    url, name = offered.url.strip(), " ".join(canonical(offered.name).split())
    refused = offer_refusal(words=words if is_visible(words) else "", url=url, name=name, consents=offered.consents)
    if refused is not None:
        return refused
    consent = Consent.NONE if not offered.consents else Consent.NAMED if name else Consent.NAMELESS

    def store() -> Offer | Refused:
        if not ArticleRendering.objects.filter(pk=offered.article_id).exists():
            return Refused("page_missing", status=404)
        if Offer.objects.filter(state=OfferState.OPEN)[OPEN_MAX:].exists():
            return Refused("offers_full", status=503)
        passage_id = None
        if offered.passage is not None:
            with connection.cursor() as cursor:
                passage_id = keep_passage(cursor, offered.passage, now=now)
        return Offer.objects.create(
            article_id=offered.article_id,
            passage_id=passage_id,
            reader_id=offered.reader_id,
            words=words,
            url=web_target(url) or "",
            contact=offered.contact,
            name=name,
            consent=consent,
            language=offered.language,
            received_at=now,
        )

    return write(store)


def publish_offer(
    offer_id: int, *, note: str, by: User, seen_version: int, now: datetime, address: str = ""
) -> Offer | Denied:
    """Readers see the link and what the newsroom says of it, with the sender's name if they wished so. `address` is the
    passage at which it is shown, where it was offered for the article as a whole."""
    return _decide(
        offer_id, OfferState.PUBLISHED, note=note, by=by, seen_version=seen_version, now=now, address=address
    )


def settle_offer(offer_id: int, *, note: str, by: User, seen_version: int, now: datetime) -> Offer | Denied:
    """It was read, and is not (or not any more) public. The note is for colleagues then."""
    return _decide(offer_id, OfferState.SETTLED, note=note, by=by, seen_version=seen_version, now=now)


def _decide(
    offer_id: int,
    wanted: OfferState,
    *,
    note: str,
    by: User,
    seen_version: int,
    now: datetime,
    address: str = "",
) -> Offer | Denied:
    note = " ".join(note.split())
    if len(note) > NOTE_CHARACTERS:
        return Denied("note_long")

    def change() -> Offer | Denied:
        offer = Offer.objects.select_for_update(of=("self",)).select_related("article").filter(pk=offer_id).first()
        if offer is None:
            return Denied("offer_missing")
        if not rights.may_answer(by, offer.article):
            return Denied("may_not_answer")
        if wanted is OfferState.PUBLISHED:
            after = decide_publishing_offer(
                OfferState(offer.state),
                Consent(offer.consent),
                version=offer.version,
                seen_version=seen_version,
                url=offer.url,
                note=note,
            )
            if isinstance(after, Impossible):
                return Denied(after.code)
            if offer.passage_id is None:
                passage_id = _passage_at(str(offer.article.subject_key), address, now=now)
                if passage_id is None:
                    return Denied("passage_unknown")
                offer.passage_id = passage_id
        elif offer.version != seen_version:
            return Denied("offer_changed")
        was_public = offer.state == OfferState.PUBLISHED
        offer.state, offer.note, offer.settled_at, offer.settled_by = wanted, note, now, by
        offer.version += 1
        offer.save()
        if was_public or wanted is OfferState.PUBLISHED:
            with connection.cursor() as cursor:
                _tell(cursor, offer, is_taken_back=was_public)
        return offer

    return write(change)


def _passage_at(subject_key: str, address: str, *, now: datetime) -> int | None:
    with connection.cursor() as cursor:
        wanted = wanted_passage(cursor, subject_key, address)
        return None if isinstance(wanted, Refused) else keep_passage(cursor, wanted, now=now)


def _tell(cursor: CursorWrapper, offer: Offer, *, is_taken_back: bool) -> None:
    """Pages that show it are stale."""
    key = str(offer.article.subject_key)
    thread_id = Thread.objects.filter(subject_key=key).values_list("pk", flat=True).first() or 0
    text_id = 0
    if offer.passage_id is not None:
        text_id = locked_text_of(cursor, offer.passage_id)
        renew_counts(cursor, offer.passage_id)
    event = FeedbackTakenBack if is_taken_back else FeedbackChanged
    record(event(thread_id, text_id), cursor=cursor)


def open_offers() -> int:
    """How many wait. At most OPEN_MAX + 1 are counted."""
    return Offer.objects.filter(state=OfferState.OPEN)[: OPEN_MAX + 1].count()


def forget_old(now: datetime) -> None:
    """The worker's clock: contacts go 30 days after an offer was settled or published, what was not published after a
    year; of what is public the sender's words go then, too."""

    def forget() -> None:
        decided = Offer.objects.exclude(state=OfferState.OPEN)
        decided.filter(settled_at__lt=now - CONTACT_KEPT).exclude(contact="").update(contact="")
        old = decided.filter(settled_at__lt=now - OFFER_KEPT)
        old.filter(state=OfferState.SETTLED).delete()
        old.exclude(words="").update(words="", reader=None)

    write(forget)


def forget_sender(reader_id: int) -> None:
    """The sender's account is erased: what is not public is gone, of what is public the name and the words are. Call in
    the transaction that does it."""
    own = Offer.objects.filter(reader_id=reader_id)
    own.exclude(state=OfferState.PUBLISHED).delete()
    with connection.cursor() as cursor:
        for offer in own.select_related("article"):
            offer.words = offer.contact = offer.name = ""
            offer.consent, offer.reader = Consent.NAMELESS, None
            offer.version += 1
            offer.save()
            _tell(cursor, offer, is_taken_back=True)

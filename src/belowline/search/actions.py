"""Putting a text where readers can find it, and taking it away. Both belong into the transaction that makes it public
or takes it from the public."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from belowline.domain.search_words import more_tokens, token_text
from belowline.search.models import SearchDocument

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

# Raise it when the same text would get other tokens; `belowline upgrade` then writes the index anew.
INDEXER: Final = 2
# A text of a whole evening. What lies behind it is not found.
TOKENS_MAX: Final = 40_000
BODY_CHARACTERS_MAX: Final = 400_000
NAMES_CHARACTERS_MAX: Final = 600


@dataclass(frozen=True, slots=True)
class Document:
    """A public text. `body` is plain, a line for each paragraph; `kind` and `topic_id` are only compared."""

    key: str
    path: str
    language: str
    title: str
    standfirst: str
    names: str
    body: str
    kind: str
    topic_id: int | None
    published_at: datetime


def put_document(document: Document) -> None:
    """Make it found, as it is now."""
    language = document.language
    names = document.names[:NAMES_CHARACTERS_MAX]
    body = document.body[:BODY_CHARACTERS_MAX]
    texts = (document.title, document.standfirst, names, body)
    SearchDocument.objects.update_or_create(
        key=document.key,
        defaults={
            "path": document.path,
            "language": language,
            "kind": document.kind,
            "topic_id": document.topic_id,
            "published_at": document.published_at,
            "indexer": INDEXER,
            "title": document.title,
            "standfirst": document.standfirst,
            "names": names,
            "body": body,
            "words_title": _tokens(document.title, language),
            # A phrase does not reach from the one into the other.
            "words_lead": _tokens(document.standfirst, language) + _tokens(names, language),
            "words_body": _tokens(body, language),
            "words_more": more_tokens("\n".join(texts), language=language),
        },
    )


def rename_document(key: str, *, names: str) -> bool:
    """Let it be found by other names, without reading its text again. False when it has to be put anew: tokens without
    particles do not say which word they came from."""
    found = SearchDocument.objects.filter(key=key).values("language", "standfirst", "words_more").first()
    if found is None or found["words_more"]:
        return False
    language, names = found["language"], names[:NAMES_CHARACTERS_MAX]
    words = _tokens(found["standfirst"], language) + _tokens(names, language)
    more = more_tokens(names, language=language)
    SearchDocument.objects.filter(key=key).update(names=names, words_lead=words, words_more=more)
    return True


def drop_document(key: str) -> None:
    """Nobody finds it any more. Nothing happens when it is not there."""
    SearchDocument.objects.filter(key=key).delete()


def drop_documents_below(prefix: str, *, but: Collection[str] = ()) -> None:
    """Nobody finds those any more whose key begins like this, but for a few."""
    gone = set(SearchDocument.objects.filter(key__startswith=prefix).values_list("key", flat=True)) - set(but)
    SearchDocument.objects.filter(key__in=gone).delete()


def put_changed_documents(prefix: str, documents: Iterable[Document]) -> None:
    """Make these the only ones whose key begins like this. One that is as it was is not read again."""
    wanted = {one.key: one for one in documents}
    drop_documents_below(prefix, but=wanted)
    kept = SearchDocument.objects.filter(key__startswith=prefix, indexer=INDEXER)
    same = {
        row[0]
        for row in kept.values_list(*(field.name for field in fields(Document)))
        if Document(*row) == wanted.get(row[0])
    }
    for key in wanted.keys() - same:
        put_document(wanted[key])


def outdated_keys() -> list[str]:
    """Documents that an older version of this program indexed."""
    return list(SearchDocument.objects.exclude(indexer=INDEXER).order_by("id").values_list("key", flat=True))


def known_keys() -> set[str]:
    return set(SearchDocument.objects.values_list("key", flat=True))


def _tokens(text: str, language: str) -> str:
    return token_text(text, language=language, at_most=TOKENS_MAX)

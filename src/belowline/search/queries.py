"""What the search page asks. Plain values, in SQL, at most three queries; the cursor says which snapshot they come from.

The index says in which texts the words stand. Whether they follow one another, and how much a place weighs, is decided
on the stored tokens, by the same expressions on both databases: the same texts in the same order (decision 0024).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from belowline.domain.search_query import Query, Term
from belowline.storage.reading import aware

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.backends.utils import CursorWrapper

# Of a word that stands everywhere, so many of the newest texts are ranked.
MATCHES_MAX: Final = 2_000
PAGE_MAX: Final = 50
# What a term weighs by the best place where it stands.
IN_TITLE, IN_LEAD, IN_BODY = 9, 3, 1


@dataclass(frozen=True, slots=True)
class Filters:
    """None and "" filter nothing. `until` is the first moment that is too late."""

    kind: str = ""
    topic_id: int | None = None
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
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


@dataclass(frozen=True, slots=True)
class Matches:
    """`count` of all that were ranked; `is_cut` when there are more than MATCHES_MAX. `shown` is one page of them."""

    count: int
    is_cut: bool
    shown: tuple[Found, ...]


def languages(cursor: CursorWrapper) -> tuple[str, ...]:
    """The languages of the texts, in the order of their codes. One query."""
    cursor.execute("SELECT DISTINCT language FROM search_document ORDER BY language")
    return tuple(row[0] for row in cursor.fetchall())


def matches(cursor: CursorWrapper, query: Query, filters: Filters, *, offset: int = 0, limit: int = 20) -> Matches:
    """The texts that fulfil every term, the best first: terms in titles before those in standfirsts and names before
    those in the text, then the newest. Two queries."""
    ranked = _ranked(cursor, query, filters)
    is_cut = len(ranked) > MATCHES_MAX
    ranked = ranked[:MATCHES_MAX]
    ranked.sort(reverse=True)
    ids = [row[-1] for row in ranked[offset : offset + min(limit, PAGE_MAX)]]
    return Matches(count=len(ranked), is_cut=is_cut, shown=_documents(cursor, ids))


def _ranked(cursor: CursorWrapper, query: Query, filters: Filters) -> list[tuple[Any, ...]]:
    """(score, published_at, id) of the newest, one more than MATCHES_MAX if there are so many."""
    is_postgres = cursor.db.vendor == "postgresql"
    score, score_values = _score(query.wanted, is_postgres=is_postgres)
    source, conditions, values = "search_document d", [], []
    index = _index_query(query, is_postgres=is_postgres)
    if index and is_postgres:
        conditions.append("d.word_index @@ CAST(%s AS tsquery)")
        values.append(index)
    elif index:
        source = "search_index i CROSS JOIN search_document d ON d.id = i.rowid"
        conditions.append("search_index MATCH %s")
        values.append(index)
    for term in query.terms:
        text, term_values = _checked(term, is_postgres=is_postgres)
        conditions.extend([text] if text else [])
        values.extend(term_values)
    filtering, filter_values = _filtered(filters, cursor)
    where = " AND ".join([*conditions, *filtering]) or "1 = 1"
    # By id, which is how the index hands them out, and within days the order in which they were published.
    latest = "i.rowid" if "search_index" in source else "d.id"
    cursor.execute(
        f"SELECT {score}, d.published_at, d.id FROM {source} WHERE {where} ORDER BY {latest} DESC LIMIT %s",
        [*score_values, *values, *filter_values, MATCHES_MAX + 1],
    )
    return [tuple(row) for row in cursor.fetchall()]


def _documents(cursor: CursorWrapper, ids: Sequence[int]) -> tuple[Found, ...]:
    if not ids:
        return ()
    places = ", ".join(["%s"] * len(ids))
    cursor.execute(
        "SELECT id, key, path, language, title, standfirst, names, body, kind, topic_id, published_at "
        f"FROM search_document WHERE id IN ({places})",
        list(ids),
    )
    found = {row[0]: _found(row[1:]) for row in cursor.fetchall()}
    return tuple(found[one] for one in ids if one in found)


def _found(row: Sequence[Any]) -> Found:
    key, path, language, title, standfirst, names, body, kind, topic_id, published_at = row
    return Found(key, path, language, title, standfirst, names, body, kind, topic_id, aware(published_at))


# --- the index: which tokens have to be there, wherever --------------------------------------------------------------


def _index_query(query: Query, *, is_postgres: bool) -> str:
    """In the words of FTS5 or of tsquery; "" when every text will do. Tokens hold letters, digits and marks alone."""
    wanted, unwanted = [], []
    for term in query.terms:
        parts = [_together(sequence, is_postgres=is_postgres) for sequence in term.alternatives]
        either = f"({(' | ' if is_postgres else ' OR ').join(parts)})"
        if not term.is_excluded:
            wanted.append(either)
        elif all(len(sequence) == 1 for sequence in term.alternatives):
            unwanted.append(either)
    if not wanted:
        return ""
    if is_postgres:
        return " & ".join([*wanted, *(f"!{one}" for one in unwanted)])
    return " NOT ".join([f"({' AND '.join(wanted)})", *unwanted])


def _together(sequence: tuple[str, ...], *, is_postgres: bool) -> str:
    if is_postgres:
        return f"({' & '.join(_quoted(token, chr(39)) for token in dict.fromkeys(sequence))})"
    return f"({' AND '.join(_quoted(token, chr(34)) for token in dict.fromkeys(sequence))})"


def _quoted(token: str, quote: str) -> str:
    return f"{quote}{token.replace(quote, quote * 2).replace(chr(92), chr(92) * 2)}{quote}"


# --- the tokens themselves: in this order, in this place -------------------------------------------------------------


def _stands(field: str, *, is_postgres: bool) -> str:
    return f"{'strpos' if is_postgres else 'instr'}(d.{field}, %s) > 0"


def _checked(term: Term, *, is_postgres: bool) -> tuple[str, list[str]]:
    """A condition for what the index cannot say: that several tokens follow one another; "" when it has said it all."""
    if all(len(sequence) == 1 for sequence in term.alternatives):
        return "", []
    texts, values = [], []
    for sequence in term.alternatives:
        for field in ("words_title", "words_lead", "words_body"):
            texts.append(_stands(field, is_postgres=is_postgres))
            values.append(f" {' '.join(sequence)} ")
    either = f"({' OR '.join(texts)})"
    return f"NOT {either}" if term.is_excluded else either, values


def _score(terms: Sequence[Term], *, is_postgres: bool) -> tuple[str, list[str]]:
    parts, values = [], []
    for term in terms:
        wanted = [f" {' '.join(sequence)} " for sequence in term.alternatives]
        cases = []
        for field, weight in (("words_title", IN_TITLE), ("words_lead", IN_LEAD)):
            either = " OR ".join([_stands(field, is_postgres=is_postgres)] * len(wanted))
            cases.append(f"WHEN {either} THEN {weight}")
            values.extend(wanted)
        parts.append(f"CASE {' '.join(cases)} ELSE {IN_BODY} END")
    return " + ".join(parts) or "0", values


def _filtered(filters: Filters, cursor: CursorWrapper) -> tuple[list[str], list[Any]]:
    adapted = cursor.db.ops.adapt_datetimefield_value
    given = {
        "d.kind = %s": filters.kind or None,
        "d.topic_id = %s": filters.topic_id,
        "d.language = %s": filters.language or None,
        "d.published_at >= %s": adapted(filters.since) if filters.since else None,
        "d.published_at < %s": adapted(filters.until) if filters.until else None,
    }
    kept = {text: value for text, value in given.items() if value is not None}
    return list(kept), list(kept.values())

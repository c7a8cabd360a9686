"""Comments on passages for other programs: W3C Web Annotations as JSON-LD, in pages.

https://www.w3.org/TR/annotation-model/ and, for collections and their pages, https://www.w3.org/TR/annotation-protocol/.
Places are code points of the canonical text of the revision that is named, as the model asks; that text is our own
reading of the article (domain/anchoring/blocks.py), so a program that has another goes by the quotation and its context.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings

from belowline.discussion.actions.facts import moment
from belowline.discussion.queries import comments, threads
from belowline.domain.feedback import Kind
from belowline.feedback import queries as feedback
from belowline.newsroom.queries import articles as newsroom
from belowline.pages import links
from belowline.pages.answer import Answer, Ask, BadQuestion, NotHere
from belowline.pages.comments import shown_name
from belowline.pages.passages import after_of
from belowline.passages import queries
from belowline.passages.queries import tag_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.backends.utils import CursorWrapper

    from belowline.discussion.queries.comments import CommentRow
    from belowline.discussion.queries.threads import ThreadRow
    from belowline.feedback.queries import RequestRow
    from belowline.newsroom.queries.articles import Article
    from belowline.passages.queries import PassageRow

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
CONTENT_TYPE = f'application/ld+json; profile="{CONTEXT}"; charset=utf-8'
PASSAGES_ON_A_PAGE = 20
# https://www.w3.org/TR/annotation-vocab/#named-individuals: editing asks for a change, assessing says what it is worth.
MOTIVATIONS = {
    Kind.SOURCE: "questioning",
    Kind.DISPUTE: "assessing",
    Kind.PLACE: "editing",
    Kind.WORDING: "editing",
    Kind.TRANSLATION: "editing",
}
# What one passage has; a page of the discussion has no more either.
COMMENTS_EACH = 200


def collection(cursor: CursorWrapper, ask: Ask) -> Answer:
    """`?target=` an article's address: the collection with its first page; with `after` a further page."""
    found = _article(cursor, ask)
    thread = threads.threads_of_subjects(cursor, [found.subject_key]).get(found.subject_key)
    text = queries.revision(cursor, found.subject_key)
    if thread is None or thread.is_hidden or text is None:
        raise NotHere
    source = links.article(found.slug, found.language)
    page = _page(cursor, ask, found, thread, source)
    data: dict[str, Any] = {"@context": CONTEXT, **page}
    if "after" not in ask.query and "page" not in ask.query:
        data = {
            "@context": CONTEXT,
            "id": links.absolute(links.web_annotations(source)),
            "type": "AnnotationCollection",
            "label": found.headline,
            "total": queries.comments_on(cursor, text.text_id),
            "first": page,
        }
    return Answer(
        json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        tags=(f"article:{found.article_id}", f"thread:{thread.id}", tag_of(text.text_id), "site"),
        content_type=CONTENT_TYPE,
        is_indexed=False,
        is_admitted_late="after" in ask.query,
    )


def _article(cursor: CursorWrapper, ask: Ask) -> Article:
    """Raises BadQuestion without an address of ours, NotHere for one where no article is."""
    target = ask.query.get("target", "").removeprefix(settings.PUBLIC_URL)
    for code, _name in settings.LANGUAGES:
        target = target.removeprefix(f"/{code}") if target.startswith(f"/{code}/") else target
    if not target.startswith("/a/"):
        raise BadQuestion("target_unknown")
    found = newsroom.article(cursor, slug=target.removeprefix("/a/"))
    if isinstance(found, newsroom.Moved):
        found = newsroom.article(cursor, slug=found.path.removeprefix("/a/"))
    if found is None or isinstance(found, newsroom.Moved) or found.discussion_mode == "none":
        raise NotHere
    return found


def _page(cursor: CursorWrapper, ask: Ask, found: Article, thread: ThreadRow, source: str) -> dict[str, Any]:
    after = after_of(ask)
    rows = queries.spoken_of(cursor, found.subject_key, after=after or (-1, 0), at_most=PASSAGES_ON_A_PAGE + 1)
    shown = {one.id: one for one in rows[:PASSAGES_ON_A_PAGE]}
    last = list(shown.values())[-1] if len(rows) > len(shown) else None
    made = queries.revision_times(cursor, {one.text_id for one in shown.values()})
    said = comments.on_passages(cursor, list(shown), at_most=COMMENTS_EACH)
    beside = [one.id for one in shown.values() if one.beside]
    requests = feedback.requests_at(cursor, beside)
    asked_by = feedback.kinds_of(cursor, [one.id for one in said]) if requests else {}
    base = links.absolute(links.web_annotations(source))
    items = []
    for id_, passage in shown.items():
        for asked in requests.get(id_, ()):
            items += _request(asked, passage, found, source, made)
        items += [
            _annotation(one, passage, thread, found, source, made, asked_by.get(one.id, (0, ""))[1])
            for one in said
            if one.passage_id == id_
        ]
    page: dict[str, Any] = {
        "id": f"{base}&page=1" if after is None else f"{base}&after={ask.query['after']}",
        "type": "AnnotationPage",
        "partOf": base,
        "items": items,
    }
    if last is not None:
        page["next"] = f"{base}&after={last.start}.{last.id}"
    return page


def _annotation(
    row: CommentRow,
    passage: PassageRow,
    thread: ThreadRow,
    found: Article,
    source: str,
    made: dict[int, datetime],
    kind: str,
) -> dict[str, Any]:
    annotation: dict[str, Any] = {
        "id": links.absolute(links.comment(thread.id, row.id, found.language)),
        "type": "Annotation",
        "motivation": MOTIVATIONS[Kind(kind)] if kind else "commenting",
        "creator": {"type": "Person", "name": shown_name(row.name, row.kind)},
        "created": moment(row.time_key).isoformat(timespec="seconds"),
        "body": {"type": "TextualBody", "format": "text/html", "value": row.html},
        "target": _target(passage, found, source, made),
    }
    if row.edited_us is not None:
        annotation["modified"] = moment(row.edited_us).isoformat(timespec="seconds")
    return annotation


def _request(
    row: RequestRow, passage: PassageRow, found: Article, source: str, made: dict[int, datetime]
) -> list[dict[str, Any]]:
    """That it is asked for, by how many; and what the newsroom replied. Who asked in words is an annotation of its own."""
    block = "" if passage.state == "orphaned" else passage.block
    address = links.absolute(f"{links.inline(row.thread_id, found.language, block)}#r-{row.id}")
    target = _target(passage, found, source, made)
    asked = {
        "id": address,
        "type": "Annotation",
        "motivation": MOTIVATIONS[Kind(row.kind)],
        "created": row.opened_at.isoformat(timespec="seconds"),
        "belowline:kind": row.kind,
        "belowline:state": row.state,
        "belowline:askers": row.askers,
        "target": target,
    }
    if row.state not in {"answered", "declined"}:
        return [asked]
    body = {"type": "TextualBody", "format": "text/html", "value": row.html}
    if row.state == "declined":
        body = {"type": "TextualBody", "format": "text/plain", "value": row.reason}
    reply: dict[str, Any] = {
        "id": f"{address}-reply",
        "type": "Annotation",
        "motivation": "replying",
        "creator": {"type": "Person", "name": row.by}
        if row.by
        else {"type": "Organization", "name": settings.CONFIG.site.name},
        "body": body,
        "target": address,
    }
    if row.answered_at is not None:
        reply["created"] = row.answered_at.isoformat(timespec="seconds")
    return [asked, reply]


def _target(passage: PassageRow, found: Article, source: str, made: dict[int, datetime]) -> dict[str, Any]:
    """Without a selector where the words may not be known any more."""
    target: dict[str, Any] = {"type": "SpecificResource", "source": links.absolute(source), "language": found.language}
    if passage.is_withheld:
        return target
    quotation = {"type": "TextQuoteSelector", "exact": passage.exact}
    quotation |= {name: value for name in ("prefix", "suffix") if (value := getattr(passage, name))}
    place = {"type": "TextPositionSelector", "start": passage.made_start, "end": passage.made_end}
    block = {"type": "FragmentSelector", "value": passage.block}
    selectors = [block] if passage.is_figure and passage.block else [quotation, place]
    target["selector"] = selectors if len(selectors) > 1 else selectors[0]
    target["belowline:revision"] = passage.made_number
    target["belowline:state"] = passage.state
    if passage.made_number in made:
        target["state"] = {"type": "TimeState", "sourceDate": made[passage.made_number].isoformat(timespec="seconds")}
    return target

"""The lists of words: what is on them, what one person proposes, and what another one agrees to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from belowline.domain.commenting import Refused
from belowline.domain.wordlists import LANGUAGES, UNCONFIRMED_FOR, Entry, Kind, Match, Severity, Target
from belowline.moderation import lists
from belowline.moderation.models import ListChange
from belowline.moderation.roles import MODERATE
from belowline.pages import links, refusals
from belowline.pages.model import Choice, FormView, HeadView, Link, ListedWord, ProposedChange, WordListPage
from belowline.pages.personal import Personal
from belowline.pages.render import moment, number
from belowline.pages.search import language_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django_stubs_ext import StrPromise

SHOWN = 200
KINDS: dict[Kind, StrPromise] = {
    Kind.SLUR: gettext_lazy("Insults a group of people"),
    Kind.INSULT: gettext_lazy("Insults a person"),
    Kind.PROFANITY: gettext_lazy("Swearing"),
    Kind.THREAT: gettext_lazy("Threat"),
    Kind.SPAM: gettext_lazy("Advertising"),
    Kind.DOXX: gettext_lazy("Leads to private facts"),
    Kind.RAID: gettext_lazy("Of a raid"),
}
SEVERITIES: dict[Severity, StrPromise] = {
    Severity.HELD: gettext_lazy("Waits for a moderator; its author is asked before"),
    Severity.ASKED: gettext_lazy("The same; less grave"),
    Severity.NOTED: gettext_lazy("Known to moderators alone; holds nothing"),
}
MATCHES: dict[Match, StrPromise] = {
    Match.TOKEN: gettext_lazy("The whole word"),
    Match.STEM: gettext_lazy("All words that begin so"),
    Match.PHRASE: gettext_lazy("Several words, one after the other"),
}
TARGETS: dict[Target, StrPromise] = {
    Target.ANYONE: gettext_lazy("Nobody in particular"),
    Target.PERSON: gettext_lazy("A person"),
    Target.ORIGIN: gettext_lazy("People of an origin"),
    Target.RELIGION: gettext_lazy("People of a religion"),
    Target.GENDER: gettext_lazy("A gender"),
    Target.ORIENTATION: gettext_lazy("A sexual orientation"),
    Target.DISABILITY: gettext_lazy("People with a disability"),
}


@login_required
@require_http_methods(["GET", "HEAD"])
def word_lists(request: HttpRequest) -> HttpResponse:
    """To the list of the language that the page is in."""
    personal, _moderator_id = _moderator(request)
    return personal.see_other(links.word_list(_first(personal.language), personal.language))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def word_list(request: HttpRequest, of: str) -> HttpResponse:
    """GET one list; POST a word for it, one that goes, or what becomes of a proposal."""
    personal, moderator_id = _moderator(request)
    if of not in LANGUAGES:
        raise Http404
    if request.method != "POST":
        return personal.page("word_list.html", _page(personal, of, moderator_id=moderator_id))
    refused = _changed(personal, of, moderator_id=moderator_id)
    if refused is None:
        return personal.see_other(links.word_list(of, personal.language))
    page = _page(personal, of, moderator_id=moderator_id, refused=refused)
    return personal.page("word_list.html", page, refused=refused)


def _moderator(request: HttpRequest) -> tuple[Personal, int]:
    personal = Personal(request)
    if not request.user.has_perm(MODERATE) or personal.reader is None:
        raise PermissionDenied
    return personal, personal.reader.id


def _first(language: str) -> str:
    return language if language in LANGUAGES else "en"


def _changed(personal: Personal, of: str, *, moderator_id: int) -> Refused | None:
    act = personal.field("act", limit=10)
    if act in {"confirm", "withdraw"}:
        change = personal.field("change", limit=18)
        decide = lists.confirm if act == "confirm" else lists.withdraw
        return decide(int(change) if change.isdecimal() else 0, actor_id=moderator_id, now=personal.now)
    entry = _wanted(personal, of) if act == "add" else _listed(personal, of) if act == "remove" else None
    if entry is None:
        return Refused("choice_unknown", status=400)
    answer = lists.propose(entry, is_removal=act == "remove", actor_id=moderator_id, now=personal.now)
    return answer if isinstance(answer, Refused) else None


def _wanted(personal: Personal, of: str) -> Entry | None:
    """The word that the form describes; None for choices that it does not offer."""
    chosen = {name: personal.field(name, limit=20) for name in ("kind", "severity", "match", "target")}
    try:
        return Entry(
            # One character more than fits is refused, not cut off.
            term=" ".join(personal.field("term", limit=400).split())[:65],
            kind=Kind(chosen["kind"]),
            severity=Severity(int(chosen["severity"])),
            match=Match(chosen["match"]),
            target=Target(chosen["target"]),
            added_on=personal.now.date(),
            source="newsroom",
            note=personal.field("note", limit=lists.NOTE_CHARACTERS + 1).strip(),
            language=of,
        )
    except ValueError:
        return None


def _listed(personal: Personal, of: str) -> Entry | None:
    """The entry that is to go, with everything it says."""
    value = personal.field("entry", limit=100)
    return next((one for one in lists.current(of, now=personal.now).entries if _value(one) == value), None)


def _value(entry: Entry) -> str:
    return f"{entry.match} {entry.term}"


def _page(personal: Personal, of: str, *, moderator_id: int, refused: Refused | None = None) -> WordListPage:
    language, now = personal.language, personal.now
    entries = lists.current(of, now=now).entries
    proposed = lists.pending(of, now=now)
    busy = {lists.key_of(lists.entry_of(one)) for one in proposed}
    wanted = personal.request.GET.get("q", "")[:100]
    names = ("term", "kind", "severity", "match", "target", "note")
    form = FormView(
        head=HeadView(title=_("Words of the list: %(language)s") % {"language": language_name(of)}, is_indexed=False),
        action=links.word_list(of, language),
        token=personal.token,
        values={name: personal.field(name, limit=lists.NOTE_CHARACTERS + 1) for name in names},
        errors=refusals.form_errors(refused) if refused is not None else (),
        max_length=lists.NOTE_CHARACTERS,
    )
    return WordListPage(
        head=form.head,
        form=form,
        language=of,
        proposed=tuple(_proposed(one, personal, moderator_id=moderator_id) for one in proposed),
        found=tuple(
            ListedWord(one.term, _about(one), one.note, "" if lists.key_of(one) in busy else _value(one))
            for one in lists.matching(entries, wanted)[:SHOWN]
        ),
        count=len(entries),
        wanted=wanted,
        kinds=_choices(KINDS),
        severities=_choices({str(int(value)): text for value, text in SEVERITIES.items()}),
        matches=_choices(MATCHES),
        targets=_choices(TARGETS),
        languages=tuple(
            Choice(language_name(one), links.word_list(one, language), is_current=one == of) for one in LANGUAGES
        ),
        queue=Link(links.queue(language), _("To the queue")),
    )


def _choices(words: Mapping[Any, StrPromise]) -> tuple[Choice, ...]:
    return tuple(Choice(str(text), value=str(value)) for value, text in words.items())


def _about(entry: Entry) -> str:
    said = [KINDS[entry.kind], MATCHES[entry.match]]
    if entry.target is not Target.ANYONE:
        said.insert(1, TARGETS[entry.target])
    if entry.severity is not Severity.HELD:
        said.append(SEVERITIES[entry.severity])
    return " · ".join(str(one) for one in said)


def _proposed(change: ListChange, personal: Personal, *, moderator_id: int) -> ProposedChange:
    entry = lists.entry_of(change)
    return ProposedChange(
        id=change.pk,
        term=entry.term,
        about=_about(entry),
        by=change.proposed_by.name if change.proposed_by is not None else "",
        at=change.proposed_at,
        says=_says(change, personal),
        note=change.note,
        is_own=change.proposed_by_id == moderator_id,
    )


def _says(change: ListChange, personal: Personal) -> str:
    if change.is_removal:
        return _("To be taken from the list. It counts until somebody agrees.")
    tried = _("Tried on %(texts)s comments in order, found in %(fired)s.") % {
        "texts": number(change.texts, language=personal.language),
        "fired": number(change.fired, language=personal.language),
    }
    until = change.proposed_at + UNCONFIRMED_FOR
    if personal.now >= until:
        return _("New. It does not count any more: nobody agreed within a day.") + " " + tried
    counts = _("New. It counts until %(until)s, and longer if somebody agrees.")
    return counts % {"until": moment(until, language=personal.language)} + " " + tried

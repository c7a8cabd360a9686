"""S28: a text that goes is gone from everywhere, and so is a name. Where that is: `surfaces.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from belowline.discussion import actions
from belowline.mail import ports as mail
from belowline.outbox.models import Event
from belowline.pages import fill
from tests.security import test_desk_routes
from tests.security.conftest import served
from tests.security.planted import (
    EVERYTHING,
    FIRST,
    NAME,
    NEW_NAME,
    NEXT,
    NOTHING,
    SOURCE,
    WORDS,
    Planted,
    World,
    deliver_all,
    plant,
    seen_in,
)
from tests.security.surfaces import ONLY_NAME, SURFACES, TEXTS, Look
from tests.security.world import routes as personal_routes
from tests.support.databases import rows_by_table
from tests.support.desk import reader_of

__all__ = ["served"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("served")]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Way:
    """One way in which a text or a name goes. `takes` is gone from every look, or says what it is replaced by;
    `stays`: looks that show something else afterwards, each exactly this. `is_drop`: no cache may show the old page for
    another moment; otherwise it is stale, and renewed by the next reader."""

    name: str
    act: Callable[[World], None]
    takes: Mapping[str, str]
    stays: Mapping[str, frozenset[str]]
    is_drop: bool = True

    def leaves(self, look: Look) -> frozenset[str]:
        if look.name in self.stays:
            return self.stays[look.name]
        return frozenset(self.takes.get(marker, marker) for marker in look.shows) - {GONE}


GONE = ""
TEXT_GOES = {WORDS: GONE, SOURCE: GONE, NAME: GONE, FIRST: GONE}
# Its author has an account still: their profile, who ignores them, the name at the top of their own pages.
MEMBER_STAYS = dict.fromkeys(["/r/{author}", "dora: /_account/ignored"], ONLY_NAME)
OWN = ("author: /_d/comment/{c}", "author: /_d/comment/{c}/delete")
OWN_WORDS = ("author: /_d/comment/{c}/edit", "author: /_account/comments")
KEPT = EVERYTHING | {FIRST}  # until somebody erases it


def delete(world: World) -> None:
    answer = world.browsers["author"].press(world.address("/_d/comment/{c}/delete"))
    assert answer.status_code == 303


def remove(world: World) -> None:
    one = world.browsers["moderator"]
    form = {"comment": str(world.planted.comment), "decision": "remove", "reason": "private"}
    assert one.post("/_staff/comments", form | {"csrfmiddlewaretoken": one.token()}).status_code == 303


def change(text: str) -> Callable[[World], None]:
    def press(world: World) -> None:
        answer = world.browsers["author"].press(world.address("/_d/comment/{c}/edit"), text=text)
        assert answer.status_code == 303

    return press


def withdraw_source(world: World) -> None:
    one = world.browsers["author"]
    form = {"act": "withdraw", "csrfmiddlewaretoken": one.token()}
    assert one.post(world.address("/_d/comment/{c}/source"), form).status_code == 303


def leave(texts: actions.Texts) -> Callable[[World], None]:
    return lambda world: actions.erase_reader(reader_of(world.planted.author), texts=texts, now=datetime.now(UTC))


def remove_and_leave(world: World) -> None:
    remove(world)
    leave(actions.Texts.KEEP)(world)


def rename(world: World) -> None:
    assert actions.rename_reader(reader_of(world.planted.author), NEW_NAME, now=datetime.now(UTC)) is None


def withdraw_article(world: World) -> None:
    world.planted.story.article.unpublish()
    deliver_all(datetime.now(UTC))


WAYS: tuple[Way, ...] = (
    Way(
        "deleted by its author",
        delete,
        TEXT_GOES,
        MEMBER_STAYS
        | dict.fromkeys([*OWN, *OWN_WORDS, "export", "dump", "moderator: /_staff/comments?find={c}"], ONLY_NAME),
    ),
    Way(
        "removed by a moderator",
        remove,
        TEXT_GOES,
        MEMBER_STAYS
        | dict.fromkeys(OWN, ONLY_NAME)
        # Its author may take the words home, and the moderators may restore it.
        | dict.fromkeys([*OWN_WORDS, "moderator: /_staff/comments?queue=removed"], TEXTS)
        | {"moderator: /_staff/comments?find={c}": TEXTS, "export": KEPT, "dump": KEPT},
    ),
    Way(
        "edited after the quiet minutes",
        change(f"{NEXT} drilled them, @Bruno."),
        {WORDS: NEXT},
        # Everybody may read what it said before.
        {"{d}/c/{c}/history": EVERYTHING | {NEXT}, "export": KEPT | {NEXT}, "dump": KEPT | {NEXT}},
        is_drop=False,
    ),
    Way(
        "held after an edit",
        change(f"{NEXT} https://a.example/1 https://b.example/2 https://c.example/3"),
        TEXT_GOES,
        MEMBER_STAYS
        | dict.fromkeys([*OWN, *OWN_WORDS], frozenset({NEXT, NAME}))
        | dict.fromkeys(
            ["moderator: /_staff/comments", "moderator: /_staff/comments?find={c}"], frozenset({NEXT, NAME})
        )
        | {"export": KEPT | {NEXT}, "dump": KEPT | {NEXT}},
    ),
    Way(
        "its source withdrawn by its author",
        withdraw_source,
        {SOURCE: GONE},
        # Every link that was given is on record there.
        {"{d}/c/{c}/history": EVERYTHING, "export": KEPT, "dump": KEPT},
        is_drop=False,
    ),
    Way("account deleted with its texts", leave(actions.Texts.DELETE), TEXT_GOES, {}),
    # What readers do not see stays with the moderators as long as its author can ask for it, and no longer.
    Way("removed, then account deleted", remove_and_leave, TEXT_GOES, {}),
    Way(
        "account deleted, texts kept",
        leave(actions.Texts.KEEP),
        {NAME: GONE},
        dict.fromkeys([*OWN, *OWN_WORDS, "export", "to its author", "/r/{author}"], NOTHING),
    ),
    Way(
        "author renamed",
        rename,
        {NAME: NEW_NAME},
        {"export": KEPT | {NEW_NAME}, "dump": KEPT | {NEW_NAME}},
        is_drop=False,
    ),
    Way(
        "article withdrawn",
        withdraw_article,
        TEXT_GOES,
        MEMBER_STAYS
        # What people wrote stays theirs; the newsroom decides on.
        | dict.fromkeys(OWN, EVERYTHING)
        | dict.fromkeys(OWN_WORDS, TEXTS)
        | {"export": KEPT, "dump": KEPT}
        | dict.fromkeys(
            ["moderator: /_staff/comments?queue=reported", "moderator: /_staff/comments?find={c}"], EVERYTHING
        )
        | dict.fromkeys(["moderator: /_staff/comments?find={r}", "editor: /_desk/readers-ask/{request}/"], TEXTS),
    ),
)


LOOKS = [(surface.name, look) for surface in SURFACES for look in surface.looks]


@pytest.fixture(scope="module")
def planted(module_database: None, django_db_blocker: Any) -> Planted:
    """Once for all tests: it stays below each test's transaction."""
    with django_db_blocker.unblock():
        return plant()


@pytest.fixture
def world(planted: Planted, served: None, settings: Any) -> World:
    # Wagtail's own pages ask for files that a site collects once.
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.HAS_MAIL = True
    # However long it is ago that the comment was planted, its author may still change it.
    rules = settings.CONFIG.discussion.model_copy(update={"edit_minutes": 999, "edit_after_reply_minutes": 999})
    settings.CONFIG = settings.CONFIG.model_copy(update={"discussion": rules})
    return World(planted)


def test_what_stands_is_seen_where_the_list_says_and_nowhere_else(world: World) -> None:
    """The control: a surface that shows nothing could not fail below."""
    assert len({look.name for _name, look in LOOKS}) == len(LOOKS)
    for name, look in LOOKS:
        assert seen_in(look.text(world)) == look.shows, (name, look.name)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name.replace(" ", "-"))
def test_what_goes_is_gone_from_every_surface_and_no_cache_keeps_it(world: World, way: Way) -> None:
    assert set(way.stays) <= {look.name for _name, look in LOOKS}
    for _name, look in LOOKS:
        if look.shows and look.name.startswith(("{", "/")):
            look.text(world)
    kept, before = world.answers, newest_event()
    world.answers = {}
    way.act(world)
    for name, look in LOOKS:
        assert seen_in(look.text(world)) == way.leaves(look), (name, look.name)
    # Of the pages that fronts keep, each has a tag of an event that was recorded with the change.
    events = Event.objects.filter(pk__gt=before, is_drop__in={way.is_drop, True}).values_list("tags", flat=True)
    told = {tag for tags in events for tag in tags.split()}
    for name, look in LOOKS:
        if look.name in kept and way.leaves(look) != look.shows:
            assert told & set(kept[look.name].tags), (name, look.name)


def newest_event() -> int:
    return Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


# Nothing can be forgotten: every address, every letter and every table is looked at, or stands here with the reason.


@pytest.mark.once
def test_every_public_address_is_looked_at(world: World) -> None:
    for _name, look in LOOKS:
        if look.name.startswith(("{", "/")):
            look.text(world)
    paths = {world.address(one).partition("?")[0].removeprefix("/ar") for one in world.answers}
    for pattern, _view in fill.ROUTES:
        assert any(pattern.fullmatch(path) for path in paths), f"no surface looks at {pattern.pattern}"


WITHOUT_COMMENTS = {
    **dict.fromkeys(["_d/<id:thread_id>/vote", "_support/hook/<slug:provider>"], "answers a sent form only"),
    **dict.fromkeys(
        [f"_support/{one}" for one in ("give", *(f"gift/<token:token>{act}" for act in ("", "/cancelled", "/stop")))],
        "knows of money alone",
    ),
    "_health": "asked by the front",
    "_decision/<id:act_id>": "says what was decided about whoever reads it, without the words",
    "_account/decisions": "leads to those pages",
    "_staff/appeals": "knows names and what was decided",
    "_staff/appeals/<id:appeal_id>": "says what was decided and why somebody objects; leads to the comment",
    "_staff/discussions": "knows the names of discussions and how they are kept",
    "_staff/discussions/<id:thread_id>": "knows how a discussion is kept, and of nobody's words",
    "_staff/lists": "leads to a list of words",
    "_staff/lists/<slug:of>": "knows words that nobody in particular wrote",
    "_staff/readers/<id:reader_id>": "knows of a reader and of decisions, and of nobody's words",
    "_preview/<token:token>/picture/<id:picture_id>": "a picture",
    "_confirm/<token:token>": "shows the owner of an address what waits for a yes, and was never public",
    **dict.fromkeys(
        [
            *(f"_account/with/{one}" for one in ("cancelled", "failed", "sign-up")),
            *(f"_account/reset{one}" for one in ("", "/enter", "/password", "/done")),
            *(f"_account/{one}" for one in ("sign-up/passkey", "closed", "code/enter", "prove", "second")),
            *(f"_account/{one}" for one in ("passkey", "passkey/first", "password/first")),
            *(f"_account/again/{one}" for one in ("mail", "code", "passkey")),
            *(f"_account/security/{one}" for one in ("app/off", "codes", "codes/new", "passkeys/add")),
            *(f"_account/security/passkeys/<id:pk>/{one}" for one in ("name", "remove")),
        ],
        "a step of a way in, or of its own safety",
    ),
}


@pytest.mark.once
def test_every_personal_address_is_looked_at_or_has_a_reason_not_to_be(world: World) -> None:
    for _name, look in LOOKS:
        look.text(world)
    seen = {route for route, statuses in world.routes.items() if statuses & {200, 302, 303} and "_desk/" not in route}
    assert seen | set(WITHOUT_COMMENTS) == set(personal_routes())
    assert not seen & set(WITHOUT_COMMENTS)


@pytest.mark.once
def test_every_page_of_the_desk_that_knows_of_comments_is_looked_at(world: World) -> None:
    for _name, look in LOOKS:
        if look.name.startswith("editor"):
            look.text(world)
    for route, module in test_desk_routes.routes().items():
        floor = module.split(".")[1]
        assert f"_desk/{route}" in world.routes or not imports_comments(floor), f"no surface looks at {route}"


@cache
def imports_comments(floor: str) -> bool:
    """What a floor does not import it cannot show."""
    sources = (ROOT / "src" / "belowline" / floor).rglob("*.py")
    return any("belowline.discussion" in file.read_text(encoding="utf-8") for file in sources)


@pytest.mark.once
def test_every_kind_of_letter_is_looked_at() -> None:
    """A notice quotes what somebody wrote, and is a surface; no other kind of letter holds it. Those that are not composed
    when they are sent are about accounts and money."""
    assert set(mail.composes) == {"notice", "confirm", "statement", "urgent", "appeal", "receipt"}


def test_the_words_stand_in_one_table_and_the_name_in_as_few_as_can_be(world: World) -> None:
    """A table that copies them is one more that has to forget them."""
    rows = rows_by_table()
    assert tables_with(WORDS, rows) == {"discussion_revision"}
    assert tables_with(SOURCE, rows) == {"discussion_comment", "discussion_givensource"}
    assert tables_with(NAME, rows) == {"accounts_reader", "accounts_user", "account_emailaddress", "mail_letter"}


def tables_with(marker: str, rows: Mapping[str, str]) -> set[str]:
    return {table for table, text in rows.items() if marker.casefold() in text.casefold()}


@pytest.mark.once
def test_the_document_names_every_surface_and_every_way() -> None:
    text = (ROOT / "docs" / "security-tests.md").read_text(encoding="utf-8")
    assert f"{len(LOOKS)} looks at {len(SURFACES)} surfaces" in " ".join(text.split())
    for surface in SURFACES:
        assert f"| {surface.name} | {surface.where} |" in text, surface.name
    for way in WAYS:
        assert f"| {way.name} |" in text, way.name

"""Objecting to a decision, from the letter to the answer of another person."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from allauth.account.models import EmailAddress
from tests.support.cast import NOON, Cast, make_reader, posted

from belowline.accounts.actions import create_staff
from belowline.accounts.models import Reader, User
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.appeals import APPEAL_FOR
from belowline.domain.commenting import Refused
from belowline.domain.readers import Standing
from belowline.mail.models import Letter
from belowline.moderation import appeals, deciding, standings
from belowline.moderation.models import Act, Appeal, ReaderStanding
from belowline.pages import statement_letters

if TYPE_CHECKING:
    from datetime import datetime

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(hours=2)
DAY = timedelta(days=1)


def staff(name: str) -> int:
    email = f"{name.lower()}@example.org"
    user = create_staff(name=f"{name} S", email=email, password="seven herons standing", role="moderator")
    return Reader.objects.get(user=user).pk


@pytest.fixture
def mona(cast: Cast) -> int:
    return staff("Mona")


@pytest.fixture
def osei(cast: Cast) -> int:
    return staff("Osei")


@pytest.fixture
def alma(cast: Cast) -> int:
    user = User.objects.create_user("alma@example.org")
    reader = make_reader("Alma")
    Reader.objects.filter(pk=reader).update(user=user)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return reader


def removed(author: int, by: int, cast: Cast, text: str = "It was a quotation.") -> int:
    """The act."""
    comment = posted(author, text, thread=cast.thread)
    answer = deciding.decide("remove", comment_id=comment, moderator_id=by, rule="insult", now=NOON)
    assert not isinstance(answer, Refused), answer
    return answer.act_id


def suspended(reader: int, by: int) -> int:
    until = NOON + timedelta(days=30)
    refused = standings.set_standing(
        reader, Standing.SUSPENDED, actor_id=by, rule="spam", cause="", now=NOON, until=until
    )
    assert refused is None
    return Act.objects.latest("pk").pk


def object_to(act: int, reader: int, text: str = "Read it again, please.", *, now: datetime = LATER) -> int:
    answer = appeals.appeal(act, reader_id=reader, text=text, now=now)
    assert not isinstance(answer, Refused), answer
    return answer


def answer(appeal: int, by: int, *, is_overturned: bool, now: datetime = LATER) -> str | None:
    refused = appeals.answer(appeal, is_overturned=is_overturned, text="I have read it.", moderator_id=by, now=now)
    return refused.code if refused is not None else None


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("pk"))


def test_another_moderator_gives_a_removed_comment_back(cast: Cast, alma: int, mona: int, osei: int) -> None:
    act = removed(alma, mona, cast)
    appeal = object_to(act, alma)
    assert [one.pk for one in appeals.waiting()] == [appeal]
    assert answer(appeal, mona, is_overturned=True) == "appeal_needs_another"
    assert Comment.objects.get(author=alma).state == "removed"
    assert answer(appeal, osei, is_overturned=True) is None
    assert Comment.objects.get(author=alma).state == "published"
    found = Appeal.objects.get()
    assert (found.state, found.decided_by_id, found.was_given_back, found.is_alone) == ("overturned", osei, True, False)
    done = Act.objects.latest("pk")
    assert (done.kind, done.actor_id, done.undoes_id, done.detail["act"]) == ("appeal_overturned", osei, act, act)
    assert appeals.waiting() == []
    assert answer(appeal, osei, is_overturned=False) == "appeal_settled"


def test_what_stands_changes_nothing_and_the_reader_is_told_why(cast: Cast, alma: int, mona: int, osei: int) -> None:
    appeal = object_to(removed(alma, mona, cast), alma)
    assert answer(appeal, osei, is_overturned=False) is None
    assert Comment.objects.get(author=alma).state == "removed"
    assert Act.objects.latest("pk").undoes_id is None
    [letter] = letters("appeal")
    composed = statement_letters.appeal(letter.payload, "en")
    assert composed is not None
    for part in ("it stands", "> I have read it.", "Another person", f"/_decision/{Appeal.objects.get().act_id}"):
        assert part in composed.text
    for part in ("quotation", "Osei", "Mona"):
        assert part not in composed.text + composed.html + composed.subject


def test_a_standing_ends_when_its_appeal_is_right(cast: Cast, alma: int, mona: int, osei: int) -> None:
    appeal = object_to(suspended(alma, mona), alma)
    assert answer(appeal, osei, is_overturned=True) is None
    assert not ReaderStanding.objects.exists()
    assert Appeal.objects.get().was_given_back


def test_what_somebody_decided_since_stays(cast: Cast, alma: int, mona: int, osei: int) -> None:
    first = suspended(alma, mona)
    appeal = object_to(first, alma)
    standings.set_standing(alma, Standing.BANNED, actor_id=mona, rule="spam", cause="", now=LATER)
    assert answer(appeal, osei, is_overturned=True) is None
    assert ReaderStanding.objects.get().standing == "banned"
    assert not Appeal.objects.get().was_given_back
    composed = statement_letters.appeal(letters("appeal")[0].payload, "en")
    assert composed is not None
    assert "something else holds by now" in composed.text
    # The ban is another decision, to which she objects anew.
    object_to(Act.objects.filter(kind="standing").latest("pk").pk, alma)


def test_nobody_answers_whoever_is_gone(cast: Cast, alma: int, mona: int, osei: int) -> None:
    comment = posted(alma, "Words.", thread=cast.thread)
    decided = deciding.decide("remove", comment_id=comment, moderator_id=mona, rule="insult", now=NOON)
    assert not isinstance(decided, Refused)
    appeal = object_to(decided.act_id, alma)
    actions.erase_reader(alma, texts=actions.Texts.DELETE, now=LATER)
    assert not Appeal.objects.exists(), "who is gone objects to nothing"
    assert answer(appeal, osei, is_overturned=True) == "appeal_unknown"
    assert Comment.objects.get(pk=comment).state == "removed"


def test_what_its_author_deleted_while_it_was_hidden_stays_deleted(cast: Cast, alma: int, osei: int) -> None:
    comment = posted(alma, "Words.", thread=cast.thread)
    act = Act.objects.create(
        kind="urgent_hide", reader_id=alma, comment_id=comment, at=NOON, detail={"reason": "threat"}
    )
    appeal = object_to(act.pk, alma)
    assert not isinstance(actions.delete_comment(alma, comment_id=comment, now=LATER), Refused)
    assert answer(appeal, osei, is_overturned=True) is None
    assert Comment.objects.get(pk=comment).state == "deleted"
    assert not Appeal.objects.get().was_given_back


def test_what_was_undone_meanwhile_needs_no_answer(cast: Cast, alma: int, mona: int, osei: int) -> None:
    act = removed(alma, mona, cast)
    appeal = object_to(act, alma, now=NOON + timedelta(minutes=1))
    deciding.undo(act, moderator_id=mona, now=NOON + timedelta(minutes=2))
    assert appeals.waiting() == []
    assert answer(appeal, osei, is_overturned=True) == "appeal_settled"


def test_once_in_time_and_only_by_whom_it_is_about(cast: Cast, alma: int, mona: int) -> None:
    act = removed(alma, mona, cast)
    for reader, now, code in (
        (cast.bob, LATER, "appeal_unknown"),
        (alma, NOON + APPEAL_FOR + DAY, "appeal_late"),
        (alma, NOON + APPEAL_FOR, None),
        (alma, LATER, "appeal_once"),
    ):
        refused = appeals.appeal(act, reader_id=reader, text="Please.", now=now)
        assert (refused.code if isinstance(refused, Refused) else None) == code
    assert isinstance(appeals.appeal(99_999, reader_id=alma, text="Please.", now=LATER), Refused)


def test_trust_and_what_is_taken_back_are_nothing_to_object_to(cast: Cast, alma: int, mona: int) -> None:
    for standing in (Standing.TRUSTED, None):
        standings.set_standing(alma, standing, actor_id=mona, rule="", cause="", now=NOON)
        act = Act.objects.latest("pk").pk
        refused = appeals.appeal(act, reader_id=alma, text="Please.", now=LATER)
        assert isinstance(refused, Refused)
        assert refused.code == "appeal_unknown"
        assert appeals.decision(act, reader_id=alma) is None


def test_the_only_moderator_answers_a_day_later_and_it_says_so(cast: Cast, alma: int, mona: int) -> None:
    appeal = object_to(removed(alma, mona, cast), alma)
    assert answer(appeal, mona, is_overturned=False) == "second_person_wait"
    assert answer(appeal, mona, is_overturned=False, now=LATER + DAY) is None
    found = Appeal.objects.get()
    assert found.is_alone
    assert Act.objects.latest("pk").detail["is_alone"] is True
    composed = statement_letters.appeal(letters("appeal")[0].payload, "en")
    assert composed is not None
    assert "the same person looked again" in composed.text


def test_a_moderator_s_own_appeal_is_answered_by_the_colleague(cast: Cast, mona: int, osei: int) -> None:
    appeal = object_to(removed(osei, mona, cast), osei)
    assert answer(appeal, osei, is_overturned=True, now=LATER + 9 * DAY) == "own_matter"
    # Mona is then the only one who may, and decided herself.
    assert answer(appeal, mona, is_overturned=True) == "second_person_wait"
    assert answer(appeal, mona, is_overturned=True, now=LATER + DAY) is None


def test_a_guest_s_appeal_goes_on_with_the_account(cast: Cast, mona: int) -> None:
    guest = make_reader("Gerda", kind="guest")
    act = removed(guest, mona, cast)
    object_to(act, guest)
    account = make_reader("Gerda Blum")
    standings.merge(guest, account)
    assert Appeal.objects.get().reader_id == account
    assert appeals.decision(act, reader_id=account) is not None


def test_the_letter_about_a_decision_leads_to_where_one_objects(cast: Cast, alma: int, mona: int) -> None:
    act = removed(alma, mona, cast)
    [letter] = letters("statement")
    composed = statement_letters.statement(letter.payload, "en")
    assert composed is not None
    assert f"/_decision/{act}" in composed.text

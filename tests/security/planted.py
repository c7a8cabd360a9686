"""One comment, planted so that it stands in every place where a comment can stand, and the people who look at it (S28)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.urls import resolve

from belowline.accounts.models import User
from belowline.discussion import actions
from belowline.discussion.models import Comment
from belowline.domain.commenting import Refused
from belowline.domain.feedback import Kind
from belowline.domain.notifying import About, Often
from belowline.feedback.actions import asking
from belowline.feedback.models import Offer, Request
from belowline.newsroom.actions import preview_links
from belowline.notifications import matrix, sending
from belowline.outbox.delivery import consumers_of, deliver
from belowline.pages.answer import Answer
from belowline.passages.actions.choosing import Wanted
from belowline.project.handlers import HANDLERS
from tests.support import desk
from tests.support.desk import Browser, Story, make_member, make_staff, publish, reader_of
from tests.support.passages import wanted

# What is planted; each is one word that nothing else says. FIRST was replaced within the quiet minutes, NEXT is what the
# comment says after an edit, and NEW_NAME what its author is called later.
WORDS, SOURCE, NAME = "marzipanworm", "thornfallow.example", "Quillonia"
FIRST, NEXT, NEW_NAME = "hollowbadger", "velvetanchor", "Ostrovanka"
MARKERS = (WORDS, SOURCE, NAME, FIRST, NEXT, NEW_NAME)
EVERYTHING = frozenset({WORDS, SOURCE, NAME})
NOTHING: frozenset[str] = frozenset()
READERS = ("bruno", "carla", "dora")


@dataclass(frozen=True)
class Planted:
    """One comment at a passage, by which its author asks for a source; quoted, answered, followed, mailed, reported and
    voted on."""

    story: Story
    block: str
    comment: int
    reply: int
    deep: int  # a reply to the reply
    request: int
    author: User
    readers: dict[str, User]
    moderator: User
    editor: User
    preview: str  # the token of a link to the article's draft
    offer: int


def plant() -> Planted:
    """Written into a database of its own, with a story to stand under."""
    at = datetime.now(UTC)
    story = publish()
    author = make_member(NAME)
    readers = {name: make_member(name.title()) for name in READERS}
    ids = {name: reader_of(user) for name, user in readers.items()}
    passage = wanted(str(story.article.subject_key), "two holes")
    assert isinstance(passage, Wanted), passage
    comment = _posted(
        actions.Submission(
            reader=reader_of(author),
            thread_id=story.thread,
            parent_id=None,
            passage=passage,
            beside=asking.with_words(Kind.SOURCE, now=at),
        ),
        f"{FIRST} drilled them.",
        at - timedelta(minutes=4),
    )
    edit(author, comment, f"{WORDS} drilled them, @Bruno.", at - timedelta(minutes=3))
    reply = _reply(ids["bruno"], story, comment, "Who says so?", at - timedelta(minutes=2))
    deep = _reply(ids["carla"], story, reply, "I saw it.", at - timedelta(minutes=1))
    for name, about, target in (
        ("bruno", About.BRANCH, comment),
        ("bruno", About.MENTION, 0),
        ("carla", About.THREAD, story.thread),
    ):
        line = matrix.Line(about, target, Often.NOW, on_site=True)
        assert matrix.follow(ids[name], [line], language="en", now=at) is None
    actions.cast_vote(ids["bruno"], comment_id=comment, value=1, now=at)
    actions.ask_for_source(ids["carla"], comment_id=comment, is_asking=True, now=at)
    deliver_all(at)
    given = actions.give_source(reader_of(author), comment_id=comment, url=f"https://{SOURCE}/log", now=at)
    assert not isinstance(given, Refused), given
    actions.ignore_author(ids["dora"], comment_id=comment, is_ignored=True, now=at)
    actions.report_comment(ids["dora"], comment_id=comment, reason="private", note="Look.", now=at)
    deliver_all(at)
    sending.queue_due(at + timedelta(minutes=10))
    editor = make_staff("Edda", "editor")
    link = preview_links.make_link(story.article, label="Dr Weir", days=7, by=editor, now=at)
    assert isinstance(link, tuple), link
    return Planted(
        story=story,
        block=passage.place.block,
        comment=comment,
        reply=reply,
        deep=deep,
        request=Request.objects.get().pk,
        author=author,
        readers=readers,
        moderator=make_staff("Mona", "moderator"),
        editor=editor,
        preview=link[1],
        offer=Offer.objects.create(
            article=story.article, words="Look.", consent="none", language="en", received_at=at
        ).pk,
    )


def _posted(submission: actions.Submission, text: str, at: datetime) -> int:
    answer = actions.post_comment(submission, markdown=text, now=at)
    assert not isinstance(answer, Refused), answer
    return answer.comment_id


def _reply(reader: int, story: Story, parent: int, text: str, at: datetime) -> int:
    return _posted(actions.Submission(reader=reader, thread_id=story.thread, parent_id=parent), text, at)


def edit(author: User, comment: int, text: str, at: datetime) -> None:
    answer = actions.edit_comment(reader_of(author), comment_id=comment, markdown=text, now=at)
    assert not isinstance(answer, Refused), answer


def deliver_all(now: datetime) -> None:
    """What the worker does with every event that there is."""
    for consumer in consumers_of(HANDLERS):
        while deliver(consumer, now=now):
            pass


@dataclass
class World:
    """What was planted, seen through the eyes of everybody. `answers` are the public pages that were looked at; `routes`
    the patterns of the personal ones, with the statuses that they were answered with."""

    planted: Planted
    browsers: dict[str, Browser] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    routes: dict[str, set[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        one = self.planted
        people = {"author": one.author, "moderator": one.moderator, "editor": one.editor, **one.readers}
        self.browsers = {"nobody": Browser()} | {name: Browser(user) for name, user in people.items()}

    def address(self, pattern: str) -> str:
        """{d} is the discussion's address and {t} its id, {a} the article's; {c}, {r} and {deep} are the comment, the
        reply to it and the reply to that."""
        one = self.planted
        return pattern.format(
            d=f"/d/{one.story.thread}",
            t=one.story.thread,
            a=one.story.url,
            article=one.story.article.pk,
            topic=one.story.article.get_parent().pk,
            c=one.comment,
            r=one.reply,
            deep=one.deep,
            block=one.block,
            author=Comment.objects.values_list("author_id", flat=True).get(pk=one.comment),
            bruno=reader_of(one.readers["bruno"]),
            request=one.request,
            preview=one.preview,
            offer=one.offer,
        )

    def public(self, pattern: str) -> str:
        """A public page: the bytes that the front keeps for everybody."""
        address = self.address(pattern)
        answer = desk.page(address, now=datetime.now(UTC))
        self.answers[pattern] = answer
        return f"{answer.location} {answer.body}"

    def shown_to(self, who: str, pattern: str) -> str:
        address = self.address(pattern)
        answer = self.browsers[who].get(address)
        self.routes.setdefault(resolve(address.partition("?")[0]).route, set()).add(answer.status_code)
        return f"{answer.get('Location', '')} {answer.content.decode()}"


def seen_in(text: str) -> frozenset[str]:
    return frozenset(marker for marker in MARKERS if marker.casefold() in text.casefold())

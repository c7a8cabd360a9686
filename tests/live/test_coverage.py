"""Entries of a live coverage: written, changed, taken back, and what readers see of them at once."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db.backends.utils import CursorWrapper
from django.test.utils import CaptureQueriesContext

from belowline.live import actions, queries
from belowline.live.denials import KEY_EVENTS_MAX, PINS_MAX, sentence, sentences
from belowline.live.models import Coverage, LiveEntry, Wording
from belowline.newsroom.body.made import Figure, ItemList, Paragraph, Quote
from belowline.newsroom.denials import Denied
from belowline.newsroom.models import ArticlePage, ArticleRendering, Picture, PictureFile, RenderingPicture
from belowline.project.handlers import open_discussions
from tests.live.conftest import NIGHT, Night
from tests.support.desk import make_staff, page, soup, words

LATER = NIGHT + timedelta(hours=3)


def headlines(address: str) -> list[str]:
    """The headlines of the entries in the list of a page, in its order."""
    found = soup(page(address, now=LATER).body)
    return [str(one.span.string) for one in found.select("[data-entries] > .entry > h3, .own .entries .entry > h2")]


def text(address: str) -> str:
    return words(page(address, now=LATER).body)


def test_an_entry_stands_under_the_summary_the_newest_first(night: Night) -> None:
    night.write("The gates are closed.", headline="Gates closed")
    night.write("The pier is under water.", headline="Pier under", minutes=5)
    assert headlines(night.url) == ["Pier under", "Gates closed"]
    body = text(night.url)
    assert body.index("The water is coming.") < body.index("The pier is under water.")


def test_an_entry_is_public_with_its_event_in_one_transaction(night: Night) -> None:
    before = night.newsroom.position()
    night.write("The gates are closed.")
    assert night.newsroom.events(before) == [("CoverageChanged", f"article:{night.article.pk}", False)]
    assert f"article:{night.article.pk}" in page(night.url).tags


def test_an_entry_has_an_address_with_its_own_head_that_leads_back_to_its_place(night: Night) -> None:
    night.write("The gates are closed, all six.", headline="Gates closed")
    found = soup(page(f"{night.url}/e/1", now=LATER).body)
    assert found.title is not None
    assert str(found.title.string).startswith("Gates closed")
    assert found.select_one('meta[property="og:description"]')["content"] == "The gates are closed, all six."  # type: ignore[index]
    assert found.select_one("link[rel=canonical]")["href"].endswith("/a/surge/e/1")  # type: ignore[index,union-attr]
    assert found.select_one("a[href='/a/surge#e-1']") is not None
    assert soup(page(night.url).body).select_one("#e-1") is not None


def test_an_old_entry_leads_back_to_the_page_that_begins_with_it(night: Night) -> None:
    for place in range(45):
        night.write(f"Word {place}.", headline=f"Line {place}", minutes=place)
    link = soup(page(f"{night.url}/e/3", now=LATER).body).select_one(".links a")
    assert link is not None
    address, _, key = str(link["href"]).partition("#")
    assert headlines(address)[0] == "Line 2"
    assert key == "e-3"


def test_every_entry_is_reached_by_links_whatever_is_written_meanwhile(night: Night) -> None:
    for place in range(45):
        night.write(f"Word {place}.", headline=f"Line {place}", minutes=place)
    seen, address = [], night.url
    while address:
        seen += headlines(address)
        link = soup(page(address, now=LATER).body).select_one(".live a[rel=next]")
        address = str(link["href"]) if link else ""
        if len(seen) == 20:
            night.write("Meanwhile.", headline="Meanwhile", minutes=50)
    assert seen == [f"Line {place}" for place in range(44, -1, -1)]


def test_an_edited_entry_says_so_and_keeps_its_public_wordings(night: Night) -> None:
    entry = night.write(Paragraph("Five gates are closed."))
    night.edit(entry, "Six gates are closed.")
    assert "edited 20:30" in text(night.url)
    history = text(f"{night.url}/e/1/history")
    assert "Five" in history
    assert "Six" in history
    assert "First wording" in history


def test_a_draft_that_was_edited_has_no_public_wording_of_it(night: Night) -> None:
    entry = night.write("PLANTED rumour.", is_public=False)
    edited = night.edit(entry, "The gates are closed.", is_public=True)
    assert isinstance(edited, LiveEntry)
    night.edit(edited, "All gates are closed.", minutes=40)
    assert "PLANTED" not in text(f"{night.url}/e/1/history")
    assert Wording.objects.filter(entry=entry).count() == 3, "the desk keeps every one"


def test_a_deleted_entry_leaves_a_mark_and_no_word(night: Night) -> None:
    entry = night.write(Paragraph("PLANTED name."), headline="PLANTED headline")
    night.edit(entry, "PLANTED other name.")
    before = night.newsroom.position()
    assert actions.delete_entry(entry.pk, by=night.editor, now=NIGHT + timedelta(minutes=50)) is None
    assert night.newsroom.events(before) == [("LiveEntryDeleted", f"article:{night.article.pk}", True)]
    assert "This update was deleted" in text(night.url)
    assert page(f"{night.url}/e/1").status == 410
    assert page(f"{night.url}/e/1/history").status == 404
    for address in (night.url, f"{night.url}/e/1", f"{night.url}/updates?since=0"):
        assert "PLANTED" not in page(address).body
    assert not Wording.objects.filter(passages__icontains="PLANTED").exists()
    assert not Wording.objects.filter(body__icontains="PLANTED").exists()


def test_a_deleted_draft_is_gone_altogether(night: Night) -> None:
    entry = night.write("Nothing yet.", is_public=False)
    assert actions.delete_entry(entry.pk, by=night.editor, now=NIGHT) is None
    assert not LiveEntry.objects.exists()


def test_pinned_entries_stand_on_top_once_and_key_events_lead_into_the_page(night: Night) -> None:
    for place in range(3):
        night.write(f"Word {place}.", headline=f"Line {place}", minutes=place)
    first, second, _third = LiveEntry.objects.order_by("pk")
    actions.mark_entry(first.pk, by=night.editor, is_pinned=True)
    actions.mark_entry(second.pk, by=night.editor, is_key=True)
    found = soup(page(night.url).body)
    assert [one["id"] for one in found.select(".pinned .entry")] == ["e-1"]
    assert [one["id"] for one in found.select("[data-entries] .entry")] == ["e-3", "e-2"]
    assert [(one["href"], one.string) for one in found.select(".key-events a")] == [("#e-2", "Line 1")]


def test_only_a_few_entries_can_be_pinned_or_key_events(night: Night) -> None:
    entries = [night.write(f"Word {place}.", minutes=place) for place in range(KEY_EVENTS_MAX + 1)]
    pinned = [actions.mark_entry(one.pk, by=night.editor, is_pinned=True) for one in entries[: PINS_MAX + 1]]
    assert pinned[-1] == Denied("pins_most")
    marked = [actions.mark_entry(one.pk, by=night.editor, is_key=True) for one in entries]
    assert [one for one in marked if isinstance(one, Denied)] == [Denied("key_events_most")]


def test_an_archived_coverage_is_locked_and_says_that_it_has_ended(night: Night) -> None:
    entry = night.write("The gates are open.")
    actions.change_state(night.article.pk, "archived", by=night.editor, now=NIGHT)
    refused = [
        night.edit(entry, "Other words."),
        actions.mark_entry(entry.pk, by=night.editor, is_pinned=True),
        actions.delete_entry(entry.pk, by=night.editor, now=NIGHT),
        actions.write_entry(
            night.article.pk, night.words("More."), form_key=uuid.uuid4(), by=night.editor, now=NIGHT, is_public=True
        ),
    ]
    assert refused == [Denied("archived")] * 4
    found = soup(page(night.url).body)
    assert "This live coverage has ended." in words(str(found))
    assert found.select_one("[data-load]") is None
    assert not [one for one in found.select("script[src]") if "live." in str(one["src"])]
    actions.change_state(night.article.pk, "active", by=night.editor, now=NIGHT)
    assert isinstance(night.edit(entry, "Other words."), LiveEntry)


def test_the_same_form_sent_twice_is_one_entry(night: Night) -> None:
    key = uuid.uuid4()
    assert night.write("Once.", form_key=key).pk == night.write("Once.", form_key=key).pk
    assert LiveEntry.objects.count() == 1


def test_two_editors_at_one_entry_do_not_overwrite_each_other(night: Night) -> None:
    entry = night.write("First.")
    assert isinstance(night.edit(entry, "Mine."), LiveEntry)
    assert night.edit(entry, "Yours.") == Denied("entry_changed")
    assert "Mine." in text(night.url)


@pytest.mark.parametrize(("role", "may"), [("contributor", False), ("author", False), ("editor", True)])
def test_only_who_may_publish_articles_publishes_entries(night: Night, role: str, may: bool) -> None:
    person = make_staff("Pia", role)
    public = night.write("Theirs.")
    answer = actions.write_entry(
        night.article.pk, night.words("Hers."), form_key=uuid.uuid4(), by=person, now=NIGHT, is_public=True
    )
    assert isinstance(answer, LiveEntry) is may
    draft = night.write("A draft.", by=person, is_public=False)
    published = actions.publish_entry(draft.pk, version=1, by=person, now=NIGHT)
    assert isinstance(published, LiveEntry) is may
    deleted = actions.delete_entry(public.pk, by=person, now=NIGHT)
    assert (deleted is None) is may
    state = actions.change_state(night.article.pk, "archived", by=person, now=NIGHT)
    assert isinstance(state, Coverage) is may


def test_a_moderator_writes_nothing_and_nobody_changes_anothers_draft(night: Night) -> None:
    mona, pia, paul = make_staff("Mona", "moderator"), make_staff("Pia", "contributor"), make_staff("Paul", "author")
    answer = actions.write_entry(
        night.article.pk, night.words("Hers."), form_key=uuid.uuid4(), by=mona, now=NIGHT, is_public=False
    )
    assert answer == Denied("may_not_write")
    draft = night.write("A draft.", by=pia, is_public=False)
    words_of_paul = night.words("His.")
    assert actions.edit_entry(draft.pk, words_of_paul, version=1, by=paul, now=NIGHT) == Denied("may_not_edit")
    assert actions.break_out(draft.pk, by=paul) == Denied("may_not_edit")


def test_an_entry_needs_words_or_something_to_see_and_no_time_to_come(night: Night) -> None:
    def answer(given: actions.Words) -> object:
        return actions.write_entry(
            night.article.pk, given, form_key=uuid.uuid4(), by=night.editor, now=NIGHT, is_public=True
        )

    assert answer(night.words("<p> </p>")) == Denied("entry_empty")
    assert answer(night.words("Soon.", at=NIGHT + timedelta(minutes=1))) == Denied("time_ahead")
    assert isinstance(answer(night.words(headline="Gates closed")), LiveEntry)
    assert all(sentence(Denied(code)) for code in sentences())


def test_a_coverage_needs_a_live_article(night: Night) -> None:
    plain = night.newsroom.publish("plain")
    answer = actions.write_entry(
        plain.pk, night.words("Hm."), form_key=uuid.uuid4(), by=night.editor, now=NIGHT, is_public=True
    )
    assert answer == Denied("not_live")
    assert page("/a/plain/updates?since=0").status == 404


def test_pictures_of_an_entry_pass_the_gate_and_stay_as_long_as_they_are_shown(night: Night) -> None:
    picture = night.newsroom.picture("harbour")
    entry = night.write("See:", Figure(picture))
    assert RenderingPicture.objects.get().picture_id == picture.pk
    assert "What harbour shows" in page(night.url).body
    night.article.save_revision().publish()
    assert PictureFile.objects.exists(), "publishing the article again does not take them away"
    bad = night.newsroom.picture("nameless", colour="red")
    Picture.objects.filter(pk=bad.pk).update(credit="")
    lacks = actions.prepare(night.article, night.words(Figure(bad)))
    assert ["credit" in one.sentence for one in lacks] == [True]
    actions.delete_entry(entry.pk, by=night.editor, now=NIGHT)
    assert not RenderingPicture.objects.exists()
    assert not PictureFile.objects.exists()


def test_a_changed_picture_is_renewed_in_its_entries_and_told_to_those_who_read_along(night: Night) -> None:
    picture = night.newsroom.picture("harbour")
    night.write("See:", Figure(picture))
    cursor = Coverage.objects.get().changes
    picture.alt = "The harbour from the other side"
    picture.save()
    assert "from the other side" in page(night.url).body
    assert "from the other side" in night.delta(cursor)["entries"][0]["html"]


def test_what_an_editor_types_passes_the_one_sanitiser(night: Night) -> None:
    hostile = '<script>steal()</script><img src=x onerror="steal()"><a href="javascript:steal()">x</a> Fine.'
    night.write(hostile, Quote("<b>no</b>", "<script>"), ItemList((hostile,)), headline="</h3><script>steal()")
    for address in (night.url, f"{night.url}/e/1", f"{night.url}/updates?since=0"):
        body = page(address).body
        assert "steal()" not in str([one.get("src") for one in soup(body).select("script")])
        assert "<script>steal" not in body.replace("\\u003c", "<") or address.endswith("since=0")
        assert "javascript:" not in body
        assert "onerror" not in soup(body).select("img, a, p").__str__()


# What is not public


def test_drafts_leak_nowhere_not_even_as_a_gap_in_the_numbers(night: Night) -> None:
    night.write("PLANTED one.", headline="PLANTED", is_public=False)
    night.write("Open.", headline="Open")
    addresses = [night.url, "/", f"{night.url}/e/1", f"{night.url}/e/2", f"{night.url}/updates?since=0"]
    assert all("PLANTED" not in page(address).body for address in addresses)
    assert soup(page(night.url).body).select_one("#e-1") is not None
    assert page(f"{night.url}/e/2").status == 404
    assert page(f"{night.url}/before/2").status == 404
    assert night.delta(0)["cursor"] == 1


@pytest.mark.parametrize("way", ["withdrawn", "restricted", "draft", "other kind"])
def test_entries_of_an_article_that_is_not_public_are_nowhere(night: Night, way: str) -> None:
    from wagtail.models import PageViewRestriction

    night.write("PLANTED words.", headline="PLANTED")
    night.write("PLANTED more.", minutes=1)
    if way == "restricted":
        PageViewRestriction.objects.create(page=night.article, restriction_type="login")
    elif way == "other kind":
        night.article.kind = "report"
        night.article.save_revision().publish()
    else:
        night.article.unpublish()
    for rest in ("", "/e/1", "/e/1/history", "/before/2", "/updates?since=0", "/updates"):
        answer = page(night.url + rest)
        assert "PLANTED" not in answer.body, rest
        assert answer.status == (200 if way == "other kind" and not rest else 404), rest


def test_the_permalinks_of_a_withdrawn_coverage_say_that_it_was_withdrawn(night: Night) -> None:
    from belowline.newsroom.models import WithdrawalKind, WithdrawnDiscussion
    from belowline.newsroom.publishing import withdrawal

    night.write("PLANTED words.")
    withdrawal.ask_for_withdrawal(
        night.article.pk,
        kind=WithdrawalKind.WITHDRAWN,
        text="Two of its sources have withdrawn what they said.",
        discussion=WithdrawnDiscussion.HIDDEN,
        by=make_staff("Paula", "publisher"),
        now=NIGHT,
    )
    for rest in ("", "/e/1", "/updates?since=0"):
        answer = page(night.url + rest)
        assert (answer.status, "PLANTED" in answer.body) == (410, False), rest


def test_addresses_follow_a_changed_slug(night: Night) -> None:
    night.write("Words.")
    night.article.slug = "surge-night"
    night.article.save_revision().publish()
    answer = page(f"{night.url}/e/1")
    assert (answer.status, answer.location) == (301, "/a/surge-night/e/1")


def test_a_deleted_article_takes_its_coverage_along(night: Night) -> None:
    night.write("Words.", authors=[night.newsroom.author])
    ArticlePage.objects.get(pk=night.article.pk).delete()
    assert not LiveEntry.objects.exists()
    assert not Coverage.objects.exists()


# What changed


def test_the_changes_tell_of_new_edited_and_deleted_entries_once(night: Night) -> None:
    first = night.write("One.", headline="One")
    night.write("Two.", headline="Two", minutes=1)
    cursor = night.delta(0)["cursor"]
    assert night.delta(cursor) == {"cursor": cursor, "state": "active"}
    night.edit(first, "One, edited.")
    night.write("Three.", headline="Three", minutes=40)
    actions.delete_entry(LiveEntry.objects.get(number=2).pk, by=night.editor, now=NIGHT)
    told = night.delta(cursor)
    assert [(one["key"], one["isGone"]) for one in told["entries"]] == [("e-1", False), ("e-3", False), ("e-2", True)]
    assert "One, edited." in told["entries"][0]["html"]
    assert night.delta(told["cursor"]).get("entries") is None


def test_who_has_missed_too_much_is_told_to_read_the_page_anew(night: Night) -> None:
    for place in range(31):
        night.write(f"Word {place}.", minutes=place)
    assert night.delta(0)["isBehind"] is True
    assert night.delta(1).get("isBehind") is None
    assert night.delta(99)["isBehind"] is True, "a cursor from elsewhere"
    assert page(f"{night.url}/updates?since=1x").status == 400
    answer = page(f"{night.url}/updates?since=5")
    assert answer.is_admitted_late
    assert f"article:{night.article.pk}" in answer.tags
    assert not page(f"{night.url}/updates?since=31").is_admitted_late


def test_no_page_of_a_coverage_asks_more_than_its_number_of_queries(night: Night, cursor: CursorWrapper) -> None:
    for place in range(25):
        night.write("Word.", minutes=place, authors=[night.newsroom.author])
    found = {"article_id": night.article.pk}
    with CaptureQueriesContext(cursor.db) as asked:
        queries.run(cursor, **found)
        queries.newest(cursor, limit=21, **found)
        queries.top(cursor, **found)
    assert len(asked) == 4
    with CaptureQueriesContext(cursor.db) as asked:
        queries.changed(cursor, since=0, limit=30, **found)
    assert len(asked) == 2


def test_an_ordinary_article_asks_nothing_of_this_and_loads_nothing_of_it(night: Night, cursor: CursorWrapper) -> None:
    night.newsroom.publish("plain")
    with CaptureQueriesContext(cursor.db) as asked:
        body = page("/a/plain").body
    assert not [one for one in asked.captured_queries if "live_" in one["sql"]]
    assert "live." not in "".join(str(one) for one in soup(body).select("script, link"))


# Beside it


def test_an_entry_breaks_out_into_a_draft_and_leads_to_it_once_it_is_public(night: Night) -> None:
    entry = night.write("The lock keeper tells.", headline="The keeper’s night", authors=[night.newsroom.author])
    story = actions.break_out(entry.pk, by=night.editor)
    assert isinstance(story, ArticlePage)
    assert not story.live
    assert (story.title, story.get_parent().pk) == ("The keeper’s night", night.newsroom.topic.pk)
    assert "The whole story" not in text(night.url)
    assert actions.break_out(entry.pk, by=night.editor) == Denied("entry_has_story")
    ArticlePage.objects.get(pk=story.pk).get_latest_revision().publish()
    assert "The lock keeper tells." in ArticleRendering.objects.get(pk=story.pk).body_html
    assert "The whole story" in text(night.url)


def test_the_discussion_of_a_live_coverage_begins_with_the_newest(night: Night) -> None:
    from belowline.discussion.models import Thread
    from belowline.newsroom.events import ArticlePublished
    from belowline.outbox.delivery import Delivered

    plain = night.newsroom.publish("plain")
    for article in (night.article, plain):
        event = ArticlePublished(article_id=article.pk, topic_id=0)
        open_discussions([Delivered(1, event, NIGHT)])
    sorts = dict(Thread.objects.values_list("subject_key", "default_sort"))
    assert sorts[str(night.article.subject_key)] == "newest"
    assert sorts[str(plain.subject_key)] == ""

"""Two editors at one article: nothing is lost, nothing overwritten unseen, and both come together in one draft."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from belowline.accounts.models import User
from belowline.newsroom.actions import pages
from belowline.newsroom.body import made
from belowline.newsroom.models import (
    ArticlePage,
    ArticleRendering,
    AsideDraft,
    WithdrawalKind,
    WithdrawnDiscussion,
)
from belowline.newsroom.publishing import withdrawal
from tests.newsroom.conftest import Newsroom
from tests.newsroom.test_record import staff

pytestmark = pytest.mark.urls("tests.newsroom.desk_urls")


class Editor:
    """Somebody with the article's form open."""

    def __init__(self, name: str, article: ArticlePage) -> None:
        self.user = staff(name, "publisher")
        self.client = Client()
        self.client.force_login(self.user)
        self.article = article
        self.edit = reverse("wagtailadmin_pages:edit", args=[article.pk])
        self.began: dict[str, str] = {}

    def open(self) -> Editor:
        page = self.client.get(self.edit)
        assert page.status_code == 200
        self.began = {
            "loaded_revision_id": str(page.context["page"].latest_revision_id),
            "loaded_revision_created_at": page.context["loaded_revision_created_at"],
        }
        return self

    def send(self, texts: dict[str, str] | None = None, *, press: str = "", **values: Any) -> HttpResponse:
        return self.client.post(self.edit, self.form(texts, **values) | ({press: "1"} if press else {}))

    def form(self, texts: dict[str, str] | None = None, **values: Any) -> dict[str, Any]:
        """The form as it was opened, with these texts by block id ("" takes the block away) and these fields."""
        first = ArticlePage.objects.get(pk=self.article.pk).revisions.order_by("pk").first().as_object()
        blocks = {one["id"]: one["value"] for one in first.body.raw_data} | (texts or {})
        stream = [("paragraph", rich_text(text), key) for key, text in blocks.items() if text]
        body = streamfield([(kind, value) for kind, value, _key in stream])
        for place, (_kind, _value, key) in enumerate(stream):
            body[str(place)]["id"] = key
        names = [{"author": one.author_id, "id": one.pk} for one in first.bylines.all()]
        given = {
            "title": first.title,
            "slug": first.slug,
            "standfirst": "",
            "kicker": "",
            "kind": "report",
            "language": "en",
            "picture": "",
            "bylines": inline_formset(names, initial=len(names)),
            "corrections": inline_formset([]),
            "related_choices": inline_formset([]),
            "change_note": "",
            "body": body,
            "featured_rank": "",
            "published_at": "2026-03-14 08:00",
            "updated_at": "",
            "discussion_mode": "",
            "go_live_at": "",
            "expire_at": "",
            "comments": inline_formset([]),
        }
        return nested_form_data(given | values) | self.began

    def merge(self, address: str, **choices: str) -> HttpResponse:
        """Answer the questions by the beginning of their names."""
        page = self.client.get(address)
        data = {"theirs": page.context["seen"]}
        for question in page.context["questions"]:
            for begin, choice in choices.items():
                if question.name.startswith(f"choice:{begin}"):
                    data[question.name] = choice
        return self.client.post(address, data)


@pytest.fixture
def article(newsroom: Newsroom, settings: Any) -> ArticlePage:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    return newsroom.publish(blocks=[made.Paragraph("One."), made.Paragraph("Two.")])


@pytest.fixture
def hanne(article: ArticlePage) -> Editor:
    return Editor("Hanne", article).open()


@pytest.fixture
def ines(article: ArticlePage, hanne: Editor) -> Editor:
    return Editor("Ines", article).open()


def keys(article: ArticlePage) -> list[str]:
    return [one["id"] for one in article.body.raw_data]


def draft(article: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk).get_latest_revision_as_object()


def words(article: ArticlePage) -> list[str]:
    return [re.sub("<[^>]*>", "", one.value.source) for one in draft(article).body]


def test_what_touches_different_things_becomes_one_draft(article: ArticlePage, hanne: Editor, ines: Editor) -> None:
    first, second = keys(article)
    assert hanne.send({first: "<p>One, by Hanne.</p>"}).status_code == 302
    answer = ines.send({second: "<p>Two, by Ines.</p>"}, title="By Ines")
    aside = AsideDraft.objects.get()
    address = reverse("newsroom_merge", args=[article.pk, aside.pk])
    assert answer["Location"] == address
    assert words(article) == ["One, by Hanne.", "Two."], "nothing was overwritten"
    page = ines.client.get(address)
    assert "Everything fits together." in page.content.decode()
    assert "Hanne" in page.content.decode()
    assert ines.merge(address).status_code == 302
    assert words(article) == ["One, by Hanne.", "Two, by Ines."]
    assert draft(article).title == "By Ines"
    assert ArticleRendering.objects.get().headline == "The gauge that moved", "never published by itself"


def test_one_block_in_two_wordings_is_asked_and_both_can_stay(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    first, _second = keys(article)
    hanne.send({first: "<p>Nine centimetres.</p>"})
    address = ines.send({first: "<p>Ten centimetres.</p>"}, press="action-publish")["Location"]
    page = ines.client.get(address)
    shown = page.content.decode()
    assert "Nine" in shown
    assert "Ten" in shown
    assert [one.name for one in page.context["questions"]] == [f"choice:body/{first}"]
    refused = ines.merge(address)
    assert refused.status_code == 409
    assert "Choose one" in refused.content.decode()
    assert ines.merge(address, body="both").status_code == 302
    assert words(article) == ["Nine centimetres.", "Ten centimetres.", "Two."]
    assert len(set(keys(draft(article)))) == 3
    assert "One." in ArticleRendering.objects.get().body_html, "what was to be published waits as a draft"


def test_the_same_form_sent_twice_is_kept_once_and_merged_once(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    hanne.send(title="Hers")
    address = ines.send(standfirst="Mine")["Location"]
    assert ines.send(standfirst="Mine")["Location"] == address
    ines.merge(address)
    count = Revision.objects.count()
    again = ines.client.post(address, {"theirs": "old"})
    assert again["Location"] == ines.edit
    assert ines.send(standfirst="Mine")["Location"] == address, "also from the browser's memory"
    assert (AsideDraft.objects.count(), Revision.objects.count()) == (1, count)


def test_somebody_who_saves_during_the_merge_is_not_overwritten_either(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    hanne.send(title="Hers")
    address = ines.send(title="Mine")["Location"]
    seen = ines.client.get(address).context["seen"]
    hanne.open().send(title="Hers, again")
    answer = ines.client.post(address, {"theirs": seen, "choice:title": "mine"})
    assert answer.status_code == 409
    assert "Hers, again" in answer.content.decode()
    assert answer.context["questions"][0].options[1][2], "the choice is kept"
    assert draft(article).title == "Hers, again"


@pytest.mark.parametrize("happened", ["published", "withdrawn", "moved"])
def test_what_happened_to_the_article_meanwhile_stays(
    newsroom: Newsroom, article: ArticlePage, hanne: Editor, ines: Editor, happened: str
) -> None:
    hanne.send(title="Hers", press="action-publish")
    page = ArticlePage.objects.get(pk=article.pk)
    if happened == "withdrawn":
        withdrawal.ask_for_withdrawal(
            article.pk,
            kind=WithdrawalKind.WITHDRAWN,
            text="Its source has taken it back.",
            discussion=WithdrawnDiscussion.HIDDEN,
            by=hanne.user,
            now=timezone.now(),
        )
    elif happened == "moved":
        page.move(pages.create_topic(slug="the-port", title="The port"), pos="last-child")
    address = ines.send(standfirst="Mine")["Location"]
    assert ines.merge(address).status_code == 302
    assert (draft(article).title, draft(article).standfirst) == ("Hers", "Mine")
    page = ArticlePage.objects.get(pk=article.pk)
    assert page.live == (happened != "withdrawn")
    assert page.get_parent().slug == ("the-port" if happened == "moved" else "the-barrier")
    assert not ArticleRendering.objects.filter(standfirst="Mine").exists()


def test_names_and_corrections_are_merged_row_by_row(
    newsroom: Newsroom, article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    other = pages.create_author(slug="mara", name="Mara Weir")
    rows = [{"author": newsroom.author.pk, "id": article.bylines.get().pk}, {"author": other.pk, "id": ""}]
    hanne.send(bylines=inline_formset(rows, initial=1))
    note = {"kind": "correction", "text": "It said four.", "was": "", "now": "", "at": "2026-03-15 09:00", "id": ""}
    address = ines.send(corrections=inline_formset([note | {"place": "bottom"}]))["Location"]
    assert "Mara Weir" in ines.client.get(address).content.decode()
    assert ines.merge(address).status_code == 302
    merged = draft(article)
    assert [one.author.name for one in merged.bylines.all()] == ["Ines Marrick", "Mara Weir"]
    assert [one.text for one in merged.corrections.all()] == ["It said four."]


def test_whoever_changed_nothing_is_told_and_approves_nothing_unseen(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    hanne.send(title="Hers")
    answer = ines.client.post(ines.edit, ines.form() | {"action-publish": "1"}, follow=True)
    assert "you had changed nothing" in answer.content.decode()
    assert not AsideDraft.objects.exists()
    assert ArticleRendering.objects.get().headline == "The gauge that moved"


def test_a_form_with_a_mistake_still_knows_what_it_began_with(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    hanne.send(title="Hers")
    answer = ines.send(title="Mine", expire_at="2020-01-01 00:00")
    assert answer.status_code == 200
    assert answer.context["page"].latest_revision_id == int(ines.began["loaded_revision_id"])
    assert "Mine" in answer.content.decode()
    assert draft(article).title == "Hers"
    assert "merge" in ines.send(title="Mine")["Location"]


def test_autosaving_does_not_write_over_what_somebody_has_opened(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    quiet = {"headers": {"accept": "application/json"}}
    saved = hanne.client.post(hanne.edit, hanne.form(title="Half a se"), **quiet).json()
    assert saved["success"], saved
    own = {"overwrite_revision_id": str(saved["revision_id"])}
    saved = hanne.client.post(hanne.edit, hanne.form(title="Half a sentence") | own, **quiet).json()
    assert own == {"overwrite_revision_id": str(saved["revision_id"])}, "nobody else has seen it: written over"
    ines.open()
    saved = hanne.client.post(hanne.edit, hanne.form(title="A whole one") | own, **quiet).json()
    assert saved["revision_id"] != int(own["overwrite_revision_id"])
    address = ines.send(title="Half a sentence", standfirst="Mine")["Location"]
    assert ines.merge(address).status_code == 302
    assert (draft(article).title, draft(article).standfirst) == ("A whole one", "Mine")


def test_without_what_both_began_with_every_difference_is_asked(
    article: ArticlePage, hanne: Editor, ines: Editor
) -> None:
    began = Revision.objects.get(pk=ines.began["loaded_revision_id"])
    hanne.send(title="Hers")
    Revision.objects.filter(pk=began.pk).update(created_at=began.created_at + timedelta(seconds=1))
    address = ines.send(standfirst="Mine")["Location"]
    page = ines.client.get(address)
    assert {one.name for one in page.context["questions"]} == {"choice:title", "choice:standfirst"}
    ines.merge(address, title="theirs", standfirst="mine")
    assert (draft(article).title, draft(article).standfirst) == ("Hers", "Mine")


def test_a_kept_draft_is_its_authors_alone(article: ArticlePage, hanne: Editor, ines: Editor) -> None:
    hanne.send(title="Hers")
    address = ines.send(title="Mine")["Location"]
    assert hanne.client.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    ines.user.groups.clear()
    assert ines.client.get(address).status_code in {302, 403}
    assert User.objects.filter(pk=ines.user.pk).exists()


def test_saving_at_the_same_instant_is_a_merge_too(
    article: ArticlePage, hanne: Editor, ines: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody saves between the look and the write."""
    from belowline.newsroom.desk.pages import EditInOneTransaction

    real = EditInOneTransaction.form_valid

    def meanwhile(view: Any, form: Any) -> Any:
        monkeypatch.setattr(EditInOneTransaction, "form_valid", real)
        hanne.send(title="Hers")
        return real(view, form)

    monkeypatch.setattr(EditInOneTransaction, "form_valid", meanwhile)
    assert "merge" in ines.send(standfirst="Mine")["Location"]
    assert draft(article).title == "Hers"


def test_a_window_that_saved_by_itself_is_no_second_editor(article: ArticlePage, hanne: Editor, ines: Editor) -> None:
    """Publish was pressed before the answer to the autosaving had come: the form knows of no newer revision."""
    page = hanne.client.get(hanne.edit)
    window = {"window": str(page.context["form"]["window"].value())}
    quiet = {"headers": {"accept": "application/json"}}
    assert hanne.client.post(hanne.edit, hanne.form(title="Half a se") | window, **quiet).json()["success"]
    answer = hanne.client.post(hanne.edit, hanne.form(title="A sentence") | window | {"action-publish": "1"})
    assert (answer.status_code, "merge" in answer["Location"]) == (302, False)
    assert ArticlePage.objects.get(pk=article.pk).title == "A sentence"
    # Another window is another editor, whoever sits before it.
    other = hanne.client.post(hanne.edit, hanne.form(title="Elsewhere") | {"window": "another"})
    assert "merge" in other["Location"]

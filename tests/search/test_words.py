"""What a search compares: words become tokens, queries become terms, results show where they stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.domain.search_query import CHARACTERS_MAX, Query, Unclear, read_query
from belowline.domain.search_snippets import SNIPPET_CHARACTERS, marked, snippet
from belowline.domain.search_words import more_tokens, token_text, tokens_of, words_of
from tests.domain.allowlist import cases


def tokens(text: str, language: str = "en") -> list[str]:
    return [token for word in words_of(text, language=language) for token in word.tokens]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "gates", "Gate"),
        ("en", "the city’s", "the cities"),
        ("en", "café", "CAFE"),
        ("en", "soft\u00adhyphen", "softhyphen"),
        ("en", "ﬁle", "file"),
        ("en", "h\u200bi\u202ed\u2067d\ufe0fe\U000e0041n", "hidden"),
        ("en", "z" + "\u0301" * 1_000 + "a\u20ddl\u0489g\u1ab0o", "zalgo"),
        ("de", "Häuser", "Haus"),
        ("de", "Straße", "STRASSE"),
        ("fr", "l’été", "L'ETE"),
        ("ar", "مدينة", "المدينه"),
        ("ar", "والمدينة", "مـــدينة"),
        ("ar", "بوابات", "البوّابة"),
        ("ar", "الصحفيون", "صحفي"),
        ("ar", "قرارات", "القرار"),
        ("ar", "إجراءات", "اجراءات"),
        ("ar", "مستشفى", "مستشفي"),
        ("ar", "١٢٣", "123"),
        ("ar", "کتاب", "كتاب"),
        ("he", "שָׁלוֹם", "שלומ"),
        ("he", 'צה"ל', "צה״ל"),
        ("fa", "۱۴۰۳", "1403"),
    ],
)
def test_two_spellings_of_a_word_are_one_token(language: str, one: str, other: str) -> None:
    assert tokens(one, language) == tokens(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [("en", "organ", "organisation"), ("ar", "سد", "سيد"), ("fa", "کتاب", "کتابها"), ("he", "בית", "ביתן")],
)
def test_two_words_stay_two(language: str, one: str, other: str) -> None:
    assert tokens(one, language) != tokens(other, language)


def test_words_beside_what_hides_or_piles_up_are_found_and_marked_as_ever() -> None:
    """S6, S7."""
    query = read_query("gauge moved", languages=["en"])
    assert isinstance(query, Query)
    for between in [*cases("hidden.txt"), *("o" + mark * 1_000 for mark in ("\u0301", "\u0489", "\u0e47", "\u20dd"))]:
        text = f"The gauge {between} moved."
        pieces = marked(text, query.terms, language="en")
        assert [one.text for one in pieces if one.is_marked] == ["gauge", "moved"], ascii(between)
        assert "".join(one.text for one in pieces) == text, ascii(between)
        assert snippet(text, query.terms, language="en")[1].text == "gauge", ascii(between)


def test_a_hebrew_word_is_found_without_the_particles_in_front() -> None:
    assert "בית" in more_tokens("ובבית הספר", language="he").split()
    assert "ספר" in more_tokens("הספר", language="he").split()
    assert more_tokens("The house, المدينة", language="en") == ""


def test_scripts_without_spaces_are_found_by_any_part_of_a_word() -> None:
    assert tokens("水位上升", "zh") == list("水位上升")
    assert " 位 上 " in token_text("水位上升", language="zh", at_most=100)


@given(st.text(max_size=200), st.sampled_from(["en", "ar", "he", "fr", "hi", "xx"]))
def test_a_token_has_nothing_that_an_index_could_take_for_its_own(text: str, language: str) -> None:
    for token in tokens(text, language):
        assert token
        assert len(token) <= 48
        assert not any(one.isspace() or (one.isascii() and not one.isalnum()) for one in token)
    for token in more_tokens(text, language=language).split():
        assert not any(one.isascii() and not one.isalnum() for one in token)


@given(st.text(max_size=80), st.sampled_from(["en", "ar", "he", "fr"]))
def test_the_same_word_gives_the_same_tokens_wherever_it_stands(text: str, language: str) -> None:
    for word in words_of(text, language=language):
        assert word.tokens == tokens_of(text[word.start : word.end], language)


def terms_of(text: str, *languages: str) -> list[tuple[tuple[tuple[str, ...], ...], bool]]:
    query = read_query(text, languages=languages or ("en",))
    assert isinstance(query, Query)
    return [(term.alternatives, term.is_excluded) for term in query.terms]


def test_words_phrases_and_exclusions_are_told_apart() -> None:
    assert terms_of('gates "Cold Narrows" -ferry') == [
        ((("gate",),), False),
        ((("cold", "narrow"),), False),
        ((("ferri",),), True),
    ]
    assert terms_of("co-operation") == [((("co", "oper"),), False)], "a hyphen within a word excludes nothing"
    assert terms_of("“cold narrows") == [((("cold", "narrow"),), False)], "a quote that is not closed is closed"
    assert terms_of('-"cold narrows" gate')[0] == ((("cold", "narrow"),), True)


def test_a_word_is_looked_for_as_each_language_stems_it() -> None:
    assert terms_of("gates", "en", "ar") == [((("gate",), ("gates",)), False)]
    assert terms_of("البوابات", "en", "ar") == [((("بواب",),), False)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * (CHARACTERS_MAX + 1), "too_long"),
        (" ".join(f"w{n}" for n in range(13)), "too_many_terms"),
        ("?! …", "no_words"),
        ('"', "no_words"),
        ("-ferry", "only_excluded"),
    ],
)
def test_what_cannot_be_searched_for_has_a_reason(text: str, code: str) -> None:
    assert read_query(text, languages=["en"]) == Unclear(code)


@given(st.text(max_size=CHARACTERS_MAX))
def test_any_text_is_a_query_or_has_a_reason(text: str) -> None:
    assert isinstance(read_query(text, languages=["en", "ar", "he"]), (Query, Unclear))


def found_in(text: str, asked: str, language: str = "en") -> list[str]:
    query = read_query(asked, languages=[language])
    assert isinstance(query, Query)
    return [piece.text for piece in marked(text, query.wanted, language=language) if piece.is_marked]


def test_what_was_looked_for_is_marked_in_the_original_words() -> None:
    assert found_in("The Gates of the Café gate.", "gates cafe") == ["Gates", "Café", "gate"]
    assert found_in("Cold gate, cold narrows, Cold Narrows.", '"cold narrows"') == ["cold narrows", "Cold Narrows"]
    assert found_in("أُغلِقت البوّابات", "بوابة", "ar") == ["البوّابات"]


def test_a_snippet_is_where_most_of_the_words_stand() -> None:
    text = "A gate. " + "Nothing happens here. " * 80 + "The gates of the Cold Narrows closed. " + "Then quiet. " * 80
    query = read_query("gate narrows", languages=["en"])
    assert isinstance(query, Query)
    pieces = snippet(text, query.wanted, language="en")
    assert [piece.text for piece in pieces if piece.is_marked] == ["gates", "Narrows"]
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"


@given(st.text(max_size=600), st.text(min_size=1, max_size=20))
def test_a_snippet_is_part_of_the_text_and_not_much_of_it(text: str, asked: str) -> None:
    query = read_query(asked, languages=["en"])
    terms = query.wanted if isinstance(query, Query) else ()
    pieces = snippet(text, terms, language="en")
    shown = "".join(piece.text for piece in pieces if piece.text not in {"… ", " …"})
    assert shown in " ".join(text.split())
    assert len(shown) <= SNIPPET_CHARACTERS
    whole = marked(text, terms, language="en")
    assert "".join(piece.text for piece in whole) == text

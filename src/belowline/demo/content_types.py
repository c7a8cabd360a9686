"""The demo newsroom as frozen values: what `load_content()` hands over."""

from collections.abc import Mapping
from dataclasses import dataclass

# The contested story: the page on which everything is judged.
HERO = "the-gauge-that-moved"


@dataclass(frozen=True, slots=True)
class Paper:
    name: str
    short_name: str
    strap: str
    city: str
    region: str
    country: str
    timezone: str
    about: str


@dataclass(frozen=True, slots=True)
class Author:
    slug: str
    name: str
    role: str
    bio: str


@dataclass(frozen=True, slots=True)
class Topic:
    slug: str
    title: str
    title_ar: str
    description: str
    description_ar: str


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """`key` is editor, moderator, treasurer or reporter; `author` is the slug of the author who is the same person, or None."""

    key: str
    name: str
    role: str
    username: str
    author: str | None


@dataclass(frozen=True, slots=True)
class Reader:
    """`camp` is for writing and generating only, never shown. The crowd speaks only in invented comments."""

    name: str
    camp: str
    language: str
    is_crowd: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """`drawing` tells whoever draws it what is on it. The Arabic words stand in an Arabic article; "": the others."""

    slug: str
    kind: str
    alt: str
    caption: str
    credit: str
    drawing: str
    caption_ar: str = ""
    credit_ar: str = ""


@dataclass(frozen=True, slots=True)
class MapPlace:
    name: str
    label: str
    latitude: float
    longitude: float
    precision: str


@dataclass(frozen=True, slots=True)
class Map:
    """`layer` is the GeoJSON of the ground, which is invented like everything else."""

    slug: str
    title: str
    caption: str
    credit: str
    source_url: str
    layer_name: str
    layer_credit: str
    layer: str
    places: tuple[MapPlace, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` is paragraph, heading, quote, list, timeline, figure, gallery or map.

    Texts keep their Markdown (emphasis, links). A quote has `attribution`, a list has `items`, a timeline too ("when:
    what"), a figure has `picture`, a map has its slug there, and a gallery has its pictures' slugs as `items`.
    """

    kind: str
    text: str = ""
    attribution: str = ""
    items: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """As the desk knows it; `offset_hours` as in an article."""

    text: str
    was: str
    now: str
    offset_hours: float


@dataclass(frozen=True, slots=True)
class Article:
    """Offsets are hours before the moment of seeding, so negative. `featured` is 1 for the first place.

    `translation_of` is the slug of the older article that this one says in another language.
    """

    slug: str
    title: str
    standfirst: str
    kicker: str
    topic: str
    authors: tuple[str, ...]
    type: str
    language: str
    published_offset_hours: float
    updated_offset_hours: float | None
    featured: int | None
    blocks: tuple[Block, ...]
    corrections: tuple[Correction, ...] = ()
    translation_of: str = ""


@dataclass(frozen=True, slots=True)
class DemoComment:
    """`minutes` and `edited_minutes` count from the article's publication. `parent` is a key in the same article; `on`
    the words of it that this speaks of, as they were first printed. `asks` are the readers who ask for a source, and
    `source` is the link that its author gave."""

    article: str
    key: str
    parent: str | None
    author: str
    text: str
    minutes: int
    up: int
    down: int
    edited_minutes: int | None
    edited_text_before: str | None
    state: str
    language: str
    on: str = ""
    asks: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """One entry of a live coverage, `minutes` after its article. `before` is what it said until `edited_minutes`."""

    minutes: int
    author: str
    headline: str
    blocks: tuple[Block, ...]
    is_key: bool
    is_pinned: bool
    edited_minutes: int | None
    before: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Live:
    """`state` is active, paused or archived."""

    state: str
    entries: tuple[LiveEntry, ...]


@dataclass(frozen=True, slots=True)
class DemoReader:
    """The reader with an account, whom the demo bar offers."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that the demo bar's editor finds unfinished. `topic` and `author` are slugs."""

    slug: str
    topic: str
    author: str
    title: str
    standfirst: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoContent:
    """Articles are newest first; comments are per article slug, by time, parents before their replies.

    `standing` holds what fills the gaps of a standing page, in their order, by language and kind.
    """

    paper: Paper
    authors: tuple[Author, ...]
    topics: tuple[Topic, ...]
    staff: tuple[StaffAccount, ...]
    readers: tuple[Reader, ...]
    demo_reader: DemoReader
    draft: Draft
    pictures: tuple[Picture, ...]
    maps: tuple[Map, ...]
    articles: tuple[Article, ...]
    comments: Mapping[str, tuple[DemoComment, ...]]
    live: Mapping[str, Live]
    standing: Mapping[tuple[str, str], tuple[str, ...]]

    def crowd_camps(self) -> tuple[str, ...]:
        """The camp of each reader for `invent()`: empty for those who do not speak in invented comments."""
        return tuple(reader.camp if reader.is_crowd else "" for reader in self.readers)

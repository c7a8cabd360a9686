"""The demo newsroom's content, read from content/ and checked: nothing half-right reaches a seeded site.

Pure: no Django. Every fault is a ContentError that names the file and the line.
"""

from pathlib import Path

from belowline.demo.content_types import (
    HERO,
    Article,
    Author,
    Block,
    DemoComment,
    DemoContent,
    DemoReader,
    Map,
    Paper,
    Picture,
    Reader,
    StaffAccount,
    Topic,
)
from belowline.demo.reading.articles import articles_in
from belowline.demo.reading.comments import comments_in, sentences
from belowline.demo.reading.files import ContentError, fields, table_of
from belowline.demo.reading.live import live_of
from belowline.demo.reading.newsroom import (
    authors_of,
    draft_of,
    maps_of,
    paper_of,
    pictures_of,
    readers_of,
    staff_of,
    topics_of,
)

__all__ = [
    "CONTENT_FOLDER",
    "HERO",
    "Article",
    "Author",
    "Block",
    "ContentError",
    "DemoComment",
    "DemoContent",
    "Map",
    "Paper",
    "Picture",
    "Reader",
    "StaffAccount",
    "Topic",
    "load_content",
    "sentences",
]

CONTENT_FOLDER = Path(__file__).parent / "content"


def load_content(folder: Path = CONTENT_FOLDER) -> DemoContent:
    """Everything under `folder`. Raises ContentError at the first fault."""
    newsroom = table_of(folder / "newsroom.toml")
    authors = tuple(authors_of(newsroom, file=folder / "newsroom.toml"))
    topics = tuple(topics_of(newsroom, file=folder / "newsroom.toml"))
    staff = tuple(staff_of(newsroom, file=folder / "newsroom.toml"))
    readers = tuple(readers_of(newsroom, file=folder / "newsroom.toml"))
    pictures = tuple(pictures_of(folder / "pictures.toml"))
    maps = tuple(maps_of(folder / "maps.toml"))
    articles = articles_in(
        folder / "articles",
        authors={author.slug for author in authors},
        topics={topic.slug for topic in topics},
        pictures={picture.slug for picture in pictures},
        maps={one.slug for one in maps},
    )
    demo_reader = DemoReader(*fields(newsroom.get("demo_reader", {}), "name", "email", file=folder / "newsroom.toml"))
    speakers = {
        name for people in (authors, staff, readers, [demo_reader]) for name in (person.name for person in people)
    }
    return DemoContent(
        paper=paper_of(newsroom, file=folder / "newsroom.toml"),
        authors=authors,
        topics=topics,
        staff=staff,
        readers=readers,
        demo_reader=demo_reader,
        draft=draft_of(newsroom, file=folder / "newsroom.toml"),
        pictures=pictures,
        maps=maps,
        articles=articles,
        comments=comments_in(folder / "comments", articles=articles, speakers=speakers),
        live={
            article.slug: live_of(
                folder / "live" / f"{article.slug}.toml",
                article,
                authors={author.slug for author in authors},
                pictures={picture.slug for picture in pictures},
            )
            for article in articles
            if article.type == "live"
        },
        standing={
            (language, kind): tuple(texts)
            for language, kinds in table_of(folder / "standing.toml").items()
            for kind, texts in kinds.items()
        },
    )

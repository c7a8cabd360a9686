"""A demo site with one article and one campaign, as a program: `python -m tests.support.giving_cast DATA`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path


def main(data: Path) -> None:
    from belowline.project.django_setup import set_up_django
    from belowline.project.site import data_folder

    set_up_django(data_folder(data))
    from belowline.demo.payments import seed_campaign
    from belowline.newsroom.actions import pages as newsroom
    from belowline.newsroom.body import made

    now = datetime.now(UTC)
    newsroom.ensure_front_page()
    topic = newsroom.create_topic(slug="river", title="River")
    for language in ("en", "ar"):
        newsroom.publish_article(
            slug=f"the-lock-{language}",
            topic=topic,
            headline="The lock is shut",
            blocks=[made.Paragraph("Nobody has the key.")],
            published_at=now - timedelta(hours=2),
            language=language,
            discussion_mode="none",
        )
    seed_campaign(now=now)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

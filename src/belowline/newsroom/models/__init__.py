from belowline.newsroom.models.authors import Author
from belowline.newsroom.models.files import Picture, PictureFile, PictureRendition, SiteDocument
from belowline.newsroom.models.pages import (
    ArticleAuthor,
    ArticleKind,
    ArticlePage,
    DiscussionMode,
    FrontPage,
    TopicName,
    TopicPage,
)
from belowline.newsroom.models.public import (
    ArticleRedirect,
    ArticleRendering,
    LiveTopic,
    RenderingPicture,
    TopicRedirect,
)

__all__ = [
    "ArticleAuthor",
    "ArticleKind",
    "ArticlePage",
    "ArticleRedirect",
    "ArticleRendering",
    "Author",
    "DiscussionMode",
    "FrontPage",
    "LiveTopic",
    "Picture",
    "PictureFile",
    "PictureRendition",
    "RenderingPicture",
    "SiteDocument",
    "TopicName",
    "TopicPage",
    "TopicRedirect",
]

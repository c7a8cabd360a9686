"""Django's settings, derived from the site's own (config.py). Nothing here is edited by an operator."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from belowline.project.config import Config

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BELOWLINE_DATA", "data")).resolve()
CONFIG = Config.load(DATA)


def _secret_key() -> str:
    """The site's secret, made once by `belowline init` in the data folder; a passing one where there is no site."""
    path = DATA / "secret"
    return path.read_text(encoding="ascii").strip() if path.exists() else secrets.token_urlsafe(48)


# Our queries follow an index to a few rows that are in memory or on a disk without arms. At the default of 4 for such a
# step PostgreSQL reads tables of some thousand rows as a whole instead, 2 ms a page; and compiling a plan (jit) costs
# more than any of ours takes. https://www.postgresql.org/docs/15/runtime-config-query.html
_PLANNING = "-c random_page_cost=1.1 -c jit=off"


def _database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "belowline.storage.sqlite",
            "NAME": str(DATA / "belowline.db"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 10},
        }
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
        # A post is fifteen statements, the same every time: prepared, they cost the server a fifth less (bars P15).
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5, "options": _PLANNING} | options,
    }


def _databases(url: str) -> dict[str, dict[str, Any]]:
    """`default` writes; `public` cannot write; `counter` (PostgreSQL) commits without waiting for the disk."""
    default = _database(url)
    public = _database(url) | {"TEST": {"MIRROR": "default"}, "CONN_MAX_AGE": None}
    if not url:
        public["OPTIONS"] = {"timeout": 10, "read_only": True}
        return {"default": default | {"CONN_MAX_AGE": None}, "public": public}
    _also(public, "-c default_transaction_read_only=on")
    counter = _database(url) | {"TEST": {"MIRROR": "default"}}
    _also(counter, "-c synchronous_commit=off")
    return {"default": default, "public": public, "counter": counter}


def _also(database: dict[str, Any], options: str) -> None:
    database["OPTIONS"]["options"] += f" {options}"


SECRET_KEY = _secret_key()
DEBUG = False
DATABASES = _databases(CONFIG.database.url)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

PUBLIC_URL = CONFIG.site.public_url or f"http://{CONFIG.server.host}:{CONFIG.server.port}"
IS_HTTPS = PUBLIC_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(PUBLIC_URL).hostname or "localhost", "testserver"]
if not CONFIG.site.public_url:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "belowline.storage",
    "belowline.outbox",
    "belowline.mail",
    "belowline.accounts",
    "belowline.search",
    "belowline.passages",
    "belowline.discussion",
    "belowline.maps",
    "belowline.newsroom",
    "belowline.live",
    "belowline.support",
    "belowline.moderation",
    "belowline.notifications",
    "belowline.exchange",
    "belowline.pages",
    "belowline.demo",
    "belowline.project",
    "wagtail.users",
    "wagtail.sites",  # the root of the page tree links to it, for administrators
    "wagtail.images",
    "wagtail.documents",
    "wagtail.search",
    "wagtail.snippets",
    "wagtail.embeds",
    "wagtail.contrib.table_block",
    "wagtail.admin",
    "wagtail",
    "taggit",
    "modelcluster",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "belowline.project.middleware.desk",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "belowline.project.middleware.same_origin",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "belowline.project.middleware.storage",
    "belowline.newsroom.middleware.DeskRefusals",
]

ROOT_URLCONF = "belowline.project.urls"
WSGI_APPLICATION = "belowline.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

LANGUAGE_CODE = CONFIG.site.language
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = CONFIG.site.time_zone

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# The styles and scripts of `pages` have a builder of their own (pages.assets).
STATICFILES_FINDERS = ["belowline.project.finders.DeskFilesFinder"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "belowline.storage.whole_files.WholeFileStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    # ASVS 5.0, 6.2.1: at least 8 characters, 15 recommended; 10 is our middle.
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/_account/sign-in"
LOGIN_REDIRECT_URL = "/"

_host_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_host_prefix}bl_session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_host_prefix}bl_form"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "belowline.pages.views.forms.token_missing"
SECURE_PROXY_SSL_HEADER = ("HTTP_BELOWLINE_SCHEME", "https")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"

# Whatever Django, Wagtail or allauth sends is queued (mail/backend.py).
EMAIL_BACKEND = "belowline.mail.backend.QueueBackend"
DEFAULT_FROM_EMAIL = CONFIG.mail.sender or "webmaster@localhost"

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024  # the front refuses larger bodies per route before

WAGTAIL_SITE_NAME = CONFIG.site.name
WAGTAILADMIN_BASE_URL = PUBLIC_URL
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES  # in any other half of the desk would stay English
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # no third-party request, not even from the desk
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # nothing is fetched from elsewhere
WAGTAIL_FINISH_WORKFLOW_ACTION = "belowline.newsroom.desk.after_review.leave_approved"
WAGTAILIMAGES_IMAGE_MODEL = "newsroom.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "belowline.newsroom.desk.picture_form.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "tif", "tiff", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 48 * 1000 * 1000  # with its form below what the front takes (front/config.py)
WAGTAILDOCS_DOCUMENT_MODEL = "newsroom.SiteDocument"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

LOGGING_CONFIG = None  # belowline.project.logs sets up logging for every process

"""Django's settings, derived from the site's own (config.py). Nothing here is edited by an operator."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from belowline.project import sign_in
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
    "belowline.feedback",
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *sign_in.apps(CONFIG.accounts),
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
    "allauth.account.middleware.AccountMiddleware",
    "belowline.project.middleware.sessions",
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
FORMAT_MODULE_PATH = ["belowline.project.formats"]
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
LOGIN_URL = "account_login"  # a name: the page's language stands in front of the address
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

# Mail proves that an address is somebody's. Without it nobody could finish signing up.
HAS_MAIL = bool(CONFIG.mail.url) or CONFIG.demo  # a demo shows its letters on a page
# Everything by code: a program that opens the links of a mail before its reader does can press nothing.
ACCOUNT_ADAPTER = "belowline.accounts.adapter.AccountAdapter"
ACCOUNT_USER_DISPLAY = "belowline.accounts.queries.shown_name"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "belowline.accounts.signup_form.NameForm"
ACCOUNT_FORMS = {
    "login": "belowline.accounts.forms.SignInForm",
    "signup": "belowline.accounts.forms.SignUpForm",
    "add_email": "belowline.accounts.forms.NewEmailForm",
    "change_password": "belowline.accounts.forms.NewPasswordForm",
    "set_password": "belowline.accounts.forms.FirstPasswordForm",
    "reset_password": "belowline.accounts.forms.ResetForm",
    "reset_password_from_key": "belowline.accounts.forms.ResetPasswordForm",
    "request_login_code": "belowline.accounts.forms.CodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory" if HAS_MAIL else "none"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = HAS_MAIL
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 3600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900
ACCOUNT_LOGIN_TIMEOUT = 3600
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # ours count networks in the database: accounts/limits.py
MFA_ADAPTER = "belowline.accounts.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "belowline.accounts.second_factor.CodeForm",
    "reauthenticate": "belowline.accounts.second_factor.CodeAgainForm",
    "activate_totp": "belowline.accounts.second_factor.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = HAS_MAIL
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
# A browser offers passkeys to a named host alone, by HTTPS or on the machine itself (WebAuthn, 5.1.4.1).
PASSKEY_HOST = sign_in.passkey_host(PUBLIC_URL)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PASSKEY_HOST == "localhost"
SOCIALACCOUNT_ADAPTER = "belowline.accounts.providers.ProviderAdapter"
SOCIALACCOUNT_FORMS = {"signup": "belowline.accounts.forms.ProviderSignUpForm"}
SOCIALACCOUNT_PROVIDERS = sign_in.providers(CONFIG.accounts)
SOCIALACCOUNT_AUTO_SIGNUP = False  # the name is asked for
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # linked by provider and subject, never by an address
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

_host_prefix = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_host_prefix}bl_session"
SESSION_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 86_400  # from the last day somebody was here (project/middleware.py)
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
# Staff sign in where everybody does; address and password are changed there, too.
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
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

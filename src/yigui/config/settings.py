"""Django settings. Everything that differs between places comes from the environment; see docs/operating/installation.md."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from yigui.common.addresses import networks
from yigui.common.rooms import packages

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
DATA = Path(os.environ.get("YIGUI_DATA", ROOT / ".data"))

IS_DEMO = os.environ.get("YIGUI_DEMO", "") == "1"
DEBUG = False
SECRET_KEY = os.environ.get("YIGUI_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("YIGUI_HOSTS", "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YIGUI_ORIGINS", "").split(",") if o]
PUBLIC_URL = os.environ.get("YIGUI_PUBLIC_URL", "http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "procrastinate.contrib.django",
    "axes",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    *packages(),
]

MIDDLEWARE = [
    "yigui.config.operations.OperationsMiddleware",
    "yigui.ui.headers.SafeHeaders",
    "yigui.api.problems.ProblemDocuments",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yigui.ui.middleware.HeadLikeGet",
    "yigui.ui.unreadable_text.ReadableCookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yigui.identity.separate_sites.SeparateSites",
    "yigui.identity.middleware.WorkSessionMiddleware",
    "yigui.ui.unreadable_text.ReadableText",
    "yigui.ui.middleware.DeedAddresses",
    "yigui.ui.middleware.RefusalMiddleware",
    "yigui.shell.middleware.RefusalLog",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "yigui.config.urls"
WSGI_APPLICATION = "yigui.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "yigui.shell.context.page",
            ],
            "builtins": ["yigui.ui.templatetags.yigui"],
        },
    }
]


def database(url: str, role: str = "") -> dict[str, Any]:
    """Django's connection dictionary for a `postgresql://` URL; `role` is taken on right after the connection.

    Several servers may be named (`postgresql://login:word@one:5432,two:5432/yigui?target_session_attrs=read-write`): the first that takes
    writes is used, so that after a failover the next connection finds the new primary.
    """
    parts = urlsplit(url)
    query = {k: v[0] for k, v in parse_qs(parts.query).items()}
    servers = [
        server.rpartition(":") if ":" in server else (server, "", "") for server in parts.netloc.rpartition("@")[2].split(",")
    ]
    options: dict[str, Any] = {"options": "-c timezone=Asia/Shanghai" + (f" -c role={role}" if role else "")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", ",".join(unquote(host) for host, _, _ in servers)),
        "PORT": query.pop("port", ",".join(port for _, _, port in servers) if any(port for _, _, port in servers) else ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options | _PATIENCE | query,
    }


# A server that is gone without a word (its machine lost power) is noticed within seconds, not after the kernel's quarter of an hour.
_PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
# The application's own role, which the guards bind, and the owner, which migrates. With one URL only, the
# application takes the role yigui_app on after connecting.
_URL = os.environ.get("DATABASE_URL", "postgresql://yigui_app@127.0.0.1/yigui")
_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
_OUTSIDE_URL = os.environ.get("DATABASE_OUTSIDE_URL", "")
_COURIER_URL = os.environ.get("DATABASE_COURIER_URL", "")
DATABASES = {
    "default": database(_URL, role="" if _OWNER_URL else "yigui_app"),
    "owner": database(_OWNER_URL or _URL),
    # People outside the agency read through a login of their own that may become nobody else (row-level security).
    "outside": database(_OUTSIDE_URL or _URL, role="" if _OUTSIDE_URL else "yigui_outside"),
    # The process that sends messages (`yigui courier`); its address stands in no other's environment.
    "courier": database(_COURIER_URL or _URL, role="" if _COURIER_URL else "yigui_courier"),
}
# The application's statements are few and come again and again: bound and prepared by the server, they are planned once.
for _alias in ("default", "outside"):
    DATABASES[_alias]["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
# Their statements are about one employer or one person: a plan is the same for each, and none is made anew for an array.
DATABASES["outside"]["OPTIONS"]["options"] += " -c plan_cache_mode=force_generic_plan"
# They read, and not for long; what the login has set for itself does not count (see warrants/sql/server.sql).
DATABASES["outside"]["OPTIONS"]["options"] += " -c default_transaction_read_only=on -c statement_timeout=30s"
# One look a request is enough: see `identity.outside_connection.as_outsider`.
DATABASES["outside"]["CONN_HEALTH_CHECKS"] = False
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "yigui.identity.unit_logins.UnitLoginBackend",
    "yigui.identity.staff_backend.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "yigui.identity.passwords.SeveralKindsValidator"},
]
LOGIN_URL = "staff:sign_in"
LOGIN_REDIRECT_URL = "/"

# 网络安全等级保护三级 (GB/T 22239-2019): lock after five failures for thirty minutes, idle end, one session a person. Account and address
# together, so that nobody elsewhere is locked out; what one address or one account may try besides stands in `identity/limits.py`.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "yigui.identity.sign_in.address_of"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "yigui.identity.sign_in.locked_out"
AXES_VERBOSE = False
IDLE_MINUTES = int(os.environ.get("YIGUI_IDLE_MINUTES", "20"))
SESSIONS_PER_PERSON = int(os.environ.get("YIGUI_SESSIONS_PER_PERSON", "1"))
REQUIRE_TOTP = os.environ.get("YIGUI_REQUIRE_TOTP", "0" if IS_DEMO else "1") == "1"
OTP_TOTP_ISSUER = "yigui 一柜"

SESSION_ENGINE = "yigui.identity.session_store"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "yigui.identity.lost.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

# A form has dozens of widgets; Django's own templates for them in Jinja are five times as fast.
FORM_RENDERER = "django.forms.renderers.Jinja2"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yigui.config.static_files.HashedFiles"},
}
#: Where seals are published: a folder that the administrators of the database cannot write into; and a partner who keeps them.
PUBLISHED = Path(os.environ["YIGUI_PUBLISHED"]) if os.environ.get("YIGUI_PUBLISHED") else None
# Opening loads (runs, as "12" or "12-15", with commas) that were made after the first day of business, as `yigui verify` is told from outside the database.
OPENINGS = [
    range(int(first), int(last or first) + 1)
    for first, _, last in (part.strip().partition("-") for part in os.environ.get("YIGUI_OPENINGS", "").split(",") if part.strip())
]
#: Roles of the server that are the operator's own and may more than an ordinary login (replication, administrators): `verify` names any other.
ROLES = tuple(part.strip() for part in os.environ.get("YIGUI_ROLES", "").split(",") if part.strip())
PUBLISHED_TO = os.environ.get("YIGUI_PUBLISHED_TO", "")
#: What we call ourselves towards partners.
AGENCY_CODE = os.environ.get("YIGUI_AGENCY", "yigui")
#: Ways a result is sent besides the message box of its channel.
FEEDBACK_WAYS = [way for way in os.environ.get("YIGUI_FEEDBACK_WAYS", "text,mail").split(",") if way]
EMAIL_BACKEND = os.environ.get("YIGUI_MAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA / "mails"
EMAIL_HOST, EMAIL_PORT = os.environ.get("YIGUI_MAIL_HOST", "localhost"), int(os.environ.get("YIGUI_MAIL_PORT", "25"))
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = os.environ.get("YIGUI_MAIL_USER", ""), os.environ.get("YIGUI_MAIL_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_TIMEOUT = os.environ.get("YIGUI_MAIL_TLS", "0") == "1", 10
DEFAULT_FROM_EMAIL = os.environ.get("YIGUI_MAIL_FROM", "yigui@localhost")
#: Called with phone and text for each text message.
TEXT_ADAPTER = os.environ.get("YIGUI_TEXTS", "yigui.exchange.texts.to_file")
#: Hosts that partners may be asked at, with all below them (空 = any); who sets a partner's address is not who opens the network.
PARTNER_HOSTS = [host for host in os.environ.get("YIGUI_PARTNER_HOSTS", "").lower().split(",") if host]
DOCUMENT_STORE = DATA / "documents"
FILE_SIZE_MAX = 20 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
MESSAGE_TAGS = {40: "danger"}  # messages.ERROR, in Tabler's words.
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

PGTRIGGER_MIGRATIONS = True
PROCRASTINATE_ON_APP_READY = "yigui.config.jobs.on_app_ready"
NINJA_PAGINATION_MAX_LIMIT = 100
#: Where officers sign in and work (空 = everywhere): host names, and networks with a prefix; elsewhere their pages are not there (404).
STAFF_HOSTS = [host for host in os.environ.get("YIGUI_STAFF_HOSTS", "").lower().split(",") if host]
STAFF_NETWORKS = networks(os.environ.get("YIGUI_STAFF_NETWORKS", ""))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"passing": {"()": "yigui.ui.unavailable.ShortWhenPassing"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["passing"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Refusals are answers, not faults: their sentences go to the person, and addresses stay out of the log.
    "loggers": {"yigui": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}

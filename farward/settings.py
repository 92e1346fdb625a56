"""Django settings, all derived from `farward.environment`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF

from farward.environment import read_environment

ENV = read_environment()
BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = ENV.data_dir.resolve()

DEBUG = ENV.debug
SECRET_KEY = ENV.read_secret_key()
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = [ENV.url]

INSTALLED_APPS = [
    "farward.people.admin_config.FarwardAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "farward.vault",
    "farward.journal",
    "farward.people",
    "farward.media",
    "farward.privacy",
    "farward.encounters",
    "farward.web",
]

MIDDLEWARE = [
    "farward.access_log.AccessLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "farward.web.middleware.PrivateByDefault",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "farward.web.gate.ListedOnly",
    "farward.people.gate.Gate",
    # Last, next to the views: nobody sees anything of a person before the record of it stands.
    "farward.encounters.access.recorder.AccessRecorder",
]

ROOT_URLCONF = "farward.urls"
ASGI_APPLICATION = "farward.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # web/templates comes first so that its account pages win over allauth's own.
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "farward.web.context.frame",
            ],
        },
    },
]


def _database(url: str, fallback: str) -> dict[str, Any]:
    """One database by its URL; SQLite in WAL mode in the data directory where none is given."""
    config = dict(dj_database_url.parse(url or f"sqlite:///{DATA_DIR / fallback}"))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: an acknowledged entry must outlive a power cut, and in WAL mode NORMAL does not promise it.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        # A file even under test: several threads and processes write it at once.
        config["TEST"] = {"NAME": str(DATA_DIR / f"test-{fallback}")}
    else:
        config["CONN_MAX_AGE"] = 0
        config["OPTIONS"] = {"pool": True}
    return config


DATABASES = {
    "default": _database(ENV.database_url, "farward.sqlite3"),
    "keys": _database(ENV.keys_database_url, "keys.sqlite3"),
}
DATABASE_ROUTERS = ["farward.vault.router.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if ENV.redis_url:
    CACHES: dict[str, Any] = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": ENV.redis_url}
    }
    CHANNEL_LAYERS: dict[str, Any] = {
        "default": {
            # PubSub: the queue-based layer drops all but 100 messages for a slow reader.
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [ENV.redis_url]},
        }
    }
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "farward_cache",
            # It counts tries to sign in. With Django's 300 a flood of anything counted would push those counts out.
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    }
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "farward.people.weak_passwords.GuessablePasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_ADAPTER = "farward.people.adapter.ClosedSignupAdapter"
# For so long after a sign-in or the last asking, dangerous acts ask for no proof again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_ADAPTER = "farward.people.second_steps.SealedMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Farward"
USERSESSIONS_ADAPTER = "farward.people.signed_in.SessionsAdapter"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

SESSION_SERIALIZER = "farward.people.sealed_sessions.SealedSerializer"
SESSION_COOKIE_AGE = 3600 * max(ENV.session_hours.values())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENV.secure
# `__Host-`: no other host of the school's domain can plant one (RFC 6265bis; ASVS 3.3.1).
SESSION_COOKIE_NAME = "__Host-sessionid" if ENV.secure else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if ENV.secure else "csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = ENV.secure
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31536000 if ENV.secure else 0
# Not "no-referrer": browsers then send `Origin: null` with forms, and the check against forged requests refuses that.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if ENV.trust_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = ENV.secure and ENV.trust_proxy
SILENCED_SYSTEM_CHECKS = [
    # Other hosts below this one, and the browsers' preload list, are the school's to decide, not ours.
    "security.W005",
    "security.W021",
    # Without `FARWARD_TRUST_PROXY` nobody tells us how a request came; the proxy with the certificate sends it on.
    *([] if SECURE_SSL_REDIRECT else ["security.W008"]),
]
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        # Markup and script addresses come from js/trusted.js alone, whatever a script of ours would do with a string.
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["farward"],
    }
}

EMAIL_TIMEOUT = 10
vars().update(dj_email_url.parse(ENV.email_url))
DEFAULT_FROM_EMAIL = ENV.email_from

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "media"}},
    "staticfiles": {"BACKEND": "farward.assets.storage.ModuleStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        },
    },
    "filters": {
        "route": {"()": "farward.access_log.RouteInsteadOfPath"},
        "words": {"()": "farward.access_log.ErrorsWithoutWords"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": ENV.log_format, "filters": ["route", "words"]},
    },
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
    "loggers": {
        # Django's defaults print a console log of their own; everything goes through the root here.
        "django": {"handlers": [], "level": ENV.log_level, "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # It names each WebSocket's address when it opens.
        "uvicorn.error": {"level": "WARNING"},
    },
}

# Where things live and which limits hold, for Farward's own code.
FARWARD_URL = ENV.url
FARWARD_CHECKPOINT_DIR = (ENV.checkpoint_dir or DATA_DIR / "checkpoints").resolve()
FARWARD_MASTER_KEYS = ENV.master_keys
FARWARD_MASTER_KEY_FILE = (ENV.master_key_file or DATA_DIR / "keys" / "master.keys").resolve()
FARWARD_SIGNING_KEY_FILE = (ENV.signing_key_file or DATA_DIR / "keys" / "signing.pem").resolve()
FARWARD_CAPTURES_DIR = DATA_DIR / "captures"
FARWARD_RECORDING_MEGABYTES = ENV.recording_megabytes
FARWARD_RECORDING_VISIT_MEGABYTES = ENV.recording_visit_megabytes
FARWARD_RECORDING_DAYS = ENV.recording_days
FARWARD_DISK_RESERVE_MEGABYTES = ENV.disk_reserve_megabytes
FARWARD_ICE_URLS = ENV.ice_urls
FARWARD_TURN_URLS = ENV.turn_urls
FARWARD_TURN_SECRET = ENV.turn_secret
FARWARD_TURN_TTL = ENV.turn_ttl
FARWARD_FORCE_RELAY = ENV.force_relay
FARWARD_SECOND_STEP_ROLES = frozenset(ENV.second_step_roles)
FARWARD_IDLE_MINUTES = ENV.idle_minutes
FARWARD_SESSION_HOURS = ENV.session_hours

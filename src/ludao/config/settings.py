"""Django's settings, from the environment and from the data folder (`DATA`, by default var/)."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from psycopg.conninfo import conninfo_to_dict

from ludao.base import registry
from ludao.base.embedded import data_folder
from ludao.base.text import t
from ludao.config import places

DATA: Path = data_folder()
DEBUG = os.environ.get("LUDAO_DEBUG") == "1"
SECRET_KEY = places.secret("secret_key", DATA)
ALLOWED_HOSTS = os.environ.get("LUDAO_HOSTS", "127.0.0.1,localhost,testserver,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LUDAO_ORIGINS", "").split(",") if o]
IS_HTTPS = os.environ.get("LUDAO_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "oauth2_provider",
    *registry.django_apps(),
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "ludao.base.requests.RequestMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "ludao.base.requests.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ludao.base.requests.ActorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ludao.config.urls"
ASGI_APPLICATION = "ludao.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "ludao.base.pages.shell.context",
            ],
            "builtins": ["ludao.base.templatetags.ludao"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

_dsn = conninfo_to_dict(os.environ.get("LUDAO_DATABASE_URL") or places.database_url(DATA))
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _dsn.pop("dbname", "ludao"),
        "USER": _dsn.pop("user", ""),
        "PASSWORD": _dsn.pop("password", ""),
        "HOST": _dsn.pop("host", ""),
        "PORT": str(_dsn.pop("port", "")),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {**_dsn, **places.pool(), "application_name": os.environ.get("LUDAO_PROCESS", "ludao")},
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
NATS_URL = os.environ.get("LUDAO_NATS_URL", "")

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "ludao.blocks.identity.public.PersonBackend",
]
LUDAO_ACTOR = "ludao.blocks.identity.public.actor_of"
LUDAO_SHELL = "ludao.blocks.identity.public.shell"
LUDAO_BELL = "ludao.blocks.notice.public.bell"
LUDAO_JUDGE = "ludao.blocks.permission.public.judge"
LUDAO_OPEN = "ludao.config.doors"
LUDAO_CITY = "ludao.demo.city.load"
PASSWORD_HASHERS = ["ludao.blocks.identity.public.CityArgon2Hasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name", "name_en", "email")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/identity/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ludao.base.requests.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 50
UPLOAD_MAX_BYTES = 50 * 2**20

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who keeps trying must not keep the owner out for ever
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the audit and the list of devices have it
AXES_LOCKOUT_CALLABLE = "ludao.blocks.identity.public.locked_out"
OTP_TOTP_ISSUER = "鹭岛 Ludao"
OAUTH2_PROVIDER = {
    "OIDC_ENABLED": True,
    "OIDC_RSA_PRIVATE_KEY": places.rsa_key(DATA),
    "OAUTH2_VALIDATOR_CLASS": "ludao.blocks.identity.public.ClaimsValidator",
    "SCOPES": {
        "openid": t("确认您的身份", "Confirm who you are"),
        "profile": t("姓名与单位", "Name and organisation"),
        "phone": t("手机号码", "Phone number"),
        "email": t("电子邮箱", "E-mail"),
    },
    "PKCE_REQUIRED": True,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 86400,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "OIDC_RESPONSE_TYPES_SUPPORTED": ["code"],
    # RFC 9700: what good practice no longer allows is refused, and tokens are stored as digests.
    **dict.fromkeys(
        (f"COMPLIANT_BCP_RFC9700_{gate}" for gate in (
            "IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE", "REFRESH_TOKEN", "REDIRECT_URI_MATCHING", "PKCE_REQUIRED")), True),
    "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"] if not IS_HTTPS else ["https"],
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = registry.PACKAGE / "static"
STATICFILES_DIRS: list[Path] = []
SERVESTATIC_USE_STATIC_ROOT = SERVESTATIC_USE_FINDERS = True  # the bundle, and the subsystems' own static/
SERVESTATIC_MAX_AGE = 3600
SERVESTATIC_IMMUTABLE_FILE_TEST = r"/assets/.+-[\w-]{8}\."
SERVESTATIC_MIMETYPES = {".webmanifest": "application/manifest+json"}

SILENCED_SYSTEM_CHECKS = ["axes.W003", "axes.W006"]
LOGGING_CONFIG = None
places.logging(DEBUG)

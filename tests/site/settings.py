"""The site's settings for the tests: a home of its own, a fixed day, and a password hash that costs nothing."""

import os
import tempfile

os.environ.setdefault("LVLIAN_HOME", tempfile.mkdtemp(prefix="lvlian-tests-"))
os.environ.setdefault("LVLIAN_SECRET_KEY", "tests only, never used to serve")
os.environ.setdefault("LVLIAN_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("LVLIAN_TODAY", "2023-10-12")

from lvlian.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
HUEY_IMMEDIATE = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405  # whitenoise warns of a folder that is not there

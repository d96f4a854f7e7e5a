#!/usr/bin/env python3
"""Writes weak.tsv: maker, password, stored hash; one a line, separated by tabs. `regenerate` installs what it needs.

Hashes too fast to be kept, each made by the named framework's own code.
"""
import sys

from django.conf import settings

settings.configure(PASSWORD_HASHERS=[
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.SHA1PasswordHasher",
    "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher",
    "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher",
])

from django.contrib.auth import hashers  # noqa: E402
from passlib import hash as passlib  # noqa: E402
from werkzeug.security import generate_password_hash  # noqa: E402

PASSWORDS = ("correct horse battery staple", "пароль 🔑 Größe", "")


def row(maker, password, stored):
    assert "\t" not in password + stored
    print(maker, password, stored, sep="\t")


def django(name, password, salt=None):
    hasher = hashers.get_hasher(name)
    return hasher.encode(password, hasher.salt() if salt is None else salt)


for password in PASSWORDS:
    row("django md5", password, django("md5", password))
    row("django sha1", password, django("sha1", password))
    row("django unsalted_md5", password, django("unsalted_md5", password, ""))
    row("django unsalted_md5 with prefix", password, "md5$$" + django("unsalted_md5", password, ""))
    row("django unsalted_sha1", password, django("unsalted_sha1", password, ""))
    row("django pbkdf2_sha256", password, hashers.get_hasher("pbkdf2_sha256").encode(password, "seasalt", 1_000))
    for name in ("hex_md5", "hex_sha1", "hex_sha256", "hex_sha512", "ldap_md5", "ldap_sha1", "ldap_salted_md5",
                 "ldap_salted_sha1", "ldap_salted_sha256", "ldap_salted_sha512"):
        row(f"passlib {name}", password, getattr(passlib, name).hash(password))
    row("passlib hex_sha256 upper case", password, passlib.hex_sha256.hash(password).upper())
    for name in ("pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512"):
        row(f"passlib {name}", password, getattr(passlib, name).using(rounds=500).hash(password))
    row("werkzeug pbkdf2:sha256", password, generate_password_hash(password, "pbkdf2:sha256:1000"))
sys.stdout.flush()

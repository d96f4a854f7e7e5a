#!/usr/bin/env python3
"""Writes vectors.tsv: maker, password, stored hash; one a line, separated by tabs. `regenerate` installs what it needs.

Every hash is made by the named framework's own code, with two exceptions. Keycloak is a Java server: its rows are computed by
hashlib the way its PasswordHashProvider does (64 bytes of PBKDF2) and stand in keycloak.tsv as its export writes
them. The first Firebase row is the example of Firebase's own repository (github.com/firebase/scrypt).
"""
import base64
import ctypes
import hashlib
import json
import os
import sys

from django.conf import settings

settings.configure(PASSWORD_HASHERS=[
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
])

import firebase_scrypt  # noqa: E402
from django.contrib.auth import hashers  # noqa: E402
from passlib import hash as passlib  # noqa: E402
from werkzeug.security import generate_password_hash  # noqa: E402

PLAIN = "correct horse battery staple"
UNICODE = "пароль 🔑 Größe"
LONG = "0123456789" * 9  # beyond bcrypt's 72 bytes
SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="

libcrypt = ctypes.CDLL("libcrypt.so.1")
libcrypt.crypt_gensalt.restype = ctypes.c_char_p
libcrypt.crypt.restype = ctypes.c_char_p


def row(maker, password, stored):
    assert "\t" not in password + stored
    print(maker, password, stored, sep="\t")


def libxcrypt(prefix, count, password):
    setting = libcrypt.crypt_gensalt(prefix.encode(), ctypes.c_ulong(count), None, 0)
    return libcrypt.crypt(password.encode(), setting).decode()


def django(name, password, iterations=None):
    hasher = hashers.get_hasher(name)
    salt = hasher.salt()
    return hasher.encode(password, salt, iterations) if iterations else hasher.encode(password, salt)


def firebase(password, salt, rounds=8, mem_cost=14):
    key = firebase_scrypt.generate_derived_key(password, salt, "Bw==", rounds, mem_cost)
    made = base64.b64encode(firebase_scrypt.encrypt(base64.b64decode(SIGNER_KEY), key)).decode()
    return f"$fbscrypt$v=1,n={mem_cost},r={rounds},p=1,ss=Bw==,sk={SIGNER_KEY}${salt}${made}"


for password in (PLAIN, UNICODE, ""):
    row("django pbkdf2_sha256", password, django("pbkdf2_sha256", password, 20_000))
    row("django pbkdf2_sha1", password, django("pbkdf2_sha1", password, 20_000))
    row("django scrypt", password, django("scrypt", password))
    row("django bcrypt_sha256", password, django("bcrypt_sha256", password))
    row("passlib pbkdf2_sha256", password, passlib.pbkdf2_sha256.using(rounds=5_000).hash(password))
    row("passlib pbkdf2_sha512", password, passlib.pbkdf2_sha512.using(rounds=5_000).hash(password))
    row("passlib pbkdf2_sha1", password, passlib.pbkdf2_sha1.using(rounds=5_000).hash(password))
    row("passlib scrypt", password, passlib.scrypt.using(rounds=12).hash(password))
    row("passlib sha512_crypt", password, passlib.sha512_crypt.using(rounds=5_000).hash(password))
    row("passlib sha512_crypt", password, passlib.sha512_crypt.using(rounds=10_000).hash(password))
    for ident in ("2a", "2b", "2y"):
        row("passlib bcrypt " + ident, password, passlib.bcrypt.using(rounds=5, ident=ident).hash(password))
    row("werkzeug scrypt", password, generate_password_hash(password, "scrypt"))
    row("werkzeug pbkdf2:sha256", password, generate_password_hash(password, "pbkdf2:sha256:5000"))
    row("werkzeug pbkdf2:sha512", password, generate_password_hash(password, "pbkdf2:sha512:5000"))
    row("libxcrypt yescrypt", password, libxcrypt("$y$", 0, password))
    row("libxcrypt yescrypt 1", password, libxcrypt("$y$", 1, password))
    row("libxcrypt scrypt", password, libxcrypt("$7$", 6, password))
    row("firebase-scrypt", password, firebase(password, base64.b64encode(os.urandom(8)).decode()))

row("django pbkdf2_sha256 by default", PLAIN, django("pbkdf2_sha256", PLAIN))
row("django bcrypt", PLAIN, django("bcrypt", PLAIN))
row("django argon2", PLAIN, django("argon2", PLAIN))
row("libxcrypt bcrypt", LONG, libxcrypt("$2b$", 5, LONG))
row("firebase's example", "user1password",
    f"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk={SIGNER_KEY}$42xEC+ixf3L2lw==$"
    "lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==")

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "keycloak.tsv"), "w", encoding="utf-8") as out:
    for algorithm, digest, iterations in (("pbkdf2", "sha1", 20_000), ("pbkdf2-sha256", "sha256", 27_500),
                                          ("pbkdf2-sha512", "sha512", 30_000)):
        salt = os.urandom(16)
        value = hashlib.pbkdf2_hmac(digest, UNICODE.encode(), salt, iterations, 64)
        print(UNICODE,
              json.dumps({"hashIterations": iterations, "algorithm": algorithm, "additionalParameters": {}}),
              json.dumps({"value": base64.b64encode(value).decode(), "salt": base64.b64encode(salt).decode(),
                          "additionalParameters": {}}), sep="\t", file=out)
    from argon2.low_level import Type, hash_secret_raw
    salt = os.urandom(16)
    value = hash_secret_raw(PLAIN.encode(), salt, 5, 7168, 1, 32, Type.ID)
    print(PLAIN,
          json.dumps({"hashIterations": 5, "algorithm": "argon2", "additionalParameters": {
              "hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]}}),
          json.dumps({"value": base64.b64encode(value).decode(), "salt": base64.b64encode(salt).decode(),
                      "additionalParameters": {}}), sep="\t", file=out)
sys.stdout.flush()

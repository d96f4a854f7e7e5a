#!/usr/bin/env python3
"""Writes the exports of this directory, as the systems write them. `regenerate` installs what it needs.

django.json is what Django's own dumpdata says of accounts that Django's own hashers made. The other systems are services: their
files have the documented shape, and hashes made by bcrypt, argon2-cffi, passlib, firebase-scrypt and hashlib. Everybody's password is
`PASSWORD`; who has none is called `none…`.
"""
import base64
import csv
import hashlib
import hmac
import io
import json
import os
import sys
import uuid
from pathlib import Path

import django
from django.conf import settings

HERE = Path(__file__).resolve().parent
PASSWORD = "пароль 🔑 Größe"
SIGNER_KEY = "jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
HASHERS = {"pbkdf2_sha256": "PBKDF2", "pbkdf2_sha1": "PBKDF2SHA1", "argon2": "Argon2", "bcrypt_sha256": "BCryptSHA256",
           "bcrypt": "BCrypt", "scrypt": "Scrypt", "md5": "MD5", "sha1": "SHA1", "unsalted_md5": "UnsaltedMD5",
           "unsalted_sha1": "UnsaltedSHA1"}

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField", USE_TZ=True,
    PASSWORD_HASHERS=[f"django.contrib.auth.hashers.{name}PasswordHasher" for name in HASHERS.values()])
django.setup()

import bcrypt  # noqa: E402
import firebase_scrypt  # noqa: E402
from argon2.low_level import Type, hash_secret_raw  # noqa: E402
from django.contrib.auth.hashers import make_password  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from passlib import hash as passlib  # noqa: E402


def b64(data):
    return base64.b64encode(data).decode()


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def bcrypted(prefix=b"2b"):
    return bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(6, prefix=prefix if prefix != b"2y" else b"2b")).decode().replace(
        "$2b$", f"${prefix.decode()}$")


def make_django():
    call_command("migrate", verbosity=0)
    Group.objects.create(name="editors")
    for hasher in HASHERS:
        User.objects.create(username=hasher, email=f"{hasher}@example.com", password=make_password(PASSWORD, hasher=hasher))
    User.objects.create(username="inactive", is_active=False, password=make_password(PASSWORD))
    User.objects.create(username="none", password=make_password(None))
    text = io.StringIO()
    call_command("dumpdata", "auth.group", "auth.user", indent=2, stdout=text)
    (HERE / "django.json").write_text(text.getvalue(), encoding="utf-8")


def keycloak_credential(algorithm, iterations, value, salt, more=None):
    return {"id": str(uuid.uuid4()), "type": "password", "userLabel": "My password", "createdDate": 1714566896789,
            "secretData": json.dumps({"value": b64(value), "salt": b64(salt), "additionalParameters": {}}),
            "credentialData": json.dumps({"hashIterations": iterations, "algorithm": algorithm,
                                          "additionalParameters": more or {}})}


def make_keycloak():
    users = []

    def user(name, credentials, **more):
        users.append({"id": str(uuid.uuid4()), "username": name, "email": f"{name}@example.com", "emailVerified": True,
                      "createdTimestamp": 1714566896789, "enabled": True, "totp": False, "credentials": credentials,
                      "disableableCredentialTypes": [], "requiredActions": [], "realmRoles": ["default-roles-shop"],
                      "notBefore": 0, "groups": []} | more)

    for algorithm, digest, iterations in (("pbkdf2", "sha1", 20_000), ("pbkdf2-sha256", "sha256", 27_500),
                                          ("pbkdf2-sha512", "sha512", 210_000)):
        salt = os.urandom(16)
        value = hashlib.pbkdf2_hmac(digest, PASSWORD.encode(), salt, iterations, 64)
        user(algorithm, [keycloak_credential(algorithm, iterations, value, salt)])
    salt = os.urandom(16)
    value = hash_secret_raw(PASSWORD.encode(), salt, 5, 7168, 1, 32, Type.ID)
    user("argon2", [keycloak_credential("argon2", 5, value, salt, {
        "hashLength": ["32"], "memory": ["7168"], "type": ["id"], "version": ["1.3"], "parallelism": ["1"]})])
    user("none", [])
    user("service-account-shop", [], serviceAccountClientId="shop")
    write("keycloak.json", {"id": str(uuid.uuid4()), "realm": "shop", "enabled": True,
                            "roles": {"realm": [{"name": "default-roles-shop", "composite": True}]}, "groups": [],
                            "users": users, "clients": [{"clientId": "shop", "enabled": True}]})


def make_auth0():
    def digest(name, data):
        return hashlib.new(name, data).digest()

    plain = PASSWORD.encode()
    salt = os.urandom(16)
    custom = {
        "plain-md5": {"algorithm": "md5", "hash": {"value": digest("md5", plain).hex(), "encoding": "hex"}},
        "prefix-sha1": {"algorithm": "sha1", "hash": {"value": digest("sha1", b"pepper" + plain).hex(), "encoding": "hex"},
                        "salt": {"value": "pepper", "position": "prefix"}},
        "suffix-sha256": {"algorithm": "sha256", "hash": {"value": b64(digest("sha256", plain + salt)), "encoding": "base64"},
                          "salt": {"value": salt.hex(), "encoding": "hex", "position": "suffix"}},
        "plain-sha512": {"algorithm": "sha512", "hash": {"value": digest("sha512", plain).hex().upper(), "encoding": "hex"}},
        "hmac-sha256": {"algorithm": "hmac", "hash": {"value": hmac.new(b"key", plain, "sha256").hexdigest(), "encoding": "hex",
                                                      "digest": "sha256", "key": {"value": "key", "encoding": "utf8"}}},
        "ldap": {"algorithm": "ldap", "hash": {"value": passlib.ldap_salted_sha1.hash(PASSWORD), "encoding": "utf8"}},
        "argon2": {"algorithm": "argon2", "hash": {"value": make_password(PASSWORD, hasher="argon2")[6:], "encoding": "utf8"}},
        "bcrypt": {"algorithm": "bcrypt", "hash": {"value": bcrypted(b"2a"), "encoding": "utf8"}},
        "scrypt": {"algorithm": "scrypt", "keylen": 64, "cost": 16384, "blockSize": 8, "parallelization": 1,
                   "salt": {"value": salt.hex(), "encoding": "hex"},
                   "hash": {"value": hashlib.scrypt(plain, salt=salt, n=16384, r=8, p=1, dklen=64).hex(), "encoding": "hex"}},
        "pbkdf2": {"algorithm": "pbkdf2", "hash": {"value": "$pbkdf2-sha512$i=210000,l=64$" + "$".join(
            b64(part).rstrip("=") for part in (salt, hashlib.pbkdf2_hmac("sha512", plain, salt, 210_000, 64))),
            "encoding": "utf8"}},
        "none-md4": {"algorithm": "md4", "hash": {"value": "00" * 16, "encoding": "hex"}},
    }
    users = [{"email": f"{name}@example.com", "username": name, "email_verified": True, "custom_password_hash": value}
             for name, value in custom.items()]
    users.append({"email": "email@example.com", "password_hash": bcrypted(), "app_metadata": {"roles": ["admin"]}})
    users.append({"email": "blocked@example.com", "username": "blocked", "blocked": True, "password_hash": bcrypted()})
    users.append({"email": "none@example.com", "user_metadata": {"theme": "{["}})
    write("auth0.json", users)
    with open(HERE / "auth0.ndjson", "w", encoding="utf-8") as out:
        for name in ("one", "two"):
            print(json.dumps({"_id": {"$oid": os.urandom(12).hex()}, "email": f"{name}@example.com", "email_verified": True,
                              "tenant": "shop", "connection": "users", "passwordHash": bcrypted(), "version": "1.1"}), file=out)


def make_firebase():
    users = []
    for name in ("one", "two"):
        salt = b64(os.urandom(10))
        key = firebase_scrypt.generate_derived_key(PASSWORD, salt, "Bw==", 8, 14)
        made = b64(firebase_scrypt.encrypt(base64.b64decode(SIGNER_KEY), key))
        users.append({"localId": b64(os.urandom(21)), "email": f"{name}@example.com", "emailVerified": True,
                      "passwordHash": made, "salt": salt, "displayName": name, "lastSignedInAt": "1714566896789",
                      "createdAt": "1714566896789", "disabled": False, "providerUserInfo": []})
    users.append({"localId": b64(os.urandom(21)), "email": "none@example.com", "createdAt": "1714566896789", "disabled": False,
                  "providerUserInfo": [{"providerId": "google.com", "rawId": "1", "email": "none@example.com"}]})
    users.append({"localId": "none", "phoneNumber": "+15555550100", "createdAt": "1714566896789", "providerUserInfo": []})
    write("firebase.json", {"users": users})
    (HERE / "firebase_hash_config.txt").write_text(
        f"hash_config {{\n  algorithm: SCRYPT,\n  base64_signer_key: {SIGNER_KEY},\n  base64_salt_separator: Bw==,\n"
        "  rounds: 8,\n  mem_cost: 14,\n}\n", encoding="utf-8")


def make_supabase():
    def row(name, **more):
        return {"instance_id": "00000000-0000-0000-0000-000000000000", "id": str(uuid.uuid4()), "aud": "authenticated",
                "role": "authenticated", "email": f"{name}@example.com", "encrypted_password": bcrypted(b"2a"),
                "email_confirmed_at": "2024-05-01 12:34:56.789012+00", "raw_app_meta_data": '{"provider": "email", "providers": ["email"]}',
                "raw_user_meta_data": '{"note": "a, \\"b\\"\\n"}', "created_at": "2024-05-01 12:34:56.789012+00",
                "updated_at": "2024-05-01 12:34:56.789012+00", "phone": None, "banned_until": None, "deleted_at": None} | more

    rows = [row("one"), row("two"), row("banned", banned_until="2999-12-31 00:00:00+00"),
            row("none", encrypted_password=""), row("none-deleted", deleted_at="2024-06-01 00:00:00+00"),
            row("none-phone", email=None, phone="15555550100")]
    write("supabase.json", rows)
    with open(HERE / "supabase.csv", "w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, rows[0].keys())
        table.writeheader()
        table.writerows(rows)


for make in (make_django, make_keycloak, make_auth0, make_firebase, make_supabase):
    make()
sys.stdout.flush()

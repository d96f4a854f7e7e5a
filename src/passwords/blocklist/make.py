#!/usr/bin/env python3
"""Writes the filter of common passwords to standard output; FORMAT.md describes its bytes. Called by regenerate.

    make.py DJANGO.whl PASSWORDS.json
"""
import gzip
import json
import struct
import sys
import unicodedata
import zipfile

# As secret as the lists: it keeps them from being read in the program, no more.
KEY = b"latchkey: common"
REMAINDER_BITS = 24
ENTRIES_PER_BUCKET = 4

# Passwords that are long enough for anybody's policy and known to everybody.
FAMOUS = """
correct horse battery staple
correct-horse-battery-staple
correcthorsebatterystaple
lorem ipsum dolor sit amet
loremipsumdolorsitamet
the quick brown fox
the quick brown fox jumps over the lazy dog
thequickbrownfox
thequickbrownfoxjumpsoverthelazydog
to be or not to be
tobeornottobe
to be or not to be that is the question
tobeornottobethatisthequestion
"""


def siphash(key: bytes, message: bytes) -> int:
    """SipHash-2-4 (Aumasson, Bernstein 2012), as libsodium's crypto_shorthash reads into an integer."""
    mask = (1 << 64) - 1
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def rotate(x, by):
        return ((x << by) | (x >> (64 - by))) & mask

    def rounds(number):
        for _ in range(number):
            v[0] = (v[0] + v[1]) & mask
            v[1] = rotate(v[1], 13) ^ v[0]
            v[0] = rotate(v[0], 32)
            v[2] = (v[2] + v[3]) & mask
            v[3] = rotate(v[3], 16) ^ v[2]
            v[0] = (v[0] + v[3]) & mask
            v[3] = rotate(v[3], 21) ^ v[0]
            v[2] = (v[2] + v[1]) & mask
            v[1] = rotate(v[1], 17) ^ v[2]
            v[2] = rotate(v[2], 32)

    padded = message + bytes(-(len(message) + 1) % 8) + bytes([len(message) & 0xFF])
    for (word,) in struct.iter_unpack("<Q", padded):
        v[3] ^= word
        rounds(2)
        v[0] ^= word
    v[2] ^= 0xFF
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def folded(password: str) -> bytes:
    """Equal for passwords that differ in case or composition only, as in base/unicode.hpp."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", password).casefold()).encode()


def django_list(wheel: str) -> list[str]:
    with zipfile.ZipFile(wheel) as files:
        return gzip.decompress(files.read("django/contrib/auth/common-passwords.txt.gz")).decode().split("\n")


def bucket_bits(entries: int) -> int:
    return max(1, ((entries + ENTRIES_PER_BUCKET - 1) // ENTRIES_PER_BUCKET - 1).bit_length())


def filter_of(passwords: set[bytes]) -> bytes:
    bits = bucket_bits(len(passwords))
    keys = sorted({siphash(KEY, p) >> (64 - bits - REMAINDER_BITS) for p in passwords})
    assert bucket_bits(len(keys)) == bits
    counts = bytearray(1 << bits)
    for key in keys:
        counts[key >> REMAINDER_BITS] += 1
    remainders = b"".join((key & ((1 << REMAINDER_BITS) - 1)).to_bytes(3, "little") for key in keys)
    return b"lkblock1" + struct.pack("<II", len(keys), bits) + bytes(counts) + remainders


def main():
    assert siphash(bytes(range(16)), bytes(range(15))) == 0xA129CA6149BE45E5, "the vector of the paper"
    wheel, words = sys.argv[1:]
    listed = django_list(wheel) + json.load(open(words, encoding="utf-8")) + FAMOUS.strip().split("\n")
    sys.stdout.buffer.write(filter_of({folded(p.strip()) for p in listed if p.strip()}))


if __name__ == "__main__":
    main()

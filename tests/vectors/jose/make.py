#!/usr/bin/env python3
"""Writes tokens.hpp: tokens that others made and Latchkey must accept.

    pip install "pyjwt[crypto]" && npm install jose && ./make.py > tokens.hpp && clang-format -i tokens.hpp

One token an algorithm is made by PyJWT and one by jose (Node), with the same keys and claims. ECDSA signatures are random,
so a new run gives other, equally good tokens. The keys of RFC 7515 (A.1, A.2, A.3) and RFC 8037 (A.1) are used as the RFCs
print them, with the RFCs' own signatures beside them; this script checks each before it writes it. None of these keys
protects anything.
"""
import base64
import json
import subprocess

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

KID = "rfc-example-key1"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def number(text):
    return int.from_bytes(unb64(text), "big")


HMAC_KEY = unb64("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow")

RSA_N = number(
    "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMs"
    "D1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdV"
    "MTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ")
RSA_D = number(
    "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0"
    "BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYT"
    "CBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ")
P, Q = rsa.rsa_recover_prime_factors(RSA_N, 65537, RSA_D)
RSA_KEY = rsa.RSAPrivateNumbers(
    P, Q, RSA_D, rsa.rsa_crt_dmp1(RSA_D, P), rsa.rsa_crt_dmq1(RSA_D, Q), rsa.rsa_crt_iqmp(P, Q),
    rsa.RSAPublicNumbers(65537, RSA_N)).private_key()
EC_KEY = ec.EllipticCurvePrivateNumbers(
    number("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
    ec.EllipticCurvePublicNumbers(number("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                                  number("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"), ec.SECP256R1())).private_key()
ED_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(unb64("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))

PAYLOAD_A = ("eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ")
A1 = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + PAYLOAD_A + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
A2 = ("eyJhbGciOiJSUzI1NiJ9." + PAYLOAD_A + "."
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZ"
      "cAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-e"
      "OkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw")
A3 = ("eyJhbGciOiJFUzI1NiJ9." + PAYLOAD_A +
      ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
A4 = ("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg")


def check_rfc_examples():
    def parts(token):
        text, signature = token.rsplit(".", 1)
        return text.encode(), unb64(signature)

    jwt.api_jws.PyJWS().decode(A1, HMAC_KEY, algorithms=["HS256"])
    text, signature = parts(A2)
    RSA_KEY.public_key().verify(signature, text, padding.PKCS1v15(), hashes.SHA256())
    text, signature = parts(A3)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    EC_KEY.public_key().verify(utils.encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    text, signature = parts(A4)
    ED_KEY.public_key().verify(signature, text)


CLAIMS = {
    "iss": "https://login.example", "sub": "0190163d-8694-739b-aea5-966c26f8ad91", "iat": 1_800_000_000,
    "exp": 1_800_000_900, "jti": "01a3185c-5000-7abc-8def-0123456789ab", "scope": "items:read items:write",
    "username": "Zoë \"Z\" 😀",
}
JOSE = """
import { SignJWT, importPKCS8 } from 'jose';
const { alg, key, kid, claims } = JSON.parse(process.argv[1]);
const secret = alg === 'HS256' ? Buffer.from(key, 'base64url') : await importPKCS8(key, alg);
process.stdout.write(await new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(secret));
"""


def pkcs8(key, encoding):
    return key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def by_jose(alg, key):
    text = b64(key) if alg == "HS256" else pkcs8(key, serialization.Encoding.PEM).decode()
    job = json.dumps({"alg": alg, "key": text, "kid": KID, "claims": CLAIMS})
    return subprocess.run(["node", "--input-type=module", "-e", JOSE, job], check=True, capture_output=True,
                          text=True).stdout


def main():
    check_rfc_examples()
    keys = {"HS256": HMAC_KEY, "ES256": EC_KEY, "RS256": RSA_KEY, "EdDSA": ED_KEY}
    print("// Written by make.py in this directory, which says how.\n#pragma once\n#include <string_view>\n")
    print("namespace latchkey::vectors {")
    print(f'inline constexpr std::string_view kid = "{KID}";')
    for name, value in {"rfc7515_a1": A1, "rfc7515_a2": A2, "rfc7515_a3": A3, "rfc8037_a4": A4}.items():
        print(f'inline constexpr std::string_view {name} = "{value}";')
    print("/// One key and the tokens that PyJWT and jose made with it. The key is base64url: HS256 raw, otherwise PKCS#8.")
    print("struct jose_vector { std::string_view alg; std::string_view key; std::string_view pyjwt; std::string_view jose; };")
    print("inline constexpr jose_vector jose_vectors[] = {")
    for alg, key in keys.items():
        material = key if alg == "HS256" else pkcs8(key, serialization.Encoding.DER)
        pyjwt = jwt.encode(CLAIMS, key, alg, headers={"kid": KID}, sort_headers=True)
        print("    {" + ", ".join(f'"{text}"' for text in (alg, b64(material), pyjwt, by_jose(alg, key))) + "},")
    print("};\n}")


main()

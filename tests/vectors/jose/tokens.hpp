// Written by make.py in this directory, which says how.
#pragma once
#include <string_view>

namespace latchkey::vectors {
inline constexpr std::string_view kid = "rfc-example-key1";
inline constexpr std::string_view rfc7515_a1 =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr std::string_view rfc7515_a2 =
    "eyJhbGciOiJSUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
    "O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
    "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
    "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
    "IoypGlUPQGe77Rw";
inline constexpr std::string_view rfc7515_a3 =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
inline constexpr std::string_view rfc8037_a4 =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
    "09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// One key and the tokens that PyJWT and jose made with it. The key is base64url: HS256 raw, otherwise
/// PKCS#8.
struct jose_vector {
    std::string_view alg;
    std::string_view key;
    std::string_view pyjwt;
    std::string_view jose;
};
inline constexpr jose_vector jose_vectors[] = {
    {"HS256", "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
     "eyJhbGciOiJIUzI1NiIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab1x1MDBlYiBcIlpcIiBcdWQ4M2RcdWRlMDAifQ."
     "VlZp-c8pv1ND7_6AUgwwC3yTTbAivDjGsGNWPbd0ieM",
     "eyJhbGciOiJIUzI1NiIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab8OrIFwiWlwiIPCfmIAifQ."
     "H5ER3TpESQRjmsecFUyCvp-ScZ-hzgxQyIXA9cI5K48"},
    {"ES256",
     "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LKhRANCAAR_"
     "zc4ncPbEXUGDy-5v20t7WAczNXvp7xO6z248e9FURcfxRM0bvZt-hyzf7bnuufSzaV1uqQskrYpGIyiFiOWt",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab1x1MDBlYiBcIlpcIiBcdWQ4M2RcdWRlMDAifQ."
     "nytMn7G9eaFcQiIGeEXvwTRIy8PBMh4lBYzPwl85DlMu0xs3-MWpA-CiaCZa8pAzTpYRMf1rKDm-zJFYCs4gvA",
     "eyJhbGciOiJFUzI1NiIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab8OrIFwiWlwiIPCfmIAifQ.hbJ8CGCWO-"
     "aJdPhV2wxzONVza2Ccw6WX_OtWhU7DROJm2d0ctAsDxwnAxI4dyviQ4a6fEdcjG8_kBaQm3IkOqw"},
    {"RS256",
     "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCh-BYK4uPJtGXOjS1lYmM2K5J9vinh8CR3_"
     "BYlzJChNuOL2TSXxbbqY913EeZ8dCn5VrD7io8ImtxLaYk8wTM_U-"
     "3QGbh3hCUv7JFP5IV3aVlL6kKA0ywPVb9ilE8TA5a8bpvfbr3SvaNnjuygxmj3AbONv_s4yDQs4v5tJ_"
     "reSlpIdJed1LnPmt7Ex1sFhSwsD174pcF1A5L5ROjtZMEQxrZHYJqkeDrrnGya11UxMFBji4NmXG9veoKjlnAqH2QbgtPr8jkiGUkft"
     "oaHLFcW9Qr4NY2ai50Xw0Byj3-"
     "H2JoY2PyrZ62EWQwuz3WTOTY8BwNNb2BvniHgVFbK5emhAgMBAAECggEAEq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPE"
     "AeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-"
     "GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_"
     "0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_"
     "RQyGWSeWjnczT0QU91p1DhOVRuOopznQKBgQDgHMQQ60imZV1URk0KpLttoLhyt3SmqdEf_kgHePDdtzEafpAu-"
     "cS191R2JiuoF2yzWXnwFDcqGigp5BNr0AHQfD8_Lk8l1Mk09jxxCfui5nYooNyac8YFjm3vItzVCVDnEd3BbVWG8qf6deqElMGAg-"
     "C2V0L4oNXnP7LZcPAZRwKBgQC5A8R-"
     "CZW2MvRTLLHzwZkUXV866cff7tx6kqa0finGG0KgeqlaZPxgCZnFp7AeAcCMtiynVlJ7vMVgePsLq6XtON4tB5kP9jAPrq3rbAOal78"
     "eUH5OcED6eNuCV8ixEu1eWcPNCS_"
     "l1OW1EnXUEoEHKl54Xrrz2uNwkgMTP1FZ1wKBgAcCn1dwJKufzBWQxWQp1vsM5fggqPN1qGb5y0MAk3g7_"
     "Ls5bkUp5u9SN0Ai3Ya6hNnvWJMb7sXQX6U_zyO2M_hTip7tUeh7CXgwo59dkpN75gJLVds29-DAncu3KXU4f2Fa-"
     "7bLNrur53k8KwPOq2bbuTG69QtV7Jr5MR0AHWKNAoGBAIf_evpitUf-"
     "4JYbLpvNXWcY052Mpz22aR84mY3nh3F2LF2mjMJDpTg7FmuyPcVw6EcGyoAe9fa65iNqCq-jdw6PVNGo2hxfjSiZ8IIzHdsPXI89__"
     "pMjZcQK9r-CCoRjaZjOYiIDktVWZzmevJuv6WywUqd57LE3Zar3dLSIkx1AoGAIYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-"
     "DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_"
     "QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab1x1MDBlYiBcIlpcIiBcdWQ4M2RcdWRlMDAifQ."
     "KV4s158ehBbiuGoXzr-72ZBPt7cKwAWcoGDqwQwzmrtoyfvHZvg09G1dnyWwRCanZlmmkX65kkDBv6YcWcdS8A99t3n6n0PFh-9gS6_"
     "cBELrWCRAKi-rBxjMgxkEsa1ByD5c_CpNEncT6SwPjyH5lWJY8-"
     "B77TwPGBab5FmnEglZ1Hrllwx39vRM2ucRjxutP6IAP1BYSccLFd6IwvkGbfajmVtOD67fOj6xZFcUlKE1VHVIBAoG4HDHcGwmxGG6Z"
     "Z7I5I6GVvJhAoaq_pNaHSBzbhvtqN8pbHTMpqV4-53pOXrgsMu1ErZlnoEKEYXhQ6aYIyukshWhTpzZye1eVA",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab8OrIFwiWlwiIPCfmIAifQ.nqIdzJBoT8xk_"
     "osi4jiYZ1Tux0OI7D7QpdM9Rt6moi4SnYjf5KVwippwOlXGjFjPLmy61oQ8tpMPImXQTseskOrkiYeXy1oD2RVkIXD0WVCxCxcjACf3"
     "82SrUD9W-3nKVwWgfG7TP0jGHmI_wtl4qRpJWVNI5BjFP9XzipcnosTPu72Mq3hTzC4lU9irMZHpiYMq1Vi_"
     "kcwZ2EczUPkykGmfeRXJa1k4xduP7C7Vhq0Q8xxIgEsZaPf-WcVd-zu2uS-gFewO-"
     "6DiuMaqYCSxN2oZrC3qv04RfFtS5xy0ZYCp6adI8Gp-vXLqQ_MHm1Hldr2lF7cFj8EFsb07c5IuGw"},
    {"EdDSA", "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v_VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab1x1MDBlYiBcIlpcIiBcdWQ4M2RcdWRlMDAifQ."
     "XaW7CHmoEeGp0hPEySPf3pC7xmXyi6B0jR68BlR39V1pS5RDhx8YtpfGJYc1ett5oN45xjKOnL3P4Bda3JI_CA",
     "eyJhbGciOiJFZERTQSIsImtpZCI6InJmYy1leGFtcGxlLWtleTEiLCJ0eXAiOiJKV1QifQ."
     "eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbGUiLCJzdWIiOiIwMTkwMTYzZC04Njk0LTczOWItYWVhNS05NjZjMjZmOGFkOTEiLCJ"
     "pYXQiOjE4MDAwMDAwMDAsImV4cCI6MTgwMDAwMDkwMCwianRpIjoiMDFhMzE4NWMtNTAwMC03YWJjLThkZWYtMDEyMzQ1Njc4OWFiIi"
     "wic2NvcGUiOiJpdGVtczpyZWFkIGl0ZW1zOndyaXRlIiwidXNlcm5hbWUiOiJab8OrIFwiWlwiIPCfmIAifQ."
     "YpdgZgPc0Mj2jjoqvYfx3--im9bNMMNs3THrXTlhXb36VKvsSOg3K58S2YVbaQDIB_ZyuGwSk4-xiizMxeI8AA"},
};
}  // namespace latchkey::vectors

// Refresh tokens. The first byte chooses what the rest is: a token's whole text; or bytes that get a right
// MAC (else the fuzzer would never get past it); or a session id and a counter to be encoded, which must come
// back the same.
#include "sessions/refresh_token.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "crypto/base64url.hpp"

namespace {

using namespace latchkey;

const secret& key() {
    static const secret fixed{std::string_view("refresh token key of the fuzzer!")};
    return fixed;
}

const sessions::refresh_token_codec& codec() {
    static const sessions::refresh_token_codec made{key()};
    return made;
}

void require(bool promise) {
    if (!promise) std::abort();
}

/// What is accepted has one spelling.
bool accepts(std::string_view text) {
    const auto token = codec().decode(text);
    if (token) require(codec().encode(*token).view() == text);
    return token.has_value();
}

void accept_exactly_version_one_of_the_right_size(std::string_view bytes) {
    static const crypto::hmac_sha256 mac{key().bytes()};
    const auto tag = mac.mac(bytes);
    std::string signed_bytes(bytes);
    signed_bytes.append(tag.begin(), tag.begin() + 16);
    const bool right = bytes.size() == 21 && bytes.front() == 1;
    require(accepts(crypto::base64url::encode(std::string_view(signed_bytes))) == right);
}

void encode_and_decode(std::string_view bytes) {
    sessions::refresh_token token;
    std::copy_n(bytes.begin(), 16, token.session.value.bytes.begin());
    for (const char c : bytes.substr(16, 4))
        token.counter = token.counter << 8 | static_cast<std::uint8_t>(c);
    const auto text = codec().encode(token);
    require(text.size() == sessions::refresh_token_size);
    const auto again = codec().decode(text.view());
    require(again && again->session == token.session && again->counter == token.counter);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0]) {
        case 't':
            (void)accepts(rest);
            break;
        case 'm':
            accept_exactly_version_one_of_the_right_size(rest);
            break;
        case 'e':
            if (rest.size() >= 20) encode_and_decode(rest);
            break;
        default:
            break;
    }
    return 0;
}

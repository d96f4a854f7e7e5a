// Verifies tokens that the fuzzer makes. The first byte chooses how: the rest is a whole token; or the JSON
// of a payload, or its encoded text, under the ring's header and with a right signature (else the fuzzer
// would never get past the signature); or a user name to be issued, which must come back the same.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unicode.hpp"
#include "crypto/base64url.hpp"
#include "support/manual_clock.hpp"
#include "tokens/token_service.hpp"

namespace {

using namespace latchkey;

constexpr std::string_view issuer = "i";
constexpr std::string_view subject = "0190163d-8694-739b-aea5-966c26f8ad91";
const test::manual_clock stopped_clock;
tokens::revocations ended;

const tokens::token_service& service() {
    static const tokens::token_service made = [] {
        std::vector<tokens::key_record> records(1);
        records[0].kid = "hs256-fuzzer-key";
        records[0].material = secret(std::string(32, 'k'));
        ended.apply({*crypto::uuid::parse("0190163d-8694-739b-aea5-966c26f8ad92"), unix_time::max(), 1});
        return tokens::token_service({std::string(issuer), "", std::chrono::seconds{900}},
                                     tokens::key_ring::make(records).value(), ended, stopped_clock);
    }();
    return made;
}

std::string signed_token(std::string_view encoded_payload) {
    const auto ring = service().ring();
    const auto& entry = ring->entries().front();
    std::string text = entry.encoded_header + '.' + std::string(encoded_payload);
    const auto size = text.size();
    text += '.';
    entry.key->append_signature(std::string_view(text).substr(0, size), text);
    return text;
}

void require(bool promise) {
    if (!promise) std::abort();
}

/// Whatever is accepted keeps what verification promises.
void verify(std::string_view token) {
    tokens::verified_token verified;
    const auto outcome = service().verify(token, verified);
    const auto& said = verified.claims();
    if (!outcome) return require(said.subject.empty() && said.scope.empty());
    require(said.issuer == issuer && !said.subject.empty() && said.audience.empty());
    require(said.expires_at > numeric_date(stopped_clock.now()));
    require(said.authenticated_at == crypto::uuid::parse(said.token_id).value().time());
    for (const auto text : {said.subject, said.username, said.scope, said.client_id, said.session})
        require(unicode::is_utf8(text));
    (void)said.has_scope("items:read");
}

void issue_and_verify(std::string_view username) {
    if (username.size() > 255 || !unicode::is_utf8(username)) return;
    tokens::access_token_request request;
    request.subject = subject;
    request.username = username;
    request.authenticated_at = stopped_clock.now();
    tokens::verified_token verified;
    require(service().verify(service().issue(request).text, verified).has_value());
    require(verified.claims().username == username);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0]) {
        case 't':
            verify(rest);
            break;
        case 'j':
            verify(signed_token(crypto::base64url::encode(rest)));
            break;
        case 'p':
            verify(signed_token(rest));
            break;
        case 'u':
            issue_and_verify(rest);
            break;
        default:
            break;
    }
    return 0;
}

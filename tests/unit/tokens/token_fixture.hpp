#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base64url.hpp"
#include "support/manual_clock.hpp"
#include "tokens/token_service.hpp"

namespace latchkey::test {

constexpr unix_time start{std::chrono::seconds{1'800'000'000}};
constexpr std::string_view issuer = "https://login.example";
constexpr std::string_view user_id = "0190163d-8694-739b-aea5-966c26f8ad91";
constexpr std::string_view session_id = "0190163d-8694-7aaa-aea5-966c26f8ad92";

inline tokens::key_record hs256_record(std::string kid = "hs256-test-key-1", char byte = 'k') {
    tokens::key_record record;
    record.kid = std::move(kid);
    record.algorithm = tokens::algorithm::hs256;
    record.material = secret(std::string(32, byte));
    record.not_before = start - std::chrono::hours(1);
    return record;
}

/// A random key, made once a program run: RSA keys are slow to find.
inline tokens::key_record record_of(tokens::algorithm algorithm) {
    static std::map<tokens::algorithm, tokens::key_record> made;
    auto at = made.find(algorithm);
    if (at == made.end()) at = made.emplace(algorithm, tokens::generate_key(algorithm, start)).first;
    const auto& [kid, a, material, created_at, not_before, retired_at] = at->second;
    return {kid, a, material.clone(), created_at, not_before, retired_at};
}

template <class... Record>
std::shared_ptr<const tokens::key_ring> ring_of(Record... record) {
    std::vector<tokens::key_record> records;
    (records.push_back(std::move(record)), ...);
    return tokens::key_ring::make(records).value();
}

/// A service with one HS256 key, a clock that stands still, and nothing revoked.
struct token_fixture : testing::Test {
    explicit token_fixture(std::string audience = "")
        : service({std::string(issuer), audience, std::chrono::seconds{900}}, ring_of(hs256_record()), ended,
                  clock) {}

    tokens::access_token_request request() const {
        return {.subject = user_id,
                .username = "johndoe",
                .scope = "items:read items:write",
                .client_id = "web",
                .session = session_id,
                .authenticated_at = clock.now(),
                .lifetime = {},
                .audience = {}};
    }

    std::string issue() const { return service.issue(request()).text; }

    /// Signs any header and payload with the key of the ring, as one who shares the HMAC secret could.
    std::string forge(std::string_view encoded_header, std::string_view encoded_payload) const {
        std::string text = std::string(encoded_header) + '.' + std::string(encoded_payload);
        const auto size = text.size();
        text += '.';
        service.ring()->entries().front().key->append_signature(std::string_view(text).substr(0, size), text);
        return text;
    }
    std::string forge(std::string_view payload_json) const {
        return forge(service.ring()->entries().front().encoded_header,
                     crypto::base64url::encode(payload_json));
    }

    /// With the header of a token that has an audience.
    std::string forge_profile(std::string_view payload_json) const {
        return forge(service.ring()->entries().front().encoded_profile_header,
                     crypto::base64url::encode(payload_json));
    }

    /// errc{} when the token is good.
    errc verdict(std::string_view token) const {
        tokens::verified_token verified;
        const auto outcome = service.verify(token, verified);
        return outcome ? errc{} : outcome.error();
    }

    manual_clock clock{start};
    tokens::revocations ended;
    tokens::token_service service;
};

inline constexpr errc good{};

}  // namespace latchkey::test

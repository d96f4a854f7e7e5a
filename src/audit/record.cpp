#include "audit/record.hpp"

#include <openssl/sha.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <span>
#include <stdexcept>

#include "base/hex.hpp"

namespace latchkey::audit {
namespace {

constexpr std::string_view before_hash = ",\"hash\":\"";
constexpr std::string_view before_mac = "\",\"mac\":\"";
constexpr std::string_view end_of_line = "\"}";
constexpr std::size_t digest_digits = 2 * sizeof(digest);
/// What stands behind the part that is hashed has one length.
constexpr std::size_t tail_size =
    before_hash.size() + digest_digits + before_mac.size() + digest_digits + end_of_line.size();

/// Of the name only this much: enough to tell attempts apart.
constexpr std::size_t name_hash_bytes = 16;

digest sha256(std::string_view text) {
    digest hash;
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
    return hash;
}

/// What the key speaks for. Never the start of what a name's hash is made of: names are anybody's.
std::string signed_text(const digest& hash) {
    return std::string("record:").append(hash.begin(), hash.end());
}

/// Takes the member's text off the front of the tail; nothing when it is not there.
std::optional<digest> take_digest(std::string_view& tail, std::string_view prefix) {
    if (!tail.starts_with(prefix)) return std::nullopt;
    tail.remove_prefix(prefix.size());
    const auto text = tail.substr(0, digest_digits);
    tail.remove_prefix(text.size());
    return parse_digest(text);
}

bool is_canonical_number(const boost::json::value* v) {
    return v && (v->is_int64() ? v->as_int64() > 0 : v->is_uint64());
}

}  // namespace

void append_record(std::string& out, chain_end& end, unix_time now, const event& what,
                   const crypto::hmac_sha256& key) {
    const std::size_t start = out.size();
    out.append(R"({"seq":)").append(std::to_string(++end.sequence));
    out.append(R"(,"time":")").append(rfc3339(now)).append("\",").append(what.members());
    if (!what.attempted_name().empty()) {
        const auto tag = key.mac("name:" + what.attempted_name());
        out.append(R"(,"username_hash":")")
            .append(hex::encode(std::span(tag).first(name_hash_bytes)))
            .append("\"");
    }
    out.append(R"(,"previous":")").append(hex::encode(end.hash)).append("\"");
    end.hash = sha256(std::string_view(out).substr(start));
    // Readers look no further; no event that there is comes near it.
    if (out.size() - start + tail_size >= max_record_size)
        throw std::length_error("an audit record is too long");
    out.append(before_hash).append(hex::encode(end.hash));
    out.append(before_mac)
        .append(hex::encode(key.mac(signed_text(end.hash))))
        .append(end_of_line)
        .append("\n");
}

std::optional<record> parse_record(std::string_view line) {
    if (line.size() <= tail_size || line.size() >= max_record_size) return std::nullopt;
    const std::string_view body = line.substr(0, line.size() - tail_size);
    std::string_view tail = line.substr(body.size());
    const auto hash = take_digest(tail, before_hash);
    const auto mac = take_digest(tail, before_mac);
    if (!hash || !mac || tail != end_of_line) return std::nullopt;

    boost::system::error_code bad;
    const auto value = boost::json::parse(line, bad);
    if (bad || !value.is_object()) return std::nullopt;
    const auto& members = value.as_object();
    const auto* sequence = members.if_contains("seq");
    const auto* time = members.if_contains("time");
    const auto* previous = members.if_contains("previous");
    if (!is_canonical_number(sequence) || !time || !time->is_string() || !previous || !previous->is_string())
        return std::nullopt;
    const auto referred = parse_digest(previous->as_string());
    if (!referred) return std::nullopt;
    return record{.sequence = sequence->to_number<std::uint64_t>(),
                  .time = std::string(time->as_string()),
                  .previous = *referred,
                  .hash = *hash,
                  .is_unchanged = sha256(body) == *hash,
                  .mac = *mac};
}

bool is_authentic(const record& r, const crypto::hmac_sha256& key) {
    return key.verify(signed_text(r.hash), r.mac);
}

std::optional<digest> parse_digest(std::string_view text) {
    digest bytes;
    if (!hex::decode(text, bytes)) return std::nullopt;
    return bytes;
}

}  // namespace latchkey::audit

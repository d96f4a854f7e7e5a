#include "http/trace_context.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

#include "base/hex.hpp"
#include "crypto/random.hpp"
#include "http/characters.hpp"

namespace latchkey::http {
namespace {

constexpr std::size_t max_request_id_size = 128;
constexpr std::size_t trace_id_at = 3;
constexpr std::size_t trace_id_size = 32;
constexpr std::size_t parent_id_at = 36;
constexpr std::size_t parent_id_size = 16;
constexpr std::size_t flags_at = 53;

void write_hex(std::uint64_t value, char* out) noexcept {
    hex::encode(std::bit_cast<std::array<std::uint8_t, sizeof value>>(value), out);
}

/// Numbers that never repeat on a thread, and look as if drawn: a counter, scrambled one to one
/// (SplitMix64's finaliser: Steele, Lea, Flood 2014). Between threads and processes they differ by the
/// random half that leads an id.
struct numbers {
    std::uint64_t leading = random();
    std::uint64_t counter = random();

    static std::uint64_t random() {
        const auto bytes = crypto::random_array<sizeof(std::uint64_t)>();
        std::uint64_t value;
        std::memcpy(&value, bytes.data(), sizeof value);
        return value;
    }

    std::uint64_t next() noexcept {
        std::uint64_t z = counter += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }
};

numbers& of_this_thread() {
    thread_local numbers mine;
    return mine;
}

bool is_lower_hex(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) noexcept {
    return is_lower_hex(text) && text.find_first_not_of('0') != text.npos;
}

/// W3C Trace Context section 3.2.2. Of a later version what stands where version 00 has it (section 3.2.4).
bool is_traceparent(std::string_view text) noexcept {
    if (text.size() < flags_at + 2 || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
    const std::string_view version = text.substr(0, 2);
    if (!is_lower_hex(version) || version == "ff") return false;
    const std::string_view rest = text.substr(flags_at + 2);
    if (!rest.empty() && (version == "00" || rest.front() != '-')) return false;
    return is_id(text.substr(trace_id_at, trace_id_size)) &&
           is_id(text.substr(parent_id_at, parent_id_size)) && is_lower_hex(text.substr(flags_at, 2));
}

}  // namespace

bool is_request_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= max_request_id_size && std::ranges::all_of(text, [](char c) {
        return characters::is(c, characters::unreserved) ||
               std::string_view(":/+=@,").find(c) != std::string_view::npos;
    });
}

request_ids trace_context::identify(const request& of) {
    const std::string_view sent = of[field::x_request_id];
    const bool is_named = of.lines(field::x_request_id) == 1 && is_request_id(sent);
    ids_ = {.request = is_named ? sent : make_id(), .trace = {}, .span = {}};
    if (of.lines(field::traceparent) == 1) take_trace(of);
    return ids_;
}

std::string_view trace_context::make_id() {
    auto& made = of_this_thread();
    write_hex(made.leading, made_.data());
    write_hex(made.next(), made_.data() + id_size / 2);
    return {made_.data(), made_.size()};
}

/// Our part of the trace is a child of the caller's: same trace-id, a parent-id of our own, and of the flags
/// only `sampled`, the one that version 00 defines (section 3.2.2.5).
void trace_context::take_trace(const request& of) {
    const std::string_view sent = of[field::traceparent];
    if (!is_traceparent(sent)) return;
    std::ranges::copy(sent.substr(0, traceparent_size), traceparent_.begin());
    traceparent_[0] = traceparent_[1] = '0';
    std::uint64_t span = 0;
    while (span == 0)
        span = of_this_thread().next();
    write_hex(span, traceparent_.data() + parent_id_at);
    const bool sampled = (characters::hex_value(sent[flags_at + 1]) & 1) != 0;
    traceparent_[flags_at] = '0';
    traceparent_[flags_at + 1] = sampled ? '1' : '0';
    ids_.trace = {traceparent_.data() + trace_id_at, trace_id_size};
    ids_.span = {traceparent_.data() + parent_id_at, parent_id_size};
}

void trace_context::write(response& out) const {
    out.add("X-Request-Id", ids_.request);
    if (!ids_.trace.empty()) out.add("traceparent", {traceparent_.data(), traceparent_.size()});
}

}  // namespace latchkey::http

#include "tokens/payload.hpp"

#include <algorithm>
#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/byte_block.hpp"

namespace latchkey::tokens {
namespace {

using boost::json::string_view;
using boost::system::error_code;

/// A claim's name, and the member that holds it: a text or a number.
struct known_claim {
    std::string_view name;
    std::string_view claims::*text;
    std::int64_t claims::*number;
    bool required;

    constexpr bool is_text() const noexcept { return text != nullptr; }
};

/// In the order in which they are written.
constexpr std::array known_claims{
    known_claim{"iss", &claims::issuer, nullptr, true},
    known_claim{"sub", &claims::subject, nullptr, true},
    known_claim{"iat", nullptr, &claims::issued_at, true},
    known_claim{"exp", nullptr, &claims::expires_at, true},
    known_claim{"jti", &claims::token_id, nullptr, true},
    known_claim{"scope", &claims::scope, nullptr, false},
    known_claim{"username", &claims::username, nullptr, false},
    known_claim{"client_id", &claims::client_id, nullptr, false},
    known_claim{"sid", &claims::session, nullptr, false},
    known_claim{"aud", &claims::audience, nullptr, false},
};

constexpr std::size_t longest_name =
    std::max_element(known_claims.begin(), known_claims.end(), [](const auto& a, const auto& b) {
        return a.name.size() < b.name.size();
    }) -> name.size();

/// What the parser calls. It builds no tree: that would allocate, and keep the last of two claims with one
/// name in silence.
class claims_handler {
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    explicit claims_handler(std::span<char> text) : text_(text) {}

    const claims& found() const { return found_; }
    bool complete() const {
        for (std::size_t i = 0; i < known_claims.size(); ++i)
            if (known_claims[i].required && !(seen_ >> i & 1)) return false;
        return true;
    }

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code& ec) { return depth_++ == 0 || skip(ec); }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code& ec) { return depth_++ == 0 ? refuse(ec) : skip(ec); }
    bool on_array_end(std::size_t, error_code&) { return close(); }

    bool on_key_part(string_view part, std::size_t, error_code&) {
        // A name that does not fit is none of ours; what was kept of it must not look like one.
        const auto room = std::min(part.size(), key_.size() - key_size_);
        std::copy_n(part.data(), room, key_.data() + key_size_);
        key_size_ += room;
        return true;
    }
    bool on_key(string_view last, std::size_t n, error_code& ec) {
        on_key_part(last, n, ec);
        const std::string_view key(key_.data(), std::exchange(key_size_, 0));
        return depth_ > 1 || begin_member(key) || refuse(ec);
    }

    bool on_string_part(string_view part, std::size_t, error_code& ec) {
        if (!wanted()) return skip(ec);
        if (!current_->text || part.size() > text_.size() - text_end_) return refuse(ec);
        std::copy_n(part.data(), part.size(), text_.data() + text_end_);
        text_end_ += part.size();
        return true;
    }
    bool on_string(string_view last, std::size_t n, error_code& ec) {
        if (!on_string_part(last, n, ec)) return false;
        if (!wanted()) return true;
        if (text_end_ == text_begin_) return refuse(ec);  // an empty claim would mean that there is none
        found_.*current_->text = {text_.data() + text_begin_, text_end_ - text_begin_};
        text_begin_ = text_end_;
        return true;
    }

    bool on_int64(std::int64_t value, string_view, error_code& ec) {
        if (!wanted()) return skip(ec);
        if (!current_->number) return refuse(ec);
        found_.*current_->number = value;
        return true;
    }
    bool on_number_part(string_view, error_code&) { return true; }
    bool on_uint64(std::uint64_t, string_view, error_code& ec) { return skip(ec); }
    bool on_double(double, string_view, error_code& ec) { return skip(ec); }
    bool on_bool(bool, error_code& ec) { return skip(ec); }
    bool on_null(error_code& ec) { return skip(ec); }
    bool on_comment_part(string_view, error_code&) { return true; }
    bool on_comment(string_view, error_code&) { return true; }

private:
    static bool refuse(error_code& ec) {
        ec = boost::json::error::syntax;
        return false;
    }

    /// Whether the value that comes belongs to a claim we know.
    bool wanted() const { return depth_ == 1 && current_; }
    /// Passes over a value that no claim we know may have, and that the payload itself may not be.
    bool skip(error_code& ec) { return depth_ == 0 || current_ ? refuse(ec) : true; }

    bool close() {
        --depth_;
        return true;
    }

    /// Notes which claim comes next; false when it came before.
    bool begin_member(std::string_view key) {
        const auto* at = std::find_if(known_claims.begin(), known_claims.end(),
                                      [&](const known_claim& known) { return known.name == key; });
        current_ = at == known_claims.end() ? nullptr : at;
        if (!current_) return true;
        const auto bit = 1u << (at - known_claims.begin());
        return !(std::exchange(seen_, seen_ | bit) & bit);
    }

    claims found_;
    std::span<char> text_;
    std::size_t text_begin_ = 0;  ///< of the string being read
    std::size_t text_end_ = 0;
    std::array<char, longest_name + 1> key_{};
    std::size_t key_size_ = 0;
    const known_claim* current_ = nullptr;
    unsigned seen_ = 0;  ///< bit i: known_claims[i] was there
    unsigned depth_ = 0;
};

/// Printable ASCII without a backslash.
bool is_plain(std::string_view text) noexcept {
    return !any_marked(text, [](byte_block b) { return (b < 0x20) | (b > 0x7E) | (b == '\\'); });
}

/// How a claim's member begins, such as `,"exp":` or `,"sub":"`; the very first has a brace for the comma.
template <std::size_t Claim>
constexpr auto beginning_of = [] {
    constexpr const known_claim& claim = known_claims[Claim];
    std::array<char, claim.name.size() + (claim.is_text() ? 5 : 4)> text{};
    text[0] = Claim == 0 ? '{' : ',';
    text[1] = '"';
    std::ranges::copy(claim.name, text.begin() + 2);
    text[claim.name.size() + 2] = '"';
    text[claim.name.size() + 3] = ':';
    if (claim.is_text()) text.back() = '"';
    return text;
}();

/// Reads what write_payload() writes when no text needs an escape, in a fraction of the parser's time: the
/// members in their order, nothing between them. Whatever looks different is left to the parser.
class plain_reader {
public:
    explicit plain_reader(std::string_view json) : left_(json) {}

    /// False, with anything in `found`, when it is none of those.
    bool read(claims& found) {
        if (!is_plain(left_)) return false;
        const bool all_read = [&]<std::size_t... Claim>(std::index_sequence<Claim...>) {
            return (read_claim<Claim>(found) && ...);
        }
        (std::make_index_sequence<known_claims.size()>());
        return all_read && left_ == "}";
    }

private:
    template <std::size_t Claim>
    bool read_claim(claims& found) {
        constexpr const known_claim& claim = known_claims[Claim];
        constexpr const auto& beginning = beginning_of<Claim>;
        if (!begins_with(beginning)) return !claim.required;
        left_.remove_prefix(beginning.size());
        if constexpr (claim.is_text())
            return read_text(found.*claim.text);
        else
            return read_number(found.*claim.number);
    }

    /// With a size that the compiler knows, which makes it a few instructions instead of a call.
    template <std::size_t Size>
    bool begins_with(const std::array<char, Size>& text) const noexcept {
        return left_.size() >= Size && std::memcmp(left_.data(), text.data(), Size) == 0;
    }

    bool read_text(std::string_view& out) {
        const auto end = left_.find('"');
        if (end == left_.npos) return false;
        out = left_.substr(0, end);
        left_.remove_prefix(end + 1);
        return !out.empty();
    }

    bool read_number(std::int64_t& out) {
        if (left_.empty() || left_[0] < '1' || left_[0] > '9')
            return false;  // the parser knows about 0 and -
        const auto [end, error] = std::from_chars(left_.data(), left_.data() + left_.size(), out);
        if (error != std::errc{}) return false;
        left_.remove_prefix(static_cast<std::size_t>(end - left_.data()));
        return left_.starts_with(',') || left_.starts_with('}');
    }

    std::string_view left_;
};
static_assert(known_claims.front().required, "or a comma might come first");

}  // namespace

std::string write_payload(const claims& said) {
    std::string json;
    for (const auto& claim : known_claims) {
        if (claim.text && (said.*claim.text).empty()) continue;
        json += json.empty() ? "{\"" : ",\"";
        json.append(claim.name).append("\":");
        json += claim.text ? boost::json::serialize(said.*claim.text) : std::to_string(said.*claim.number);
    }
    return json += '}';
}

std::optional<payload> read_payload(std::span<char> json) {
    const std::string_view text(json.data(), json.size());
    if (text.size() > max_payload_size) return std::nullopt;
    std::optional<payload> out(std::in_place);
    if (plain_reader(text).read(out->said)) {
        out->canonical = text;
        return out;
    }
    std::array<char, max_payload_size> source;  // the texts go where it stood
    text.copy(source.data(), text.size());
    boost::json::parse_options options;
    options.max_depth = 8;
    boost::json::basic_parser<claims_handler> parser(options, json);
    error_code ec;
    const auto used = parser.write_some(false, source.data(), text.size(), ec);
    if (ec || used != text.size() || !parser.handler().complete()) return std::nullopt;
    out->said = parser.handler().found();
    return out;
}

}  // namespace latchkey::tokens

#include "base/unicode.hpp"

#include <string.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

namespace latchkey::unicode {
namespace {

/// Composition exclusions count only with UTF8PROC_STABLE; without it the result is not NFC.
constexpr auto to_nfd = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
constexpr auto to_nfc = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
constexpr auto fold_to_nfd = static_cast<utf8proc_option_t>(to_nfd | UTF8PROC_CASEFOLD);

/// Working memory that is wiped: passwords are normalised here too.
class code_points {
public:
    explicit code_points(std::size_t size) : buffer_(size) {}
    code_points(const code_points&) = delete;
    code_points& operator=(const code_points&) = delete;
    ~code_points() { explicit_bzero(buffer_.data(), buffer_.size() * sizeof(utf8proc_int32_t)); }
    utf8proc_int32_t* data() { return buffer_.data(); }

private:
    std::vector<utf8proc_int32_t> buffer_;
};

const utf8proc_uint8_t* bytes_of(std::string_view text) {
    return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

utf8proc_ssize_t size_of(std::string_view text) {
    return static_cast<utf8proc_ssize_t>(text.size());
}

/// Decomposes, brings marks into canonical order, then composes if `composed`. Nothing when the text is not
/// UTF-8.
std::optional<std::string> transform(std::string_view utf8, utf8proc_option_t decomposition, bool composed) {
    const auto needed = utf8proc_decompose(bytes_of(utf8), size_of(utf8), nullptr, 0, decomposition);
    if (needed == UTF8PROC_ERROR_INVALIDUTF8) return std::nullopt;
    if (needed < 0) throw std::length_error(utf8proc_errmsg(needed));
    // utf8proc_reencode writes UTF-8 over the code points and a NUL behind them.
    code_points work(static_cast<std::size_t>(needed) + 1);
    if (utf8proc_decompose(bytes_of(utf8), size_of(utf8), work.data(), needed, decomposition) != needed) {
        throw std::logic_error("utf8proc_decompose disagrees with itself");
    }
    const auto encoded = utf8proc_reencode(work.data(), needed, composed ? to_nfc : to_nfd);
    if (encoded < 0) throw std::length_error(utf8proc_errmsg(encoded));
    // In its place: a short string's move is a copy that nobody wipes.
    return std::optional<std::string>(std::in_place, reinterpret_cast<const char*>(work.data()),
                                      static_cast<std::size_t>(encoded));
}

/// Calls `visit` for each code point until it answers false; false as well when the text is not UTF-8.
template <class Visit>
bool each_code_point(std::string_view utf8, Visit visit) noexcept {
    while (!utf8.empty()) {
        utf8proc_int32_t code_point = -1;
        const auto used = utf8proc_iterate(bytes_of(utf8), size_of(utf8), &code_point);
        if (used <= 0 || !visit(code_point)) return false;
        utf8.remove_prefix(static_cast<std::size_t>(used));
    }
    return true;
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_printable(utf8proc_int32_t code_point) noexcept {
    if (code_point == ' ') return true;
    const utf8proc_property_t* property = utf8proc_get_property(code_point);
    if (property->ignorable) return false;
    switch (property->category) {
        case UTF8PROC_CATEGORY_CN:
        case UTF8PROC_CATEGORY_CC:
        case UTF8PROC_CATEGORY_CF:
        case UTF8PROC_CATEGORY_CS:
        case UTF8PROC_CATEGORY_CO:
        case UTF8PROC_CATEGORY_ZS:
        case UTF8PROC_CATEGORY_ZL:
        case UTF8PROC_CATEGORY_ZP:
            return false;
        default:
            return true;
    }
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
    return each_code_point(text, [](utf8proc_int32_t) { return true; });
}

std::size_t length(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins_code_point));
}

std::optional<std::string> nfc(std::string_view utf8) {
    if (is_ascii(utf8)) return std::optional<std::string>(std::in_place, utf8);
    return transform(utf8, to_nfd, true);
}

std::optional<std::string> casefold_nfc(std::string_view utf8) {
    if (is_ascii(utf8)) {
        std::optional<std::string> lower(std::in_place, utf8);  // as above
        std::ranges::transform(*lower, lower->begin(), to_lower);
        return lower;
    }
    // Two steps, because utf8proc folds before it decomposes, and U+0345 folds into a letter that marks must
    // not follow.
    auto decomposed = transform(utf8, to_nfd, false);
    if (!decomposed) return std::nullopt;
    auto folded = transform(*decomposed, fold_to_nfd, true);
    explicit_bzero(decomposed->data(), decomposed->size());
    return folded;
}

bool has_unprintable(std::string_view utf8) noexcept {
    return !each_code_point(utf8, is_printable);
}

}  // namespace latchkey::unicode

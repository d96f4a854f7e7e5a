#include "http/content_coding.hpp"

#include <optional>

#include "http/characters.hpp"
#include "http/list.hpp"
#include "http/media_type.hpp"

namespace latchkey::http {
namespace {

using characters::equal_ignoring_case;

/// qvalue of RFC 9110 section 12.4.2: whether it is more than 0; nothing when it is none.
std::optional<bool> is_positive(std::string_view q) noexcept {
    const bool one = q.starts_with('1');
    if ((!one && !q.starts_with('0')) || q.size() > 5) return std::nullopt;
    if (q.size() > 1 && q[1] != '.') return std::nullopt;
    const std::string_view digits = q.substr(q.size() > 1 ? 2 : 1);
    if (!characters::all_are(digits, characters::digit)) return std::nullopt;
    const bool fraction = digits.find_first_not_of('0') != digits.npos;
    if (one && fraction) return std::nullopt;
    return one || fraction;
}

/// Whether what stands behind the coding's name admits it; nothing when it is malformed.
std::optional<bool> is_admitted(std::string_view weight) {
    parameter_reader parameters(weight);
    bool admitted = true;
    for (bool weighed = false; parameters.next(); weighed = true) {
        const auto positive = is_positive(parameters.value());
        if (weighed || !equal_ignoring_case(parameters.name(), "q") || !positive) return std::nullopt;
        admitted = *positive;
    }
    if (parameters.failed()) return std::nullopt;
    return admitted;
}

}  // namespace

bool asks_for_gzip(const request& request) {
    if (request.lines(field::accept_encoding) != 1) return false;
    std::optional<bool> gzip;
    bool any = false;
    for (std::string_view list = request[field::accept_encoding]; !list.empty();) {
        const std::string_view element = take_element(list);
        const std::string_view coding = characters::trim(element.substr(0, element.find(';')));
        const auto admitted = is_admitted(element.substr(std::min(element.find(';'), element.size())));
        if (!admitted) continue;
        // A name that comes twice with different weights is refused rather than guessed at.
        if (equal_ignoring_case(coding, "gzip")) gzip = gzip.value_or(true) && *admitted;
        if (coding == "*") any = *admitted;
    }
    return gzip.value_or(any);
}

}  // namespace latchkey::http

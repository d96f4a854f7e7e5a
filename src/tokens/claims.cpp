#include "tokens/claims.hpp"

namespace latchkey::tokens {

bool claims::has_scope(std::string_view wanted) const noexcept {
    if (wanted.empty()) return false;
    for (std::string_view rest = scope; !rest.empty();) {
        const auto word = rest.substr(0, rest.find(' '));
        if (word == wanted) return true;
        rest.remove_prefix(word.size() == rest.size() ? word.size() : word.size() + 1);
    }
    return false;
}

}  // namespace latchkey::tokens

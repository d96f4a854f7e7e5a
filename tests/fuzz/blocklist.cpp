// Any bytes as a list of passwords and as a password. A list that is read has each of its lines and refuses
// it; the rule ends for every password, and answers the same for both of its cases.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/unicode.hpp"
#include "passwords/policy.hpp"

namespace {

using namespace latchkey;

void require(bool fact) {
    if (!fact) std::abort();
}

void read_list(std::string_view text) try {
    const passwords::blocklist list(text);
    require(list.size() != 0);
    const auto last = text.substr(text.rfind('\n') + 1);
    const bool is_plain = !last.empty() && last.back() != '\r' && !last.starts_with("\xEF\xBB\xBF");
    if (is_plain) require(passwords::is_guessable(secret(last), list, {}));
} catch (const passwords::blocklist_error&) {
    require(!unicode::is_utf8(text) || std::ranges::all_of(text, [](char c) {
        return c == '\n' || c == '\r' || (static_cast<unsigned char>(c) & 0x80) != 0;
    }));
}

void judge(std::string_view text) {
    const passwords::policy rules = passwords::make_policy(1, "built-in", "https://auth.example.com");
    const auto normal = passwords::normalize(secret(text));
    if (!normal) return;
    const passwords::owner of{.username = text.substr(0, 255), .email = text.substr(text.size() / 2)};
    const bool bad = passwords::is_too_common(*normal, rules, of);
    require(passwords::admit(*normal, rules, of).has_value() == !bad || normal->empty());
    const auto folded = unicode::casefold_nfc(normal->view());
    require(passwords::is_too_common(secret(*folded), rules, of) == bad);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    read_list(text);
    judge(text);
    return 0;
}

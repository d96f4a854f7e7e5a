#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/secret.hpp"
#include "passwords/blocklist/blocklist.hpp"

namespace latchkey::passwords {

/// The rule by which a password is too easy to guess (NIST SP 800-63B-4 section 3.1.1.2: commonly used,
/// expected or compromised; the whole password is judged, never a part alone).
///
/// Case does not count. A password is refused when it is on the list, and when it can be put together from
/// pieces that cost less than `enough_pieces` in all:
///
///     1  any character
///     1  a run: three or more times the same character, or neighbours of the alphabet, the digits, a
///     keyboard
///        row or another line of `lines` in guessable.cpp, forwards or backwards
///     1  a copy: three or more characters that the password had before
///     1  a year, 1900 to 2099
///     1  a word of the context: user name, e-mail address, service, and their parts of three and more
///     letters
///        or digits
///     3  a password of the list, of 4 to 24 characters, also with 0 1 3 4 5 7 @ $ ! for o i e a s t a s i
///
/// So `liverpool-1987!!` costs 3 + 1 + 1 + 2 = 7 and is refused; three words of the list cost 9. Eight is
/// what the shortest password costs that NIST allows anywhere: a password is worth as many characters as it
/// has pieces. Of a long password the first `judged_length` characters are looked at.
inline constexpr std::size_t enough_pieces = 8;
inline constexpr std::size_t judged_length = 64;  ///< code points; bounds the work to about 0.2 ms

/// Words that an attacker tries first: of this account, of this service. Case-folded.
class context_words {
public:
    /// The text (a user name, an e-mail address, a URL) and its parts between other characters than letters
    /// and digits, if they have three characters or more. Text that is not UTF-8 is left out.
    void add(std::string_view text);
    bool contains(std::string_view folded) const noexcept;

private:
    std::vector<std::string> words_;
};

/// `normal`: from passwords::normalize(). Whoever can be timed by it knows the password.
bool is_guessable(const secret& normal, const blocklist&, const context_words&);

}  // namespace latchkey::passwords

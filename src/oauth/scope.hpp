#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/errc.hpp"

namespace latchkey::oauth {

/// A set of scope tokens, sorted (RFC 6749 section 3.3).
using scope_set = std::vector<std::string>;

/// Splits at single or repeated blanks; errc::invalid_scope for a word that is no scope token, and for more
/// than users::max_scope_size.
result<scope_set> parse_scope(std::string_view);
/// The words with one blank between them.
std::string join_scope(const scope_set&);

/// The words that are in both.
scope_set intersect(const scope_set&, const scope_set&);
/// Whether every word of `inner` is in `outer`.
bool is_within(const scope_set& inner, const scope_set& outer);

/// What is granted when `asked` is asked for and `allowed` may be had: all that is allowed when nothing is
/// asked for; errc::invalid_scope when more is asked for than allowed, unless `narrow`, which grants what is
/// in both.
/// Never more than users::max_scope_size, which is errc::invalid_scope: no token has room for it.
result<scope_set> grant_scope(const scope_set& asked, const scope_set& allowed, bool narrow);

}  // namespace latchkey::oauth

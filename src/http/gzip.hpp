#pragma once

#include <string>
#include <string_view>

namespace latchkey::http {

/// `bytes`, less than 4 GiB, as one gzip member (RFC 1952), as small as it gets: for what is compressed once
/// and sent often.
std::string gzip(std::string_view bytes);

}  // namespace latchkey::http

#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "http/response.hpp"

namespace latchkey::accounts {

/// Which part of a list is asked for.
struct page {
    std::string after;  ///< the last id of the page before; empty: from the start
    std::size_t limit = 50;
};

inline constexpr std::size_t max_page = 200;

/// From `after=ID&limit=N`; nothing when limit is no number from 1 to max_page or a parameter is repeated,
/// and then `out` holds the refusal.
std::optional<page> read_page(std::string_view query, http::response& out);

/// 200 unless another status was set, application/json, no-store.
void write_json(http::response& out, const boost::json::object&);

}  // namespace latchkey::accounts

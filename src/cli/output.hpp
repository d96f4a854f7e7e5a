#pragma once

#include <boost/json/value.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::cli {

/// Rows of UTF-8 text under a heading, aligned by what a terminal shows (wide characters count two, combining
/// ones none). Control characters in a cell come out as `?`.
struct table {
    std::vector<std::string> heading;  ///< may be empty: no heading
    std::vector<std::vector<std::string>> rows;
};

void print(std::ostream&, const table&);

/// Columns that a terminal needs for the text.
std::size_t display_width(std::string_view utf8) noexcept;

/// Indented by two, members in their own order, a line break at the end.
void print(std::ostream&, const boost::json::value&);

}  // namespace latchkey::cli

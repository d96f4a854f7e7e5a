#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The records of an export, one after the other, so that the file need not fit into memory.
namespace latchkey::cli {

inline constexpr std::size_t max_record = 1024 * 1024;  ///< bytes

/// `line`: the one that the record begins on, counted from 1.
using take_record = std::function<void(std::size_t line, std::string_view text)>;
using take_row = std::function<void(std::size_t line, const std::vector<std::string>& cells)>;

/// Why a file cannot be read on.
struct record_fault {
    std::size_t line = 0;
    std::string reason;
};

/// Each line that is not empty, without its break.
std::optional<record_fault> read_line_records(std::istream&, const take_record&);

/// Each object of a JSON text. Without a `member`: the outermost ones, one after the other or in one array.
/// With it: those in the array that is that member of an outermost object. Everything else is passed over and
/// only checked for its nesting; what is handed out may be malformed inside.
std::optional<record_fault> read_json_records(std::istream&, std::string_view member, const take_record&);

/// Each row of comma-separated values (RFC 4180): also the heading. Blank lines are passed over.
std::optional<record_fault> read_csv_records(std::istream&, const take_row&);

}  // namespace latchkey::cli

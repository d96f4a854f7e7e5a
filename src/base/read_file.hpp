#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <variant>

namespace latchkey {

/// Why the text of a file cannot be had.
enum class read_fault { missing, directory, unreadable, too_large };

/// All bytes of a file of at most `limit` bytes, or why not. Never holds much more than `limit`, also of a
/// device that does not end.
std::variant<std::string, read_fault> read_file(const std::filesystem::path&, std::size_t limit);

/// For an operator: "does not exist", "is a directory", "cannot be read". Empty for one that is too large:
/// its limit is the caller's to name.
std::string describe(read_fault);

}  // namespace latchkey

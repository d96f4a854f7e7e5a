#include "storage/sqlite/failure.hpp"

#include <sqlite3.h>

namespace latchkey::storage::sqlite {

failure::failure(int code, std::string_view doing)
    : std::runtime_error(std::string(doing) + ": " + sqlite3_errstr(code) + " (" + std::to_string(code) +
                         ")"),
      code_(code) {}

errc failure::meaning(int code) noexcept {
    switch (code & 0xFF) {  // the primary code
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_TOOBIG:
        case SQLITE_RANGE:
        case SQLITE_MISUSE:
        case SQLITE_INTERNAL:
            return errc::internal;
        default:
            return errc::store_unavailable;
    }
}

}  // namespace latchkey::storage::sqlite

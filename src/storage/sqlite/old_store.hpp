#pragma once

#include <filesystem>
#include <optional>

#include "base/descriptor.hpp"
#include "storage/sqlite/database.hpp"

namespace latchkey::storage::sqlite {

/// The store that is about to be replaced: nobody else can open it as long as this lives, whatever program it
/// is. What its log holds is folded into the file first, so that no log is left which SQLite would take for
/// the new store's. A store that is damaged beyond that stays as it is.
class old_store {
public:
    /// Throws open_error when somebody has it open. No store, or an empty file, is none.
    explicit old_store(const std::filesystem::path&);

    /// Gives it a second name, `PATH.replaced-TIME`, and moves a log that could not be folded there; the
    /// first name is free to be taken. Answers the new one. Nothing when there is no store.
    std::optional<std::filesystem::path> set_aside(unix_time now);

private:
    void lock_damaged();
    void forget_half_done() const;

    std::filesystem::path path_;
    bool exists_ = false;
    std::optional<database> database_;
    descriptor damaged_;
};

}  // namespace latchkey::storage::sqlite

#pragma once

#include "storage/sqlite/reader.hpp"
#include "storage/sqlite/writer.hpp"
#include "users/user_store.hpp"

namespace latchkey::storage::sqlite {

/// users::user_store on the two lanes, which must outlive it.
class sqlite_user_store final : public users::user_store {
public:
    sqlite_user_store(reader& reads, writer& writes) noexcept : reader_(reads), writer_(writes) {}

    task<result<users::stored_user>> find_by_username(std::string canonical) override;
    task<result<users::user>> find_by_id(users::user_id) override;
    task<result<std::vector<users::user>>> list(std::optional<users::user_id> after,
                                                std::size_t limit) override;
    task<result<std::uint64_t>> count() override;
    task<result<std::vector<std::string>>> sample_hashes(std::size_t limit) override;

    task<result<void>> insert(users::stored_user, std::string canonical) override;
    task<result<std::vector<users::collision>>> find_collisions(std::span<const users::new_user>) override;
    task<result<std::vector<users::collision>>> insert_many(std::span<const users::new_user>) override;
    task<result<users::user>> update(users::user_id, users::user_changes) override;
    task<result<void>> set_password(users::user_id, std::string password_hash,
                                    std::optional<crypto::uuid> keep) override;
    task<result<void>> upgrade_hash(users::user_id, std::string expected, std::string password_hash) override;
    task<result<users::user>> set_disabled(users::user_id, bool disabled) override;
    task<result<void>> remove(users::user_id) override;

private:
    reader& reader_;
    writer& writer_;
};

}  // namespace latchkey::storage::sqlite

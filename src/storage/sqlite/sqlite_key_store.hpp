#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/sealed_box.hpp"
#include "storage/sqlite/reader.hpp"
#include "storage/sqlite/writer.hpp"
#include "tokens/key_store.hpp"

namespace latchkey::storage::sqlite {

/// tokens::key_store on the two lanes, which must outlive it. With a master key every key is sealed in the
/// context "key:" + kid, every named secret in "secret:" + name; those that were stored before there was one
/// are still read.
class sqlite_key_store final : public tokens::key_store {
public:
    sqlite_key_store(reader& reads, writer& writes, std::optional<crypto::master_key> master)
        : reader_(reads), writer_(writes), master_(std::move(master)) {}

    task<result<std::vector<tokens::key_record>>> list_keys() override;
    task<result<void>> change_keys(tokens::key_changes) override;
    task<result<std::vector<tokens::key_record>>> ensure_key(tokens::key_record fresh) override;
    task<result<secret>> ensure_secret(std::string name, secret fresh) override;

    /// Seals what lies open in the data base, in one transaction. At start, before the lanes.
    static void seal_open_keys(database&, const crypto::master_key&);

    /// A row whose material is sealed: of signing_keys by its kid, or of secrets by its name.
    struct sealed_row {
        bool is_key = false;
        std::string name;
    };
    /// Those that this master key, or none, does not open: nobody can use them.
    static std::vector<sealed_row> rows_of_another_master(database&,
                                                          const std::optional<crypto::master_key>&);
    static void forget(database&, const std::vector<sealed_row>&);

private:
    reader& reader_;
    writer& writer_;
    std::optional<crypto::master_key> master_;
};

}  // namespace latchkey::storage::sqlite

#include "cli/opened_store.hpp"

namespace latchkey::cli {

namespace {

std::optional<crypto::master_key> master_key_of(config::secrets& secrets) {
    std::optional<crypto::master_key> key;
    if (secrets.master_key) key.emplace(*secrets.master_key);
    secrets.master_key.reset();
    return key;
}

}  // namespace

opened_store::opened_store(const config::settings& settings, config::secrets& secrets, bool create)
    : store_(storage::open({.url = config::store_url(settings),
                            .master_key = master_key_of(secrets),
                            .create = create,
                            .revocations = revocations_,
                            .clock = clock_})) {}

opened_store::~opened_store() {
    store_->stop();
}

}  // namespace latchkey::cli

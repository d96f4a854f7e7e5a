#include "config/settings.hpp"

namespace latchkey::config {

std::string store_url(const settings& s) {
    return s.store.url.empty() ? "sqlite:" + (s.data_dir / "latchkey.db").string() : s.store.url;
}

}  // namespace latchkey::config

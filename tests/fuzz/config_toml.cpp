// Any bytes as a configuration file: load() answers settings or problems. What it accepts must be written
// back in a form that it accepts again with the same meaning.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/keys.hpp"
#include "config/load.hpp"
#include "config/show.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latchkey::config;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto first = load(sources{}, toml_text{"fuzz.toml", text});
    for (const auto& p : first.problems)
        if (p.why.empty() || p.remedy.empty()) std::abort();
    if (!first.ok()) return 0;
    sources again;
    for (const auto& k : keys())
        again.options.push_back({"--set", std::string(k.name), k.format(first.settings)});
    const auto second = load(again, std::nullopt);
    if (!second.ok()) std::abort();
    for (const auto& k : keys())
        if (k.format(first.settings) != k.format(second.settings)) std::abort();
    show_json(first);
    return 0;
}

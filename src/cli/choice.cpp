#include "cli/choice.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command_error.hpp"
#include "cli/description.hpp"
#include "config/nearest.hpp"

namespace latchkey::cli {

void require_choice(const std::string& option, const std::string& given, const std::string& words) {
    const auto choices = choices_of(words);
    if (std::ranges::find(choices, given) != choices.end()) return;
    const std::vector<std::string_view> candidates(choices.begin(), choices.end());
    const auto meant = config::nearest(given, candidates);
    std::string all;
    for (const auto& each : choices)
        all += (all.empty() ? "" : &each == &choices.back() ? " or " : ", ") + each;
    const auto shown = option.starts_with('-') ? option + " " : std::string();
    throw usage_error(option, "is not " + all,
                      shown + (meant.empty() ? choices.front() : std::string(meant)));
}

CLI::Option* one_of(CLI::Option* option, const std::string& words) {
    const auto name = option->get_name();
    return option->type_name(words)->check([name, words](const std::string& given) {
        require_choice(name, given, words);
        return std::string();
    });
}

}  // namespace latchkey::cli

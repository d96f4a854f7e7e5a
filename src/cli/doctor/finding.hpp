#pragma once

#include <string>
#include <vector>

namespace latchkey::cli::doctor {

/// How serious a finding is: `problem` keeps the service from starting or from being safe, `warning` is worth
/// a look.
enum class verdict { ok, warning, problem };

/// One thing that was looked at.
struct finding {
    verdict result = verdict::ok;
    std::string check;   ///< what was looked at, such as `store`
    std::string found;   ///< what is so
    std::string remedy;  ///< what to type or to change; empty where nothing is to be done
};

using findings = std::vector<finding>;

}  // namespace latchkey::cli::doctor

#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/cli.hpp"

namespace latchkey::test {

/// Runs the program in process, without an environment and without reading /etc.
struct command {
    std::ostringstream out;
    std::ostringstream err;
    cli::context context{out, err, {}, "/dev/null", {}, {}};

    int run(const std::vector<std::string>& arguments) { return cli::run(arguments, context); }
};

struct outcome {
    int status;
    std::string out;
    std::string err;
};

inline outcome run(const std::vector<std::string>& arguments, config::environment environment = {}) {
    command c;
    c.context.environment = std::move(environment);
    const int status = c.run(arguments);
    return {status, c.out.str(), c.err.str()};
}

}  // namespace latchkey::test

#pragma once

#include <exception>
#include <iosfwd>
#include <string>
#include <utility>

#include "base/errc.hpp"
#include "config/problem.hpp"

namespace latchkey::cli {

enum class exit_status { ok = 0, failed = 1, usage = 2, configuration = 78 };

/// Ends a command. Thrown because it ends the command from any depth; run() prints it and answers its status.
class command_error : public std::exception {
public:
    command_error(exit_status status, config::problems problems)
        : status_(status), problems_(std::move(problems)) {}

    exit_status status() const noexcept { return status_; }
    const config::problems& problems() const noexcept { return problems_; }
    const char* what() const noexcept override { return "command failed"; }

private:
    exit_status status_;
    config::problems problems_;
};

command_error usage_error(std::string what, std::string why, std::string remedy);
command_error failed(std::string what, std::string where, std::string why, std::string remedy = {});

/// What an error means to somebody at a terminal. `what` is the command, `where` its subject (a user name).
command_error explain(errc, std::string what, std::string where);

/// The value, or explain() thrown.
template <class T>
T or_explain(result<T>&& r, const std::string& what, const std::string& where) {
    if (!r) throw explain(r.error(), what, where);
    if constexpr (!std::is_void_v<T>) return std::move(*r);
}

/// One `latchkey: what: where: why` a problem, empty parts left out, and its remedy.
void print(std::ostream&, const config::problems&);

}  // namespace latchkey::cli

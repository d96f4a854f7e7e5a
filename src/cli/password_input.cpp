#include "cli/password_input.hpp"

#include <unistd.h>

#include <cerrno>
#include <ostream>
#include <span>

#include "cli/command_error.hpp"
#include "cli/terminal.hpp"

namespace latchkey::cli {

namespace {

// More than a password may have, so that one too long is told so; and a bound on what a pipe can make us
// hold.
constexpr std::size_t largest_input = 8 * 1024;

secret without_line_break(const secret& text) {
    auto view = text.view();
    if (view.ends_with('\n')) {
        view.remove_suffix(1);
        if (view.ends_with('\r')) view.remove_suffix(1);
    }
    return secret(view);
}

}  // namespace

secret read_standard_input() {
    auto buffer = secret::of_size(largest_input);
    std::size_t used = 0;
    while (used < buffer.size()) {
        const auto n = ::read(STDIN_FILENO, buffer.bytes().data() + used, buffer.size() - used);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        used += static_cast<std::size_t>(n);
    }
    return without_line_break(secret(buffer.view().substr(0, used)));
}

secret read_new_password(bool from_stdin, const std::string& command, std::ostream& err) {
    if (from_stdin) return read_standard_input();
    if (::isatty(STDIN_FILENO) == 0)
        throw usage_error("password", "there is no terminal to ask for it",
                          "printf %s \"$PASSWORD\" | " + command + " --password-stdin");
    auto first = without_line_break(read_hidden_line("Password: ", err));
    const auto second = without_line_break(read_hidden_line("Again: ", err));
    if (!equal_in_constant_time(first.view(), second.view()))
        throw failed("password", {}, "the two are not the same", command);
    return first;
}

bool confirm(const std::string& question, std::ostream& err) {
    if (::isatty(STDIN_FILENO) == 0) return false;
    err << question << " [y/N] " << std::flush;
    char answer[16];
    const auto n = ::read(STDIN_FILENO, answer, sizeof answer);
    const std::string_view text(answer, n > 0 ? static_cast<std::size_t>(n) : 0);
    return text == "y\n" || text == "yes\n";
}

}  // namespace latchkey::cli

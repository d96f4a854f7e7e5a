#include "net/inherited_sockets.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>

#include "net/server.hpp"

namespace latchkey::net {
namespace {

/// SD_LISTEN_FDS_START.
constexpr int first_descriptor = 3;

constexpr std::array<std::string_view, 2> known_names{"http", "management"};

[[noreturn]] void refuse(const std::string& what, const std::string& remedy) {
    throw listen_error("cannot use the sockets this program was started with: " + what +
                       "\n  try: " + remedy);
}

std::optional<long> whole_number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// The variable's value, and the variable is gone.
std::optional<std::string> take(const char* variable) {
    const char* const value = std::getenv(variable);
    if (value == nullptr) return std::nullopt;
    std::string taken(value);
    ::unsetenv(variable);
    return taken;
}

std::optional<int> option_of(int fd, int option) {
    int value = 0;
    ::socklen_t size = sizeof value;
    if (::getsockopt(fd, SOL_SOCKET, option, &value, &size) != 0) return std::nullopt;
    return value;
}

/// Why it is not what a server can accept from; null when it is.
const char* flaw_of(int fd) {
    if (::fcntl(fd, F_GETFD) < 0) return "is not open";
    if (!option_of(fd, SO_TYPE)) return "is not a socket";
    const int family = option_of(fd, SO_DOMAIN).value_or(AF_UNSPEC);
    if (family != AF_INET && family != AF_INET6) return "is not a TCP socket";
    if (option_of(fd, SO_TYPE) != SOCK_STREAM) return "is not a TCP socket";
    if (option_of(fd, SO_ACCEPTCONN) != 1) return "does not listen";
    return nullptr;
}

void check(int fd, const std::string& name) {
    const char* const flaw = flaw_of(fd);
    if (flaw != nullptr)
        refuse("descriptor " + std::to_string(fd) + " (" + name + ") " + flaw,
               "ListenStream=PORT or ADDRESS:PORT, and Accept=no, in its .socket unit");
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        const auto colon = text.find(':');
        parts.emplace_back(text.substr(0, colon));
        if (colon == text.npos) return parts;
        text.remove_prefix(colon + 1);
    }
}

}  // namespace

std::vector<std::string> inherited_names(std::string_view count, std::optional<std::string_view> names) {
    const auto number = whole_number(count);
    if (!number || *number < 0)
        refuse("LISTEN_FDS is \"" + std::string(count) + "\"", "a number, or no LISTEN_FDS at all");
    if (*number == 0) return {};
    const auto wanted = static_cast<std::size_t>(*number);
    if (wanted > known_names.size())
        refuse(std::to_string(wanted) + " of them, and two are used",
               "one ListenStream= each for FileDescriptorName=http and FileDescriptorName=management");
    if (!names) return {known_names.begin(), known_names.begin() + *number};
    auto given = split(*names);
    if (given.size() != wanted)
        refuse("LISTEN_FDS is " + std::to_string(wanted) + ", but LISTEN_FDNAMES has " +
                   std::to_string(given.size()) + " names",
               "the same number of both");
    for (const auto& name : given)
        if (name != known_names[0] && name != known_names[1])
            refuse("one is named \"" + name + "\"", "FileDescriptorName=http, or management");
    if (given.size() == 2 && given[0] == given[1])
        refuse("two are named \"" + given[0] + "\"", "one ListenStream= each; [::]:8080 takes IPv4 as well");
    return given;
}

inherited_sockets inherit_sockets() {
    const auto pid = take("LISTEN_PID");
    const auto count = take("LISTEN_FDS");
    const auto names = take("LISTEN_FDNAMES");
    if (!pid || !count || whole_number(*pid) != ::getpid()) return {};  // for another process, or for none
    inherited_sockets taken;
    int fd = first_descriptor;
    for (const auto& name : inherited_names(*count, names)) {
        check(fd, name);
        (name == known_names[0] ? taken.http : taken.management) = fd++;
    }
    return taken;
}

}  // namespace latchkey::net

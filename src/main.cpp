#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/cli.hpp"
#include "crypto/secret.hpp"

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

/// Keys and passwords are in memory: no core file, no debugger of the same user, no /proc/PID/mem.
void keep_memory_to_ourselves() {
    const ::rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    // The leak sanitizer attaches to its own process, as a debugger does.
    if (!sanitized) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

}  // namespace

int main(int argc, char** argv) try {
    keep_memory_to_ourselves();
    std::signal(SIGPIPE, SIG_IGN);  // a client that has gone is an error code of a write, not the end of us
    latchkey::init_crypto();
    return latchkey::cli::run(argc, argv);
} catch (const std::exception& e) {
    std::fprintf(stderr, "latchkey: %s\n", e.what());
    return 1;
}

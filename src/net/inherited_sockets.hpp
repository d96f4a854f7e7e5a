#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace latchkey::net {

/// Listening TCP sockets that whoever started the program has opened for it, by the protocol of
/// sd_listen_fds(3): connections wait in them while the program starts or is exchanged, and a port below 1024
/// needs no privilege. The descriptors are the caller's.
struct inherited_sockets {
    std::optional<int> http;        ///< named `http`
    std::optional<int> management;  ///< named `management`
};

/// Takes over what LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES announce, and removes these variables; nothing
/// where they are not for this process. Throws listen_error when a name is none of the above or comes twice,
/// or a descriptor is no listening TCP socket. Call it once, before there is a second thread.
inherited_sockets inherit_sockets();

/// The names of `count` descriptors. Without names the first one is `http` and the second `management`.
/// Throws listen_error.
std::vector<std::string> inherited_names(std::string_view count, std::optional<std::string_view> names);

}  // namespace latchkey::net

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "audit/verifier.hpp"

/// Whatever lies in a file that is said to be an audit log: it is read to its end, and nothing passes as a
/// record of this key, for the key is in no input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace latchkey;
    static const crypto::hmac_sha256 key{std::vector<std::uint8_t>(32, 0x5a)};
    std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
    audit::verifier verifier(&key);
    verifier.read(in, "input");
    const auto& found = verifier.so_far();
    if (found.records > found.findings_in_all) std::abort();
    return 0;
}

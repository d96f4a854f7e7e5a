#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "passwords/wrapped_hash.hpp"

namespace {

using namespace latchkey::passwords;

void require(bool fact) {
    if (!fact) std::abort();
}

/// What is accepted fits, whoever wrote it.
void require_sound(const foreign::weak_scheme& s) {
    require((s.construction == foreign::weak_construction::plain) == s.salt.empty());
    require(s.salt.size() <= 128 && s.size >= 16 && s.size <= 64);
    require(s.iterations <= foreign::max_weak_iterations);
    require((s.construction == foreign::weak_construction::pbkdf2) == (s.iterations > 0));
}

}  // namespace

/// A wrapped hash reads and writes the same text and stays within the caps; a weak hash stays within them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto wrapped = parse_wrapped(text)) {
        require_sound(wrapped->inner);
        require(format_wrapped(*wrapped) == text);
        require(wrapped->outer.parameters.memory_kib <= max_memory_kib);
    }
    if (const auto weak = foreign::parse_weak(text)) {
        require_sound(weak->scheme);
        require(weak->tag.size() == weak->scheme.size);
    }
    return 0;
}

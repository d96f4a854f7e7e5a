#include "net/lane_member.hpp"

#include <algorithm>

namespace latchkey::net {

member_wheel::~member_wheel() {
    for (auto& slot : slots_)
        while (!slot.empty())
            slot.front().discard();
}

/// Those that come together are not looked at together.
void member_wheel::enrol(lane_member& member) noexcept {
    place(member, turns_ + 1 + enrolled_++ % rest_in_beats);
}

void member_wheel::turn(time_point now) {
    const auto beats = static_cast<std::uint64_t>((now - start_) / beat);
    // A thread that stood still for long makes up for it in one round.
    turns_ = std::max(turns_, beats - std::min<std::uint64_t>(beats, slots_.size()));
    list due;
    for (; turns_ < beats; ++turns_)
        due.splice(due.end(), slots_[(turns_ + 1) % slots_.size()]);
    while (!due.empty()) {
        lane_member& member = due.front();
        place(member, turns_ + rest_in_beats);
        member.look();
        const auto deadline = member.deadline();
        if (deadline <= now)
            member.expire();
        else
            look_by(member, deadline);
    }
}

/// The first that is not before `when`.
std::uint64_t member_wheel::first_beat_from(time_point when) const noexcept {
    const auto since = std::max(when - start_, time_point::duration::zero());
    return static_cast<std::uint64_t>((since + beat - time_point::duration(1)) / beat);
}

void member_wheel::place(lane_member& member, std::uint64_t at) noexcept {
    at = std::clamp(at, turns_ + 1, turns_ + rest_in_beats);
    if (member.is_linked()) member.unlink();
    slots_[at % slots_.size()].push_back(member);
    member.next_look_ = start_ + static_cast<std::int64_t>(at) * beat;
}

}  // namespace latchkey::net

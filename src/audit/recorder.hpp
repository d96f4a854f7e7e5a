#pragma once

#include "audit/event.hpp"
#include "base/errc.hpp"
#include "base/task.hpp"

namespace latchkey::audit {

/// Port: where security events go. Thread-safe.
class recorder {
public:
    virtual ~recorder() = default;
    /// Yields once the record is as safe as it will be: on the disk, when it goes to a file. What an event
    /// tells about is answered only after that. errc::audit_unavailable when it could not be written: then
    /// the answer is that, whatever happened (fail closed).
    virtual task<result<void>> record(event) = 0;
    /// Whether events can be recorded, as far as anybody knows. What changes something is refused beforehand
    /// when they cannot.
    virtual bool available() const noexcept = 0;
};

/// Without an audit log: forgets.
class no_recorder final : public recorder {
public:
    task<result<void>> record(event) override { co_return result<void>(); }
    bool available() const noexcept override { return true; }
};

/// For what has no audit log.
inline recorder& unrecorded() {
    static no_recorder nowhere;
    return nowhere;
}

}  // namespace latchkey::audit

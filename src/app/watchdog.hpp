#pragma once

#include <vector>

#include "app/supervisor.hpp"
#include "base/task.hpp"
#include "net/io_lane.hpp"

namespace latchkey::app {

/// Tells the supervisor that the service is alive as long as each of the lanes, and the one it runs on, still
/// turns: what is stuck there, a restart mends. A store that does not answer is none of its business:
/// readiness tells of that, and a restart would help nobody. Ends at once when the supervisor does not wait
/// for it, else never.
task<void> feed_watchdog(strand on, const supervisor& to, std::vector<net::io_lane*> lanes);

}  // namespace latchkey::app

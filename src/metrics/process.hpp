#pragma once

#include "metrics/exposition.hpp"

namespace latchkey::metrics {

/// The `process_…` metrics that every Prometheus client library has: processor time, memory, descriptors,
/// start. What /proc does not tell is left out.
void write_process(exposition&);

}  // namespace latchkey::metrics

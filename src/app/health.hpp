#pragma once

#include "http/response.hpp"

namespace latchkey::app {

/// 200 `{"status":"ok"}` while the process answers at all.
void answer_alive(http::response&);
/// 200 while requests are welcome; 503 while starting, while the store does not answer, and once draining.
void answer_ready(bool ready, http::response&);

}  // namespace latchkey::app

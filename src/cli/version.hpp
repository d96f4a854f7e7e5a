#pragma once

#include <boost/json/object.hpp>

namespace latchkey::cli {

/// Names and versions of the program and its libraries, as they run.
boost::json::object versions();

}  // namespace latchkey::cli

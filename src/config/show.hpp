#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace latchkey::config {

/// A setting in force, and where its value was said.
struct shown_setting {
    std::string_view key;
    std::string value;  ///< as in a file's strings; a password inside store.url is masked
    std::string origin;
};

std::vector<shown_setting> show(const load_result&);

/// `{"server.listen":{"value":"127.0.0.1:8080","origin":"default"}, …}` with numbers, booleans and lists as
/// such.
boost::json::object show_json(const load_result&);

/// The commented TOML file of every key with its default: `latchkey config init`, and config/latchkey.toml.
std::string reference();

}  // namespace latchkey::config

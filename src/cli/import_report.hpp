#pragma once

#include <boost/json/object.hpp>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

#include "cli/import_format.hpp"

namespace latchkey::cli {

/// What an import did, or would do.
struct import_report {
    struct skip {
        std::size_t line;
        skipped_user user;
    };
    struct problem {
        std::size_t line;
        std::string reason;
    };
    bool dry_run = false;
    std::size_t users = 0;                       ///< that move in
    std::size_t existing = 0;                    ///< left as they are
    std::map<std::string, std::size_t> as_is;    ///< by kind of hash
    std::map<std::string, std::size_t> wrapped;  ///< by kind of hash
    std::vector<skip> skipped;
    std::vector<problem> problems;  ///< of a dry run: what keeps everybody from moving in

    void count(const imported_user&);
};

/// First the line that scripts read, then the hashes, then who is skipped.
void print(std::ostream&, const import_report&);
boost::json::object to_json(const import_report&);

}  // namespace latchkey::cli

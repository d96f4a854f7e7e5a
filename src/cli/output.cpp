#include "cli/output.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <ostream>

#include "cli/terminal.hpp"

namespace latchkey::cli {

namespace {

std::vector<std::size_t> widths_of(const table& t) {
    std::vector<std::size_t> widths;
    const auto measure = [&](const std::vector<std::string>& row) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], display_width(for_terminal(row[i])));
    };
    measure(t.heading);
    std::ranges::for_each(t.rows, measure);
    return widths;
}

void print_row(std::ostream& out, const std::vector<std::string>& row,
               const std::vector<std::size_t>& widths) {
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto cell = for_terminal(row[i]);
        out << cell;
        // Nothing after the last cell: lines without blanks at the end are easier to compare and to copy.
        if (i + 1 < row.size()) out << std::string(widths[i] - display_width(cell) + 2, ' ');
    }
    out << '\n';
}

void print_indented(std::ostream& out, const boost::json::value& value, const std::string& indent);

void print_members(std::ostream& out, const boost::json::object& object, const std::string& indent) {
    out << "{\n";
    for (auto it = object.begin(); it != object.end(); ++it) {
        out << indent << "  " << boost::json::serialize(it->key()) << ": ";
        print_indented(out, it->value(), indent + "  ");
        out << (it + 1 == object.end() ? "\n" : ",\n");
    }
    out << indent << '}';
}

void print_items(std::ostream& out, const boost::json::array& array, const std::string& indent) {
    out << "[\n";
    for (auto it = array.begin(); it != array.end(); ++it) {
        out << indent << "  ";
        print_indented(out, *it, indent + "  ");
        out << (it + 1 == array.end() ? "\n" : ",\n");
    }
    out << indent << ']';
}

void print_indented(std::ostream& out, const boost::json::value& value, const std::string& indent) {
    if (value.is_object() && !value.get_object().empty())
        print_members(out, value.get_object(), indent);
    else if (value.is_array() && !value.get_array().empty())
        print_items(out, value.get_array(), indent);
    else
        out << boost::json::serialize(value);
}

}  // namespace

std::size_t display_width(std::string_view utf8) noexcept {
    std::size_t width = 0;
    while (!utf8.empty()) {
        utf8proc_int32_t code_point = -1;
        const auto used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()),
                                           static_cast<utf8proc_ssize_t>(utf8.size()), &code_point);
        // A byte that is not UTF-8 shows as one replacement character, a control character as `?`.
        const int columns = used < 1 || code_point < 0x20 ? 1 : utf8proc_charwidth(code_point);
        width += static_cast<std::size_t>(std::max(columns, 0));
        utf8.remove_prefix(used < 1 ? 1 : static_cast<std::size_t>(used));
    }
    return width;
}

void print(std::ostream& out, const table& t) {
    const auto widths = widths_of(t);
    if (!t.heading.empty()) print_row(out, t.heading, widths);
    for (const auto& row : t.rows)
        print_row(out, row, widths);
}

void print(std::ostream& out, const boost::json::value& value) {
    print_indented(out, value, "");
    out << '\n';
}

}  // namespace latchkey::cli

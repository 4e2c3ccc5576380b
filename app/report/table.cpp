#include "app/report/table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace spillway {

std::size_t display_width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string TextTable::text() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], display_width(row[i]));
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line = "  ";
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string fill(widths[i] - display_width(row[i]), ' ');
            if (i > 0)
                line += "  ";
            const bool left = std::find(text_columns_.begin(), text_columns_.end(), i) != text_columns_.end();
            line += left ? row[i] + fill : fill + row[i];
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

std::string sparkline(const std::vector<std::uint64_t>& values) {
    static constexpr std::array<std::string_view, 8> kBars{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (values.empty())
        return {};
    const std::uint64_t top = std::max<std::uint64_t>(1, *std::max_element(values.begin(), values.end()));
    std::string line;
    for (const std::uint64_t value : values) line += kBars[(value * 7 + top / 2) / top];
    return line;
}

}  // namespace spillway

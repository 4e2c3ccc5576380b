#pragma once

#include <string>
#include <vector>

namespace spillway {

/// A table for terminals: the first column to the left, the others to the right, two spaces between.
class TextTable {
public:
    explicit TextTable(std::vector<std::string> header) : rows_{std::move(header)} {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    /// Each line indented by two spaces and ended.
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
};

/// A bar a value, eight steps high: "▁▃█". Empty for no values.
std::string sparkline(const std::vector<std::uint64_t>& values);

/// Columns that `text` takes on a terminal: code points of UTF-8.
std::size_t display_width(const std::string& text);

}  // namespace spillway

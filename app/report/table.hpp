#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace spillway {

/// A table for terminals: columns of text to the left, those of figures to the right, two spaces between.
class TextTable {
public:
    /// `text_columns` are the columns of text, by their number.
    explicit TextTable(std::vector<std::string> header, std::vector<std::size_t> text_columns = {0})
        : rows_{std::move(header)}, text_columns_(std::move(text_columns)) {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    /// Each line indented by two spaces and ended.
    std::string text() const;

private:
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> text_columns_;
};

/// A bar a value, eight steps high: "▁▃█". Empty for no values.
std::string sparkline(const std::vector<std::uint64_t>& values);

/// Columns that `text` takes on a terminal: code points of UTF-8.
std::size_t display_width(const std::string& text);

}  // namespace spillway

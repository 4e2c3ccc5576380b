#include "app/io/csv_rows.hpp"

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

class Splitter {
public:
    Splitter(std::string_view text, const std::string& name) : text_(text), name_(name) {
        if (text_.starts_with("\xEF\xBB\xBF"))
            text_.remove_prefix(3);
    }

    std::vector<CsvRow> run() {
        while (at_ < text_.size()) {
            if (skip_line_end())
                continue;
            rows_.push_back({line_, {}});
            read_row(rows_.back());
        }
        return std::move(rows_);
    }

private:
    bool skip_line_end() {
        if (text_.substr(at_).starts_with("\r\n")) {
            at_ += 2;
        } else if (text_[at_] == '\n') {
            ++at_;
        } else {
            return false;
        }
        ++line_;
        return true;
    }

    bool at_line_end() const {
        return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_).starts_with("\r\n");
    }

    void read_row(CsvRow& row) {
        for (;;) {
            row.cells.push_back(text_.substr(at_).starts_with('"') ? quoted() : plain());
            if (at_line_end())
                break;
            ++at_;  // the comma
        }
        if (row.cells.size() != rows_.front().cells.size()) {
            fail(row.line, fmt::format("has {} cells, and the header has {}", row.cells.size(),
                                       rows_.front().cells.size()));
        }
        if (at_ < text_.size())
            skip_line_end();
    }

    std::string plain() {
        const std::size_t begin = at_;
        while (!at_line_end() && text_[at_] != ',') {
            if (text_[at_] == '"')
                fail(line_, "a quote stands inside a cell that does not begin with one");
            ++at_;
        }
        return std::string(text_.substr(begin, at_ - begin));
    }

    std::string quoted() {
        const std::size_t began = line_;
        std::string cell;
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '"') {
                if (!text_.substr(at_ + 1).starts_with('"')) {
                    ++at_;
                    if (!at_line_end() && text_[at_] != ',')
                        fail(line_, "text stands behind a closing quote");
                    return cell;
                }
                ++at_;
            } else if (text_[at_] == '\n') {
                ++line_;
            }
            cell += text_[at_];
        }
        fail(began, "a quote is not closed");
    }

    [[noreturn]] void fail(std::size_t line, const std::string& problem) const {
        throw InputError(fmt::format("{}:{}", name_, line), problem);
    }

    std::string_view text_;
    const std::string& name_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::vector<CsvRow> rows_;
};

}  // namespace

std::vector<CsvRow> read_csv_rows(std::string_view text, const std::string& name) {
    return Splitter(text, name).run();
}

}  // namespace spillway

#include "traces/line_reader.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"

namespace spillway {

namespace {

constexpr std::size_t kBuffer = std::size_t{256} * 1024;
constexpr std::size_t kLongestLine = std::size_t{64} * 1024 * 1024;

}  // namespace

LineReader::LineReader(const std::filesystem::path& file, std::string name)
    : name_(std::move(name)),
      source_(open_byte_source(file, name_)),
      buffer_(kBuffer + kLinePadding),
      begin_(buffer_.data()),
      end_(begin_) {
    refill();
    if (std::string_view(begin_, static_cast<std::size_t>(end_ - begin_)).starts_with("\xEF\xBB\xBF"))
        begin_ += 3;
}

std::optional<std::string_view> LineReader::next_after_refill() {
    while (true) {
        const auto searched = end_ - begin_;
        if (!refill())
            break;
        const char* from = begin_ + searched;
        const void* end = std::memchr(from, '\n', static_cast<std::size_t>(end_ - from));
        if (end != nullptr)
            return take_line(static_cast<const char*>(end));
    }
    if (begin_ == end_)
        return std::nullopt;
    std::string_view last = take_line(end_);  // without a newline behind it
    begin_ = end_;
    return last;
}

/// Moves what is left to the front and reads behind it; false at the end of the file.
bool LineReader::refill() {
    const auto left = static_cast<std::size_t>(end_ - begin_);
    if (left + kLinePadding == buffer_.size()) {
        if (left >= kLongestLine) {
            throw InputError(name_ + ":" + std::to_string(line_ + 1), "is longer than 64 MiB",
                             "is this a text file with one request a line?");
        }
        std::vector<char> larger(2 * left + kLinePadding);
        std::copy(begin_, end_, larger.begin());
        buffer_.swap(larger);
    } else {
        std::memmove(buffer_.data(), begin_, left);
    }
    const std::size_t room = buffer_.size() - kLinePadding - left;
    const std::size_t count = source_->read(std::span(buffer_).subspan(left, room));
    begin_ = buffer_.data();
    end_ = begin_ + left + count;
    return count != 0;
}

}  // namespace spillway

#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "traces/byte_source.hpp"

namespace spillway {

/// Bytes that may be read, though not used, behind the end of every line: parsers load whole words.
inline constexpr std::size_t kLinePadding = 64;

/// The lines of a file through one reused buffer. Lines are counted from 1.
class LineReader {
public:
    /// Opens the file; `name` is what errors call it. Throws as open_byte_source() does.
    LineReader(const std::filesystem::path& file, std::string name);

    /// The next line without its end ("\n" or "\r\n"); empty optional at the end of the file. The view is
    /// valid until the next call. Throws InputError when reading fails or one line exceeds 64 MiB.
    std::optional<std::string_view> next() {
        const char* end =
            static_cast<const char*>(std::memchr(begin_, '\n', static_cast<std::size_t>(end_ - begin_)));
        if (end == nullptr) [[unlikely]]
            return next_after_refill();
        return take_line(end);
    }

    const std::string& name() const noexcept { return name_; }
    /// The place of the last line: "day.csv:17".
    std::string where() const { return name_ + ":" + std::to_string(line_); }

private:
    std::string_view take_line(const char* end) {
        std::string_view line(begin_, static_cast<std::size_t>(end - begin_));
        begin_ = end + 1;
        ++line_;
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        return line;
    }
    std::optional<std::string_view> next_after_refill();
    bool refill();

    std::string name_;
    std::unique_ptr<ByteSource> source_;
    std::vector<char> buffer_;
    const char* begin_;
    const char* end_;
    std::uint64_t line_ = 0;
};

}  // namespace spillway

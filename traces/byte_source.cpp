#include "traces/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "sim/core/error.hpp"
#include "traces/decompress.hpp"

namespace spillway {

namespace {

class FileSource final : public ByteSource {
public:
    FileSource(const std::filesystem::path& file, std::string name)
        : name_(std::move(name)), descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (descriptor_ >= 0)
            return;
        const bool as_named = file.native() == name_;
        fail("cannot be opened",
             as_named ? "" : "file names are relative to the scenario's folder, or to --folder");
    }
    ~FileSource() override { ::close(descriptor_); }
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    // read() into a reused buffer: a mapped file costs a page fault every 4 KiB, which is more than the copy.
    std::size_t read(std::span<char> into) override {
        while (true) {
            const ssize_t count = ::read(descriptor_, into.data(), into.size());
            if (count >= 0)
                return static_cast<std::size_t>(count);
            if (errno != EINTR)
                fail("cannot be read", {});
        }
    }

private:
    [[noreturn]] void fail(std::string_view what, std::string hint) const {
        throw InputError(name_, std::string(what) + ": " + std::strerror(errno), std::move(hint));
    }

    std::string name_;
    int descriptor_;
};

/// Hands out some bytes that were looked at already, then the rest of the file.
class Unread final : public ByteSource {
public:
    Unread(std::string_view head, std::unique_ptr<ByteSource> rest) : head_(head), rest_(std::move(rest)) {}

    std::size_t read(std::span<char> into) override {
        if (given_ == head_.size())
            return rest_->read(into);
        const std::size_t count = head_.copy(into.data(), into.size(), given_);
        given_ += count;
        return count;
    }

private:
    std::string head_;
    std::size_t given_ = 0;
    std::unique_ptr<ByteSource> rest_;
};

std::string read_head(ByteSource& source) {
    std::array<char, 4> head{};
    std::size_t size = 0;
    while (size < head.size()) {
        const std::size_t count = source.read(std::span(head).subspan(size));
        if (count == 0)
            break;
        size += count;
    }
    return {head.data(), size};
}

}  // namespace

std::unique_ptr<ByteSource> open_byte_source(const std::filesystem::path& file, const std::string& name) {
    if (std::error_code ignored; std::filesystem::is_directory(file, ignored)) {
        throw InputError(name, "is a directory, not a trace file", "name one file in it");
    }
    auto plain = std::make_unique<FileSource>(file, name);
    const std::string head = read_head(*plain);
    auto whole = std::make_unique<Unread>(head, std::move(plain));
    if (head.starts_with("\x1f\x8b"))
        return decompress_gzip(std::move(whole), name);
    if (head == "\x28\xb5\x2f\xfd")
        return decompress_zstd(std::move(whole), name);
    return whole;
}

}  // namespace spillway

#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace spillway {

/// A stream of bytes that is read once, front to back. Owned by one reader.
class ByteSource {
public:
    virtual ~ByteSource() = default;

    /// Fills `into` from its front and returns how many bytes came; 0 is the end. Throws InputError, with the
    /// file's name, when reading fails or a compressed stream is damaged or ends too early.
    virtual std::size_t read(std::span<char> into) = 0;
};

/// Opens a file; gzip and zstd are recognised by content, whatever the name says. `name` is what errors call
/// it. Throws InputError when there is no such file or it is a directory.
std::unique_ptr<ByteSource> open_byte_source(const std::filesystem::path& file, const std::string& name);

}  // namespace spillway

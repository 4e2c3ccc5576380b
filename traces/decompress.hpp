#pragma once

#include <memory>
#include <string>

#include "traces/byte_source.hpp"

namespace spillway {

// The decompressed bytes of a compressed stream of one or more members (frames). A stream that ends inside
// one is an InputError, never a silent end: half a trace would run and look like a quiet day.

std::unique_ptr<ByteSource> decompress_gzip(std::unique_ptr<ByteSource> packed, std::string name);
std::unique_ptr<ByteSource> decompress_zstd(std::unique_ptr<ByteSource> packed, std::string name);

}  // namespace spillway

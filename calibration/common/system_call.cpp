#include "calibration/common/system_call.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "calibration/common/probe.hpp"

namespace spillway {

void system_call_failed(const std::string& what) {
    throw MeasureError(fmt::format("{}: {}", what, std::strerror(errno)));
}

OpenFile::OpenFile(const std::string& path, int flags)
    : descriptor_(checked_call(open(path.c_str(), flags | O_CLOEXEC, 0600), "opening " + path)) {}

OpenFile::~OpenFile() {
    if (descriptor_ >= 0)
        close(descriptor_);
}

OpenFile::OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

}  // namespace spillway

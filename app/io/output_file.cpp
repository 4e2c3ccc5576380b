#include "app/io/output_file.hpp"

#include <unistd.h>
#include <cerrno>
#include <cstring>
#include <iostream>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::string reason() { return errno != 0 ? std::strerror(errno) : "unknown reason"; }

/// The file that a name leads to when it is a link, so that the link stays one.
fs::path follow_links(const std::string& name) {
    std::error_code error;
    fs::path real = fs::canonical(name, error);
    return error ? fs::path(name) : real;
}

}  // namespace

OutputFile::OutputFile(std::string name) : name_(std::move(name)) {
    if (name_ == "-")
        return;
    if (name_.empty())
        throw InputError("output", "a file name is empty");
    target_ = follow_links(name_);
    std::error_code error;
    const fs::file_status status = fs::status(target_, error);
    if (fs::is_directory(status))
        throw InputError(name_, "is a directory", "name a file in it");
    const fs::path folder = target_.has_parent_path() ? target_.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) {
        throw InputError(name_, fmt::format("there is no folder {}", folder.string()), "create it first");
    }
    written_ = target_;
    // A device or a pipe is written as it is: a rename would put a file in its place.
    if (!fs::exists(status) || fs::is_regular_file(status))
        written_ += fmt::format(".{}.tmp", ::getpid());
    errno = 0;
    file_.open(written_, std::ios::binary | std::ios::trunc);
    if (!file_)
        throw InputError(name_, fmt::format("cannot be written: {}", reason()));
}

OutputFile::~OutputFile() {
    if (written_ == target_)
        return;
    file_.close();
    std::error_code ignored;
    fs::remove(written_, ignored);
}

std::ostream& OutputFile::stream() { return written_.empty() ? std::cout : file_; }

void OutputFile::keep() {
    // The stream has its own buffer: the reason of the write that failed may be long gone.
    constexpr const char* kCutShort = "could not be written to its end";
    constexpr const char* kHint = "is the disk full, or is there a limit on the size of files?";
    if (written_.empty()) {
        std::cout.flush();
        if (!std::cout)
            throw InputError("standard output", kCutShort, kHint);
        return;
    }
    file_.close();
    if (!file_)
        throw InputError(name_, kCutShort, kHint);
    if (written_ == target_)
        return;
    std::error_code error;
    fs::rename(written_, target_, error);
    if (error)
        throw InputError(name_, fmt::format("cannot be written: {}", error.message()));
    written_ = target_;
}

void write_output(const std::string& name, const std::string& text) {
    OutputFile file(name);
    file.stream() << text;
    file.keep();
}

}  // namespace spillway

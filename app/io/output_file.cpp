#include "app/io/output_file.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <unistd.h>

#include <fmt/format.h>

#include "sim/core/error.hpp"

namespace spillway {
namespace {

namespace fs = std::filesystem;

std::string reason() { return errno != 0 ? std::strerror(errno) : "unknown reason"; }

}  // namespace

OutputFile::OutputFile(std::string name) : name_(std::move(name)) {
    if (name_ == "-") return;
    if (name_.empty()) throw InputError("output", "a file name is empty");
    const fs::path target(name_);
    std::error_code error;
    if (fs::is_directory(target, error)) throw InputError(name_, "is a directory", "name a file in it");
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (!fs::is_directory(folder, error)) {
        throw InputError(name_, fmt::format("there is no folder {}", folder.string()), "create it first");
    }
    temporary_ = target;
    temporary_ += fmt::format(".{}.tmp", ::getpid());
    errno = 0;
    file_.open(temporary_, std::ios::binary | std::ios::trunc);
    if (!file_) throw InputError(name_, fmt::format("cannot be written: {}", reason()));
}

OutputFile::~OutputFile() {
    if (temporary_.empty()) return;
    file_.close();
    std::error_code ignored;
    fs::remove(temporary_, ignored);
}

std::ostream& OutputFile::stream() { return temporary_.empty() ? std::cout : file_; }

void OutputFile::keep() {
    errno = 0;
    if (temporary_.empty()) {
        std::cout.flush();
        if (!std::cout) throw InputError("standard output", fmt::format("cannot be written: {}", reason()));
        return;
    }
    file_.close();
    if (!file_) throw InputError(name_, fmt::format("cannot be written: {}", reason()), "is the disk full?");
    std::error_code error;
    fs::rename(temporary_, name_, error);
    if (error) throw InputError(name_, fmt::format("cannot be written: {}", error.message()));
    temporary_.clear();
}

void write_output(const std::string& name, const std::string& text) {
    OutputFile file(name);
    file.stream() << text;
    file.keep();
}

}  // namespace spillway

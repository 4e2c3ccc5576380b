#pragma once

#include <string>

namespace spillway {

/// Throws MeasureError "`what`: <the system's reason>" for the error number of the last system call.
[[noreturn]] void system_call_failed(const std::string& what);

/// What a system call answered; throws MeasureError when that is below zero.
template <class Answer>
Answer checked_call(Answer answer, const std::string& what) {
    if (answer < 0)
        system_call_failed(what);
    return answer;
}

/// An open file, closed when it goes. Throws MeasureError when it cannot be opened.
class OpenFile {
public:
    OpenFile(const std::string& path, int flags);
    explicit OpenFile(int descriptor) noexcept : descriptor_(descriptor) {}
    ~OpenFile();
    OpenFile(OpenFile&& other) noexcept;
    OpenFile& operator=(OpenFile&& other) noexcept;

    int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace spillway

#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace spillway {

/// Tells on standard error how far a long piece of work is: a bar that is drawn over on a terminal (done,
/// rate, time left), and elsewhere a line now and then. It reads the clock of the machine, which no result
/// does. Used from one thread at a time.
class Progress {
public:
    enum class Form : std::uint8_t { kBar, kLines, kSilent };

    /// Of `total` things called `noun` ("points"), `done` of which were done before.
    Progress(Form form, std::string noun, std::uint64_t total, std::uint64_t done = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// A bar on a terminal, lines elsewhere.
    static Form form_of_standard_error();

    void add(std::uint64_t done = 1);
    /// What it would show after `seconds`; for tests of the wording.
    std::string text(double seconds) const;

private:
    using Clock = std::chrono::steady_clock;
    double seconds_since(Clock::time_point then) const;
    void show();

    Form form_;
    std::string noun_;
    std::uint64_t total_;
    std::uint64_t before_;
    std::uint64_t done_;
    Clock::time_point begin_;
    Clock::time_point shown_;
};

}  // namespace spillway

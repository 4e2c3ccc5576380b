#include "app/study/progress.hpp"

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "app/report/format.hpp"

namespace spillway {
namespace {

constexpr double kBarEvery = 0.1;    // seconds
constexpr double kLineEvery = 10.0;  // seconds
constexpr std::uint64_t kBarWidth = 30;

}  // namespace

Progress::Progress(Form form, std::string noun, std::uint64_t total, std::uint64_t done)
    : form_(form),
      noun_(std::move(noun)),
      total_(total),
      before_(done),
      done_(done),
      begin_(Clock::now()),
      shown_(begin_) {
    if (form_ == Form::kBar)
        show();
}

Progress::~Progress() {
    if (form_ == Form::kBar)
        fmt::print(stderr, "\r\x1b[K");  // results follow on a clean line
}

Progress::Form Progress::form_of_standard_error() {
    return isatty(STDERR_FILENO) != 0 ? Form::kBar : Form::kLines;
}

double Progress::seconds_since(Clock::time_point then) const {
    return std::chrono::duration<double>(Clock::now() - then).count();
}

void Progress::add(std::uint64_t done) {
    done_ += done;
    const double since = seconds_since(shown_);
    if (form_ != Form::kSilent && (since >= (form_ == Form::kBar ? kBarEvery : kLineEvery)))
        show();
}

void Progress::show() {
    shown_ = Clock::now();
    const std::string words = text(seconds_since(begin_));
    if (form_ == Form::kLines) {
        fmt::print(stderr, "{}\n", words);
        return;
    }
    const std::uint64_t full = total_ == 0 ? 0 : done_ * kBarWidth / total_;
    fmt::print(stderr, "\r[{:#<{}}{:.<{}}] {}\x1b[K", "", full, "", kBarWidth - full, words);
    std::fflush(stderr);
}

std::string Progress::text(double seconds) const {
    const std::uint64_t here = done_ - before_;
    std::string done = fmt::format("{} of {} {}", show_count(done_), show_count(total_), noun_);
    if (here == 0 || seconds <= 0)
        return done;
    const double rate = static_cast<double>(here) / seconds;
    return fmt::format("{}, {} a second, {} left", done, show_amount(rate),
                       show_seconds(static_cast<double>(total_ - done_) / rate));
}

}  // namespace spillway

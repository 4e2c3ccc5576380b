#include "traces/gen/servegen_times.hpp"

#include <algorithm>
#include <cmath>

namespace spillway {

std::optional<Duration> ServegenTimes::next() {
    if (left_ == 0) {
        while (next_window_ < windows_.size() && windows_[next_window_].requests == 0) ++next_window_;
        if (next_window_ == windows_.size())
            return std::nullopt;
        open_window(next_window_++);
    } else {
        at_ += draw_gap() * scale_;
    }
    --left_;
    const auto inside = static_cast<Duration::rep>(at_);
    return window_.start + std::min(Duration(inside), RateWindow::kLength - Duration{1});
}

/// Places the window's first request. The first gap straddles the window's edges: a part of it lies before
/// the first request, the rest behind the last.
void ServegenTimes::open_window(std::size_t index) {
    window_ = windows_[index];
    if (window_.law == GapLaw::kGamma)
        gamma_ = GammaLaw(window_.shape);
    const RandomStream begin(key_, entity_ + index);
    stream_ = begin;
    const double before = stream_.uniform();
    double sum = 0;
    for (std::int64_t i = 0; i < window_.requests; ++i) sum += draw_gap();
    scale_ = static_cast<double>(RateWindow::kLength.count()) / sum;
    stream_ = begin;
    static_cast<void>(stream_.uniform());
    at_ = before * draw_gap() * scale_;
    left_ = window_.requests;
}

double ServegenTimes::draw_gap() {
    // A fitted shape can be so small that all gaps of a short window vanish; their sum must not.
    constexpr double kLeast = 1e-300;
    switch (window_.law) {
        case GapLaw::kExponential:
            return -std::log(stream_.uniform());
        case GapLaw::kGamma:
            return gamma_.draw(stream_) + kLeast;
        case GapLaw::kWeibull:
            return draw_weibull(stream_, window_.shape) + kLeast;
    }
    return 0;
}

}  // namespace spillway

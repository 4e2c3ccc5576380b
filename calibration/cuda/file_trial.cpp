#include "calibration/cuda/file_trial.hpp"

#include <algorithm>
#include <utility>

#include "calibration/common/page_cache.hpp"
#include "calibration/common/stopwatch.hpp"

namespace spillway::cuda {
namespace {

class FileTrial : public Trial {
public:
    FileTrial(const WeightsFile& file, const ProbePoint& point, std::unique_ptr<LoadSink> sink)
        : file_(file),
          cache_(parse_page_cache(point.word("cache"))),
          pinned_(point.size("buffers") * point.size("buffer_bytes")),
          sink_(std::move(sink)) {
        const std::size_t size = point.size("buffer_bytes");
        for (std::size_t i = 0; i < point.size("buffers"); ++i)
            buffers_.emplace_back(static_cast<std::byte*>(pinned_.get()) + i * size, size);
        plan_ = {parse_read_mode(point.word("mode")), point.size("threads"), buffers_};
    }

    /// Why a sample would not be as the point says; empty when it would.
    std::string refusal() const { return page_cache_refusal(file_, plan_.mode, cache_); }

    void check() {
        sample();
        sink_->check(file_);
    }

    double sample() override {
        prepare_page_cache(file_, cache_);
        return seconds_of([this] {
            read_file(file_, plan_, *sink_);
            sink_->wait_for_all();
        });
    }

private:
    const WeightsFile& file_;
    PageCache cache_;
    PinnedBuffer pinned_;
    std::vector<std::span<std::byte>> buffers_;
    ReadPlan plan_;
    std::unique_ptr<LoadSink> sink_;
};

}  // namespace

PreparedPoint prepare_reading(const WeightsFile& file, const ProbePoint& point,
                              std::unique_ptr<LoadSink> sink) {
    auto trial = std::make_unique<FileTrial>(file, point, std::move(sink));
    if (std::string refusal = trial->refusal(); !refusal.empty())
        return PreparedPoint::missing(std::move(refusal));
    trial->check();
    return PreparedPoint::ready(std::move(trial));
}

StopRule reading_rule(const StopRule& usual) {
    StopRule rule = usual;
    rule.least = 6;  // the fewest that give an interval
    rule.most = 12;
    rule.precision = std::max(rule.precision, 0.03);
    rule.ceiling_seconds = std::max(rule.ceiling_seconds, 5.0);
    return rule;
}

}  // namespace spillway::cuda

#include "calibration/host/file_trial.hpp"

#include <array>
#include <utility>

#include "calibration/common/mapped_memory.hpp"
#include "calibration/common/page_cache.hpp"
#include "calibration/common/stopwatch.hpp"

namespace spillway {
namespace {

struct Way {
    const char* cache;
    const char* mode;
};
// Direct reads go around the page cache, so that they are always cold.
constexpr std::array kWays{Way{"cold", "buffered"}, Way{"warm", "buffered"}, Way{"cold", "direct"}};

struct Reading {
    double bytes;
    double threads;
};
constexpr std::array kQuick{Reading{0x1p24, 1}, Reading{0x1p26, 1}, Reading{0x1p26, 4}};
constexpr std::array kNormal{Reading{0x1p26, 1}, Reading{0x1p30, 1}, Reading{0x1p30, 4}};
constexpr std::array kThorough{Reading{0x1p26, 1}, Reading{0x1p30, 1}, Reading{0x1p30, 4}, Reading{0x1p32, 1},
                               Reading{0x1p32, 2}, Reading{0x1p32, 4}, Reading{0x1p32, 8}};

std::vector<Reading> readings_of(Effort effort) {
    switch (effort) {
        case Effort::kQuick:
            return {kQuick.begin(), kQuick.end()};
        case Effort::kNormal:
            return {kNormal.begin(), kNormal.end()};
        case Effort::kThorough:
            return {kThorough.begin(), kThorough.end()};
    }
    return {};
}

class FileTrial : public Trial {
public:
    FileTrial(const WeightsFile& file, const ProbePoint& point, const RingSize& ring,
              std::unique_ptr<BlockSink> sink)
        : file_(file),
          cache_(parse_page_cache(point.word("cache"))),
          memory_(ring.buffers * ring.buffer_bytes),
          sink_(std::move(sink)) {
        memory_.touch();
        for (std::size_t i = 0; i < ring.buffers; ++i)
            buffers_.push_back(memory_.bytes().subspan(i * ring.buffer_bytes, ring.buffer_bytes));
        plan_ = {parse_read_mode(point.word("mode")), point.size("threads"), buffers_};
    }

    /// Why a sample would not be as the point says; empty when it would.
    std::string refusal() const { return page_cache_refusal(file_, plan_.mode, cache_); }

    double sample() override {
        prepare_page_cache(file_, cache_);
        return seconds_of([this] { read_file(file_, plan_, *sink_); });
    }

private:
    const WeightsFile& file_;
    PageCache cache_;
    MappedMemory memory_;
    std::vector<std::span<std::byte>> buffers_;
    ReadPlan plan_;
    std::unique_ptr<BlockSink> sink_;
};

}  // namespace

std::vector<ProbePoint> file_points(Effort effort) {
    std::vector<ProbePoint> points;
    for (const Way& way : kWays) {
        for (const Reading& reading : readings_of(effort)) {
            points.push_back({{{"cache", way.cache}, {"mode", way.mode}},
                              {{"bytes", reading.bytes}, {"threads", reading.threads}}});
        }
    }
    return points;
}

PreparedPoint prepare_reading(HostMeans& means, const ProbePoint& point, const RingSize& ring,
                              std::unique_ptr<BlockSink> sink) {
    auto trial =
        std::make_unique<FileTrial>(means.files.file(point.size("bytes")), point, ring, std::move(sink));
    if (std::string refusal = trial->refusal(); !refusal.empty())
        return PreparedPoint::missing(std::move(refusal));
    return PreparedPoint::ready(std::move(trial));
}

}  // namespace spillway

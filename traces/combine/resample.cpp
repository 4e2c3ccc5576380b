#include "traces/combine/resample.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "sim/core/check.hpp"
#include "traces/combine/renamed.hpp"

namespace spillway {
namespace {

/// Counts how often each row was played. A trace without names needs none of it.
class PlayCounts {
public:
    explicit PlayCounts(const Recording& recording) : counts_(recording.has_names() ? recording.size() : 0) {}

    /// How often it was played before; 255 stands for that and more.
    std::uint8_t next(std::size_t row) noexcept {
        if (counts_.empty())
            return 0;
        const std::uint8_t before = counts_[row];
        if (before < std::numeric_limits<std::uint8_t>::max())
            ++counts_[row];
        return before;
    }

private:
    std::vector<std::uint8_t> counts_;
};

class Resampled final : public RequestSource {
public:
    Resampled(std::shared_ptr<const Recording> recording, const BlockPlan& plan, RunSeed seed,
              const SourceContext& context)
        : recording_(std::move(recording)),
          plan_(plan),
          key_(seed, "block of recorded traffic"),
          class_id_(context.class_id),
          leaf_(context.entities.next_leaf()),
          counts_(*recording_) {
        find_row();
    }

    std::optional<SimTime> next_time() override {
        if (row_ == piece_end_)
            return std::nullopt;
        return recording_->begin() + recording_->time(row_) + shift_;
    }

    void pop(Arrival& arrival) override {
        SPILLWAY_CHECK(row_ < piece_end_, "pop() without a next_time()");
        recording_->fill(row_, arrival);
        arrival.at = recording_->begin() + recording_->time(row_) + shift_;
        arrival.origin = entity_id(leaf_, given_++);
        arrival.class_id = class_id_;
        const std::uint8_t copy = counts_.next(row_);
        if (arrival.session != 0)
            arrival.session = name(arrival.session, copy);
        given_blocks_.clear();
        for (const std::uint64_t block : recording_->prefix_blocks(row_))
            given_blocks_.push_back(name(block, copy));
        arrival.prefix_blocks = given_blocks_;
        ++row_;
        find_row();
    }

private:
    /// A name of the recording's leaf as this leaf's, in that copy of the world.
    std::uint64_t name(std::uint64_t recorded, std::uint8_t copy) const noexcept {
        constexpr std::uint64_t kNumbers = (std::uint64_t{1} << 48) - 1;
        const std::uint64_t own = entity_id(leaf_, recorded & kNumbers);
        return copy == 0 ? own : renamed(own, copy);
    }

    /// Goes on to the next piece that has a row, unless this one has.
    void find_row() {
        while (row_ == piece_end_ && (left_ > Duration{0} || block_ < plan_.blocks)) {
            if (left_ == Duration{0})
                begin_block();
            const Duration length = std::min(left_, plan_.trace - from_);
            row_ = recording_->first_at(from_);
            piece_end_ = recording_->first_at(from_ + length);
            shift_ = place_ - from_;
            place_ += length;
            left_ -= length;
            from_ = continuation(plan_);
        }
    }

    void begin_block() {
        RandomStream stream(key_, entity_id(leaf_, block_));
        from_ = draw_start(plan_, block_, stream);
        left_ = std::min(plan_.block, plan_.trace - place_);
        ++block_;
    }

    std::shared_ptr<const Recording> recording_;
    BlockPlan plan_;
    StreamKey key_;
    ClassId class_id_;
    std::uint64_t leaf_;
    PlayCounts counts_;
    std::uint64_t given_ = 0;
    std::uint64_t block_ = 0;  // the next one to draw
    Duration place_{};         // where in the new trace the next piece begins
    Duration from_{};          // and where in the recording
    Duration left_{};          // of the present block, behind the present piece
    std::size_t row_ = 0;
    std::size_t piece_end_ = 0;  // the row behind the present piece
    Duration shift_{};           // from the recording to the new trace
    std::vector<std::uint64_t> given_blocks_;
};

}  // namespace

std::unique_ptr<RequestSource> resample(std::shared_ptr<const Recording> recording, const Resampling& how,
                                        const SourceContext& context) {
    const BlockPlan plan = plan_blocks(recording->length(), how.block);
    for (const ReadCount& read : recording->reads()) {
        ReadCount& count = context.reads.add(read.file);
        count = read;
        count.resampled = plan;
    }
    return std::make_unique<Resampled>(std::move(recording), plan, how.seed, context);
}

}  // namespace spillway

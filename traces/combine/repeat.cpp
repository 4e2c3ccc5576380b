#include "traces/combine/repeat.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

class Repeated final : public RequestSource {
public:
    Repeated(MakeCycle make, const RepeatPlan& plan, const SourceContext& context)
        : make_(std::move(make)), plan_(plan), context_(context), first_entities_(context.entities) {
        if (const std::optional<SimTime> begin = begin_of(0))
            source_ = make_(cycle_context(*begin, context));
        // After the first cycle, which then draws as if it stood alone.
        leaf_ = context.entities.next_leaf();
        find_next();
    }

    std::optional<SimTime> next_time() override { return next_; }

    void pop(Arrival& arrival) override {
        source_->pop(arrival);
        arrival.origin = entity_id(leaf_, number_++);
        find_next();
    }

private:
    std::optional<SimTime> begin_of(std::int64_t cycle) const {
        if (plan_.times && cycle >= *plan_.times)
            return std::nullopt;
        const SimTime begin = context_.begin + cycle * plan_.period;
        const bool over = (plan_.until && begin >= *plan_.until) || (context_.end && begin >= *context_.end);
        return over ? std::nullopt : std::optional(begin);
    }

    SourceContext cycle_context(SimTime begin, const SourceContext& numbers) const {
        SimTime end = begin + plan_.period;
        if (plan_.until)
            end = std::min(end, *plan_.until);
        if (context_.end)
            end = std::min(end, *context_.end);
        return {context_.seed,
                context_.class_id,
                begin,
                end,
                context_.wall_clock,
                context_.folder,
                numbers.entities,
                numbers.reads,
                Emptiness::kRefused,
                context_.resample,
                context_.measured_end};
    }

    void find_next() {
        next_ = source_ ? source_->next_time() : std::nullopt;
        while (!next_) {
            const std::optional<SimTime> begin = begin_of(++cycle_);
            if (!begin)
                return;
            // What was handed out last may point into the cycle that has just ended.
            spent_ = std::move(source_);
            // Later cycles take the numbers of the first, so that they draw the same, and are not counted as
            // further files.
            entities_ = first_entities_;
            reads_ = ReadLog{};
            const SourceContext numbers{context_.seed,       context_.class_id, *begin,    {},
                                        context_.wall_clock, context_.folder,   entities_, reads_,
                                        context_.emptiness};
            source_ = make_(cycle_context(*begin, numbers));
            next_ = source_->next_time();
        }
    }

    MakeCycle make_;
    RepeatPlan plan_;
    SourceContext context_;
    std::uint64_t leaf_ = 0;
    EntityCounter first_entities_;
    EntityCounter entities_;
    ReadLog reads_;
    std::unique_ptr<RequestSource> source_;
    std::unique_ptr<RequestSource> spent_;
    std::int64_t cycle_ = 0;
    std::uint64_t number_ = 0;
    std::optional<SimTime> next_;
};

}  // namespace

std::unique_ptr<RequestSource> repeat(MakeCycle make, const RepeatPlan& plan, const SourceContext& context) {
    SPILLWAY_CHECK(plan.period > Duration{0}, "a repeated source needs a period");
    SPILLWAY_CHECK(plan.times || plan.until || context.end, "a repeated source needs an end");
    return std::make_unique<Repeated>(std::move(make), plan, context);
}

}  // namespace spillway

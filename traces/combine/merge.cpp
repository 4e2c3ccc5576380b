#include "traces/combine/merge.hpp"

#include <bit>
#include <cstdint>
#include <utility>

#include "sim/core/check.hpp"

namespace spillway {
namespace {

/// Finds the earliest of k moments, any of which may change: a winner tree, so that a change costs log2(k)
/// comparisons without a branch to mispredict.
class WinnerTree {
public:
    explicit WinnerTree(std::size_t size)
        : leaves_(std::bit_ceil(size)), times_(leaves_, SimTime::max()), winners_(2 * leaves_) {
        for (std::size_t i = 0; i < leaves_; ++i) winners_[leaves_ + i] = static_cast<std::uint32_t>(i);
        for (std::size_t node = leaves_ - 1; node >= 1; --node) play(node);
    }

    void set(std::size_t index, SimTime time) noexcept {
        times_[index] = time;
        for (std::size_t node = (leaves_ + index) / 2; node >= 1; node /= 2) play(node);
    }
    std::size_t winner() const noexcept { return winners_[1]; }
    SimTime earliest() const noexcept { return times_[winners_[1]]; }

private:
    void play(std::size_t node) noexcept {
        const std::uint32_t left = winners_[2 * node];
        const std::uint32_t right = winners_[2 * node + 1];
        winners_[node] = times_[right] < times_[left] ? right : left;
    }

    std::size_t leaves_;
    std::vector<SimTime> times_;  // SimTime::max(): none
    std::vector<std::uint32_t> winners_;
};

class Merge final : public RequestSource {
public:
    Merge(std::vector<std::unique_ptr<RequestSource>> sources, std::size_t first_reactive)
        : sources_(std::move(sources)), first_reactive_(first_reactive), tree_(sources_.size()) {
        for (std::size_t i = 0; i < sources_.size(); ++i) refresh(i);
    }

    std::optional<SimTime> next_time() override {
        const SimTime next = tree_.earliest();
        if (next == SimTime::max())
            return std::nullopt;
        return next;
    }

    void pop(Arrival& arrival) override {
        const std::size_t index = tree_.winner();
        sources_[index]->pop(arrival);
        refresh(index);
    }

    void answered(const ClientAnswer& answer) override {
        for (std::size_t i = first_reactive_; i < sources_.size(); ++i) {
            sources_[i]->answered(answer);
            refresh(i);
        }
    }

private:
    void refresh(std::size_t index) {
        tree_.set(index, sources_[index]->next_time().value_or(SimTime::max()));
    }

    std::vector<std::unique_ptr<RequestSource>> sources_;
    std::size_t first_reactive_;
    WinnerTree tree_;
};

}  // namespace

std::unique_ptr<RequestSource> merge_sources(std::vector<std::unique_ptr<RequestSource>> passive,
                                             std::vector<std::unique_ptr<RequestSource>> reactive) {
    const std::size_t first_reactive = passive.size();
    for (auto& source : reactive) passive.push_back(std::move(source));
    SPILLWAY_CHECK(!passive.empty(), "nothing to merge");
    if (passive.size() == 1)
        return std::move(passive.front());
    return std::make_unique<Merge>(std::move(passive), first_reactive);
}

}  // namespace spillway

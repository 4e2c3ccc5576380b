#include "traces/combine/merge.hpp"

#include <utility>

#include "sim/core/check.hpp"
#include "traces/combine/winner_tree.hpp"

namespace spillway {
namespace {

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

    bool reacts() const override { return first_reactive_ < sources_.size(); }
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

#include "policies/entries.hpp"

namespace spillway {
namespace {

/// Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (2001): almost as even as the least
/// loaded, for two looks.
class TwoChoices final : public WorkerRoute {
public:
    WorkerId pick(const RequestView&, WorkerChoices& choices, RandomStream& luck) override {
        const int count = choices.count();
        const int first = draw_below(count, luck);
        const WorkerId one = choices.nth(first);
        if (count == 1)
            return one;
        const int second = draw_below(count - 1, luck);
        const WorkerId other = choices.nth(second < first ? second : second + 1);
        return choices.load(other) < choices.load(one) ? other : one;
    }

private:
    /// The remainder favours small numbers by less than count / 2^64.
    static int draw_below(int count, RandomStream& luck) {
        return static_cast<int>(luck() % static_cast<std::uint64_t>(count));
    }
};

std::unique_ptr<WorkerRoute> read_two_choices(ParamReader&, const PolicyContext&) {
    return std::make_unique<TwoChoices>();
}

}  // namespace

WorkerRouteEntry two_choices_entry() {
    return {"two-choices", "Two workers at random, the one with fewer requests.", {}, read_two_choices};
}

}  // namespace spillway

#include "sim/fleet/supply.hpp"

namespace spillway {

std::optional<std::uint32_t> Instances::find_room(int gpus) const {
    std::optional<std::uint32_t> best;
    for (std::uint32_t number = 0; number < table_.size(); ++number) {
        const Instance& instance = table_[number];
        if (instance.workers == 0 || instance.gpus - instance.gpus_used < gpus)
            continue;
        if (!best || instance.gpus_used > table_[*best].gpus_used)
            best = number;
    }
    return best;
}

std::uint32_t Instances::buy(int gpus, SimTime now) {
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(table_.size()));
        table_.emplace_back();
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    Instance bought;
    bought.rank = ranks_.take();
    bought.gpus = gpus;
    bought.begun = now;
    table_[number] = std::move(bought);
    return number;
}

void Instances::give_up(std::uint32_t number) {
    ranks_.give_back(table_[number].rank);
    table_[number].workers = 0;
    free_.push_back(number);
}

std::vector<std::uint32_t> Instances::open() const {
    std::vector<std::uint32_t> numbers;
    for (std::uint32_t number = 0; number < table_.size(); ++number) {
        if (table_[number].workers > 0)
            numbers.push_back(number);
    }
    return numbers;
}

}  // namespace spillway

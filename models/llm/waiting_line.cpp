#include "models/llm/waiting_line.hpp"

#include <algorithm>
#include <tuple>

#include "sim/core/check.hpp"

namespace spillway {

bool WaitingLine::After::operator()(std::uint32_t a, std::uint32_t b) const noexcept {
    return std::tie(table[a].rank, table[a].came) > std::tie(table[b].rank, table[b].came);
}

bool WaitingLine::Later::operator()(std::uint32_t a, std::uint32_t b) const noexcept {
    return std::tie(table[a].visible_at, table[a].admitted) >
           std::tie(table[b].visible_at, table[b].admitted);
}

template <class Order>
void WaitingLine::push(std::vector<std::uint32_t>& heap, std::uint32_t sequence, Order order) {
    heap.push_back(sequence);
    std::push_heap(heap.begin(), heap.end(), order);
}

template <class Order>
bool WaitingLine::erase(std::vector<std::uint32_t>& heap, std::uint32_t sequence, Order order) {
    const auto found = std::find(heap.begin(), heap.end(), sequence);
    if (found == heap.end())
        return false;
    *found = heap.back();
    heap.pop_back();
    std::make_heap(heap.begin(), heap.end(), order);
    return true;
}

void WaitingLine::arrive(std::uint32_t sequence) {
    entered(table_[sequence]);
    push(coming_, sequence, Later{table_});
}

void WaitingLine::put_back(std::uint32_t sequence) {
    entered(table_[sequence]);
    queue_tokens_ += table_[sequence].goal();
    push(queue_, sequence, After{table_});
}

void WaitingLine::collect(Ticks now) {
    while (!coming_.empty() && table_[coming_.front()].visible_at <= now) {
        const std::uint32_t sequence = coming_.front();
        std::pop_heap(coming_.begin(), coming_.end(), Later{table_});
        coming_.pop_back();
        table_[sequence].came = ++came_;
        queue_tokens_ += table_[sequence].goal();
        push(queue_, sequence, After{table_});
    }
}

std::optional<Ticks> WaitingLine::next_visible() const {
    if (coming_.empty())
        return std::nullopt;
    return table_[coming_.front()].visible_at;
}

void WaitingLine::pop() {
    const std::uint32_t sequence = queue_.front();
    std::pop_heap(queue_.begin(), queue_.end(), After{table_});
    queue_.pop_back();
    queue_tokens_ -= table_[sequence].goal();
    left(table_[sequence]);
}

void WaitingLine::remove(std::uint32_t sequence) {
    if (erase(queue_, sequence, After{table_})) {
        queue_tokens_ -= table_[sequence].goal();
    } else {
        const bool came = erase(coming_, sequence, Later{table_});
        SPILLWAY_CHECK(came, "a sequence that does not wait was taken from the line");
    }
    left(table_[sequence]);
}

void WaitingLine::entered(const Sequence& sequence) noexcept {
    prompt_tokens_ += sequence.goal();
    fewest_outputs_ = std::min(fewest_outputs_, sequence.output - sequence.made);
}

void WaitingLine::left(const Sequence& sequence) noexcept {
    prompt_tokens_ -= sequence.goal();
    if (empty())
        fewest_outputs_ = kNoOutputs;
}

}  // namespace spillway

#include "models/llm/waiting_line.hpp"

namespace spillway {

void WaitingLine::push(std::uint32_t sequence) {
    queue_tokens_ += table_[sequence].goal();
    queue_.push_back(sequence);
    std::push_heap(queue_.begin(), queue_.end(), after());
}

void WaitingLine::arrive(std::uint32_t sequence) {
    entered(table_[sequence]);
    coming_.push_back(sequence, links());
}

void WaitingLine::put_back(std::uint32_t sequence) {
    entered(table_[sequence]);
    push(sequence);
}

void WaitingLine::collect_first() {
    const std::uint32_t sequence = coming_.front();
    coming_.remove(sequence, links());
    table_[sequence].came = ++came_;
    push(sequence);
}

void WaitingLine::pop() {
    const std::uint32_t sequence = queue_.front();
    std::pop_heap(queue_.begin(), queue_.end(), after());
    queue_.pop_back();
    queue_tokens_ -= table_[sequence].goal();
    left(table_[sequence]);
}

void WaitingLine::remove(std::uint32_t sequence) {
    const auto queued = std::find(queue_.begin(), queue_.end(), sequence);
    if (queued != queue_.end()) {
        *queued = queue_.back();
        queue_.pop_back();
        std::make_heap(queue_.begin(), queue_.end(), after());
        queue_tokens_ -= table_[sequence].goal();
    } else {
        coming_.remove(sequence, links());
    }
    left(table_[sequence]);
}

}  // namespace spillway

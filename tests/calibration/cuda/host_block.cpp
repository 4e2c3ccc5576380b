#include "tests/calibration/cuda/host_block.hpp"

#include <cstdint>
#include <stdexcept>

namespace spillway::tests {
namespace {

constexpr std::size_t kStackBytes = std::size_t{128} << 10;
constexpr int kWarp = 32;

}  // namespace

HostBlock::HostBlock(int threads, std::size_t shared_bytes)
    : meetings_(static_cast<std::size_t>(1 + (threads + kWarp - 1) / kWarp)),
      shared_((shared_bytes + sizeof(Line) - 1) / sizeof(Line)) {
    for (int i = 0; i < threads; ++i) {
        fibers_.push_back(std::make_unique<Fiber>());
        fibers_.back()->stack = std::make_unique_for_overwrite<std::byte[]>(kStackBytes);
    }
}

void HostBlock::enter(unsigned low, unsigned high, int index) {
    // makecontext passes ints only, so that a pointer comes in halves.
    const std::uintptr_t halves = low | static_cast<std::uintptr_t>(high) << 32;
    HostBlock* block = reinterpret_cast<HostBlock*>(halves);
    block->body_(index);
    block->fibers_[static_cast<std::size_t>(index)]->ended = true;
    ++block->steps_;
}

void HostBlock::resume(Fiber& fiber) { swapcontext(&scheduler_, &fiber.context); }

void HostBlock::run(const std::function<void(int index)>& body) {
    body_ = body;
    const auto here = reinterpret_cast<std::uintptr_t>(this);
    for (std::size_t i = 0; i < fibers_.size(); ++i) {
        Fiber& fiber = *fibers_[i];
        fiber.ended = false;
        getcontext(&fiber.context);
        fiber.context.uc_stack.ss_sp = fiber.stack.get();
        fiber.context.uc_stack.ss_size = kStackBytes;
        fiber.context.uc_link = &scheduler_;
        makecontext(&fiber.context, reinterpret_cast<void (*)()>(&HostBlock::enter), 3,
                    static_cast<unsigned>(here), static_cast<unsigned>(here >> 32), static_cast<int>(i));
    }
    for (bool left = true; left;) {
        left = false;
        const std::size_t before = steps_;
        for (const auto& fiber : fibers_) {
            if (!fiber->ended)
                resume(*fiber);
            left = left || !fiber->ended;
        }
        if (left && steps_ == before)
            throw std::logic_error("threads of a block wait for others that never come");
    }
}

void HostBlock::meet(int index, int meeting, int members) {
    Meeting& here = meetings_[static_cast<std::size_t>(meeting)];
    const unsigned before = here.times;
    ++steps_;
    if (++here.arrived == members) {
        here.arrived = 0;
        ++here.times;
        return;
    }
    Fiber& fiber = *fibers_[static_cast<std::size_t>(index)];
    while (here.times == before) swapcontext(&fiber.context, &scheduler_);
}

}  // namespace spillway::tests

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace spillway {

/// A heap of unsigned keys, smallest first, made for the rhythm of an event loop: a pop leaves a hole at the
/// root which the next push fills (one sift instead of two); until then the least is among its children. Four
/// children stand in one aligned piece of a cache line (of 16 bytes each, they fill it), and the smallest of
/// them is found without a branch that could be mispredicted. The largest key is reserved as "none".
template <class Key>
class KeyHeap {
public:
    static constexpr Key kNone = ~Key{0};

    KeyHeap() : groups_(2) {
        for (Line& group : groups_) group.fill(kNone);
    }

    std::size_t size() const noexcept { return end_ - kRoot - (hole_ ? 1 : 0); }

    /// The smallest key, kNone when empty.
    Key least() const noexcept { return hole_ ? groups_[1][least_of(groups_[1])] : groups_[0][kRoot]; }

    /// Whether the heap has outgrown the caches near the core, so that prefetching pays.
    bool large() const noexcept { return groups_.size() >= kLargeFrom; }
    /// The keys one of which is next after the smallest, unless a push comes before them; some may be kNone.
    /// Requires: large().
    std::span<const Key, 4> runners_up() const noexcept { return groups_[1]; }

    /// Removes the smallest key. Requires: not empty.
    void pop() noexcept {
        if (hole_)
            fill_hole();
        hole_ = true;
    }

    void push(Key key) {
        if (hole_) {
            hole_ = false;
            sift_down(kRoot, key);
        } else {
            append(key);
        }
    }

    /// All keys; the heap is left empty. Pushing them back in this order is cheap.
    std::vector<Key> take_all();

private:
    // Position p has its children at 4(p-2) to 4(p-2)+3, which is group p-2: with the root at 3, whole
    // groups.
    using Group = std::array<Key, 4>;
    struct alignas(4 * sizeof(Key)) Line : Group {};
    static constexpr std::size_t kRoot = 3;
    static constexpr std::size_t kLargeFrom = 65536 / sizeof(Group);  // groups; 64 KiB

    /// Where the smallest of a group stands. Arithmetic, because compilers turn a conditional on 128 bits
    /// into branches that nothing can predict.
    static std::size_t least_of(const Group& group) noexcept {
        const auto left = static_cast<std::size_t>(group[1] < group[0]);
        const std::size_t right = 2 + static_cast<std::size_t>(group[3] < group[2]);
        const std::size_t mask = -static_cast<std::size_t>(group[right] < group[left]);
        return left ^ ((left ^ right) & mask);
    }

    Key& at(std::size_t position) noexcept { return groups_[position / 4][position % 4]; }
    void prefetch_children_of(std::size_t group) const noexcept;
    void sift_down(std::size_t position, Key key) noexcept;
    void append(Key key);
    void fill_hole() noexcept;

    std::vector<Line> groups_;  // positions from end_ on hold kNone
    std::size_t end_ = kRoot;
    bool hole_ = false;
};

template <class Key>
void KeyHeap<Key>::prefetch_children_of(std::size_t group) const noexcept {
    const std::size_t first = 4 * group - 2;
    if (first + 3 >= groups_.size())
        return;
    for (std::size_t i = 0; i < 4; ++i) __builtin_prefetch(&groups_[first + i]);
}

template <class Key>
void KeyHeap<Key>::sift_down(std::size_t position, Key key) noexcept {
    const bool prefetching = large();
    Key* hole = &at(position);
    for (std::size_t group = position - 2; 4 * group < end_; group = position - 2) {
        if (prefetching)
            prefetch_children_of(group);
        const std::size_t child = least_of(groups_[group]);
        Key& least = groups_[group][child];
        if (key < least)
            break;
        *hole = least;
        hole = &least;
        position = 4 * group + child;
    }
    *hole = key;
}

template <class Key>
void KeyHeap<Key>::append(Key key) {
    std::size_t position = end_++;
    if (position / 4 == groups_.size())
        groups_.emplace_back().fill(kNone);
    while (position > kRoot) {
        const std::size_t parent = position / 4 + 2;
        if (at(parent) < key)
            break;
        at(position) = at(parent);
        position = parent;
    }
    at(position) = key;
}

template <class Key>
void KeyHeap<Key>::fill_hole() noexcept {
    hole_ = false;
    const Key last = at(--end_);
    at(end_) = kNone;
    if (end_ > kRoot)
        sift_down(kRoot, last);
}

template <class Key>
std::vector<Key> KeyHeap<Key>::take_all() {
    if (hole_)
        fill_hole();
    std::vector<Key> keys;
    keys.reserve(size());
    for (std::size_t position = kRoot; position < end_; ++position) {
        keys.push_back(std::exchange(at(position), kNone));
    }
    end_ = kRoot;
    return keys;
}

}  // namespace spillway

#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace spillway {

constexpr std::uint32_t kNoNode = std::numeric_limits<std::uint32_t>::max();

/// The two neighbours of a node in a LinkedList, stored inside the node.
struct ListLinks {
    std::uint32_t previous = kNoNode;
    std::uint32_t next = kNoNode;
};

/// A doubly linked list of numbered nodes whose links live in the nodes: no allocation, removal from the
/// middle in constant time. `links` maps a node's number to its ListLinks and is passed to each call, so that
/// the list itself is three numbers. A node is in at most one list per ListLinks; the caller knows in which.
class LinkedList {
public:
    std::uint32_t front() const noexcept { return front_; }  ///< kNoNode when empty
    std::uint32_t back() const noexcept { return back_; }
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }

    template <class Links>
    void push_back(std::uint32_t node, Links&& links) {
        links(node) = {back_, kNoNode};
        (back_ == kNoNode ? front_ : links(back_).next) = node;
        back_ = node;
        ++size_;
    }
    template <class Links>
    void push_front(std::uint32_t node, Links&& links) {
        links(node) = {kNoNode, front_};
        (front_ == kNoNode ? back_ : links(front_).previous) = node;
        front_ = node;
        ++size_;
    }
    template <class Links>
    void remove(std::uint32_t node, Links&& links) {
        const ListLinks gone = links(node);
        (gone.previous == kNoNode ? front_ : links(gone.previous).next) = gone.next;
        (gone.next == kNoNode ? back_ : links(gone.next).previous) = gone.previous;
        links(node) = {};
        --size_;
    }

private:
    std::uint32_t front_ = kNoNode;
    std::uint32_t back_ = kNoNode;
    std::size_t size_ = 0;
};

}  // namespace spillway

#include "models/dependencies.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>

namespace spillway {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Vertex = boost::graph_traits<Graph>::vertex_descriptor;
using Edge = boost::graph_traits<Graph>::edge_descriptor;

/// Collects the order in which vertices finish in a depth-first search, which is a topological order
/// backwards, and the first cycle met.
class OrderVisitor : public boost::default_dfs_visitor {
public:
    explicit OrderVisitor(DependencyOrder& found) : found_(found) {}

    void discover_vertex(Vertex vertex, const Graph&) { open_.push_back(vertex); }
    void finish_vertex(Vertex vertex, const Graph&) {
        open_.pop_back();
        found_.order.push_back(static_cast<std::uint32_t>(vertex));
    }
    void back_edge(Edge edge, const Graph& graph) {
        if (!found_.cycle.empty())
            return;
        // The search stands at the edge's source; its target is open, further up the same branch.
        found_.cycle.assign(std::find(open_.begin(), open_.end(), target(edge, graph)), open_.end());
        found_.cycle.push_back(found_.cycle.front());
    }

private:
    DependencyOrder& found_;
    std::vector<Vertex> open_;
};

}  // namespace

DependencyOrder order_dependencies(std::span<const std::vector<std::uint32_t>> before) {
    Graph graph(before.size());
    for (Vertex vertex = 0; vertex < before.size(); ++vertex) {
        for (const std::uint32_t next : before[vertex]) add_edge(vertex, next, graph);
    }
    DependencyOrder found;
    boost::depth_first_search(graph, boost::visitor(OrderVisitor(found)));
    std::reverse(found.order.begin(), found.order.end());
    return found;
}

}  // namespace spillway

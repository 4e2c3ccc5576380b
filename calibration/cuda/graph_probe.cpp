#include <optional>

#include "calibration/common/stopwatch.hpp"
#include "calibration/cuda/grids.hpp"
#include "calibration/cuda/kernels/launch.hpp"
#include "calibration/cuda/probes.hpp"

namespace spillway::cuda {
namespace {

/// A graph of empty kernels, one after the other.
class GraphTrial : public Trial {
public:
    GraphTrial(const Device& device, const ProbePoint& point)
        : stream_(device.stream()), nodes_(point.size("nodes")) {}

protected:
    std::unique_ptr<CapturedGraph> capture() const {
        return std::make_unique<CapturedGraph>(stream_, [this] {
            for (std::size_t i = 0; i < nodes_; ++i) launch_empty(stream_.get());
        });
    }

    const Stream& stream_;

private:
    std::size_t nodes_;
};

/// From the launch of the graph until the host knows that it has ended.
class ReplayTrial : public GraphTrial {
public:
    ReplayTrial(const Device& device, const ProbePoint& point)
        : GraphTrial(device, point), graph_(*capture()) {
        sample();  // the first launch also uploads the graph
    }

    double sample() override {
        return seconds_of([this] {
            graph_.launch(stream_);
            stream_.wait();
        });
    }

private:
    Graph graph_;
};

/// The host's time to capture the launches.
class CaptureTrial : public GraphTrial {
public:
    CaptureTrial(const Device& device, const ProbePoint& point) : GraphTrial(device, point) { sample(); }

    double sample() override {
        std::unique_ptr<CapturedGraph> captured;
        return seconds_of([&] { captured = capture(); });
    }
};

/// The host's time to make a captured graph ready, and its first launch's upload with it.
class InstantiateTrial : public GraphTrial {
public:
    InstantiateTrial(const Device& device, const ProbePoint& point)
        : GraphTrial(device, point), captured_(capture()) {
        sample();
    }

    double sample() override {
        std::optional<Graph> graph;
        const double seconds = seconds_of([&] {
            graph.emplace(*captured_);
            graph->upload(stream_);
            stream_.wait();
        });
        return seconds;
    }

private:
    std::unique_ptr<CapturedGraph> captured_;
};

class GraphProbe : public Probe {
public:
    explicit GraphProbe(const Device& device) : device_(device) {}

    std::string_view name() const noexcept override { return "graph"; }
    std::string_view summary() const noexcept override {
        return "CUDA graphs of empty kernels: captured, instantiated and replayed.";
    }
    std::vector<ProbePoint> points(Effort /*effort*/) const override { return graph_points(); }
    PreparedPoint prepare(const ProbePoint& point) override {
        if (point.word("what") == "replay")
            return PreparedPoint::ready(std::make_unique<ReplayTrial>(device_, point));
        if (point.word("what") == "capture")
            return PreparedPoint::ready(std::make_unique<CaptureTrial>(device_, point));
        return PreparedPoint::ready(std::make_unique<InstantiateTrial>(device_, point));
    }

private:
    const Device& device_;
};

}  // namespace

std::unique_ptr<Probe> make_graph_probe(const Device& device) { return std::make_unique<GraphProbe>(device); }

}  // namespace spillway::cuda

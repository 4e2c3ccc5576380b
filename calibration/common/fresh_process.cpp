#include "calibration/common/fresh_process.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "calibration/common/probe.hpp"

extern "C" char** environ;  // NOLINT: POSIX declares it nowhere

namespace spillway {
namespace {

/// Both ends of a pipe; closed when it goes.
class Pipe {
public:
    Pipe() {
        if (pipe2(ends_.data(), O_CLOEXEC) != 0)
            throw MeasureError(fmt::format("no pipe: {}", std::strerror(errno)));
    }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    int read_end() const noexcept { return ends_[0]; }
    int write_end() const noexcept { return ends_[1]; }
    void close_end(std::size_t end) {
        if (ends_[end] >= 0)
            close(ends_[end]);
        ends_[end] = -1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

/// Reads both pipes until both are closed, whichever has something.
void drain(Pipe& out, std::string& out_text, Pipe& error, std::string& error_text) {
    const std::array<Pipe*, 2> pipes{&out, &error};
    const std::array<std::string*, 2> texts{&out_text, &error_text};
    std::array<pollfd, 2> waits{{{out.read_end(), POLLIN, 0}, {error.read_end(), POLLIN, 0}}};
    while (waits[0].fd >= 0 || waits[1].fd >= 0) {
        if (poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR)
            throw MeasureError(fmt::format("poll: {}", std::strerror(errno)));
        for (std::size_t i = 0; i < pipes.size(); ++i) {
            if (waits[i].fd < 0 || waits[i].revents == 0)
                continue;
            std::array<char, 4096> buffer{};
            const ssize_t count = read(waits[i].fd, buffer.data(), buffer.size());
            if (count > 0)
                texts[i]->append(buffer.data(), static_cast<std::size_t>(count));
            else if (count == 0 || errno != EINTR)
                waits[i].fd = -1;
        }
    }
}

/// File actions of posix_spawn; destroyed when they go.
class SpawnActions {
public:
    SpawnActions() { posix_spawn_file_actions_init(&actions_); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
    SpawnActions(const SpawnActions&) = delete;
    SpawnActions& operator=(const SpawnActions&) = delete;

    void put(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
    const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            throw MeasureError(fmt::format("waitpid: {}", std::strerror(errno)));
    }
    return status;
}

}  // namespace

EndedProcess run_fresh(const std::vector<std::string>& command) {
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    Pipe out;
    Pipe error;
    SpawnActions actions;
    actions.put(out.write_end(), STDOUT_FILENO);
    actions.put(error.write_end(), STDERR_FILENO);

    const auto begin = std::chrono::steady_clock::now();
    pid_t child = 0;
    const int refused =
        posix_spawn(&child, command.front().c_str(), actions.get(), nullptr, arguments.data(), environ);
    if (refused != 0)
        throw MeasureError(fmt::format("{} cannot be started: {}", command.front(), std::strerror(refused)));
    out.close_end(1);
    error.close_end(1);
    EndedProcess ended;
    std::string complaint;
    drain(out, ended.output, error, complaint);
    const int status = wait_for(child);
    ended.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw MeasureError(fmt::format("a fresh process failed: {}", complaint));
    return ended;
}

int print_seconds(const std::function<double()>& measure) {
    try {
        std::printf("%.9g\n", measure());
        return 0;
    } catch (const MeasureError& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}

double printed_seconds(const EndedProcess& process) {
    std::string line = process.output;
    while (!line.empty() && line.back() == '\n') line.pop_back();
    line = line.substr(line.find_last_of('\n') + 1);
    char* end = nullptr;
    const double seconds = std::strtod(line.c_str(), &end);
    if (line.empty() || *end != '\0' || !(seconds > 0 && std::isfinite(seconds)))
        throw MeasureError(fmt::format("a fresh process printed \"{}\" for its seconds", line));
    return seconds;
}

}  // namespace spillway

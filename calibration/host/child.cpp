#include "calibration/host/child.hpp"

#include <dlfcn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calibration/common/fresh_process.hpp"
#include "calibration/common/stopwatch.hpp"
#include "calibration/common/system_call.hpp"

namespace spillway {
namespace {

double fork_and_exec() {
    int status = 0;
    const double seconds = seconds_of([&] {
        const pid_t child = checked_call(fork(), "fork");
        if (child == 0) {
            execl(kTrueProgram, kTrueProgram, nullptr);
            _exit(127);
        }
        checked_call(waitpid(child, &status, 0), "waitpid");
    });
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw MeasureError(std::string(kTrueProgram) + " failed after fork and exec");
    return seconds;
}

double load_library(const std::string& path) {
    void* library = nullptr;
    // Before the clock starts: a library that is loaded already would take no time.
    if (dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD) != nullptr)
        throw MeasureError(path + " is loaded already");
    const double seconds = seconds_of([&] { library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL); });
    if (library == nullptr)
        throw MeasureError(dlerror());
    return seconds;
}

double seconds_for(std::span<const std::string> arguments) {
    if (arguments.size() == 1 && arguments[0] == "fork_exec")
        return fork_and_exec();
    if (arguments.size() == 2 && arguments[0] == "dlopen")
        return load_library(arguments[1]);
    throw MeasureError("a child of the host backend does fork_exec or dlopen PATH");
}

}  // namespace

std::vector<std::string> child_command(const HostMeans& means, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{means.program.string(), "--child", "host"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return command;
}

int host_child(std::span<const std::string> arguments) {
    return print_seconds([arguments] { return seconds_for(arguments); });
}

}  // namespace spillway

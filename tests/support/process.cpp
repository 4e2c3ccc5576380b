#include "tests/support/process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/support/paths.hpp"

namespace spillway::tests {
namespace {

constexpr int kCannotStart = 127;
constexpr int kSignalBase = 128;

// Files rather than pipes: whatever the amount of output, nobody waits for a reader.
void redirect(int descriptor, const std::string& file, int flags) {
    const int opened = open(file.c_str(), flags, 0600);
    if (opened < 0 || dup2(opened, descriptor) < 0) {
        _exit(kCannotStart);
    }
}

}  // namespace

ProcessResult run_process(const std::vector<std::string>& command) {
    const ScratchDir scratch;
    const std::string out = (scratch / "out").string();
    const std::string err = (scratch / "err").string();
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& word : command) {
        arguments.push_back(const_cast<char*>(word.c_str()));  // execvp promises not to write to them
    }
    arguments.push_back(nullptr);

    const pid_t child = fork();
    if (child < 0) {
        throw std::runtime_error("cannot fork");
    }
    if (child == 0) {
        redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
        redirect(STDOUT_FILENO, out, O_WRONLY | O_CREAT | O_TRUNC);
        redirect(STDERR_FILENO, err, O_WRONLY | O_CREAT | O_TRUNC);
        execvp(arguments.front(), arguments.data());
        _exit(kCannotStart);
    }
    int status = 0;
    rusage used{};
    if (wait4(child, &status, 0, &used) != child) {
        throw std::runtime_error("cannot wait for " + command.front());
    }
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalBase + WTERMSIG(status);
    return {code, read_text(out), read_text(err), std::int64_t{used.ru_maxrss} * 1024};
}

}  // namespace spillway::tests

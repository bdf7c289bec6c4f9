/* bench/process.c - fork, exec, read, wait. */
#include "process.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

/* In the child: executes the program, or exits. */
static _Noreturn void become(const char *const *arguments, const char *library_path, bool quiet, int output)
{
    int nowhere = open("/dev/null", O_WRONLY);
    dup2(output, STDOUT_FILENO);
    close(output);
    if (quiet && nowhere >= 0) {
        dup2(nowhere, STDERR_FILENO);
    }
    if (library_path != NULL) {
        setenv("LD_LIBRARY_PATH", library_path, 1);
    }
    execvp(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

/* Reads to the end; stores at most `size` - 1 bytes. */
static void read_all(int input, char *text, size_t size)
{
    char rest[512];
    size_t kept = 0;
    for (ssize_t got = 1; got > 0;) {
        bool room = kept + 1 < size;
        got = room ? read(input, text + kept, size - 1 - kept) : read(input, rest, sizeof rest);
        kept += room && got > 0 ? (size_t)got : 0;
    }
    text[kept] = '\0';
}

bool bench_process_run(const char *const *arguments, const char *library_path, bool quiet, bench_process *process)
{
    int ends[2], status;
    struct rusage usage;
    if (pipe(ends) != 0) {
        return false;
    }
    double start = bench_now();
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        become(arguments, library_path, quiet, ends[1]);
    }
    close(ends[1]);
    if (child > 0) {
        read_all(ends[0], process->output, sizeof process->output);
    }
    close(ends[0]);
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        return false;
    }
    process->seconds = bench_now() - start;
    process->resident = 1024.0 * (double)usage.ru_maxrss;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* tests/store/kill.c - saves that are killed at any moment: the file is always one of the whole versions, and the next
 * save clears what the killed ones left.
 *
 * GEMMULE_TEST_KILLS in the environment says how many processes are killed; 200 by default. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "faults.h"
#include "gemmule/model.h"
#include "harness.h"
#include "model_case.h"

enum { VERSIONS = 3, SAVERS = 2 };

static gml_context *context;
static gml_network *versions[VERSIONS];
static bytes files[VERSIONS];
static uint64_t longest_wait; /* nanoseconds: some saves, however slow the machine is */

static void setup(void)
{
    static const char *const nets[VERSIONS] = {"40 -> 300 relu -> 10 softmax", "7 -> 3", "200 -> 200 tanh -> 1"};
    make_folder();
    context = test_context();
    uint64_t start = gml_now(context);
    for (size_t i = 0; i < VERSIONS; i++) {
        assert_ok(context, gml_network_create(context, nets[i], NULL, &versions[i]));
        assert_ok(context, gml_model_save(versions[i], in_folder("m")));
        files[i].data = (unsigned char *)get_file(in_folder("m"), &files[i].size);
    }
    longest_wait = gml_now(context) - start + 2000000;
}

static void teardown(void)
{
    for (size_t i = 0; i < VERSIONS; i++) {
        gml_network_destroy(versions[i]);
        free(files[i].data);
    }
    gml_context_destroy(context);
    remove_folder();
}

static size_t kills(void)
{
    const char *text = getenv("GEMMULE_TEST_KILLS");
    return text != NULL ? strtoul(text, NULL, 10) : 200;
}

/* A process that saves one version after another until it is killed, all to the same name. */
static pid_t start_saver(size_t first)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    for (size_t i = first; child == 0; i++) {
        if (gml_model_save(versions[i % VERSIONS], in_folder("m")) != GML_OK) {
            fprintf(stderr, "%s\n", gml_context_message(context));
            _exit(1);
        }
    }
    return child;
}

static void wait_a_moment(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    uint64_t wait = (uint64_t)((double)(*state >> 8) * 0x1p-24 * (double)longest_wait);
    nanosleep(&(struct timespec){.tv_sec = (time_t)(wait / 1000000000), .tv_nsec = (long)(wait % 1000000000)}, NULL);
}

/* Kills the process, which must still have been saving. */
static void kill_saver(pid_t child)
{
    int state = 0;
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, &state, 0), child);
    ck_assert(WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL);
}

/* The version that the file is; fails where it is none, or only a part of one. */
static size_t version_of_file(void)
{
    size_t size = 0, i = 0;
    char *data = get_file(in_folder("m"), &size);
    while (i < VERSIONS && (files[i].size != size || memcmp(files[i].data, data, size) != 0)) {
        i++;
    }
    free(data);
    ck_assert_msg(i < VERSIONS, "a file of %zu bytes is none of the versions", size);
    return i;
}

TEST(a_save_killed_at_any_moment_leaves_a_whole_version_and_the_next_save_clears_up)
{
    setup();
    uint32_t state = 1;
    size_t killed = 0, left = 0, seen[VERSIONS] = {0};
    while (killed < kills()) {
        pid_t savers[SAVERS];
        for (size_t i = 0; i < SAVERS; i++) {
            savers[i] = start_saver(killed + i);
        }
        for (size_t i = 0; i < SAVERS; i++) {
            wait_a_moment(&state);
            kill_saver(savers[i]);
            seen[version_of_file()]++;
            killed++;
        }
        size_t count = count_files();
        ck_assert_uint_le(count, 1 + SAVERS);
        left += count - 1;
        if (killed % 3 == 0) { /* else the next processes find what was left */
            assert_ok(context, gml_model_save(versions[0], in_folder("m")));
            ck_assert_uint_eq(count_files(), 1);
        }
    }
    assert_ok(context, gml_model_save(versions[1], in_folder("m")));
    ck_assert_uint_eq(version_of_file(), 1);
    ck_assert_uint_eq(count_files(), 1);
    printf("%zu processes killed in saves, %zu temporary files left and cleared; versions found: %zu, %zu, %zu\n",
           killed, left, seen[0], seen[1], seen[2]);
    ck_assert_msg(kills() < 100 || left > 10, "only %zu of %zu kills came in the middle of a save", left, killed);
    teardown();
}

int main(void)
{
    return run_tests("kill", 3600);
}

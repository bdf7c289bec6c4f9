/* tests/library/operations.c - every allocation and every file call of every public operation fails, once and for good.
 *
 * After each: the status is a documented one and its message is not empty, nothing is leaked and no file is open, what
 * the operation was given is unchanged, and the same call succeeds right after it with the same outcome. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "operations.h"
#include "optimizer/optimizer.h"

static faults f;
static size_t injected;

/* Runs an operation once with a fault in a context of its own; everything it took is given back. */
static stage run(const operation *row, const char *variant, fault_plan plan)
{
    make_folder();
    stage s = {.faults = &f, .context = faulty_context(&f), .plan = plan, .variant = variant};
    row->run(&s);
    gml_context_destroy(s.context);
    ck_assert_msg(f.live_bytes == 0, "%s (%s): %zu bytes are leaked", row->function, variant, f.live_bytes);
    ck_assert_msg(f.open_files == 0, "%s (%s): a file stays open", row->function, variant);
    ck_assert_msg(f.locks == 0, "%s (%s): a lock stays", row->function, variant);
    remove_folder();
    return s;
}

/* Memory that is refused is an error of memory; file calls that fail are errors of files, or are done without. */
static int is_documented(const stage *s)
{
    if (s->plan.allocation > 0) {
        return s->status == GML_ERROR_MEMORY;
    }
    return s->status == GML_OK || s->status == GML_ERROR_READ || s->status == GML_ERROR_NOT_FOUND ||
           s->status == GML_ERROR_CREATE || s->status == GML_ERROR_WRITE;
}

static void fail_at(const operation *row, const char *variant, fault_plan plan, uint64_t outcome)
{
    char what[256];
    stage s = run(row, variant, plan);
    snprintf(what, sizeof what, "%s (%.60s), %s %zu %s", row->function, variant,
             plan.allocation > 0 ? "allocation" : "file call", plan.allocation + plan.file_call,
             plan.once ? "alone" : "and all after it");
    ck_assert_msg(is_documented(&s), "%s: the status is %s: %s", what, gml_status_name(s.status), s.message);
    ck_assert_msg(s.status == GML_OK || s.message[0] != '\0', "%s: there is no message", what);
    ck_assert_msg(!s.changed, "%s: the network has changed", what);
    ck_assert_msg(s.again == GML_OK, "%s: the next call fails: %s", what, gml_status_name(s.again));
    ck_assert_msg(s.outcome == outcome, "%s: the outcome of the next call differs", what);
    injected++;
}

static void attack(const operation *row, const char *variant)
{
    stage clean = run(row, variant, (fault_plan){0});
    ck_assert_msg(clean.status == GML_OK, "%s (%s): %s", row->function, variant, clean.message);
    for (int once = 0; once < 2; once++) {
        for (size_t i = 1; i <= clean.allocations; i++) {
            fail_at(row, variant, (fault_plan){.allocation = i, .once = once}, clean.outcome);
        }
        for (size_t i = 1; i <= clean.file_calls; i++) {
            fail_at(row, variant, (fault_plan){.file_call = i, .once = once}, clean.outcome);
        }
    }
    printf("%-30s %-24.24s %3zu allocations %3zu file calls\n", row->function, variant != NULL ? variant : "",
           clean.allocations, clean.file_calls);
}

static void attack_rows(const operation *rows)
{
    for (const operation *row = rows; row->function != NULL; row++) {
        if (row->variant == NULL || strcmp(row->variant, EVERY_OPTIMIZER) != 0) {
            attack(row, row->variant);
            continue;
        }
        for (size_t i = 0; gml_optimizer_row_at(i) != NULL; i++) {
            if (!gml_optimizer_row_at(i)->full_batch) {
                attack(row, gml_optimizer_row_at(i)->entry.name);
            }
        }
    }
    printf("%zu faults\n", injected);
}

TEST(operations_on_data_survive_each_fault)
{
    attack_rows(data_operations);
}

TEST(operations_on_tables_survive_each_fault)
{
    attack_rows(table_operations);
}

TEST(operations_on_networks_survive_each_fault)
{
    attack_rows(network_operations);
}

TEST(operations_that_train_survive_each_fault)
{
    attack_rows(training_operations);
}

TEST(operations_that_tune_survive_each_fault)
{
    attack_rows(tune_operations);
}

TEST(operations_that_measure_survive_each_fault)
{
    attack_rows(measure_operations);
}

TEST(operations_that_explain_survive_each_fault)
{
    attack_rows(effect_operations);
}

TEST(operations_that_prepare_columns_survive_each_fault)
{
    attack_rows(preparation_operations);
}

TEST(operations_on_mixed_columns_survive_each_fault)
{
    attack_rows(mixed_operations);
}

TEST(operations_on_ensembles_survive_each_fault)
{
    attack_rows(ensemble_operations);
}

TEST(operations_on_files_survive_each_fault)
{
    attack_rows(file_operations);
}

static int is_a_row(const char *function, size_t length)
{
    for (size_t i = 0; operation_at(i) != NULL; i++) {
        const char *name = operation_at(i)->function;
        if (strlen(name) == length && strncmp(name, function, length) == 0) {
            return 1;
        }
    }
    return 0;
}

/* How many functions of a header answer a status; each must be a row. */
static size_t check_header(const char *path)
{
    static const char mark[] = "GML_API gml_status ";
    size_t size = 0, count = 0;
    char *text = get_file(path, &size);
    text = realloc(text, size + 1);
    ck_assert_ptr_nonnull(text);
    text[size] = '\0';
    for (const char *at = strstr(text, mark); at != NULL; at = strstr(at, mark)) {
        at += sizeof mark - 1;
        size_t length = strcspn(at, "(");
        ck_assert_msg(is_a_row(at, length), "%.*s is in no table of operations (tests/operations_*.c)", (int)length,
                      at);
        count++;
    }
    free(text);
    return count;
}

TEST(every_public_function_that_can_fail_is_a_row)
{
    char path[512];
    size_t count = 0;
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    snprintf(path, sizeof path, "%s/include/gemmule", root != NULL ? root : ".");
    DIR *folder = opendir(path);
    ck_assert_msg(folder != NULL, "there is no folder %s", path);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strstr(entry->d_name, ".h") != NULL) {
            char name[1024];
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            count += check_header(name);
        }
    }
    closedir(folder);
    ck_assert_uint_ge(count, 40);
}

int main(void)
{
    return run_tests("operations", 300);
}

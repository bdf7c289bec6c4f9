/* tests/fuzz/fuzz_options.c - the command line of the program.
 *
 * The input is the arguments, one a line. The program runs in this process (tests/fuzz/meson.build): its data and
 * models are files in memory, its exit comes back here, and fits and checks are cut short. Pictures and folders are
 * made in a scratch folder, which is the only one that a path can name: "/" and ".." are replaced.
 *
 * The exit code is a documented one, a failure leaves a sentence on stderr, and "-nan" is never printed. */
#include <argp.h>
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "gemmule/gemmule.h"

enum {
    MOST_ARGUMENTS = 24,
    LONGEST = 1024,
    MEMORY = 1 << 20,
    MOST_EPOCHS = 2,
    MOST_CHECKS = 3,
    MOST_PICTURES = 3,
    MOST_POINTERS = 1 << 16
};

int in_process_main(int argc, char **argv);
void in_process_exit(int code) __attribute__((noreturn));
error_t in_process_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *index, void *input);
FILE *in_process_fopen(const char *path, const char *mode);
int in_process_fclose(FILE *stream);
gml_status in_process_gml_context_create(const gml_context_options *options, gml_context **made, char *message,
                                         size_t message_size);
gml_status in_process_gml_find_recipe(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                                      const gml_recipe *recipe, const gml_search_options *options,
                                      gml_network **network, gml_search_result *result);
gml_status in_process_gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                              const gml_train_options *options, const gml_fit_callbacks *callbacks,
                              gml_fit_report *report);
gml_status in_process_gml_gradient_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss,
                                         size_t entries, gml_check_block *blocks, size_t capacity, size_t *count);

static jmp_buf way_back;
static size_t checks_left, files_left;
static bool output_closed;

/* ---- what the program calls here ---- */

void in_process_exit(int code)
{
    longjmp(way_back, code + 1);
}

/* It goes on after an error, because argp would end the process there. */
error_t in_process_argp_parse(const struct argp *argp, int argc, char **argv, unsigned flags, int *index, void *input)
{
    return argp_parse(argp, argc, argv, flags | ARGP_NO_EXIT, index, input);
}

FILE *in_process_fopen(const char *path, const char *mode)
{
    if (files_left == 0) {
        errno = ENOSPC;
        return NULL;
    }
    files_left--;
    return fopen(path, mode);
}

int in_process_fclose(FILE *stream)
{
    output_closed = output_closed || stream == stdout;
    return fclose(stream);
}

gml_status in_process_gml_context_create(const gml_context_options *options, gml_context **made, char *message,
                                         size_t message_size)
{
    (void)options; /* only the number of threads, which was read as a flag */
    gml_context_options hooks = fuzz_hooks();
    return gml_context_create(&hooks, made, message, message_size);
}

/* Ends soon, and its network is not trained: a space may ask for any number of epochs. */
gml_status in_process_gml_find_recipe(gml_context *context, const gml_dataset *data, const gml_dataset *validation,
                                      const gml_recipe *recipe, const gml_search_options *options,
                                      gml_network **network, gml_search_result *result)
{
    gml_search_options brief = *options;
    brief.trials = 1;
    brief.seconds = 0.02;
    const gml_status status = gml_find_recipe(context, data, validation, recipe, &brief, NULL, result);
    return status == GML_OK && network != NULL ? gml_recipe_network(recipe, data, network) : status;
}

gml_status in_process_gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                              const gml_train_options *options, const gml_fit_callbacks *callbacks,
                              gml_fit_report *report)
{
    gml_train_options short_fit = *options;
    short_fit.epochs = options->epochs < MOST_EPOCHS ? options->epochs : MOST_EPOCHS;
    return gml_fit(network, dataset, validation, &short_fit, callbacks, report);
}

gml_status in_process_gml_gradient_check(const gml_network *network, gml_matrix x, gml_matrix y, const char *loss,
                                         size_t entries, gml_check_block *blocks, size_t capacity, size_t *count)
{
    (void)entries;
    if (checks_left == 0) {
        return gml_fail(gml_network_context(network), GML_ERROR_MEMORY, "no more checks in one run of the fuzzer");
    }
    checks_left--;
    return gml_gradient_check(network, x, y, loss, 1, blocks, capacity, count);
}

/* ---- memory that an exit leaves behind ---- */

/* An exit from the middle gives back nothing, as the end of a process does. A sanitizer tells what is allocated, so
 * that it can be freed here; without one it is left. */
int __sanitizer_install_malloc_and_free_hooks(void (*allocated)(const volatile void *, size_t),
                                              void (*freed)(const volatile void *)) __attribute__((weak));

static const volatile void *pointers[MOST_POINTERS];
static size_t pointer_count;
static bool noting;

static void note_allocation(const volatile void *pointer, size_t size)
{
    (void)size;
    if (noting && pointer_count < MOST_POINTERS) {
        pointers[pointer_count++] = pointer;
    }
}

static void note_free(const volatile void *pointer)
{
    for (size_t i = noting ? pointer_count : 0; i > 0; i--) {
        if (pointers[i - 1] == pointer) {
            pointers[i - 1] = pointers[--pointer_count];
            return;
        }
    }
}

static void free_what_is_left(void)
{
    noting = false;
    for (size_t i = 0; i < pointer_count; i++) {
        free((void *)(uintptr_t)pointers[i]);
    }
}

/* ---- the scratch folder ---- */

static void remove_folder(const char *path)
{
    char name[512];
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return;
    }
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            snprintf(name, sizeof name, "%s/%s", path, entry->d_name) < (int)sizeof name && unlink(name) != 0) {
            remove_folder(name);
        }
    }
    closedir(folder);
    rmdir(path);
}

static char scratch[512];

static void leave_scratch(void)
{
    if (chdir("/") == 0) {
        remove_folder(scratch);
    }
}

static void enter_scratch(void)
{
    const char *base = getenv("TMPDIR");
    snprintf(scratch, sizeof scratch, "%.480s/gemmule-fuzz-XXXXXX", base != NULL ? base : "/tmp");
    fuzz_check(mkdtemp(scratch) != NULL && chdir(scratch) == 0, "the fuzzer has a scratch folder");
    atexit(leave_scratch);
}

/* ---- one run ---- */

typedef struct run {
    char text[LONGEST + 1];
    char *arguments[MOST_ARGUMENTS + 2];
    int count;
    bool says_nan; /* an argument contains "nan" */
} run;

/* Cuts the input into arguments, none of which names a place outside the scratch folder. */
static void read_arguments(const uint8_t *data, size_t size, run *made)
{
    static char program[] = "gemmule";
    size_t length = size < LONGEST ? size : LONGEST;
    memcpy(made->text, data, length);
    made->text[length] = '\0';
    for (size_t i = 0; i < length; i++) {
        if (made->text[i] == '/' || (made->text[i] == '.' && made->text[i + 1] == '.')) {
            made->text[i] = '_';
        }
    }
    made->says_nan = strstr(made->text, "nan") != NULL;
    made->count = 0;
    made->arguments[made->count++] = program;
    char *at = made->text;
    while (at != NULL && *at != '\0' && made->count <= MOST_ARGUMENTS) {
        char *end = strchr(at, '\n');
        made->arguments[made->count++] = at;
        at = end != NULL ? end + 1 : NULL;
        if (end != NULL) {
            *end = '\0';
        }
    }
    made->arguments[made->count] = NULL;
}

/* Runs the program; its exit code, with what it printed to stdout and stderr in memory of the caller's. */
static int run_program(run *made, char **printed, char **told)
{
    static size_t printed_size, told_size; /* filled when the streams are closed, after a long jump as well */
    FILE *real_output = stdout, *real_errors = stderr;
    stdout = open_memstream(printed, &printed_size);
    stderr = open_memstream(told, &told_size);
    fuzz_check(stdout != NULL && stderr != NULL, "the fuzzer has memory");
    checks_left = MOST_CHECKS;
    files_left = MOST_PICTURES;
    output_closed = false;
    pointer_count = 0;
    noting = true;
    int code = setjmp(way_back);
    bool exited = code != 0;
    code = exited ? code - 1 : in_process_main(made->count, made->arguments);
    if (!output_closed) {
        fclose(stdout);
    }
    fclose(stderr);
    stdout = real_output;
    stderr = real_errors;
    note_free(*printed);
    note_free(*told);
    noting = false;
    if (exited) {
        free_what_is_left();
        fuzz_abandon();
    }
    return code;
}

static void check_outcome(const run *made, int code, const char *printed, const char *told)
{
    static const int documented[] = {0, 1, 3, 64, 65, 66, 69, 71, 73, 74, 130, 141};
    bool known = false;
    for (size_t i = 0; i < sizeof documented / sizeof documented[0]; i++) {
        known = known || code == documented[i];
    }
    if (!known) {
        fprintf(stderr, "fuzz: exit code %d\n", code);
    }
    fuzz_check(known, "the exit code is a documented one");
    fuzz_check(code == 0 || code == 1 || told[0] != '\0', "a failure leaves a sentence");
    bool minus_nan = strstr(printed, "-nan") != NULL || strstr(told, "-nan") != NULL;
    fuzz_check(!minus_nan || made->says_nan, "-nan is not printed");
}

/* ---- the files that arguments can name ---- */

static const char classes[] = "length,width,kind\n1,2,cat\n2,1,dog\n1.5,2,cat\n2.5,1,dog\n1,3,cat\n";
static const char values[] = "1,2,0.5\n2,1,0.25\n3,1,0.75\n4,4,0.125\n";

static struct {
    const char *name;
    const char *arguments; /* that make it */
    uint8_t *data;
    size_t size;
} models[] = {
    {.name = "m", .arguments = "train\nc.csv\n-o\nm\n--hidden\n3\n--val\n0\n--quiet"},
    {.name = "v", .arguments = "train\nv.csv\n-o\nv\n--net\n2 -> 3 tanh -> batchnorm -> 1\n--val\n0\n--quiet"}};

enum { MODELS = sizeof models / sizeof models[0] };

static void put_files(void)
{
    fuzz_put("c.csv", (const uint8_t *)classes, sizeof classes - 1);
    fuzz_put("v.csv", (const uint8_t *)values, sizeof values - 1);
    for (size_t i = 0; i < MODELS; i++) {
        if (models[i].data != NULL) {
            fuzz_put(models[i].name, models[i].data, models[i].size);
        }
    }
}

static void run_once(const uint8_t *data, size_t size)
{
    static run made;
    char *printed = NULL, *told = NULL;
    read_arguments(data, size, &made);
    fuzz_begin(MEMORY);
    put_files();
    int code = run_program(&made, &printed, &told);
    check_outcome(&made, code, printed, told);
    free(printed);
    free(told);
    fuzz_pardon_refusals();
    fuzz_end();
    remove_folder("."); /* what is in it: it cannot be removed itself by that name */
}

/* Trains the models that arguments can name. */
static void begin(void)
{
    setenv("TERM", "dumb", 1); /* no progress bar, where a terminal looks on */
    enter_scratch();
    if (__sanitizer_install_malloc_and_free_hooks != NULL) {
        __sanitizer_install_malloc_and_free_hooks(note_allocation, note_free);
    }
    for (size_t i = 0; i < MODELS; i++) {
        run_once((const uint8_t *)models[i].arguments, strlen(models[i].arguments));
        const uint8_t *file = fuzz_get(models[i].name, &models[i].size);
        fuzz_check(file != NULL, "a model is trained");
        models[i].data = malloc(models[i].size);
        fuzz_check(models[i].data != NULL, "the fuzzer has memory");
        memcpy(models[i].data, file, models[i].size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (scratch[0] == '\0') {
        begin();
    }
    run_once(data, size);
    return 0;
}

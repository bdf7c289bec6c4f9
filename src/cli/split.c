/* cli/split.c - `gemmule split`: writes the parts of a data file as files of their own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/shell/output.h"
#include "cli/split/split.h"

static const char default_parts[] = "train=0.8,test=0.2";

/* ---- flags ---- */

/* Adds a part: a name of letters, digits, "-" and "_" that no part has yet. */
static void add_part(const flag *row, split_run *run, const char *name, size_t length, double share)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    if (run->part_count == MOST_PARTS) {
        refuse_value(row, "at most %d parts are possible", MOST_PARTS);
    }
    if (length == 0 || length >= PART_NAME || strspn(name, letters) < length) {
        refuse_value(row, "'%.*s' is no name of a part: up to %d letters, digits, - and _", (int)length, name,
                     PART_NAME - 1);
    }
    split_part *part = &run->parts[run->part_count++];
    snprintf(part->name, sizeof part->name, "%.*s", (int)length, name);
    part->share = share;
    for (size_t i = 0; i + 1 < run->part_count; i++) {
        if (strcmp(run->parts[i].name, part->name) == 0) {
            refuse_value(row, "there are two parts '%s'", part->name);
        }
    }
}

/* Reads "train=0.7,test=0.3". */
static void read_parts(const flag *row, const char *text, void *field)
{
    split_run *run = field;
    double sum = 0;
    run->part_count = 0;
    while (text != NULL) {
        const char *equals = strchr(text, '='), *comma = strchr(text, ',');
        char *end = NULL;
        if (equals == NULL || (comma != NULL && comma < equals)) {
            refuse_value(row, "expected NAME=SHARE,NAME=SHARE... at '%s'", text);
        }
        const double share = strtod(equals + 1, &end);
        if (end == equals + 1 || (*end != ',' && *end != '\0') || !(share > 0 && share <= 1)) {
            refuse_value(row, "expected a share above 0 and up to 1 after '%.*s'", (int)(equals - text) + 1, text);
        }
        add_part(row, run, text, (size_t)(equals - text), share);
        sum += share;
        text = *end == ',' ? end + 1 : NULL;
    }
    if (fabs(sum - 1) > 1e-6) {
        refuse_value(row, "the shares sum to %g, not to 1", sum);
    }
    if (run->part_count < 2) {
        refuse_value(row, "expected two parts or more");
    }
}

static const flag arguments[] = {
    {"DATA", .help = "a file of CSV, LIBSVM text or NPY", .read = read_file, .field = offsetof(split_run, data)}, {0}};

static void refuse_unused(const flag *row, const char *text, void *field)
{
    (void)text, (void)field;
    refuse_value(row, "is not for split, which writes each row of one file as it is");
}

static const flag table[] = {
    {"parts", "NAME=SHARE,...", "shares of the samples (train=0.8,test=0.2)", GROUP_DATA | MAIN, read_parts,
     .field = 0},
    {"folds", "K", "equal parts fold1 to foldK, in place of --parts", MAIN, read_whole,
     .field = offsetof(split_run, folds), 2, MOST_PARTS},
    {"split", "KIND", "how samples are chosen; see `gemmule list splits'", MAIN, read_text,
     .field = offsetof(split_run, kind)},
    {"split-by", "NAME|INDEX", "column with groups: each group is in one part", MAIN, read_text,
     .field = offsetof(split_run, groups)},
    {"seed", "N", "seed of the random numbers (0)", MAIN, read_whole, .field = offsetof(split_run, seed), 0, INT64_MAX},
    {"output", "PREFIX", "files are PREFIX-NAME (DATA without its ending)", MAIN, read_file,
     .field = offsetof(split_run, prefix), .letter = 'o'},
    {"weights", "NAME|INDEX", NULL, 0, .read = refuse_unused},
    {"missing-targets", "WHAT", NULL, 0, .read = refuse_unused},
    {"more", "FILE", NULL, 0, .read = refuse_unused},
    {0}};

static void check(const void *read)
{
    const split_run *run = read;
    if (run->folds > 0 && run->part_count > 0) {
        refuse("--folds and --parts exclude each other");
    }
}

/* ---- parts and their files ---- */

static int name_parts(split_run *run)
{
    static const flag row = {"parts", .help = NULL};
    if (run->folds == 0 && run->part_count == 0) {
        read_parts(&row, default_parts, run);
    }
    for (size_t i = 0; i < run->folds; i++) {
        split_part *part = &run->parts[run->part_count++];
        snprintf(part->name, sizeof part->name, "fold%zu", i + 1);
    }
    const char *slash = strrchr(run->data, '/'), *name = slash != NULL ? slash + 1 : run->data;
    const char *dot = strrchr(name, '.'), *ending = dot != NULL && dot > name ? dot : name + strlen(name);
    const char *prefix = run->prefix != NULL ? run->prefix : run->data;
    const size_t length = run->prefix != NULL ? strlen(prefix) : (size_t)(ending - run->data);
    const char *dash = length > 0 && prefix[length - 1] == '/' ? "" : "-";
    for (size_t i = 0; i < run->part_count; i++) {
        split_part *part = &run->parts[i];
        const size_t room = length + strlen(part->name) + strlen(ending) + 2;
        part->path = malloc(room);
        if (part->path == NULL) {
            return complain(EXIT_MEMORY, "not enough memory for the names of %zu parts", run->part_count);
        }
        snprintf(part->path, room, "%.*s%s%s%s", (int)length, prefix, dash, part->name, ending);
        if (!output_path_is_usable(part->path, (const char *[]){run->data, NULL})) {
            return EXIT_CREATE;
        }
    }
    return 0;
}

/* Opens the data. Inputs may be anything. Data without a target that can be read is split at random. */
static int open_data(split_run *run)
{
    gml_dataset_options options = {
        .target = run->file.target, .groups = run->groups, .bad_inputs = 1, .missing_targets = 1};
    set_csv_options(&run->file, &options);
    gml_status status = gml_dataset_open(run->context, run->data, &options, &run->dataset);
    const bool free_target = run->file.target == NULL && (run->kind == NULL || strcmp(run->kind, "stratified") != 0);
    if (status == GML_ERROR_DATA && free_target) {
        options.targets = GML_CHOICE_NO;
        status = gml_dataset_open(run->context, run->data, &options, &run->dataset);
    }
    return status == GML_OK ? 0 : complain_input(run->context, status);
}

static void print_parts(const split_run *run)
{
    size_t width = 0;
    for (size_t i = 0; i < run->part_count; i++) {
        width = strlen(run->parts[i].name) > width ? strlen(run->parts[i].name) : width;
    }
    for (size_t i = 0; i < run->part_count; i++) {
        const split_part *part = &run->parts[i];
        printf("%-*s %9zu sample%s ", (int)width, part->name, part->size, part->size == 1 ? "  " : "s ");
        print_text(stdout, part->path, 0);
        putchar('\n');
    }
}

static int split_data(split_run *run)
{
    if (!can_be_read_again(run->data)) {
        return complain(EXIT_UNSUPPORTED, "%s: is read twice, so it cannot be a pipe", run->data);
    }
    struct stat there;
    if (stat(run->data, &there) == 0 && S_ISDIR(there.st_mode)) {
        return complain(EXIT_UNSUPPORTED, "%s: is a folder; a file of CSV, LIBSVM text or NPY can be split", run->data);
    }
    int code = name_parts(run);
    if (code == 0) {
        code = open_context(run->file.threads, &run->context);
    }
    if (code == 0) {
        code = open_data(run);
    }
    if (code == 0) {
        code = split_assign(run);
    }
    if (code == 0) {
        catch_interrupts();
        code = split_write(run);
    }
    if (code == 0) {
        print_parts(run);
    }
    return code;
}

int run_split(int argc, char **argv)
{
    static const command_line line = {
        "DATA",
        "Writes each part of DATA to a file of its own, row by row as it is: a CSV with its header, LIBSVM text, or an "
        "NPY array. Classes are spread evenly over the parts.",
        arguments,
        {{table, 0}, {data_table, offsetof(split_run, file)}},
        check};
    static split_run run;
    parse_flags(&line, argc, argv, &run);
    const int code = split_data(&run);
    gml_dataset_destroy(run.dataset);
    gml_context_destroy(run.context);
    free(run.part_of);
    for (size_t i = 0; i < run.part_count; i++) {
        free(run.parts[i].path);
    }
    return code;
}

/* bench/bench_csv.c - reading CSV files: megabytes a second, on one thread and on several.
 *
 * Tables are made and written to a temporary file, which stays in the cache of the system. gemmule reads it to a
 * dataset, or a table with texts to cells. Beside it: reading the bytes alone, and the C reader of pandas in a process
 * of its own, where Python has it. Before timing, sums of columns are compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/csv/csv_reading.h"
#include "harness.h"
#include "process.h"

enum { COLUMNS = 12, QUICK_BYTES = 1 << 18, BYTES = 64 << 20, MOST_LINE = 512 };

typedef struct csv_case {
    const char *name;
    const char *format; /* of a number */
    double scale;       /* numbers lie in [-scale, scale] */
    bool whole, texts;  /* texts: every third column holds words, some of them in quotes */
} csv_case;

static const csv_case cases[] = {
    {"decimals of 6 digits", "%.6f", 1000, false, false},
    {"doubles of 17 digits", "%.17g", 1, false, false},
    {"integers", "%.0f", 1000000, true, false},
    {"decimals and words", "%.4f", 100, false, true},
};

/* A file, and how it is read. */
typedef struct csv_file {
    const csv_case *what;
    char path[256];
    size_t bytes, rows;
    double sum; /* of the first column */
    gml_context *context;
} csv_file;

static uint64_t state = 88172645463325252u;

static double draw(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) * 0x1p-53;
}

/* ---- the table ---- */

static size_t print_cell(const csv_file *file, size_t column, char *to, double *value)
{
    static const char *const words[] = {"red", "green", "\"deep, blue\"", "grey", "\"a \"\"b\"\"\""};
    if (file->what->texts && column % 3 == 1) {
        return (size_t)sprintf(to, "%s", words[(size_t)(draw() * 5)]);
    }
    double drawn = (2 * draw() - 1) * file->what->scale;
    size_t length = (size_t)sprintf(to, file->what->format, file->what->whole ? floor(drawn) : drawn);
    *value = strtod(to, NULL);
    return length;
}

static void write_table(csv_file *file, size_t bytes)
{
    const char *folder = getenv("TMPDIR");
    snprintf(file->path, sizeof file->path, "%s/gemmule-bench-XXXXXX", folder != NULL ? folder : "/tmp");
    int descriptor = mkstemp(file->path);
    FILE *stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (stream == NULL) {
        bench_fail("%s cannot be written", file->path);
    }
    file->bytes = file->rows = 0;
    file->sum = 0;
    for (; file->bytes < bytes; file->rows++) {
        char line[MOST_LINE];
        size_t used = 0;
        for (size_t i = 0; i < COLUMNS; i++) {
            double value = 0;
            used += print_cell(file, i, line + used, &value);
            file->sum += i == 0 ? value : 0;
            line[used++] = i + 1 < COLUMNS ? ',' : '\n';
        }
        file->bytes += fwrite(line, 1, used, stream);
    }
    if (fclose(stream) != 0) {
        bench_fail("%s cannot be written", file->path);
    }
}

/* ---- readers ---- */

static void check(const csv_file *file, gml_status status, size_t rows, double sum)
{
    if (status != GML_OK || rows != file->rows || !(fabs(sum - file->sum) <= 1e-6 * (1 + fabs(file->sum)))) {
        bench_fail("%s: %zu rows, sum %g instead of %zu, %g: %s", file->path, rows, sum, file->rows, file->sum,
                   gml_context_message(file->context));
    }
}

static void read_dataset(void *argument)
{
    const csv_file *file = argument;
    gml_dataset *dataset = NULL;
    const gml_dataset_options options = {.format = "csv", .header = GML_CHOICE_NO, .task = GML_TASK_REGRESSION};
    gml_status status = gml_dataset_open(file->context, file->path, &options, &dataset);
    double sum = 0;
    const size_t rows = gml_dataset_size(dataset);
    for (size_t i = 0; i < rows; i++) {
        sum += ((const double *)dataset->inputs.data)[i * dataset->inputs.stride];
    }
    check(file, status, rows, sum);
    gml_dataset_destroy(dataset);
}

static void read_cells(void *argument)
{
    const csv_file *file = argument;
    const gml_dataset_options options = {.header = GML_CHOICE_NO};
    gml_csv_reading reading;
    gml_reader *reader = NULL;
    gml_status status = gml_reader_open(file->context, file->path, &reader);
    const gml_source source = {.context = file->context, .path = file->path, .reader = reader, .options = &options};
    if (status != GML_OK) {
        bench_fail("%s", gml_context_message(file->context));
    }
    status = gml_csv_read(&source, &reading);
    double sum = 0;
    for (size_t i = 0; i < reading.cells.rows; i++) {
        sum += gml_cells_row(&reading.cells, i)[0];
    }
    check(file, status, reading.cells.rows, sum);
    gml_csv_reading_clear(&reading);
    gml_reader_close(reader);
}

static void read_bytes(void *argument)
{
    const csv_file *file = argument;
    static char block[1 << 20];
    gml_reader *reader = NULL;
    gml_status status = gml_reader_open(file->context, file->path, &reader);
    size_t got = sizeof block, all = 0;
    while (status == GML_OK && got == sizeof block) {
        status = gml_reader_read(reader, block, sizeof block, &got);
        all += got;
    }
    if (status != GML_OK || all != file->bytes) {
        bench_fail("%s: %zu bytes", file->path, all);
    }
    gml_reader_close(reader);
}

/* ---- the report ---- */

enum { ONE, ALL, RAW, CONTENDERS };

static json_t *report(const csv_file *file, const char *name, const bench_result *result)
{
    double median = (double)file->bytes / result->median / 1e6, best = (double)file->bytes / result->minimum / 1e6;
    printf("  %-28s %10.1f %10.1f %8.1f%%\n", name, median, best, 100 * result->spread);
    json_t *row = bench_to_json(name, result);
    json_object_set_new(row, "megabytes_per_second", json_real(median));
    json_object_set_new(row, "best_megabytes_per_second", json_real(best));
    return row;
}

/* pandas reads the file as often as the others; its script prints the seconds of each round. */
static void report_pandas(const bench_options *options, const csv_file *file, json_t *rows)
{
    char rounds[16];
    snprintf(rounds, sizeof rounds, "%zu", options->quick ? (size_t)1 : options->rounds);
    const char *const arguments[] = {"python3", BENCH_SOURCE_ROOT "/bench/peers/pandas_csv.py", file->path, rounds,
                                     NULL};
    bench_process process;
    if (!bench_process_run(arguments, NULL, true, &process)) {
        return;
    }
    double times[BENCH_MOST_ROUNDS];
    size_t count = 0;
    char *rest = process.output;
    for (char *end = rest; count < BENCH_MOST_ROUNDS; rest = end) {
        times[count] = strtod(rest, &end);
        if (end == rest) {
            break;
        }
        count++;
    }
    if (count > 0) {
        const bench_result result = bench_summarize(times, count);
        json_array_append_new(rows, report(file, "pandas, C reader", &result));
    }
}

static json_t *run_case(const bench_options *options, const csv_case *what)
{
    csv_file files[CONTENDERS] = {{.what = what}};
    bench_contender contenders[CONTENDERS];
    bench_result results[CONTENDERS];
    char names[CONTENDERS][40];
    write_table(&files[ONE], options->quick ? QUICK_BYTES : BYTES);
    for (size_t i = 0; i < CONTENDERS; i++) {
        char message[GML_MESSAGE_SIZE];
        gml_context *context = NULL;
        if (gml_context_create(&(gml_context_options){.threads = i == ALL ? options->threads : 1}, &context, message,
                               sizeof message) != GML_OK) {
            bench_fail("%s", message);
        }
        files[i] = files[ONE];
        files[i].context = context;
        size_t threads = gml_context_threads(context);
        snprintf(names[i], sizeof names[i], i == RAW ? "bytes alone" : "gemmule, %zu thread%s", threads,
                 threads == 1 ? "" : "s");
        contenders[i] = (bench_contender){names[i],
                                          i == RAW      ? read_bytes
                                          : what->texts ? read_cells
                                                        : read_dataset,
                                          &files[i]};
    }
    bench_compare(options, contenders, CONTENDERS, results);
    printf("\n%s: %zu rows of %d columns, %.1f MB\n  %-28s %10s %10s %9s\n", what->name, files[ONE].rows, COLUMNS,
           (double)files[ONE].bytes / 1e6, "", "MB/s", "best", "spread");
    json_t *rows = json_array();
    for (size_t i = 0; i < CONTENDERS; i++) {
        json_array_append_new(rows, report(&files[i], names[i], &results[i]));
        gml_context_destroy(files[i].context);
    }
    report_pandas(options, &files[ONE], rows);
    unlink(files[ONE].path);
    return json_pack("{s:s, s:I, s:I, s:o}", "table", what->name, "bytes", (json_int_t)files[ONE].bytes, "rows",
                     (json_int_t)files[ONE].rows, "contenders", rows);
}

int main(int argc, char **argv)
{
    bench_options options = bench_parse(argc, argv, "Reading CSV files from the system's cache, in MB/s.");
    json_t *results = json_array();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (bench_wanted(&options, cases[i].name)) {
            json_array_append_new(results, run_case(&options, &cases[i]));
        }
    }
    return bench_finish(&options, "csv", results);
}

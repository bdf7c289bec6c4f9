/* bench/bench_pipe.c - predictions of an NPY array: in memory, from a file row by row, and by the program through a
 * pipe.
 *
 * The share of the throughput in memory tells what reading, checking and writing cost. The program is that of this
 * build, or the one that the environment variable GEMMULE names, if it is there; its start counts. Its predictions are
 * compared with those in memory, bit by bit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/context.h"
#include "harness.h"
#include "process.h"
#include "setup.h"

enum { CHUNK = 1024, QUICK_ROWS = 3000, NUMBERS = 64 << 20, MOST_ROWS = 4 << 20, PATH_SIZE = 512 };

static const bench_net nets[] = {{{784, 512, 256, 10}, 0, true}, {{784, 64, 10}, 0, false}, {{20, 64, 32, 4}, 0, true}};

/* A network, its samples in memory and in a file, and its predictions. */
typedef struct pipe_case {
    gml_context *context;
    gml_network *network;
    gml_matrix x, y;
    char folder[PATH_SIZE], array[PATH_SIZE + 16], model[PATH_SIZE + 16], answers[PATH_SIZE + 16];
    char command[4 * PATH_SIZE]; /* what the program runs as */
} pipe_case;

/* ---- files ---- */

static FILE *open_file(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);
    if (file == NULL) {
        bench_fail("%s cannot be opened", path);
    }
    return file;
}

static void write_array(const pipe_case *of)
{
    char header[119];
    FILE *file = open_file(of->array, "wb");
    snprintf(header, sizeof header, "{'descr': '<f4', 'fortran_order': False, 'shape': (%zu, %zu), }", of->x.rows,
             of->x.cols);
    fwrite("\x93NUMPY\x01\x00\x76\x00", 1, 10, file);
    fprintf(file, "%-117s\n", header);
    fwrite(of->x.data, sizeof(float), of->x.rows * of->x.cols, file);
    if (fclose(file) != 0) {
        bench_fail("%s cannot be written", of->array);
    }
}

/* The program's predictions are those in memory. */
static void check_answers(const pipe_case *of)
{
    const size_t size = of->y.rows * of->y.cols * sizeof(float);
    unsigned char front[10];
    char *found = bench_allocate(size, 1);
    FILE *file = open_file(of->answers, "rb");
    if (fread(front, 1, sizeof front, file) != sizeof front || fseek(file, front[8] + 256 * front[9], SEEK_CUR) != 0 ||
        fread(found, 1, size, file) != size || memcmp(found, of->y.data, size) != 0) {
        bench_fail("the program predicts something else than the library");
    }
    fclose(file);
    free(found);
}

static void name_files(pipe_case *of, const char *program)
{
    const char *folder = getenv("TMPDIR");
    snprintf(of->folder, PATH_SIZE, "%s/gemmule-bench-XXXXXX", folder != NULL ? folder : "/tmp");
    if (mkdtemp(of->folder) == NULL) {
        bench_fail("%s cannot be made", of->folder);
    }
    snprintf(of->array, sizeof of->array, "%s/x.npy", of->folder);
    snprintf(of->model, sizeof of->model, "%s/m", of->folder);
    snprintf(of->answers, sizeof of->answers, "%s/y.npy", of->folder);
    snprintf(of->command, sizeof of->command, "cat %s | '%s' predict --threads %zu --format npy %s - > %s", of->array,
             program, gml_context_threads(of->context), of->model, of->answers);
}

/* ---- contenders ---- */

static void predict_memory(void *argument)
{
    const pipe_case *of = argument;
    for (size_t first = 0; first < of->x.rows; first += CHUNK) {
        const size_t left = of->x.rows - first, count = left < CHUNK ? left : CHUNK;
        bench_must(of->context, gml_network_predict(of->network, gml_matrix_rows(of->x, first, count),
                                                    gml_matrix_rows(of->y, first, count)));
    }
}

static void predict_file(void *argument)
{
    const pipe_case *of = argument;
    gml_rows *rows = NULL;
    const gml_dataset *dataset = NULL;
    const gml_dataset_options options = {.features = of->x.cols};
    size_t done = 0;
    bench_must(of->context, gml_rows_open(of->context, of->array, &options, &rows));
    do {
        bench_must(of->context, gml_rows_next(rows, CHUNK, &dataset));
        const size_t count = gml_dataset_size(dataset);
        if (count > 0) {
            bench_must(of->context,
                       gml_network_predict(of->network, gml_rows_inputs(rows), gml_matrix_rows(of->y, done, count)));
        }
        done += count;
    } while (dataset != NULL);
    gml_rows_destroy(rows);
}

static void predict_pipe(void *argument)
{
    const pipe_case *of = argument;
    const char *const arguments[] = {"sh", "-c", of->command, NULL};
    bench_process process;
    if (!bench_process_run(arguments, NULL, false, &process)) {
        bench_fail("%s: cannot be run", of->command);
    }
}

/* ---- the report ---- */

static json_t *run_case(const bench_options *options, const bench_net *net, const char *program)
{
    pipe_case of = {.context = bench_context(options->threads)};
    const size_t inputs = net->sizes[0], outputs = net->sizes[bench_layer_count(net)];
    const size_t fit = NUMBERS / inputs, rows = options->quick ? QUICK_ROWS : fit < MOST_ROWS ? fit : MOST_ROWS;
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    of.network = bench_network(of.context, net, GML_F32);
    of.x = gml_matrix_f32(bench_random(of.context->kernels[GML_F32], rows * inputs, 1), rows, inputs);
    of.y = gml_matrix_f32(bench_allocate(rows * outputs, sizeof(float)), rows, outputs);
    name_files(&of, program);
    write_array(&of);
    bench_must(of.context, gml_model_save(of.network, of.model));
    const bool piped = access(program, X_OK) == 0;
    predict_memory(&of);
    if (piped) {
        predict_pipe(&of);
        check_answers(&of);
    }

    const bench_contender contenders[] = {{"in memory", predict_memory, &of},
                                          {"a file, row by row", predict_file, &of},
                                          {"the program, a pipe", predict_pipe, &of}};
    enum { COUNT = sizeof contenders / sizeof *contenders };
    const size_t count = piped ? COUNT : COUNT - 1;
    bench_result results[COUNT];
    bench_compare(options, contenders, count, results);
    printf("\n%s, %zu samples, %zu threads\n  %-20s %12s %10s\n", description, rows, gml_context_threads(of.context),
           "", "samples/s", "of memory");
    json_t *lines = json_array();
    for (size_t i = 0; i < count; i++) {
        const double rate = (double)rows / results[i].median;
        const bench_interval share = bench_ratio(&results[0], &results[i]);
        printf("  %-20s %12.0f %9.1f%%\n", contenders[i].name, rate, 100 * share.median);
        json_t *line = bench_to_json(contenders[i].name, &results[i]);
        json_object_set_new(line, "samples_per_second", json_real(rate));
        json_object_set_new(line, "share_of_memory", bench_interval_to_json(share));
        json_array_append_new(lines, line);
    }
    unlink(of.array);
    unlink(of.model);
    unlink(of.answers);
    rmdir(of.folder);
    free(of.x.data);
    free(of.y.data);
    gml_network_destroy(of.network);
    gml_context_destroy(of.context);
    return json_pack("{s:s, s:I, s:o}", "net", description, "samples", (json_int_t)rows, "contenders", lines);
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Predictions of an NPY array in memory, from a file and through a pipe.");
    char beside[PATH_SIZE];
    const char *slash = strrchr(argv[0], '/'), *program = getenv("GEMMULE");
    snprintf(beside, sizeof beside, "%.*s/../src/cli/gemmule", slash != NULL ? (int)(slash - argv[0]) : 1,
             slash != NULL ? argv[0] : ".");
    json_t *results = json_array();
    for (size_t i = 0; i < sizeof nets / sizeof *nets; i++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(&nets[i], description);
        if (bench_wanted(&options, description) && (nets[i].quick || !options.quick)) {
            json_array_append_new(results, run_case(&options, &nets[i], program != NULL ? program : beside));
        }
    }
    return bench_finish(&options, "pipe", results);
}

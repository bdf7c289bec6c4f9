/* bench/bench_rows.c - the cost of a sample as a mapped table grows, from 10^6 to 10^8 rows: of gathering shuffled
 * batches, and of training on them.
 *
 * One file in the folder of --data (default: /tmp) has the rows, 16 columns of f32, and then their classes; a table of
 * fewer rows is the beginning of the file. It has no name and ends with the program. A run goes on with the epoch where
 * the last run stopped, so that the cost is that of whole epochs. The 6.5 GB should fit the memory of the machine,
 * where the system keeps what was written; otherwise the disk is timed. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "data/rows.h"
#include "harness.h"
#include "kernel/data/data.h"
#include "setup.h"
#include "step/trainer.h"

enum { COLUMNS = 16, CLASSES = 4, BATCH = 256, POINTS = 3, RUN = 1 << 18 };

/* A table: the first rows of the file. */
typedef struct rows_case {
    gml_context *context;
    gml_dataset *dataset;
    gml_epoch epoch;
    size_t first, epochs;
    gml_network *network; /* with a trainer */
    gml_trainer *trainer; /* null: rows are gathered and nothing else */
    float gathered[BATCH * COLUMNS];
    double sum; /* of the first gathered input of each batch, and what it should be */
    double expected;
    double loss; /* of the last batch */
} rows_case;

/* ---- the file ---- */

typedef struct rows_file {
    int opened;
    size_t rows, bytes;
    float *inputs;
    uint8_t *classes;
} rows_file;

static void map(rows_file *file, int protection)
{
    void *mapped = mmap(NULL, file->bytes, protection, MAP_SHARED, file->opened, 0);
    if (mapped == MAP_FAILED) {
        bench_fail("a file of %zu bytes cannot be mapped", file->bytes);
    }
    file->inputs = mapped;
    file->classes = (uint8_t *)(file->inputs + file->rows * COLUMNS);
}

/* Writes rows whose class is a function of the first input. */
static void fill(const rows_file *file)
{
    uint64_t state = 1;
    for (size_t i = 0; i < file->rows; i++) {
        for (size_t j = 0; j < COLUMNS; j++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            file->inputs[i * COLUMNS + j] = (float)(state >> 40) * 0x1p-24f;
        }
        file->classes[i] = (uint8_t)(file->inputs[i * COLUMNS] * CLASSES);
    }
}

static rows_file make_file(const char *folder, size_t rows)
{
    char path[512];
    rows_file file = {.rows = rows, .bytes = rows * (COLUMNS * sizeof(float) + 1)};
    snprintf(path, sizeof path, "%s/bench_rows_XXXXXX", folder);
    int opened = mkstemp(path);
    if (opened < 0 || unlink(path) != 0 || posix_fallocate(opened, 0, (off_t)file.bytes) != 0) {
        bench_fail("%s: no file of %zu bytes can be made there", path, file.bytes);
    }
    file.opened = opened;
    map(&file, PROT_READ | PROT_WRITE);
    fill(&file);
    munmap(file.inputs, file.bytes);
    return file;
}

/* ---- a run ---- */

static void check_row(rows_case *of, const gml_batch *batch)
{
    of->sum += of->gathered[0];
    of->expected += ((const float *)batch->x.data)[batch->order[0] * COLUMNS];
}

static void take_batch(rows_case *of, const gml_batch *batch)
{
    if (of->trainer != NULL) {
        bench_must(of->context, gml_trainer_run(of->trainer, batch, &of->loss));
        return;
    }
    of->context->kernels[GML_F32]->data->gather(&(gml_gather_call){.rows = batch->rows,
                                                                   .cols = COLUMNS,
                                                                   .source = batch->x.data,
                                                                   .source_dtype = GML_F32,
                                                                   .source_stride = COLUMNS,
                                                                   .order = batch->order,
                                                                   .target = of->gathered,
                                                                   .target_stride = COLUMNS});
    check_row(of, batch);
}

/* Takes RUN samples, over the ends of epochs. */
static void run(void *argument)
{
    rows_case *of = argument;
    for (size_t done = 0; done < RUN;) {
        if (of->first == of->dataset->size) {
            of->first = 0;
            gml_epoch_draw(&of->epoch, 1, ++of->epochs);
        }
        const gml_batch batch = gml_epoch_batch(&of->epoch, of->first, BATCH);
        take_batch(of, &batch);
        of->first += batch.rows;
        done += batch.rows;
    }
}

/* ---- the cases ---- */

static const gml_train_options training = {.optimizer = "adam", .learning_rate = 0.003, .batch = BATCH};

/* One of the sweeps. */
typedef struct rows_sweep {
    const char *name;
    bool trains;
    const gml_epoch_sizes *sizes;
} rows_sweep;

static const gml_epoch_sizes never_by_blocks = {.large = SIZE_MAX, .block = 1, .window = 1};

static const rows_sweep sweeps[] = {
    {"gathering of shuffled batches of 256", false, &gml_usual_epoch_sizes},
    {"gathering without blocks: all rows in random order", false, &never_by_blocks},
    {"training of 16 -> 64 relu -> 4 softmax, batch 256, Adam", true, &gml_usual_epoch_sizes},
};

static void set_up(rows_case *of, const rows_sweep *sweep, const rows_file *file, size_t rows, size_t threads)
{
    *of = (rows_case){.context = bench_context(threads), .first = rows};
    const gml_matrix x = gml_matrix_f32(file->inputs, rows, COLUMNS), y = gml_matrix_u8(file->classes, rows, 1);
    bench_must(of->context, gml_dataset_from_matrices(of->context, x, y, GML_TASK_CLASSIFICATION, &of->dataset));
    bench_must(of->context, gml_epoch_create_sized(of->context, of->dataset, BATCH, sweep->sizes, &of->epoch));
    if (sweep->trains) {
        of->network = bench_network(of->context, &(bench_net){.sizes = {COLUMNS, 64, CLASSES}}, GML_F32);
        bench_must(of->context, gml_trainer_create(of->network, &training, &of->trainer));
    }
    run(of);
    if (sweep->trains ? !(of->loss < 1) : of->sum != of->expected) { /* ln 4 = 1.39 is the loss of guessing */
        bench_fail("%zu rows: the loss is %g, the sum of inputs %g in place of %g; nothing is timed", rows, of->loss,
                   of->sum, of->expected);
    }
}

static void tear_down(rows_case *of)
{
    gml_trainer_destroy(of->trainer);
    gml_network_destroy(of->network);
    gml_epoch_destroy(&of->epoch);
    gml_dataset_destroy(of->dataset);
    gml_context_destroy(of->context);
}

static json_t *report(const char *name, const rows_case *cases, const bench_result *results)
{
    json_t *rows = json_array();
    printf("\n%s\n  %10s %9s %8s %14s %9s\n", name, "rows", "MB", "spread", "ns a sample", "/ first");
    for (size_t i = 0; i < POINTS; i++) {
        const size_t count = cases[i].dataset->size;
        printf("  %10zu %9.0f %7.1f%% %14.2f %9.3f\n", count, (double)count * COLUMNS * sizeof(float) * 1e-6,
               results[i].spread * 100, results[i].median / RUN * 1e9, bench_ratio(&results[i], &results[0]).median);
        json_t *row = bench_to_json("rows", &results[i]);
        json_object_set_new(row, "value", json_integer((json_int_t)count));
        json_object_set_new(row, "batch", json_integer(RUN));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return rows;
}

/* Maps the file anew, so that the faults of first uses are in the times, as in a first epoch. */
static void run_sweep(const bench_options *options, const rows_sweep *sweep, rows_file *file, json_t *all)
{
    static rows_case cases[POINTS];
    bench_contender contenders[POINTS];
    bench_result results[POINTS];
    size_t rows = file->rows;
    map(file, PROT_READ);
    for (size_t i = POINTS; i-- > 0; rows /= 10) {
        set_up(&cases[i], sweep, file, rows, options->threads);
        contenders[i] = (bench_contender){"rows", run, &cases[i]};
    }
    bench_compare(options, contenders, POINTS, results);
    json_array_append_new(all, json_pack("{s:s, s:s, s:o}", "sweep", sweep->name, "variable", "rows", "contenders",
                                         report(sweep->name, cases, results)));
    for (size_t i = 0; i < POINTS; i++) {
        tear_down(&cases[i]);
    }
    munmap(file->inputs, file->bytes);
}

int main(int argc, char **argv)
{
    const bench_options options = bench_parse(
        argc, argv, "Times the gathering of shuffled rows and training on them as a mapped table grows to 10^8 rows.");
    rows_file file = make_file(options.data != NULL ? options.data : "/tmp", options.quick ? 100000 : 100000000);
    json_t *cases = json_array();
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++) {
        if (bench_wanted(&options, sweeps[i].name)) {
            run_sweep(&options, &sweeps[i], &file, cases);
        }
    }
    close(file.opened);
    return bench_finish(&options, "bench_rows", cases);
}

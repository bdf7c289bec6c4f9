/* bench/kernel_data.c - cases of gathering a shuffled batch, of random fills, dropout, noise and shuffles. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "kernel/data/data.h"
#include "kernel/random/random.h"
#include "kernel/random/shuffle.h"
#include "kernel_case.h"

/* ---- gather ---- */

static const gml_dtype sources[] = {GML_U8, GML_F32, GML_F64};

/* Scaling of every column: u8 data to [-1, 1]. */
static const double SHIFT = 127.5, SCALE = 1 / 127.5;

static double shifts[BENCH_WIDTH], scales[BENCH_WIDTH];

static bool make_gather(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (row >= sizeof sources / sizeof sources[0]) {
        return false;
    }
    size_t rows = count / BENCH_WIDTH;
    void *source = arrays->array[BENCH_SOURCE];
    *made = (bench_kernel_case){.arrays = arrays, .count = rows * BENCH_WIDTH};
    snprintf(made->name, sizeof made->name, "gather from %s", gml_dtype_name(sources[row]));
    for (size_t j = 0; j < BENCH_WIDTH; j++) {
        shifts[j] = SHIFT;
        scales[j] = SCALE;
    }
    for (size_t i = 0; i < rows; i++) {
        arrays->order[i] = i * 2654435761u % rows; /* a permutation, since rows is a power of 2 */
    }
    for (size_t i = 0; i < made->count; i++) {
        bench_put(sources[row], source, i, (double)(i * 7 % 256));
    }
    made->call.gather = (gml_gather_call){.rows = rows, .cols = BENCH_WIDTH, .source_dtype = sources[row]};
    made->call.gather.source = source;
    made->call.gather.source_stride = made->call.gather.target_stride = BENCH_WIDTH;
    made->call.gather.order = arrays->order;
    made->call.gather.shift = shifts;
    made->call.gather.scale = scales;
    made->call.gather.target = arrays->array[0];
    made->streams = (bench_streams){.count = made->count,
                                    .reads = 1,
                                    .writes = 1,
                                    .read = {source},
                                    .write = {arrays->array[0]},
                                    .source = sources[row]};
    return true;
}

static void run_gather(void *made)
{
    const bench_kernel_case *bench = made;
    bench->arrays->kernels->data->gather(&bench->call.gather);
}

static double worst_gather(bench_kernel_case *made)
{
    const gml_gather_call *call = &made->call.gather;
    double *wanted = bench_allocate(made->count, sizeof *wanted);
    for (size_t i = 0; i < made->count; i++) {
        size_t from = call->order[i / BENCH_WIDTH] * BENCH_WIDTH + i % BENCH_WIDTH;
        wanted[i] = (bench_get(call->source_dtype, call->source, from) - SHIFT) * SCALE;
    }
    run_gather(made);
    double worst = bench_worst(made->arrays, call->target, wanted, made->count);
    free(wanted);
    return worst;
}

/* ---- fills ---- */

static bool make_fill(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (row > 1) {
        return false;
    }
    *made = (bench_kernel_case){.arrays = arrays, .count = count};
    made->kernel.fill = row == 0 ? arrays->kernels->random->fill_uniform : arrays->kernels->random->fill_normal;
    snprintf(made->name, sizeof made->name, "fill %s", row == 0 ? "uniform" : "normal");
    made->call.fill = (gml_fill_call){.count = count, .target = arrays->array[0], .a = 1, .b = 3};
    made->call.fill.stream = (gml_stream){.seed = 1, .purpose = GML_RANDOM_CHECK};
    made->streams =
        (bench_streams){.count = count, .writes = 1, .write = {arrays->array[0]}, .source = arrays->kernels->dtype};
    return true;
}

static void run_fill(void *made)
{
    const bench_kernel_case *bench = made;
    bench->kernel.fill(&bench->call.fill);
}

/* Returns number i of the stream, in (0, 1). */
static double unit(const gml_stream *stream, size_t i)
{
    uint32_t block[4];
    gml_random_block(stream, (uint32_t)(i / 4), block);
    return (block[i % 4] + 0.5) / 4294967296.0;
}

/* Box-Muller: two numbers of the stream give two normal numbers, by cosine and sine. */
static double normal(const gml_stream *stream, size_t i)
{
    double radius = sqrt(-2 * log(unit(stream, i - i % 2)));
    double angle = 8 * atan(1) * unit(stream, i - i % 2 + 1);
    return radius * (i % 2 == 0 ? cos(angle) : sin(angle));
}

static double worst_fill(bench_kernel_case *made)
{
    const gml_fill_call *call = &made->call.fill;
    bool uniform = made->kernel.fill == made->arrays->kernels->random->fill_uniform;
    double *wanted = bench_allocate(made->count, sizeof *wanted);
    for (size_t i = 0; i < made->count; i++) {
        wanted[i] = uniform ? call->a + (call->b - call->a) * unit(&call->stream, i)
                            : call->a + call->b * normal(&call->stream, i);
    }
    run_fill(made);
    double worst = bench_worst(made->arrays, call->target, wanted, made->count);
    free(wanted);
    return worst;
}

static bench_streams from_first_to_second(const bench_arrays *arrays, size_t count)
{
    return (bench_streams){.count = count,
                           .reads = 1,
                           .writes = 1,
                           .read = {arrays->array[0]},
                           .write = {arrays->array[1]},
                           .source = arrays->kernels->dtype};
}

/* ---- dropout ---- */

static bool make_dropout(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (row > 0) {
        return false;
    }
    *made = (bench_kernel_case){.arrays = arrays, .count = count, .name = "dropout"};
    bench_fill_normals(arrays, arrays->array[0], count);
    made->call.dropout = (gml_dropout_call){
        .count = count, .x = arrays->array[0], .y = arrays->array[1], .rate = 0.25, .scale = 1 / 0.75};
    made->call.dropout.stream = (gml_stream){.seed = 1, .purpose = GML_RANDOM_NOISE};
    made->streams = from_first_to_second(arrays, count);
    return true;
}

static void run_dropout(void *made)
{
    const bench_kernel_case *bench = made;
    bench->arrays->kernels->random->dropout(&bench->call.dropout);
}

static double worst_dropout(bench_kernel_case *made)
{
    const gml_dropout_call *call = &made->call.dropout;
    double *wanted = bench_doubles(made->arrays, call->x, made->count);
    for (size_t i = 0; i < made->count; i++) {
        wanted[i] *= unit(&call->stream, i) < call->rate ? 0 : 1 / (1 - call->rate);
    }
    run_dropout(made);
    double worst = bench_worst(made->arrays, call->y, wanted, made->count);
    free(wanted);
    return worst;
}

/* ---- noise ---- */

static bool make_noise(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (row > 0) {
        return false;
    }
    *made = (bench_kernel_case){.arrays = arrays, .count = count, .name = "gaussian noise"};
    bench_fill_normals(arrays, arrays->array[0], count);
    made->call.noise = (gml_noise_call){.count = count, .x = arrays->array[0], .y = arrays->array[1], .deviation = 0.5};
    made->call.noise.stream = (gml_stream){.seed = 1, .purpose = GML_RANDOM_NOISE};
    made->streams = from_first_to_second(arrays, count);
    return true;
}

static void run_noise(void *made)
{
    const bench_kernel_case *bench = made;
    bench->arrays->kernels->random->add_noise(&bench->call.noise);
}

static double worst_noise(bench_kernel_case *made)
{
    const gml_noise_call *call = &made->call.noise;
    double *wanted = bench_doubles(made->arrays, call->x, made->count);
    for (size_t i = 0; i < made->count; i++) {
        wanted[i] += call->deviation * normal(&call->stream, i);
    }
    run_noise(made);
    double worst = bench_worst(made->arrays, call->y, wanted, made->count);
    free(wanted);
    return worst;
}

/* ---- shuffle ---- */

static bool make_shuffle(bench_arrays *arrays, size_t row, size_t count, bench_kernel_case *made)
{
    if (row > 0) {
        return false;
    }
    size_t places = count / BENCH_WIDTH;
    *made = (bench_kernel_case){.arrays = arrays, .count = places, .name = "shuffle"};
    made->call.shuffle = (bench_shuffle_call){arrays->order, places, {.seed = 1, .purpose = GML_RANDOM_ORDER}};
    for (size_t i = 0; i < places; i++) {
        arrays->order[i] = i;
    }
    /* The copy has the bytes of the indexes, counted in entries of the table's type. */
    made->streams = (bench_streams){.count = places * sizeof(size_t) / arrays->kernels->size,
                                    .reads = 1,
                                    .writes = 1,
                                    .read = {arrays->array[0]},
                                    .write = {arrays->array[1]},
                                    .source = arrays->kernels->dtype};
    return true;
}

static void run_shuffle(void *made)
{
    const bench_kernel_case *bench = made;
    gml_shuffle(bench->call.shuffle.order, bench->call.shuffle.count, &bench->call.shuffle.stream);
}

/* Returns 0 if the result is a permutation. */
static double worst_shuffle(bench_kernel_case *made)
{
    const bench_shuffle_call *call = &made->call.shuffle;
    bool *seen = bench_allocate(call->count, sizeof *seen);
    run_shuffle(made);
    double missing = (double)call->count;
    for (size_t i = 0; i < call->count; i++) {
        missing -= call->order[i] < call->count && !seen[call->order[i]] ? 1 : 0;
        seen[call->order[i] % call->count] = true;
    }
    free(seen);
    return missing;
}

const bench_family bench_data_families[] = {
    {make_gather, run_gather, worst_gather},    {make_fill, run_fill, worst_fill},
    {make_dropout, run_dropout, worst_dropout}, {make_noise, run_noise, worst_noise},
    {make_shuffle, run_shuffle, worst_shuffle}, {0},
};

/* tests/data/rows.c - batches of a dataset: in order, and in the random order of an epoch (data/rows.h). */
#include "data/rows.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/view.h"
#include "faults.h"
#include "harness.h"

enum { LONGEST = 6000, BATCH = 700 };

static const size_t sizes[] = {1, 699, 1400, 4096, 4097, LONGEST}; /* the order of an epoch is stored up to 4096 */
enum { SIZES = sizeof sizes / sizeof sizes[0] };

/* Datasets of more samples than are stored are shuffled by blocks of 16 samples, in windows of 1024. */
static const gml_epoch_sizes small = {.large = sizeof(double), .block = 16 * sizeof(double), .window = 1 << 13};

static double x[LONGEST], y[LONGEST], weights[LONGEST];

/* Row i holds input i, target 2 i and weight i + 1. */
static gml_dataset *make(gml_context *context, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        x[i] = (double)i;
        y[i] = 2 * (double)i;
        weights[i] = (double)i + 1;
    }
    const gml_dataset_parts parts = {.inputs = gml_matrix_f64(x, size, 1),
                                     .targets = gml_matrix_f64(y, size, 1),
                                     .task = GML_TASK_REGRESSION,
                                     .weights = gml_matrix_f64(weights, size, 1)};
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_create(context, &parts, &dataset));
    return dataset;
}

/* Returns the row of the source that sample i of a batch is, once input, target, weight and name agree. */
static size_t row_of(const gml_batch *batch, size_t i)
{
    size_t row = batch->order != NULL ? batch->order[i] : i;
    size_t value = (size_t) * (const double *)gml_view_row(batch->x, row);
    char name[GML_ORIGIN_SIZE], expected[32];
    gml_batch_name(&batch->names, i, name);
    snprintf(expected, sizeof expected, "row %zu", value + 1); /* messages count from 1 */
    ck_assert_str_eq(name, expected);
    ck_assert_double_eq(*(const double *)gml_view_row(batch->y, row), 2 * (double)value);
    ck_assert_double_eq(batch->weights[row], (double)value + 1);
    return value;
}

static void assert_in_order(const gml_dataset *dataset)
{
    for (size_t first = 0; first < gml_dataset_size(dataset);) {
        gml_batch_room room;
        gml_batch batch = gml_dataset_batch(dataset, first, BATCH, &room);
        ck_assert(batch.rows > 0 && batch.rows <= BATCH && first + batch.rows <= gml_dataset_size(dataset));
        for (size_t i = 0; i < batch.rows; i++) {
            ck_assert_uint_eq(row_of(&batch, i), gml_dataset_row(dataset, first + i));
        }
        first += batch.rows;
    }
}

/* Writes the rows of an epoch, in its order. */
static void walk(gml_epoch *epoch, size_t number, size_t *rows)
{
    size_t size = gml_dataset_size(epoch->dataset);
    gml_epoch_draw(epoch, 7, number);
    for (size_t first = 0; first < size;) {
        gml_batch batch = gml_epoch_batch(epoch, first, BATCH);
        ck_assert(batch.rows > 0 && batch.rows <= BATCH && first + batch.rows <= size);
        for (size_t i = 0; i < batch.rows; i++) {
            rows[first + i] = row_of(&batch, i);
        }
        first += batch.rows;
    }
}

/* Each epoch has every sample once, in an order that its number decides. */
static void assert_epochs(gml_context *context, const gml_dataset *dataset, const gml_epoch_sizes *by_blocks)
{
    static size_t orders[3][LONGEST];
    static unsigned seen[LONGEST];
    size_t size = gml_dataset_size(dataset), moved = 0, differ = 0;
    gml_epoch epoch;
    assert_ok(context, gml_epoch_create_sized(context, dataset, BATCH, by_blocks, &epoch));
    for (size_t k = 0; k < 3; k++) {
        walk(&epoch, k == 2 ? 1 : k + 1, orders[k]);
    }
    gml_epoch_destroy(&epoch);
    for (size_t i = 0; i < LONGEST; i++) {
        seen[i] = 0;
    }
    for (size_t i = 0; i < size; i++) {
        seen[orders[0][i]]++;
        moved += orders[0][i] != gml_dataset_row(dataset, i);
        differ += orders[0][i] != orders[1][i];
        ck_assert_uint_eq(orders[0][i], orders[2][i]);
    }
    for (size_t i = 0; i < size; i++) {
        ck_assert_uint_eq(seen[gml_dataset_row(dataset, i)], 1);
    }
    ck_assert(size == 1 || (moved > size / 2 && differ > size / 2));
}

TEST(batches_hold_the_rows_of_a_dataset_in_its_order)
{
    gml_context *context = test_context();
    for (size_t k = 0; k < SIZES; k++) {
        gml_dataset *dataset = make(context, sizes[k]);
        assert_in_order(dataset);
        assert_epochs(context, dataset, &gml_usual_epoch_sizes);
        assert_epochs(context, dataset, &small);
        gml_dataset_destroy(dataset);
    }
    gml_context_destroy(context);
}

TEST(batches_of_a_part_hold_its_rows_of_the_source)
{
    gml_context *context = test_context();
    for (size_t k = 1; k < SIZES; k++) {
        gml_dataset *dataset = make(context, sizes[k]), *parts[2] = {NULL};
        assert_ok(context, gml_dataset_split(dataset, 0.2, 3, &parts[0], &parts[1]));
        for (size_t p = 0; p < 2; p++) {
            assert_in_order(parts[p]);
            assert_epochs(context, parts[p], &gml_usual_epoch_sizes);
            assert_epochs(context, parts[p], &small);
            gml_dataset_destroy(parts[p]);
        }
        gml_dataset_destroy(dataset);
    }
    gml_context_destroy(context);
}

/* What was asked to be read: inputs, targets and weights of each row. */
static struct asked {
    unsigned char of[3][LONGEST];
} asked;

static void record(void *user, const void *memory, size_t size)
{
    struct asked *to = user;
    const double *const arrays[3] = {x, y, weights};
    for (size_t a = 0; a < 3; a++) {
        for (size_t i = 0; i < LONGEST; i++) {
            const char *entry = (const char *)(arrays[a] + i), *begin = memory;
            to->of[a][i] |= entry >= begin && entry + sizeof(double) <= begin + size;
        }
    }
}

/* Returns how many of the rows of a batch were asked for. */
static size_t count_asked(const gml_batch *batch)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->rows; i++) {
        const size_t row = batch->order[i];
        count += asked.of[0][row] && asked.of[1][row] && asked.of[2][row];
    }
    return count;
}

TEST(a_window_is_read_ahead_while_the_one_before_is_in_use)
{
    enum { WINDOW = 1024, SIZE = LONGEST - 5 }; /* some samples fill no block */
    gml_file_system files = gml_default_file_system();
    gml_context *context = NULL;
    char message[64];
    files.user = &asked;
    files.read_ahead = record;
    ck_assert_int_eq(gml_context_create(&(gml_context_options){.files = files}, &context, message, sizeof message),
                     GML_OK);
    gml_dataset *dataset = make(context, SIZE);
    gml_epoch epoch;
    assert_ok(context, gml_epoch_create_sized(context, dataset, WINDOW, &small, &epoch));
    for (size_t number = 1; number < 3; number++) {
        memset(&asked, 0, sizeof asked);
        gml_epoch_draw(&epoch, 7, number);
        gml_batch batch = gml_epoch_batch(&epoch, 0, 1);
        ck_assert_uint_eq(count_asked(&batch), 1);
        for (size_t window = 1; window < epoch.block_order.windows; window++) {
            const struct asked before = asked;
            const size_t end = epoch.block_order.end;
            batch = gml_epoch_batch(&epoch, end, WINDOW / 2); /* asks for the window after it */
            const struct asked after = asked;
            asked = before;
            ck_assert_uint_eq(count_asked(&batch), batch.rows);
            asked = after;
        }
        for (size_t i = 0; i < SIZE; i++) {
            ck_assert(asked.of[0][i] && asked.of[1][i] && asked.of[2][i]);
        }
    }
    gml_epoch_destroy(&epoch);
    gml_dataset_destroy(dataset);
    gml_context_destroy(context);
}

TEST(an_epoch_by_blocks_that_lacks_memory_is_refused_and_keeps_none)
{
    static faults faulty;
    gml_context *context = faulty_context(&faulty);
    gml_dataset *dataset = make(context, LONGEST);
    for (size_t allowed = 0; allowed < 2; allowed++) {
        gml_epoch epoch;
        const size_t held = faulty.live_bytes;
        faulty.fail_at = faulty.allocations + allowed + 1;
        ck_assert_int_eq(gml_epoch_create_sized(context, dataset, BATCH, &small, &epoch), GML_ERROR_MEMORY);
        ck_assert_uint_eq(faulty.live_bytes, held);
    }
    reset_faults(&faulty);
    gml_dataset_destroy(dataset);
    gml_context_destroy(context);
}

/* 2^17 rows of 1024 f64 are 1 GiB; neither is read. */
TEST(the_size_of_the_inputs_alone_decides_whether_an_epoch_is_shuffled_by_blocks)
{
    gml_context *context = test_context();
    for (size_t fewer = 0; fewer < 2; fewer++) {
        static double row[1024];
        gml_dataset *dataset = NULL;
        const gml_matrix inputs = {.data = row, .dtype = GML_F64, .rows = 131072 - fewer, .cols = 1024, .stride = 1024};
        assert_ok(context, gml_dataset_from_matrices(context, inputs, gml_matrix_none(), GML_TASK_AUTO, &dataset));
        gml_epoch epoch;
        assert_ok(context, gml_epoch_create(context, dataset, BATCH, &epoch));
        ck_assert_int_eq(epoch.block_order.context != NULL, fewer == 0);
        ck_assert(fewer == 1 || (epoch.block_order.sizes.block == 8 && epoch.block_order.windows == 16));
        gml_epoch_destroy(&epoch);
        gml_dataset_destroy(dataset);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("rows", 60);
}

/* tests/data/splits_large.c - splits of more samples than are stored in a random order: complete, even, of bounded
 * memory; and datasets of their parts, which find rows in sets of bits. */
#include <math.h>
#include <stdlib.h>

#include "data/rows.h"
#include "data/split/split.h"
#include "faults.h"
#include "files.h"

enum { LARGE = GML_SPLIT_STORED + 12345, CLASSES = 3 };

static faults faulty;
static uint8_t *labels; /* [LARGE] sorted by class, the last of one sample in 1000 */
static float *numbers;  /* [LARGE] the number of each sample */

static gml_dataset *make(gml_context *in)
{
    gml_dataset *dataset = NULL;
    labels = malloc(LARGE);
    numbers = malloc(LARGE * sizeof *numbers);
    for (size_t i = 0; i < LARGE; i++) {
        labels[i] = i < LARGE / 3 ? 0 : i < LARGE - LARGE / 1000 ? 1 : 2;
        numbers[i] = (float)i;
    }
    assert_ok(in, gml_dataset_from_matrices(in, gml_matrix_f32(numbers, LARGE, 1), gml_matrix_u8(labels, LARGE, 1),
                                            GML_TASK_CLASSIFICATION, &dataset));
    return dataset;
}

static void drop(gml_dataset *dataset)
{
    gml_dataset_destroy(dataset);
    free(labels);
    free(numbers);
}

/* The samples of each class in the part of a fold are its share, to within `off`. */
static void check_fold_shares(const gml_split *split, size_t fold, double share, double off)
{
    double all[CLASSES] = {0}, here[CLASSES] = {0};
    for (size_t i = 0; i < LARGE; i++) {
        all[labels[i]]++;
        here[labels[i]] += gml_split_fold_of(split, 0, i) == fold;
    }
    for (size_t c = 0; c < CLASSES; c++) {
        ck_assert_double_lt(fabs(here[c] - share * all[c]), off * sqrt(all[c]) + 1.5);
    }
}

TEST(many_samples_are_dealt_out_by_class_and_at_random)
{
    static const gml_split_options options[] = {
        {.folds = 5}, {.fraction = 0.3}, {.kind = "random", .folds = 20}, {.kind = "random", .fraction = 0.9}};
    gml_dataset *dataset = make(context);
    for (size_t k = 0; k < sizeof options / sizeof *options; k++) {
        gml_split *split = NULL;
        assert_ok(context, gml_split_create(dataset, &options[k], &split));
        const double share = options[k].folds > 0 ? 1.0 / (double)options[k].folds : options[k].fraction;
        check_fold_shares(split, 0, share, options[k].kind == NULL ? 0 : 3);
        check_fold_shares(split, gml_split_folds(split) - 1, share, options[k].kind == NULL ? 0 : 3);
        ck_assert_ptr_null(gml_split_note(split, 0));
        gml_split_destroy(split);
    }
    drop(dataset);
}

/* Returns how many of the samples 1, 2, ... are in another part than the one before. */
static size_t changes(const gml_split *split)
{
    size_t count = 0;
    for (size_t i = 1; i < LARGE; i++) {
        count += gml_split_fold_of(split, 0, i) != gml_split_fold_of(split, 0, i - 1);
    }
    return count;
}

TEST(neighbours_among_many_samples_are_in_the_same_part_as_often_as_by_chance)
{
    gml_dataset *dataset = make(context);
    gml_split *split = NULL, *other = NULL;
    assert_ok(context, gml_split_create(dataset, &(gml_split_options){.fraction = 0.2}, &split));
    assert_ok(context, gml_split_create(dataset, &(gml_split_options){.fraction = 0.2, .seed = 1}, &other));
    size_t both = 0;
    for (size_t i = 0; i < LARGE; i++) {
        both += gml_split_fold_of(split, 0, i) == 0 && gml_split_fold_of(other, 0, i) == 0;
    }
    ck_assert_double_lt(fabs((double)changes(split) / LARGE - 2 * 0.2 * 0.8), 0.005);
    ck_assert_double_lt(fabs((double)both / LARGE - 0.2 * 0.2), 0.002);
    gml_split_destroy(split);
    gml_split_destroy(other);
    drop(dataset);
}

TEST(each_sample_of_a_rare_class_among_many_samples_is_in_each_fold_as_often_as_by_chance)
{
    enum { RARE = 4000, FOLDS = 5 }; /* classes of 5 samples each; class 0 has the others */
    float *classes = calloc(LARGE, sizeof *classes);
    size_t counts[FOLDS][FOLDS] = {{0}};
    gml_dataset *dataset = NULL;
    gml_split *split = NULL;
    for (size_t i = 0; i < RARE * FOLDS; i++) {
        classes[i * 50] = (float)(1 + i % RARE);
    }
    const gml_matrix column = gml_matrix_f32(classes, LARGE, 1);
    assert_ok(context, gml_dataset_from_matrices(context, column, column, GML_TASK_CLASSIFICATION, &dataset));
    assert_ok(context, gml_split_create(dataset, &(gml_split_options){.folds = FOLDS}, &split));
    for (size_t i = 0; i < RARE * FOLDS; i++) {
        counts[i / RARE][gml_split_fold_of(split, 0, i * 50)]++;
    }
    for (size_t i = 0; i < FOLDS * FOLDS; i++) {
        ck_assert_double_lt(fabs((double)counts[i / FOLDS][i % FOLDS] - RARE / FOLDS), 5 * sqrt(RARE * 0.2 * 0.8));
    }
    ck_assert_ptr_null(gml_split_note(split, 0));
    gml_split_destroy(split);
    gml_dataset_destroy(dataset);
    free(classes);
}

/* The number of each sample of a part is that of its row, from batches and from an epoch. */
static size_t check_part(const gml_dataset *part, unsigned char *seen)
{
    gml_batch_room room;
    gml_batch batch;
    double last = -1;
    for (size_t first = 0; first < part->size; first += batch.rows) {
        batch = gml_dataset_batch(part, first, 700, &room);
        ck_assert_uint_eq(batch.rows, part->size - first < 700 ? part->size - first : 700);
        for (size_t i = 0; i < batch.rows; i++) {
            const double number = ((const float *)batch.x.data)[batch.order[i]];
            ck_assert(number > last);
            last = number;
            seen[batch.order[i]]++;
        }
    }
    gml_epoch epoch;
    assert_ok(context, gml_epoch_create(part->context, part, 500, &epoch));
    gml_epoch_draw(&epoch, 1, 1);
    for (size_t first = 0; first < part->size; first += batch.rows) {
        batch = gml_epoch_batch(&epoch, first, 500);
        for (size_t i = 0; i < batch.rows; i++) {
            seen[batch.order[i]]++;
        }
    }
    gml_epoch_destroy(&epoch);
    return part->size;
}

TEST(parts_of_many_samples_have_each_of_them_once_and_so_have_parts_of_these)
{
    gml_dataset *dataset = make(context), *parts[2], *inner[2];
    unsigned char *seen = calloc(LARGE, 1);
    assert_ok(context, gml_dataset_split(dataset, 0.05, 3, &parts[0], &parts[1]));
    assert_ok(context, gml_dataset_split(parts[0], 0.4, 3, &inner[0], &inner[1]));
    ck_assert_ptr_nonnull(parts[0]->chosen.bits);
    ck_assert_ptr_nonnull(inner[0]->chosen.bits);
    ck_assert_uint_eq(check_part(parts[1], seen) + check_part(inner[0], seen) + check_part(inner[1], seen), LARGE);
    for (size_t i = 0; i < LARGE; i++) {
        ck_assert_uint_eq(seen[i], 2);
    }
    for (size_t p = 0; p < 2; p++) {
        gml_dataset_destroy(inner[p]);
        gml_dataset_destroy(parts[p]);
    }
    free(seen);
    drop(dataset);
}

/* Lists of rows took 8 bytes a sample, and orders more: now all is some bits. */
TEST(a_split_and_its_parts_take_less_than_a_byte_for_each_of_many_samples)
{
    gml_context *counting = faulty_context(&faulty);
    gml_dataset *dataset = make(counting), *train = NULL, *validation = NULL;
    const size_t before = faulty.live_bytes;
    faulty.peak_bytes = before;
    gml_split *split = NULL;
    assert_ok(counting, gml_split_create(dataset, &(gml_split_options){.fraction = 0.2}, &split));
    assert_ok(counting, gml_split_fold(split, 0, 0, &train, &validation));
    ck_assert_uint_lt(faulty.peak_bytes - before, LARGE);
    gml_dataset_destroy(train);
    gml_dataset_destroy(validation);
    gml_split_destroy(split);
    drop(dataset);
    gml_context_destroy(counting);
}

/* More classes than are counted in one pass: each has a sample in either fold, but for the last. */
TEST(a_class_among_very_many_that_a_fold_lacks_is_noted)
{
    enum { MANY = 70000 };
    float *classes = malloc(2 * MANY * sizeof *classes);
    for (size_t i = 0; i < 2 * MANY; i++) {
        classes[i] = (float)(i % MANY);
    }
    classes[0] = MANY - 1;
    classes[2 * MANY - 1] = 0;
    gml_dataset *dataset = NULL;
    gml_split *split = NULL;
    const gml_matrix matrix = gml_matrix_f32(classes, 2 * MANY, 1);
    assert_ok(context, gml_dataset_from_matrices(context, matrix, matrix, GML_TASK_CLASSIFICATION, &dataset));
    assert_ok(context, gml_split_create(dataset, &(gml_split_options){.kind = "order", .folds = 2}, &split));
    ck_assert_str_eq(
        gml_split_note(split, 0),
        "class 0 has 2 samples, all in one of the 2 folds: the training part of that fold does not have the "
        "class; 1 more class is like it");
    gml_split_destroy(split);
    gml_dataset_destroy(dataset);
    free(classes);
}

int main(void)
{
    return run_file_tests("splits_large", 120);
}

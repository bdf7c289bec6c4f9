/* tests/library/tables.c - rows of activations, initializers, losses and optimizers are whole, and agree with the
 * kernels and the reference. */
#include <math.h>
#include <string.h>

#include "kernel_tables.h"
#include "layer/activation.h"
#include "layer/initializer.h"
#include "loss/loss.h"
#include "optimizer/optimizer.h"
#include "reference/functions.h"

static const struct {
    const char *what;
    gml_entries table;
    size_t rows;
} tables[] = {
    {"activation", gml_activation_entry, 29},
    {"trainable activation", gml_trainable_entry, 10},
    {"initializer", gml_initializer_entry, 14},
    {"data_init", gml_data_init_entry, 2},
    {"loss", gml_loss_entry, 17},
    {"optimizer", gml_optimizer_entry, 17},
    {"schedule", gml_schedule_entry, 12},
    {"average", gml_average_entry, 2},
    {"group", gml_group_entry, 7},
    {"metric", gml_metric_entry, 24},
    {"split", gml_split_entry, 5},
    {"method", gml_search_method_entry, 3},
    {"distribution", gml_distribution_entry, 4},
    {"attribution", gml_attribution_entry, 8},
    {"effect", gml_effect_entry, 9},
    {"alarm", gml_alarm_entry, 9},
};
enum { TABLES = sizeof tables / sizeof tables[0] };

static void check_texts(const gml_entry *entry)
{
    const char *const texts[] = {entry->name, entry->summary, entry->formula, entry->pitfall, entry->source};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_msg(texts[i] != NULL && texts[i][0] != '\0', "%s: text %zu is missing", entry->name, i);
    }
    ck_assert_ptr_nonnull(entry->derivative);
    ck_assert_uint_eq(strspn(entry->name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(entry->name));
    ck_assert_uint_le(entry->parameter_count, GML_MAX_PARAMETERS);
}

static void check_parameter(const gml_entry *entry, const gml_parameter *p)
{
    ck_assert_msg(p->name != NULL && p->meaning != NULL && p->meaning[0] != '\0', "%s: no texts", entry->name);
    ck_assert_uint_eq(strspn(p->name, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(p->name));
    ck_assert_msg(isfinite(p->minimum) && isfinite(p->maximum) && p->minimum <= p->initial &&
                      p->initial <= p->maximum && p->minimum < p->maximum,
                  "%s: the range of %s is not one", entry->name, p->name);
    for (size_t i = 0; p->word != NULL && i <= (size_t)p->maximum; i++) {
        ck_assert_msg(p->word(i) != NULL, "%s: %s has no word %zu", entry->name, p->name, i);
    }
    ck_assert(p->word == NULL || p->word((size_t)p->maximum + 1) == NULL);
}

TEST(every_row_is_complete_and_its_name_its_own)
{
    for (size_t t = 0; t < TABLES; t++) {
        size_t row = 0;
        for (const gml_entry *entry; (entry = tables[t].table(row)) != NULL; row++) {
            check_texts(entry);
            for (size_t i = 0; i < entry->parameter_count; i++) {
                check_parameter(entry, &entry->parameters[i]);
            }
            for (size_t i = 0; i < row; i++) {
                ck_assert_str_ne(entry->name, tables[t].table(i)->name);
            }
        }
        ck_assert_uint_eq(row, tables[t].rows);
        ck_assert_ptr_null(tables[t].table(SIZE_MAX));
    }
}

TEST(the_longest_call_of_every_row_is_printed_whole_and_reads_back)
{
    gml_context *context = test_context();
    for (size_t t = 0; t < TABLES; t++) {
        for (size_t row = 0; row < tables[t].rows; row++) {
            gml_call call, again;
            char text[GML_CALL_SIZE];
            ck_assert(gml_call_default(tables[t].table, tables[t].table(row)->name, &call));
            for (size_t i = 0; i < call.entry->parameter_count; i++) {
                const gml_parameter *p = &call.entry->parameters[i];
                if (p->word != NULL) {
                    call.values[i] = p->maximum;
                    continue;
                }
                double between = p->minimum + (p->maximum - p->minimum) / 3; /* needs all digits */
                call.values[i] = p->minimum < 0 ? -1.2345678901234567e-5 : between * 1.1e-5 + p->minimum;
            }
            gml_call_print(&call, text);
            ck_assert_uint_lt(strlen(text), GML_CALL_SIZE - 1);
            assert_ok(context, gml_call_parse(context, tables[t].what, tables[t].table, text, strlen(text), &again));
            ck_assert(gml_call_equal(&call, &again));
        }
    }
    gml_context_destroy(context);
}

static void check_kernels(const gml_kernels *kernels)
{
    for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
        const gml_entry *entry = gml_activation_entry(i);
        const gml_activation_kernel *kernel = gml_kernels_activation(kernels, entry->name);
        ck_assert_ptr_nonnull(kernel);
        ck_assert_int_eq(kernel->whole_rows, gml_activation_row_at(i)->couples_columns);
        ck_assert_uint_le(entry->parameter_count, 1); /* `usual` has room for one */
        ck_assert_double_eq(kernel->usual, entry->parameters[0].initial);
    }
    for (size_t i = 0; gml_trainable_entry(i) != NULL; i++) {
        ck_assert_ptr_nonnull(gml_kernels_activation(kernels, gml_trainable_entry(i)->name));
    }
    for (size_t i = 0; gml_loss_entry(i) != NULL; i++) {
        ck_assert_ptr_nonnull(gml_kernels_loss(kernels, gml_loss_entry(i)->name));
    }
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        bool has_kernel = gml_kernels_optimizer(kernels, gml_optimizer_entry(i)->name) != NULL;
        ck_assert_int_eq(has_kernel, !gml_optimizer_row_at(i)->full_batch);
    }
}

TEST(every_row_has_its_kernel_in_every_set)
{
    for_each_table(check_kernels);
}

static void check_activation_row(const gml_activation_row *row)
{
    gml_call call;
    ck_assert(gml_call_default(gml_initializer_entry, row->initializer, &call));
    ck_assert_msg(row->entry.range != NULL && row->entry.range[0] != '\0', "%s: no range", row->entry.name);
    ck_assert_msg(row->entry.derivative[0] != '\0', "%s: no derivative", row->entry.name);
}

TEST(activations_and_losses_name_rows_that_are_there)
{
    gml_call call;
    for (size_t i = 0; gml_activation_row_at(i) != NULL; i++) {
        check_activation_row(gml_activation_row_at(i));
    }
    for (size_t i = 0; gml_trainable_row_at(i) != NULL; i++) {
        check_activation_row(gml_trainable_row_at(i));
    }
    for (size_t i = 0; gml_loss_row_at(i) != NULL; i++) {
        const gml_loss_row *row = gml_loss_row_at(i);
        const gml_reference_loss *reference = gml_reference_find_loss(row->entry.name);
        ck_assert(row->link == NULL || gml_call_default(gml_activation_entry, row->link, &call));
        ck_assert_pstr_eq(row->link, reference->link);
    }
}

TEST(optimizers_point_at_the_parameters_they_mean)
{
    for (size_t i = 0; gml_optimizer_row_at(i) != NULL; i++) {
        const gml_optimizer_row *row = gml_optimizer_row_at(i);
        const gml_parameter *parameters = row->entry.parameters;
        ck_assert_str_eq(parameters[0].name, "lr");
        ck_assert_double_gt(parameters[0].minimum, 0);
        ck_assert_uint_eq(row->states, row->full_batch ? 0 : gml_reference_find_optimizer(row->entry.name)->states);
        ck_assert_ptr_nonnull(row->prepare);
        ck_assert_uint_le(row->average, row->states);
        for (size_t k = 0; k < GML_UPDATE_STATES; k++) {
            ck_assert_uint_lt(row->state_if[k], row->entry.parameter_count);
        }
        gml_call vectors;
        ck_assert(row->vectors == NULL || gml_call_default(gml_optimizer_entry, row->vectors, &vectors));
        ck_assert_int_eq(row->vectors != NULL, row->iterations != 0);
        ck_assert_uint_lt(row->iterations, row->entry.parameter_count);
        ck_assert(row->decay == 0 || strcmp(parameters[row->decay].name, "weight_decay") == 0);
        size_t decay = gml_call_parameter(&row->entry, "weight_decay", strlen("weight_decay"));
        ck_assert_int_eq(row->decay != 0, decay < row->entry.parameter_count);
    }
}

int main(void)
{
    return run_tests("tables", 60);
}

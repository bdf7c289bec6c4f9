/* tests/fuzz/fuzz_call.c - calls such as "adam(lr=0.01)": rows of every table, with arguments.
 *
 * The first byte chooses a table, the rest is the text. A call that is read is written and read again to the same. A
 * schedule is bound and asked for the rates of a short fit. Bit 7 of the first byte: the text is an option of a trainer
 * instead, which is made for a tiny network. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "gemmule/gemmule.h"
#include "layer/activation.h"
#include "optimizer/schedule.h"

static const struct {
    const char *what;
    gml_entries table;
} tables[] = {
    {"activation", gml_activation_entry},
    {"activation", gml_any_activation_entry},
    {"initializer", gml_initializer_entry},
    {"loss", gml_loss_entry},
    {"optimizer", gml_optimizer_entry},
    {"schedule", gml_schedule_entry},
    {"average", gml_average_entry},
    {"group", gml_group_entry},
    {"layer", gml_layer_entry},
    {"format", gml_format_entry},
    {"metric", gml_metric_entry},
    {"split", gml_split_entry},
};

enum { TABLES = sizeof tables / sizeof tables[0], STEPS = 30, STEPS_PER_EPOCH = 10 };

static const gml_status documented[] = {GML_ERROR_ARGUMENT, GML_ERROR_NAME, GML_ERROR_SHAPE};

static void check_call(const char *what, gml_entries table, const char *text)
{
    gml_call call, again;
    char written[GML_CALL_SIZE];
    if (fuzz_status(gml_call_parse(fuzz_context(), what, table, text, strlen(text), &call), documented, 2)) {
        gml_call_print(&call, written);
        fuzz_ok(gml_call_parse(fuzz_context(), what, table, written, strlen(written), &again));
        fuzz_check(gml_call_equal(&call, &again), "a call that is written reads the same");
    }
}

static void check_schedule(const char *text)
{
    gml_schedule schedule;
    gml_schedule_state state = gml_schedule_begin();
    if (fuzz_status(gml_schedule_bind(fuzz_context(), text, 0.1, STEPS, STEPS_PER_EPOCH, &schedule), documented, 2)) {
        for (size_t step = 0; step < STEPS; step++) {
            double rate = gml_schedule_at(&schedule, &state, step);
            fuzz_check(isfinite(rate) && rate >= 0, "a rate is finite and not below 0");
            if ((step + 1) % STEPS_PER_EPOCH == 0) {
                gml_schedule_observe(&schedule, &state, 1);
            }
        }
    }
}

static void check_trainer(unsigned choice, const char *text)
{
    static gml_network *network; /* as long as the process */
    gml_train_options options = {.batch = 2};
    const char **places[] = {&options.loss,    &options.optimizer, &options.groups,
                             &options.average, &options.schedule,  &options.class_weights};
    gml_trainer *trainer = NULL;
    if (network == NULL) {
        fuzz_ok(gml_network_create(fuzz_context(), "2 -> 3 relu -> batchnorm -> 2", NULL, &network));
    }
    *places[choice % (sizeof places / sizeof places[0])] = text;
    fuzz_begin((size_t)1 << 20);
    if (fuzz_status(gml_trainer_create(network, &options, &trainer), documented, 3)) {
        gml_trainer_destroy(trainer);
    }
    fuzz_end();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = malloc(size);
    fuzz_check(text != NULL, "the fuzzer has memory");
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    unsigned choice = data[0] & 127;
    if ((data[0] & 128) != 0) {
        check_trainer(choice, text);
    } else {
        fuzz_begin((size_t)1 << 16);
        check_call(tables[choice % TABLES].what, tables[choice % TABLES].table, text);
        if (tables[choice % TABLES].table == gml_schedule_entry) {
            check_schedule(text);
        }
        fuzz_end();
    }
    free(text);
    return 0;
}

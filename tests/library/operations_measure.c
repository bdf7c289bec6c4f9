/* tests/library/operations_measure.c - metrics, the gradient check, and the health of networks. */
#include <string.h>

#include "harness.h"
#include "operations.h"

static const char net[] = "4 -> 6 relu -> batchnorm -> 5 tanh -> 3 softmax";

/* ---- metrics ---- */

static void evaluate(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_metrics metrics = {0};
    ATTEMPT(s, network, gml_evaluate(network, data, NULL, &metrics));
    note_bytes(s, &metrics.loss, sizeof metrics.loss);
    note_bytes(s, &metrics.accuracy, sizeof metrics.accuracy);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static const char *const metric_names[] = {"accuracy", "roc_auc", "f1", "ece"};
enum { METRICS = sizeof metric_names / sizeof metric_names[0] };

static void note_values(stage *s, const gml_metric_value *values)
{
    for (size_t i = 0; i < METRICS; i++) {
        note_bytes(s, &values[i].value, sizeof values[i].value);
    }
}

static void score(stage *s)
{
    static const float predictions[SAMPLES] = {0.5F, 1, 0, 0.25F, 0.75F, 1, 0, 0, 1, 0.125F, 0.5F, 0};
    static const uint8_t targets[SAMPLES] = {1, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1};
    const gml_score_data data = {.predictions = gml_matrix_f32(predictions, SAMPLES, 1),
                                 .targets = gml_matrix_u8(targets, SAMPLES, 1)};
    gml_metric_value values[METRICS];
    memset(values, 0, sizeof values);
    ATTEMPT(s, NULL, gml_score(s->context, &data, metric_names, METRICS, values, gml_matrix_none()));
    note_values(s, values);
}

static void score_network(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_metric_value values[METRICS];
    double confusion[9] = {0};
    memset(values, 0, sizeof values);
    ATTEMPT(s, network,
            gml_score_network(network, data, metric_names, METRICS, values, gml_matrix_f64(confusion, 3, 3)));
    note_values(s, values);
    note_bytes(s, confusion, sizeof confusion);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void score_targets(stage *s)
{
    static const char *const calls[] = {"rmse", "median_ae"};
    gml_network *network = make_network(s, "4 -> 3", GML_F32);
    gml_dataset *data = make_values(s);
    gml_metric_value values[6];
    memset(values, 0, sizeof values);
    ATTEMPT(s, network, gml_score_targets(network, data, calls, 2, values));
    for (size_t i = 0; i < 6; i++) {
        note_bytes(s, &values[i].value, sizeof values[i].value);
    }
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void calibrate(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_calibration report = {.temperature = 0};
    ATTEMPT(s, network, gml_calibrate(network, data, &report));
    note_bytes(s, &report.temperature, sizeof report.temperature);
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

/* Few samples, and intervals that the network has already. */
static const gml_intervals intervals = {
    .level = 0.7, .score = "residual", .targets = 3, .quantiles = (const double[]){1, 2, 3}};

static void fit_intervals(stage *s)
{
    gml_network *network = make_network(s, "4 -> 3", GML_F32);
    gml_dataset *data = make_values(s);
    assert_ok(s->context, gml_network_set_intervals(network, &intervals));
    ATTEMPT(s, network, gml_fit_intervals(network, data, 0.8));
    note_network(s, network);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void set_intervals(stage *s)
{
    gml_network *network = make_network(s, "4 -> 3", GML_F32);
    gml_intervals other = intervals;
    other.quantiles = (const double[]){5, 6, 7};
    assert_ok(s->context, gml_network_set_intervals(network, &intervals));
    ATTEMPT(s, network, gml_network_set_intervals(network, &other));
    note_network(s, network);
    gml_network_destroy(network);
}

static void bounds(stage *s)
{
    gml_network *network = make_network(s, "4 -> 3", GML_F32);
    double both[2][SAMPLES * CLASSES] = {{0}};
    assert_ok(s->context, gml_network_set_intervals(network, &intervals));
    ATTEMPT(s, network,
            gml_network_bounds(network, sample_values(), gml_matrix_f64(both[0], SAMPLES, CLASSES),
                               gml_matrix_f64(both[1], SAMPLES, CLASSES)));
    note_bytes(s, both, sizeof both);
    gml_network_destroy(network);
}

static void score_intervals(stage *s)
{
    gml_network *network = make_network(s, "4 -> 3", GML_F32);
    gml_dataset *data = make_values(s);
    gml_interval_score scores[3] = {{.samples = 0}};
    assert_ok(s->context, gml_network_set_intervals(network, &intervals));
    ATTEMPT(s, network, gml_score_intervals(network, data, scores));
    note_bytes(s, scores, sizeof scores);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

static void metric_facts(stage *s)
{
    gml_metric_facts facts = {0};
    ATTEMPT(s, NULL, gml_metric_facts_of(s->context, "f1(average=micro)", &facts));
    note_bytes(s, &facts.higher_is_better, sizeof facts.higher_is_better);
}

static void gradient_check(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_check_block blocks[16];
    size_t count = 0;
    ATTEMPT(s, network, gml_gradient_check(network, sample_inputs(), sample_classes(), NULL, 2, blocks, 16, &count));
    note_bytes(s, &blocks[0].worst, sizeof blocks[0].worst);
    gml_network_destroy(network);
}

/* ---- health ---- */

/* Figures of a layer, which the digest holds. */
static void note_health(stage *s, const gml_health *health)
{
    gml_layer_health layer;
    assert_ok(s->context, gml_health_layer(health, 0, &layer));
    layer.singular_values = NULL;
    note_bytes(s, &layer, sizeof layer);
}

static void health_create(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_health *health = NULL;
    ATTEMPT(s, network, gml_health_create(network, NULL, &health));
    gml_health_destroy(health);
    gml_network_destroy(network);
}

static void health_measure(stage *s)
{
    gml_network *network = make_network(s, net, GML_F32);
    gml_dataset *data = make_classes(s);
    gml_health *health = NULL;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    ATTEMPT(s, network, gml_health_measure(health, data));
    note_health(s, health);
    gml_health_destroy(health);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
}

/* The observer allocates as the trainer is made. */
static void health_observe(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    gml_health *health = NULL;
    gml_trainer *trainer = NULL;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    const gml_train_options options = {.observer = gml_health_observer(health)};
    ATTEMPT(s, network, gml_trainer_create(network, &options, &trainer));
    assert_ok(s->context, gml_trainer_step(trainer, sample_inputs(), sample_classes(), NULL));
    gml_trainer_destroy(trainer);
    assert_ok(s->context, gml_health_finish(health));
    note_health(s, health);
    gml_health_destroy(health);
    gml_network_destroy(network);
}

static void health_finish(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    gml_health *health = NULL;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    ATTEMPT(s, network, gml_health_finish(health));
    note_health(s, health);
    gml_health_destroy(health);
    gml_network_destroy(network);
}

/* Figures, which allocate nothing. */
static void health_view(stage *s)
{
    gml_network *network = make_network(s, net, GML_F64);
    gml_health *health = NULL;
    gml_health_summary summary;
    gml_layer_health layer;
    gml_unit_health unit;
    assert_ok(s->context, gml_health_create(network, NULL, &health));
    assert_ok(s->context, gml_health_finish(health));
    if (strcmp(s->variant, "summary") == 0) {
        ATTEMPT(s, network, gml_health_summarize(health, &summary));
    } else if (strcmp(s->variant, "layer") == 0) {
        ATTEMPT(s, network, gml_health_layer(health, 0, &layer));
    } else {
        ATTEMPT(s, network, gml_health_unit(health, 0, 0, &unit));
    }
    note_health(s, health);
    gml_health_destroy(health);
    gml_network_destroy(network);
}

const operation measure_operations[] = {
    {"gml_evaluate", NULL, evaluate},
    {"gml_score", NULL, score},
    {"gml_score_network", NULL, score_network},
    {"gml_score_targets", NULL, score_targets},
    {"gml_calibrate", NULL, calibrate},
    {"gml_fit_intervals", NULL, fit_intervals},
    {"gml_network_set_intervals", NULL, set_intervals},
    {"gml_network_bounds", NULL, bounds},
    {"gml_score_intervals", NULL, score_intervals},
    {"gml_metric_facts_of", NULL, metric_facts},
    {"gml_gradient_check", NULL, gradient_check},
    {"gml_health_create", NULL, health_create},
    {"gml_health_measure", NULL, health_measure},
    {"gml_trainer_create", "observer", health_observe},
    {"gml_health_finish", NULL, health_finish},
    {"gml_health_summarize", "summary", health_view},
    {"gml_health_layer", "layer", health_view},
    {"gml_health_unit", "unit", health_view},
    {NULL},
};

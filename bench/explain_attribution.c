/* bench/explain_attribution.c - attributions and Jacobians, against passes of as many rows through the same network. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "explain/attribution/probe.h"
#include "explain_case.h"

/* A call that is timed, and the passes that it is held against. */
typedef struct question {
    gml_context *context;
    gml_network *network;
    gml_matrix x;        /* [samples x inputs] */
    size_t passes;       /* rows that the network reads for all samples */
    gml_matrix many;     /* [passes x inputs], for predictions */
    gml_matrix answers;  /* [passes x outputs] */
    gml_probe probe;     /* for passes forward and back */
    size_t *columns;     /* [passes], 0 */
    gml_matrix found;    /* [samples x inputs] f64: attributions */
    gml_matrix jacobian; /* [samples * outputs x inputs] */
    gml_attribution_options options;
    gml_attribution_report *reports; /* [samples] */
} question;

static question ask(size_t threads, const char *description, size_t samples, size_t passes)
{
    question made = {.context = bench_context(threads), .passes = passes};
    made.network = explain_network(made.context, description);
    const size_t inputs = gml_network_inputs(made.network);
    made.x = explain_rows(samples, inputs, 1);
    made.found = gml_matrix_f64(bench_allocate(samples * inputs, sizeof(double)), samples, inputs);
    made.reports = bench_allocate(samples, sizeof *made.reports);
    return made;
}

static void forget(question *of)
{
    void *const taken[] = {of->x.data, of->many.data, of->answers.data, of->found.data, of->jacobian.data};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        free(taken[i]);
    }
    free(of->options.baseline.data);
    free(of->columns);
    free(of->reports);
    gml_probe_destroy(&of->probe);
    gml_network_destroy(of->network);
    gml_context_destroy(of->context);
}

static void make_predictions(question *of)
{
    const size_t outputs = gml_network_outputs(of->network);
    of->many = explain_rows(of->passes, gml_network_inputs(of->network), 2);
    of->answers = gml_matrix_f32(bench_allocate(of->passes * outputs, sizeof(float)), of->passes, outputs);
}

static void run_predict(void *argument)
{
    const question *of = argument;
    bench_must(of->context, gml_network_predict(of->network, of->many, of->answers));
}

static void run_attribute(void *argument)
{
    question *of = argument;
    bench_must(of->context, gml_attribute(of->network, of->x, &of->options, of->found, of->reports));
}

/* The attributions of each sample must sum to the change of its output, up to `most` of the greatest change. */
static void verify_sums(const question *of, double most, const char *name)
{
    double change = 0, error = 0;
    for (size_t i = 0; i < of->x.rows; i++) {
        const gml_attribution_report *report = &of->reports[i];
        change = fmax(change, fabs(report->value - report->base));
        error = fabs(report->error) <= error ? error : fabs(report->error); /* NaN counts as worse */
    }
    if (!(error <= most * change)) {
        bench_fail("%s: attributions miss the change of the output by %g of %g", name, error, change);
    }
}

/* ---- Shapley values ---- */

static void time_shapley(const bench_options *options, const char *description, size_t coalitions, size_t backgrounds,
                         const char *asked, json_t *cases)
{
    char name[BENCH_DESCRIPTION], method[64];
    snprintf(name, sizeof name, "kernel_shap of a sample of %s, %zu coalitions, %zu background rows, 1 thread",
             description, coalitions, backgrounds);
    if (!bench_wanted(options, name)) {
        return;
    }
    question of = ask(1, description, 1, coalitions * backgrounds);
    snprintf(method, sizeof method, "kernel_shap(coalitions=%zu)", coalitions);
    of.options.method = method;
    of.options.baseline = explain_rows(backgrounds, of.x.cols, 3);
    make_predictions(&of);
    run_attribute(&of);
    verify_sums(&of, 1e-4, name);
    bench_contender contenders[] = {{"predictions of as many rows", run_predict, &of},
                                    {"kernel_shap", run_attribute, &of}};
    explain_time(options, &(explain_case){name, asked, contenders, 2}, cases);
    forget(&of);
}

/* ---- integrated gradients ---- */

enum { STEPS = 64 };

static void leave_inputs(void *argument, size_t first, size_t count, void *inputs)
{
    (void)argument, (void)first, (void)count, (void)inputs;
}

/* As many rows forward and back as the method reads, and nothing else: no inputs are written, no sums taken. */
static void run_passes(void *argument)
{
    question *of = argument;
    const size_t block = gml_probe_block(&of->probe);
    for (size_t first = 0; first < of->passes; first += block) {
        gml_probe_run run = {.probe = &of->probe,
                             .rows = of->passes - first < block ? of->passes - first : block,
                             .columns = of->columns,
                             .fill = leave_inputs,
                             .back = gml_probe_differentiate};
        gml_probe_send(&run);
    }
}

/* The gradients of all samples, as often as the path has points. */
static void run_gradients(void *argument)
{
    question *of = argument;
    const gml_attribution_options gradient = {.method = "gradient", .output = of->options.output};
    for (size_t i = 0; i < STEPS; i++) {
        bench_must(of->context, gml_attribute(of->network, of->x, &gradient, of->found, NULL));
    }
}

static void time_integrated(const bench_options *options, const char *description, size_t samples, json_t *cases)
{
    static const size_t class = 3;
    char name[BENCH_DESCRIPTION];
    snprintf(name, sizeof name, "integrated_gradients of %zu samples of %s, %d steps", samples, description, STEPS);
    if (!bench_wanted(options, name)) {
        return;
    }
    question of = ask(options->threads, description, samples, samples * STEPS);
    of.options.method = "integrated_gradients";
    of.options.output = &class;
    of.columns = bench_allocate(of.passes, sizeof *of.columns);
    const gml_probe_options passes = {.rows = of.passes, .score = true, .goes_back = true, .keeps_gradients = true};
    bench_must(of.context, gml_probe_create(of.network, &passes, &of.probe));
    float *inputs = of.probe.workspace.gathered;
    for (size_t i = 0; i < gml_probe_block(&of.probe) * of.x.cols; i++) {
        inputs[i] = ((const float *)of.x.data)[i % (of.x.rows * of.x.cols)];
    }
    run_attribute(&of);
    verify_sums(&of, 1e-2, name);
    bench_contender contenders[] = {{"bare passes of as many rows", run_passes, &of},
                                    {"gml_attribute, gradient, 64 times", run_gradients, &of},
                                    {"integrated_gradients", run_attribute, &of}};
    explain_time(options, &(explain_case){name, "the ratio of the last at most 1.67", contenders, 3}, cases);
    forget(&of);
}

/* ---- Jacobians ---- */

static void run_jacobian(void *argument)
{
    const question *of = argument;
    bench_must(of->context, gml_network_jacobian(of->network, of->x, of->jacobian));
}

/* The rows of output 0 must be the attributions of the method "gradient". */
static void verify_jacobian(question *of, const char *name)
{
    static const size_t first = 0;
    const size_t outputs = gml_network_outputs(of->network), inputs = of->x.cols;
    of->options = (gml_attribution_options){.method = "gradient", .output = &first, .explained = GML_EXPLAINED_OUTPUT};
    run_attribute(of);
    gml_matrix rows = of->jacobian;
    rows.rows = of->x.rows;
    rows.stride = outputs * inputs;
    double *found = bench_to_doubles(rows);
    const double apart = bench_apart(found, of->found.data, of->x.rows * inputs);
    free(found);
    if (!(apart < 1e-4)) {
        bench_fail("%s: the rows of output 0 differ from the gradient by %g", name, apart);
    }
}

static void time_jacobian(const bench_options *options, const char *description, size_t samples, json_t *cases)
{
    char name[BENCH_DESCRIPTION];
    snprintf(name, sizeof name, "Jacobian of %zu samples of %s", samples, description);
    if (!bench_wanted(options, name)) {
        return;
    }
    question of = ask(options->threads, description, samples, samples);
    const size_t rows = samples * gml_network_outputs(of.network);
    of.jacobian = gml_matrix_f32(bench_allocate(rows * of.x.cols, sizeof(float)), rows, of.x.cols);
    make_predictions(&of);
    run_jacobian(&of);
    verify_jacobian(&of, name);
    bench_contender contenders[] = {{"predictions", run_predict, &of}, {"gml_network_jacobian", run_jacobian, &of}};
    explain_time(options, &(explain_case){name, NULL, contenders, 2}, cases);
    forget(&of);
}

void explain_attribution_cases(const bench_options *options, json_t *cases)
{
    if (options->quick) {
        time_shapley(options, "4 -> 8 relu -> 1", 14, 5, NULL, cases);
        time_integrated(options, "64 -> 32 relu -> 10 softmax", 10, cases);
    } else {
        time_shapley(options, "30 -> 128 relu -> 64 relu -> 1", 2048, 100, "at most 100 ms", cases);
        time_integrated(options, "784 -> 512 relu -> 256 relu -> 10 softmax", 1000, cases);
        time_integrated(options, "784 -> 128 relu -> 10 softmax", 1000, cases);
        time_jacobian(options, "784 -> 128 relu -> 10 softmax", 1000, cases);
    }
    time_jacobian(options, "30 -> 128 relu -> 64 relu -> 1", options->quick ? 16 : 1000, cases);
}

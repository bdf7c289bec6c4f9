/* bench/peer.c - the table of peers, and the comparison of each with the reference. */
#include "peer.h"

#include <stdlib.h>

#include "harness.h"
#include "parameters.h"
#include "support/oracle.h"

const bench_peer *const bench_peers[] = {
#ifdef BENCH_HAS_FANN
    &bench_peer_fann,
#endif
#ifdef BENCH_HAS_ONEDNN
    &bench_peer_onednn,
#endif
    NULL,
};

/* Factor for the initial parameters: keeps hidden values below 1, where FANN's piecewise linear unit differs from ReLU.
 */
static const double smaller = 0.15;

static void verify_outputs(const bench_rival *rival, const bench_step *step, const bench_net *net)
{
    size_t rows = bench_verified_rows(net), outputs = net->sizes[bench_layer_count(net)];
    oracle *naive = oracle_create(step->network, NULL);
    naive->layers[naive->network.layer_count - 1].activation = gml_reference_find_activation("identity");
    double *x = bench_to_doubles(gml_matrix_rows(step->batch->x, 0, rows));
    double *found = bench_allocate(net->batch * outputs, sizeof *found);
    rival->peer->outputs(rival->state, found);
    const gml_reference_batch batch = {.rows = rows, .x = x};
    oracle_run(naive, &batch);
    double apart = bench_apart(found, oracle_outputs(naive, &batch), rows * outputs);
    if (!(apart < 1e-4)) {
        bench_fail("%s: outputs differ from the reference's by %g of the largest: nothing is timed", rival->peer->name,
                   apart);
    }
    oracle_destroy(naive);
    free(x);
    free(found);
}

/* Compares the change of the parameters in a step with rate 1 with the gradients. */
static void verify_gradients(const bench_rival *rival, const bench_step *step, const bench_net *net)
{
    gml_reference_loops loops = bench_loops_make(net, bench_allocate);
    double *gradients = bench_naive_gradients(step, &loops, gml_reference_vectorized_step, net->batch);
    size_t count;
    double *moves = bench_parameters(step->network, &count);
    double *after = bench_allocate(count, sizeof *after);
    rival->peer->step(rival->state, 1);
    rival->peer->parameters(rival->state, after);
    for (size_t i = 0; i < count; i++) {
        moves[i] -= after[i];
    }
    double apart = bench_apart(moves, gradients, count);
    if (!(apart < 1e-4)) {
        bench_fail("%s: gradients differ from the naive loops' by %g of the largest: nothing is timed",
                   rival->peer->name, apart);
    }
    bench_loops_free(&loops);
    free(gradients);
    free(moves);
    free(after);
}

bench_rival bench_rival_make(const bench_peer *peer, const bench_net *net, const bench_batch *batch, size_t threads)
{
    bench_step step = bench_step_make(net, batch, (bench_recipe){.threads = 1});
    size_t count;
    double *parameters = bench_parameters(step.network, &count);
    for (size_t i = 0; i < count; i++) {
        parameters[i] = (double)(float)(parameters[i] * smaller);
    }
    bench_set_parameters(step.network, parameters);
    bench_rival rival = {peer, peer->create(net, batch, parameters, threads)};
    verify_outputs(&rival, &step, net);
    if (peer->parameters != NULL) {
        verify_gradients(&rival, &step, net);
    }
    free(parameters);
    bench_step_free(&step);
    return rival;
}

void bench_rival_free(bench_rival *rival)
{
    rival->peer->destroy(rival->state);
}

void bench_rival_run(void *rival)
{
    const bench_rival *bench = rival;
    bench->peer->step(bench->state, BENCH_RATE);
}

/* bench/peer_onednn_predict.c - prediction by oneDNN: inner products for inference with ReLU fused, then softmax.
 *
 * The weights are reordered once, into the layouts that the products prefer. */
#include <omp.h>
#include <stdlib.h>

#include "harness.h"
#include "peer_onednn.h"

typedef struct onednn_answer {
    onednn_state *state; /* the products */
    dnnl_memory_t y;     /* the caller's memory */
    onednn_call softmax;
} onednn_answer;

/* y = softmax(z) by rows, where z is the output of the last product */
static void set_up_softmax(onednn_answer *answer)
{
    const onednn_state *state = answer->state;
    dnnl_memory_t z = state->layers[state->layer_count - 1].y;
    dnnl_softmax_desc_t softmax;
    dnnl_primitive_desc_t description;
    onednn_must(dnnl_softmax_forward_desc_init(&softmax, state->purpose, onednn_layout_of(z), 1), "softmax");
    onednn_must(dnnl_primitive_desc_create(&description, &softmax, NULL, state->engine, NULL), "softmax");
    onednn_finish_call(&answer->softmax, description);
    onednn_add(&answer->softmax, DNNL_ARG_SRC, z);
    onednn_add(&answer->softmax, DNNL_ARG_DST, answer->y);
    dnnl_primitive_desc_destroy(description);
}

static void *create(const bench_net *net, const double *parameters, gml_matrix x, gml_matrix y, size_t threads)
{
    onednn_answer *answer = bench_allocate(1, sizeof *answer);
    answer->state = onednn_make(net, parameters, x, threads, dnnl_forward_inference);
    dnnl_memory_desc_t plain = onednn_layout(dnnl_ab, 2, y.rows, y.cols);
    answer->y = onednn_wrap(answer->state, &plain, y.data);
    set_up_softmax(answer);
    return answer;
}

/* Networks with other numbers of threads run in the same process. Some primitives read the number when they run. */
static void run(void *network)
{
    const onednn_answer *answer = network;
    omp_set_num_threads((int)answer->state->threads);
    onednn_forward(answer->state);
    onednn_run(answer->state, &answer->softmax);
    onednn_must(dnnl_stream_wait(answer->state->stream), "a prediction");
}

static void destroy(void *network)
{
    onednn_answer *answer = network;
    dnnl_primitive_destroy(answer->softmax.primitive);
    dnnl_memory_destroy(answer->y);
    onednn_free(answer->state);
    free(answer);
}

const bench_predictor onednn_predictor = {create, run, destroy};

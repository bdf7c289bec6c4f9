/* bench/peer_onednn_layer.c - the primitives of a oneDNN layer and their memory.
 *
 * oneDNN chooses the layout of a weight matrix for the forward product. If it chooses another for a backward product,
 * the step reorders the matrix, as users of oneDNN do. */
#include "peer_onednn.h"

#include "harness.h"

void onednn_must(dnnl_status_t status, const char *what)
{
    if (status != dnnl_success) {
        bench_fail("oneDNN: %s: status %d", what, (int)status);
    }
}

/* ---- memory ---- */

dnnl_memory_desc_t onednn_layout(dnnl_format_tag_t tag, int dimensions, size_t first, size_t second)
{
    dnnl_memory_desc_t made;
    dnnl_dims_t sizes = {(dnnl_dim_t)first, (dnnl_dim_t)second};
    onednn_must(dnnl_memory_desc_init_by_tag(&made, dimensions, sizes, dnnl_f32, tag), "a layout");
    return made;
}

dnnl_memory_t onednn_memory(const onednn_state *state, const dnnl_memory_desc_t *as)
{
    dnnl_memory_t memory;
    onednn_must(dnnl_memory_create(&memory, as, state->engine, DNNL_MEMORY_ALLOCATE), "memory");
    return memory;
}

dnnl_memory_t onednn_wrap(const onednn_state *state, const dnnl_memory_desc_t *as, void *data)
{
    dnnl_memory_t memory;
    onednn_must(dnnl_memory_create(&memory, as, state->engine, data), "memory");
    return memory;
}

float *onednn_data(const_dnnl_memory_t memory)
{
    void *data;
    onednn_must(dnnl_memory_get_data_handle(memory, &data), "memory");
    return data;
}

const dnnl_memory_desc_t *onednn_layout_of(const_dnnl_memory_t memory)
{
    const dnnl_memory_desc_t *as;
    onednn_must(dnnl_memory_get_memory_desc(memory, &as), "memory");
    return as;
}

/* Returns `like`, or new memory if the layout differs. */
static dnnl_memory_t share_memory(const onednn_state *state, dnnl_memory_t like, const dnnl_memory_desc_t *as)
{
    return dnnl_memory_desc_equal(onednn_layout_of(like), as) ? like : onednn_memory(state, as);
}

/* ---- calls ---- */

void onednn_add(onednn_call *call, int argument, dnnl_memory_t memory)
{
    call->arguments[call->count++] = (dnnl_exec_arg_t){argument, memory};
}

void onednn_finish_call(onednn_call *call, dnnl_primitive_desc_t description)
{
    onednn_must(dnnl_primitive_create(&call->primitive, description), "a primitive");
}

void onednn_run(const onednn_state *state, const onednn_call *call)
{
    if (call->primitive != NULL) {
        onednn_must(dnnl_primitive_execute(call->primitive, state->stream, call->count, call->arguments), "a call");
    }
}

static onednn_call make_reorder(const onednn_state *state, dnnl_memory_t from, dnnl_memory_t to)
{
    onednn_call call = {0};
    dnnl_primitive_desc_t description;
    onednn_must(dnnl_reorder_primitive_desc_create(&description, onednn_layout_of(from), state->engine,
                                                   onednn_layout_of(to), state->engine, NULL),
                "a reorder");
    onednn_finish_call(&call, description);
    onednn_add(&call, DNNL_ARG_FROM, from);
    onednn_add(&call, DNNL_ARG_TO, to);
    dnnl_primitive_desc_destroy(description);
    return call;
}

/* Copies between a matrix W [in x out] and a weight memory. */
void onednn_copy_weights(const onednn_state *state, const onednn_layer *layer, float *ours, bool in)
{
    dnnl_memory_desc_t plain = onednn_layout(dnnl_ba, 2, layer->out, layer->in);
    dnnl_memory_t memory = onednn_wrap(state, &plain, ours);
    onednn_call call = in ? make_reorder(state, memory, layer->weight) : make_reorder(state, layer->weight, memory);
    onednn_run(state, &call);
    onednn_must(dnnl_stream_wait(state->stream), "a copy");
    dnnl_primitive_destroy(call.primitive);
    dnnl_memory_destroy(memory);
}

/* ---- setting up a layer ---- */

static dnnl_primitive_desc_t describe_forward(const onednn_state *state, const onednn_layer *layer, bool relu)
{
    dnnl_memory_desc_t any = onednn_layout(dnnl_format_tag_any, 2, layer->out, layer->in);
    dnnl_inner_product_desc_t product;
    onednn_must(dnnl_inner_product_forward_desc_init(&product, state->purpose, onednn_layout_of(layer->x), &any,
                                                     onednn_layout_of(layer->bias), onednn_layout_of(layer->y)),
                "a forward product");
    dnnl_primitive_attr_t attributes;
    dnnl_post_ops_t after;
    onednn_must(dnnl_primitive_attr_create(&attributes), "attributes");
    onednn_must(dnnl_post_ops_create(&after), "attributes");
    if (relu) {
        onednn_must(dnnl_post_ops_append_eltwise(after, 1, dnnl_eltwise_relu, 0, 0), "ReLU");
    }
    onednn_must(dnnl_primitive_attr_set_post_ops(attributes, after), "attributes");
    dnnl_primitive_desc_t description;
    onednn_must(dnnl_primitive_desc_create(&description, &product, attributes, state->engine, NULL),
                "a forward product");
    dnnl_post_ops_destroy(after);
    dnnl_primitive_attr_destroy(attributes);
    return description;
}

static void set_up_forward(const onednn_state *state, onednn_layer *layer, bool relu)
{
    dnnl_primitive_desc_t description = describe_forward(state, layer, relu);
    layer->weight = onednn_memory(state, dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0));
    onednn_finish_call(&layer->forward, description);
    onednn_add(&layer->forward, DNNL_ARG_SRC, layer->x);
    onednn_add(&layer->forward, DNNL_ARG_WEIGHTS, layer->weight);
    onednn_add(&layer->forward, DNNL_ARG_BIAS, layer->bias);
    onednn_add(&layer->forward, DNNL_ARG_DST, layer->y);
    dnnl_primitive_desc_destroy(description);
}

/* dz = dy where y > 0, in place */
static void set_up_relu(const onednn_state *state, onednn_layer *layer)
{
    dnnl_eltwise_desc_t forward, backward;
    dnnl_primitive_desc_t hint, description;
    const dnnl_memory_desc_t *as = onednn_layout_of(layer->y);
    onednn_must(
        dnnl_eltwise_forward_desc_init(&forward, dnnl_forward_training, dnnl_eltwise_relu_use_dst_for_bwd, as, 0, 0),
        "ReLU");
    onednn_must(dnnl_primitive_desc_create(&hint, &forward, NULL, state->engine, NULL), "ReLU");
    onednn_must(dnnl_eltwise_backward_desc_init(&backward, dnnl_eltwise_relu_use_dst_for_bwd, as, as, 0, 0), "ReLU");
    onednn_must(dnnl_primitive_desc_create(&description, &backward, NULL, state->engine, hint), "ReLU");
    onednn_finish_call(&layer->relu_backward, description);
    onednn_add(&layer->relu_backward, DNNL_ARG_DST, layer->y);
    onednn_add(&layer->relu_backward, DNNL_ARG_DIFF_DST, layer->gradient);
    onednn_add(&layer->relu_backward, DNNL_ARG_DIFF_SRC, layer->gradient);
    dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_desc_destroy(description);
}

/* dX = dZ W^T */
static void set_up_backward(const onednn_state *state, onednn_layer *layer, dnnl_memory_t dx)
{
    dnnl_memory_desc_t any = onednn_layout(dnnl_format_tag_any, 2, layer->out, layer->in);
    dnnl_inner_product_desc_t product;
    dnnl_primitive_desc_t hint = describe_forward(state, layer, false), description;
    onednn_must(dnnl_inner_product_backward_data_desc_init(&product, onednn_layout_of(dx), &any,
                                                           onednn_layout_of(layer->gradient)),
                "dX");
    onednn_must(dnnl_primitive_desc_create(&description, &product, NULL, state->engine, hint), "dX");
    layer->backward_weight =
        share_memory(state, layer->weight, dnnl_primitive_desc_query_md(description, dnnl_query_weights_md, 0));
    if (layer->backward_weight != layer->weight) {
        layer->turn_weight = make_reorder(state, layer->weight, layer->backward_weight);
    }
    onednn_finish_call(&layer->backward, description);
    onednn_add(&layer->backward, DNNL_ARG_DIFF_DST, layer->gradient);
    onednn_add(&layer->backward, DNNL_ARG_WEIGHTS, layer->backward_weight);
    onednn_add(&layer->backward, DNNL_ARG_DIFF_SRC, dx);
    dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_desc_destroy(description);
}

/* dW = X^T dZ, db = sums of dZ */
static void set_up_weights(const onednn_state *state, onednn_layer *layer)
{
    dnnl_memory_desc_t any = onednn_layout(dnnl_format_tag_any, 2, layer->out, layer->in);
    dnnl_inner_product_desc_t product;
    dnnl_primitive_desc_t hint = describe_forward(state, layer, false), description;
    onednn_must(dnnl_inner_product_backward_weights_desc_init(&product, onednn_layout_of(layer->x), &any,
                                                              onednn_layout_of(layer->bias),
                                                              onednn_layout_of(layer->gradient)),
                "dW");
    onednn_must(dnnl_primitive_desc_create(&description, &product, NULL, state->engine, hint), "dW");
    layer->weight_gradient = onednn_memory(state, onednn_layout_of(layer->weight));
    const dnnl_memory_desc_t *raw = dnnl_primitive_desc_query_md(description, dnnl_query_diff_weights_md, 0);
    layer->raw_gradient = share_memory(state, layer->weight_gradient, raw);
    if (layer->raw_gradient != layer->weight_gradient) {
        layer->turn_gradient = make_reorder(state, layer->raw_gradient, layer->weight_gradient);
    }
    onednn_finish_call(&layer->weights, description);
    onednn_add(&layer->weights, DNNL_ARG_SRC, layer->x);
    onednn_add(&layer->weights, DNNL_ARG_DIFF_DST, layer->gradient);
    onednn_add(&layer->weights, DNNL_ARG_DIFF_WEIGHTS, layer->raw_gradient);
    onednn_add(&layer->weights, DNNL_ARG_DIFF_BIAS, layer->bias_gradient);
    dnnl_primitive_desc_destroy(hint);
    dnnl_primitive_desc_destroy(description);
}

static void set_up_gradients(const onednn_state *state, size_t index, onednn_layer *layer)
{
    layer->gradient = onednn_memory(state, onednn_layout_of(layer->y));
    layer->bias_gradient = onednn_memory(state, onednn_layout_of(layer->bias));
    set_up_weights(state, layer);
    if (index + 1 < state->layer_count) {
        set_up_relu(state, layer);
    }
    if (index > 0) {
        set_up_backward(state, layer, state->layers[index - 1].gradient);
    }
}

void onednn_layer_make(onednn_state *state, size_t index, dnnl_memory_t x)
{
    onednn_layer *layer = &state->layers[index];
    dnnl_memory_desc_t plain = onednn_layout(dnnl_ab, 2, state->batch, layer->out),
                       row = onednn_layout(dnnl_a, 1, layer->out, 0);
    layer->x = x;
    layer->y = onednn_memory(state, &plain);
    layer->bias = onednn_memory(state, &row);
    set_up_forward(state, layer, index + 1 < state->layer_count);
    if (state->purpose == dnnl_forward_training) {
        set_up_gradients(state, index, layer);
    }
}

/* layer/members.c - an ensemble in one network: k members whose values stand side by side in each row, [k d] wide.
 *
 *     members:   y = [x x ... x]                    dx = dy_1 + dy_2 + ... + dy_k
 *     average:   y = (x_1 + x_2 + ... + x_k) / k    dx_j = dy / k
 *
 * Between them every layer acts on each member. Rows of k members that lie packed, [n x k d], are k n rows of one,
 * [k n x d], in the same memory: a dense layer whose members share their weights is one product of k n rows. */
#include <math.h>

#include "kernel/data/data.h"
#include "kernel/entry/entry.h"
#include "layer/layer.h"

const char *gml_members_settle(gml_layer_spec *spec)
{
    const double count = spec->kind.values[0];
    if (count != floor(count)) {
        return "the number of members must be whole";
    }
    spec->members = (size_t)count;
    return __builtin_mul_overflow(spec->in, spec->members, &spec->units) || spec->units > GML_MAX_UNITS
               ? "more numbers than a layer can have"
               : NULL;
}

const char *gml_average_settle(gml_layer_spec *spec)
{
    spec->units = spec->in / spec->members;
    return spec->members > 1 ? NULL : "it averages members, and there are none; the layer `members` makes them";
}

/* Returns the values of a member in rows of all. */
static void *part_of(const gml_layer_call *call, const void *rows, size_t member, size_t width)
{
    return (char *)rows + member * width * call->layer->kernels->size;
}

/* to [rows x cols] = from */
static void copy(const gml_layer_call *call, const void *from, size_t from_stride, void *to, size_t to_stride,
                 size_t cols)
{
    const gml_kernels *kernels = call->layer->kernels;
    kernels->data->gather(&(gml_gather_call){.rows = call->rows,
                                             .cols = cols,
                                             .source = from,
                                             .source_dtype = kernels->dtype,
                                             .source_stride = from_stride,
                                             .target = to,
                                             .target_stride = to_stride});
}

/* to [rows x cols] = the sum of the members' parts of `from`, in their order */
static void sum(const gml_layer_call *call, const void *from, size_t from_stride, void *to, size_t to_stride,
                size_t cols)
{
    copy(call, from, from_stride, to, to_stride, cols);
    for (size_t i = 1; i < call->layer->members; i++) {
        call->layer->kernels->entry->add(&(gml_pair_call){.rows = call->rows,
                                                          .cols = cols,
                                                          .a = to,
                                                          .a_stride = to_stride,
                                                          .b = part_of(call, from, i, cols),
                                                          .b_stride = from_stride,
                                                          .out = to,
                                                          .out_stride = to_stride});
    }
}

/* Divides each row by the number of members. */
static void divide(const gml_layer_call *call, void *rows, size_t stride, size_t cols)
{
    const gml_kernels *kernels = call->layer->kernels;
    for (size_t i = 0; i < call->rows; i++) {
        void *row = (char *)rows + i * stride * kernels->size;
        kernels->entry->combine(cols, 1 / (double)call->layer->members, row, 0, row);
    }
}

void gml_members_forward(const gml_layer_call *call)
{
    const size_t width = call->layer->in;
    for (size_t i = 0; i < call->layer->members; i++) {
        copy(call, call->x, call->x_stride, part_of(call, call->y, i, width), call->y_stride, width);
    }
}

void gml_members_propagate(const gml_layer_call *call)
{
    sum(call, call->gradient, call->y_stride, call->dx, call->dx_stride, call->layer->in);
}

void gml_average_forward(const gml_layer_call *call)
{
    sum(call, call->x, call->x_stride, call->y, call->y_stride, call->layer->out);
    divide(call, call->y, call->y_stride, call->layer->out);
}

void gml_average_propagate(const gml_layer_call *call)
{
    const size_t width = call->layer->out;
    copy(call, call->gradient, call->y_stride, call->dx, call->dx_stride, width);
    divide(call, call->dx, call->dx_stride, width);
    for (size_t i = 1; i < call->layer->members; i++) {
        copy(call, call->dx, call->dx_stride, part_of(call, call->dx, i, width), call->dx_stride, width);
    }
}

/* network/fold.c - folds normalisation layers into dense layers and drops noise, for prediction only.
 *
 * batchnorm computes y = x s + t, column by column, with s = gain / sqrt(variance + eps) and t = bias - mean s. So
 *
 *     x W + b   and then batchnorm   is   x (W s) + (b s + t),  columns of W scaled
 *     batchnorm and then   y W + b   is   x (s W) + (t W + b),  rows of W scaled
 *
 * weight_norm is the first of these, with s = gain / |v| and t = bias, v the weights into a unit. The dense layer
 * before it has no bias; folding adds one. Computes in double. */
#include <math.h>
#include <string.h>

#include "network/ensemble.h"
#include "network/spec_forms.h"

typedef enum fate { STAYS, VANISHES, INTO_BEFORE, INTO_NEXT } fate;

typedef struct folding {
    const gml_network *network;
    fate fates[GML_MAX_LAYERS];
    size_t
        becomes[GML_MAX_LAYERS + 1]; /* value -> value of the folded network; 0 the inputs, i + 1 layer i's outputs */
    gml_spec spec;                   /* of the folded network */
} folding;

/* True if no residual reads this value. */
static bool is_private(const gml_network *network, size_t value)
{
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        if (network->layers[i].kind->reads_earlier && network->layers[i].earlier == value) {
            return false;
        }
    }
    return true;
}

static bool is_plain_dense(const gml_layer *layer)
{
    return layer->weight != NULL && layer->activation->identity && layer->bias != NULL && layer->members == 1;
}

static fate fate_of(const folding *f, size_t i)
{
    const gml_network *network = f->network;
    const gml_layer *layer = &network->layers[i];
    size_t before = i, next = i + 1;
    while (before > 0 && f->fates[before - 1] == VANISHES && is_private(network, before)) {
        before--;
    }
    while (next < network->spec.layer_count && network->layers[next].kind->trains_only && is_private(network, next)) {
        next++;
    }
    if (layer->kind->trains_only && network->spec.layer_count > 1) {
        return VANISHES;
    }
    if (layer->scaled != NULL) {
        return INTO_BEFORE;
    }
    if (!layer->kind->batch_statistics || layer->members > 1) {
        return STAYS; /* members share weights, and each has a norm of its own */
    }
    if (before > 0 && is_plain_dense(&network->layers[before - 1]) && is_private(network, before)) {
        return INTO_BEFORE;
    }
    bool into_next = next < network->spec.layer_count && network->layers[next].bias != NULL &&
                     is_private(network, i + 1) && is_private(network, next);
    return into_next ? INTO_NEXT : STAYS;
}

/* Keeps at least one layer within each residual. */
static void keep_spans(folding *f)
{
    for (size_t i = 0; i < f->network->spec.layer_count; i++) {
        bool spans = !f->network->layers[i].kind->reads_earlier;
        for (size_t k = spans ? i : f->network->layers[i].earlier; k < i; k++) {
            spans = spans || f->fates[k] == STAYS;
        }
        if (!spans) {
            f->fates[i - 1] = STAYS;
        }
    }
}

/* Lists the layers that stay, and reduces the span of residuals by the layers that are gone. */
static gml_status make_spec(folding *f)
{
    const gml_spec *from = &f->network->spec;
    size_t kept = 0, last = from->layer_count - 1;
    bool none = true;
    for (size_t i = 0; i <= last; i++) {
        f->fates[i] = fate_of(f, i);
        none = none && f->fates[i] != STAYS;
    }
    f->fates[last] = none ? STAYS : f->fates[last];
    keep_spans(f);
    for (size_t i = 0; i <= last; i++) {
        kept += f->fates[i] == STAYS ? 1 : 0;
        f->becomes[i + 1] = kept;
    }
    gml_status status = gml_spec_make_layers(f->network->context, "folded network", kept, &f->spec);
    f->spec.inputs = from->inputs;
    for (size_t i = 0; status == GML_OK && i <= last; i++) {
        if (f->fates[i] == INTO_BEFORE) {
            f->spec.layers[f->becomes[i + 1] - 1].bias = true;
        }
        if (f->fates[i] != STAYS) {
            continue;
        }
        gml_layer_spec *layer = &f->spec.layers[f->becomes[i + 1] - 1];
        *layer = from->layers[i];
        if (f->network->layers[i].kind->reads_earlier) {
            size_t source = f->becomes[f->network->layers[i].earlier];
            layer->kind.values[0] = (double)(f->becomes[i + 1] - 1 - source);
        }
    }
    return status;
}

/* s and t of column j; of a weight_norm `dense` is what it scales. */
static void find_affine(const gml_layer *norm, const gml_layer *dense, size_t j, double *scale, double *shift)
{
    if (norm->scaled != NULL) {
        double squares = 0;
        for (size_t i = 0; i < dense->in; i++) {
            double weight = ((const double *)dense->weight)[i * dense->out + j];
            squares += weight * weight;
        }
        *scale = squares > 0 ? ((const double *)norm->vectors[0].values)[j] / sqrt(squares) : 0;
        *shift = ((const double *)norm->vectors[1].values)[j];
        return;
    }
    double part[4];
    for (size_t k = 0; k < 4; k++) { /* gain, bias, mean, variance */
        part[k] = ((const double *)norm->vectors[k].values)[j];
    }
    *scale = part[0] / sqrt(part[3] + norm->spec->kind.values[0]);
    *shift = part[1] - part[2] * *scale;
}

static void fold_into_before(const gml_layer *norm, gml_layer *dense)
{
    double *weight = dense->weight, *bias = dense->bias;
    for (size_t j = 0; j < dense->out; j++) {
        double scale, shift;
        find_affine(norm, dense, j, &scale, &shift);
        for (size_t i = 0; i < dense->in; i++) {
            weight[i * dense->out + j] *= scale;
        }
        bias[j] = (norm->scaled != NULL ? 0 : bias[j] * scale) + shift;
    }
}

static void fold_into_next(const gml_layer *norm, gml_layer *dense)
{
    double *weight = dense->weight, *bias = dense->bias;
    for (size_t i = 0; i < dense->in; i++) {
        double scale, shift;
        find_affine(norm, dense, i, &scale, &shift);
        for (size_t j = 0; j < dense->out; j++) {
            bias[j] += shift * weight[i * dense->out + j];
            weight[i * dense->out + j] *= scale;
        }
    }
}

static void copy_layer(const gml_layer *from, gml_layer *to)
{
    if (from->weight != NULL) {
        memcpy(to->weight, from->weight, from->weight_rows * from->weight_cols * sizeof(double));
    }
    for (size_t k = 0; k < from->vector_count; k++) {
        memcpy(to->vectors[k].values, from->vectors[k].values, from->vectors[k].count * sizeof(double));
    }
}

/* Copies come first, then norms go into what stands before them, in order, and then into what stands behind. */
static void fill(const folding *f, gml_network *made)
{
    size_t count = f->network->spec.layer_count;
    for (size_t i = 0; i < count; i++) {
        if (f->fates[i] == STAYS) {
            copy_layer(&f->network->layers[i], &made->layers[f->becomes[i + 1] - 1]);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (f->fates[i] == INTO_BEFORE) {
            fold_into_before(&f->network->layers[i], &made->layers[f->becomes[i + 1] - 1]);
        }
    }
    for (size_t i = count; i-- > 0;) {
        if (f->fates[i] == INTO_NEXT) {
            fold_into_next(&f->network->layers[i], &made->layers[f->becomes[i + 1]]);
        }
    }
}

static gml_status make_folded(folding *f, gml_network **folded)
{
    gml_context *context = f->network->context;
    gml_network_options options = {.dtype = GML_F64};
    char *json = NULL;
    gml_status status = gml_spec_to_json(context, &f->spec, &json);
    if (status == GML_OK) {
        status = gml_network_create(context, json, &options, folded);
    }
    gml_release_string(context, json);
    if (status == GML_OK) {
        fill(f, *folded);
        (*folded)->fresh = false;
        status = gml_network_copy_facts(f->network, *folded);
    }
    return status;
}

static gml_status fold(const gml_network *exact, gml_network **folded)
{
    folding *f = gml_allocate(exact->context, 1, sizeof *f, "folding a network");
    if (f == NULL) {
        return GML_ERROR_MEMORY;
    }
    *f = (folding){.network = exact};
    gml_status status = make_spec(f);
    if (status == GML_OK) {
        status = make_folded(f, folded);
    }
    gml_spec_clear(exact->context, &f->spec);
    gml_release(exact->context, f, 1, sizeof *f);
    return status;
}

static gml_status fold_member(const gml_network *member, gml_dtype dtype, gml_network **folded)
{
    (void)dtype; /* that of the member */
    return gml_network_fold(member, folded);
}

gml_status gml_network_fold(const gml_network *network, gml_network **folded)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"folded", folded}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (network->ensemble != NULL) {
        return gml_ensemble_convert(network, fold_member, gml_network_dtype(network), folded);
    }
    gml_network *exact = NULL, *made = NULL;
    status = gml_network_copy(network, GML_F64, &exact);
    if (status == GML_OK) {
        status = fold(exact, &made);
    }
    if (status == GML_OK) {
        status = gml_network_copy(made, network->kernels->dtype, folded);
    }
    gml_network_destroy(made);
    gml_network_destroy(exact);
    return status;
}

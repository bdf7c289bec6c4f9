/* reference/layers.c - forward and backward pass of each kind of layer, as plain loops. */
#include "reference/layers.h"

#include <math.h>
#include <string.h>

/* ---- activations, fixed and trainable ---- */

static void pick_theta(const gml_reference_layer *layer, size_t unit, double theta[GML_REFERENCE_THETA])
{
    for (size_t k = 0; k < layer->theta_count; k++) {
        theta[k] = layer->theta[k * layer->theta_units + (layer->theta_units > 1 ? unit : 0)];
    }
}

/* Value and slope of a custom activation at one entry. */
static double custom_point(const gml_reference_layer *layer, double z, double *slope)
{
    double y = 0;
    layer->custom->function(layer->custom->user, layer->parameters, 1, &z, &y, slope);
    return y;
}

static void activate(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t s = 0; s < p->rows; s++) {
        const double *z = p->z + s * layer->out;
        double *y = p->y + s * layer->out;
        for (size_t o = 0; layer->custom != NULL && o < layer->out; o++) {
            y[o] = custom_point(layer, z[o], NULL);
        }
        const size_t members = gml_reference_members(layer), width = layer->out / members;
        for (size_t m = 0; layer->activation != NULL && m < members; m++) {
            gml_reference_activate(layer->activation, layer->parameters, width, z + m * width, y + m * width);
        }
        for (size_t o = 0; layer->trainable != NULL && o < layer->out; o++) {
            double theta[GML_REFERENCE_THETA], by[GML_REFERENCE_THETA];
            pick_theta(layer, o, theta);
            y[o] = layer->trainable->at(z[o], theta, layer->parameters, by).value;
        }
    }
}

static void differentiate(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t s = 0; !p->linked && s < p->rows; s++) {
        const double *z = p->z + s * layer->out;
        double *row = p->dy + s * layer->out;
        for (size_t o = 0; layer->custom != NULL && o < layer->out; o++) {
            double slope = 0;
            custom_point(layer, z[o], &slope);
            row[o] *= slope;
        }
        const size_t members = gml_reference_members(layer), width = layer->out / members;
        for (size_t m = 0; layer->activation != NULL && m < members; m++) {
            double *part = row + m * width;
            gml_reference_differentiate(layer->activation, layer->parameters, width, z + m * width, part, part);
        }
        for (size_t o = 0; layer->trainable != NULL && o < layer->out; o++) {
            double theta[GML_REFERENCE_THETA], by[GML_REFERENCE_THETA];
            pick_theta(layer, o, theta);
            double slope = layer->trainable->at(z[o], theta, layer->parameters, by).slope;
            for (size_t k = 0; layer->theta_gradient != NULL && k < layer->theta_count; k++) {
                layer->theta_gradient[k * layer->theta_units + (layer->theta_units > 1 ? o : 0)] += row[o] * by[k];
            }
            row[o] *= slope;
        }
    }
}

unsigned gml_reference_layer_piece(const gml_reference_layer *layer, size_t unit, double z)
{
    if (layer->trainable != NULL) {
        double theta[GML_REFERENCE_THETA];
        pick_theta(layer, unit, theta);
        return layer->trainable->piece != NULL ? layer->trainable->piece(z, theta, layer->parameters) : 0;
    }
    if (layer->kind->piece != NULL) {
        return layer->kind->piece(layer, unit, z);
    }
    const char *gate = layer->kind->gate;
    const gml_reference_activation *bent = gate != NULL ? gml_reference_find_activation(gate) : layer->activation;
    return bent != NULL ? gml_reference_piece(bent, z) : 0;
}

/* ---- dense ---- */

size_t gml_reference_first_input(const gml_reference_layer *layer, size_t o)
{
    const size_t members = gml_reference_members(layer);
    return o / (layer->out / members) * (layer->in / members);
}

size_t gml_reference_weight_at(const gml_reference_layer *layer, size_t i, size_t o)
{
    const size_t width = layer->out / gml_reference_members(layer);
    const size_t row = layer->heads ? gml_reference_first_input(layer, o) + i : i;
    return row * width + o % width;
}

/* z_o = sum over i of x_i W_io + b_o, i over the inputs of the member of o */
static void dense_forward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    const size_t in = layer->in / gml_reference_members(layer);
    for (size_t s = 0; s < p->rows; s++) {
        for (size_t o = 0; o < layer->out; o++) {
            const double *x = p->x + s * layer->in + gml_reference_first_input(layer, o);
            double sum = layer->bias == NULL ? 0 : layer->bias[o];
            for (size_t i = 0; i < in; i++) {
                sum += x[i] * layer->weight[gml_reference_weight_at(layer, i, o)];
            }
            p->z[s * layer->out + o] = sum;
        }
    }
    activate(p);
}

/* dW_io = sum over the rows of x_i dz_o, summed over the members that share W; db_o = the sum of dz_o over the rows */
static void dense_gradients(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    const size_t in = layer->in / gml_reference_members(layer);
    for (size_t i = 0; layer->weight_gradient != NULL && i < in; i++) {
        for (size_t o = 0; o < layer->out; o++) {
            double sum = 0;
            for (size_t s = 0; s < p->rows; s++) {
                sum += p->x[s * layer->in + gml_reference_first_input(layer, o) + i] * p->dy[s * layer->out + o];
            }
            layer->weight_gradient[gml_reference_weight_at(layer, i, o)] += sum;
        }
    }
    for (size_t o = 0; layer->bias_gradient != NULL && o < layer->out; o++) {
        double sum = 0;
        for (size_t s = 0; s < p->rows; s++) {
            sum += p->dy[s * layer->out + o];
        }
        layer->bias_gradient[o] += sum;
    }
}

/* dx_i = sum over o of dz_o W_io */
static void dense_backward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    const size_t in = layer->in / gml_reference_members(layer);
    differentiate(p);
    dense_gradients(p);
    for (size_t s = 0; s < p->rows; s++) {
        for (size_t o = 0; o < layer->out; o++) {
            double *dx = p->dx + s * layer->in + gml_reference_first_input(layer, o);
            for (size_t i = 0; i < in; i++) {
                dx[i] += p->dy[s * layer->out + o] * layer->weight[gml_reference_weight_at(layer, i, o)];
            }
        }
    }
}

/* ---- entry by entry ---- */

static void activation_forward(const gml_reference_place *p)
{
    memcpy(p->z, p->x, p->rows * p->layer->in * sizeof *p->z);
    activate(p);
}

static void pass_back(const gml_reference_place *p)
{
    for (size_t i = 0; i < p->rows * p->layer->in; i++) {
        p->dx[i] += p->dy[i];
    }
}

static void activation_backward(const gml_reference_place *p)
{
    differentiate(p);
    pass_back(p);
}

static void residual_forward(const gml_reference_place *p)
{
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        p->y[i] = p->x[i] + p->earlier[i];
    }
}

static void residual_backward(const gml_reference_place *p)
{
    pass_back(p);
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        p->earlier_gradient[i] += p->dy[i];
    }
}

/* Returns the stream's number for an entry; each row uses whole blocks of four. */
static uint32_t number_of(const gml_reference_layer *layer, size_t sample, size_t column)
{
    size_t element = sample * ((layer->out + 3) / 4 * 4) + column;
    uint32_t block[4];
    gml_random_block(&layer->noise, (uint32_t)(element / 4), block);
    return block[element % 4];
}

static bool is_dropped(const gml_reference_layer *layer, size_t sample, size_t column)
{
    return number_of(layer, sample, column) < (uint32_t)(layer->arguments[0] * 4294967296.0);
}

/* Kept entries are scaled and shifted; others become `dropped`. */
static void mask_forward(const gml_reference_place *p, double dropped, double scale, double shift)
{
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        bool gone = is_dropped(p->layer, i / p->layer->out, i % p->layer->out);
        p->y[i] = gone ? dropped : p->x[i] * scale + shift;
    }
}

static void mask_backward(const gml_reference_place *p, double scale)
{
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        bool gone = is_dropped(p->layer, i / p->layer->out, i % p->layer->out);
        p->dx[i] += gone ? 0 : p->dy[i] * scale;
    }
}

static void dropout_forward(const gml_reference_place *p)
{
    mask_forward(p, 0, 1 / (1 - p->layer->arguments[0]), 0);
}

static void dropout_backward(const gml_reference_place *p)
{
    mask_backward(p, 1 / (1 - p->layer->arguments[0]));
}

/* q kept, alpha' = -lambda alpha: a = (q + alpha'^2 q (1 - q))^(-1/2), b = -a (1 - q) alpha' */
static double alpha_scale(double rate)
{
    const double lowest = -1.0507009873554805 * 1.6732632423543772;
    double q = 1 - rate;
    return pow(q + lowest * lowest * q * (1 - q), -0.5);
}

static void alpha_dropout_forward(const gml_reference_place *p)
{
    const double lowest = -1.0507009873554805 * 1.6732632423543772;
    double rate = p->layer->arguments[0], a = alpha_scale(rate), b = -a * rate * lowest;
    mask_forward(p, a * lowest + b, a, b);
}

static void alpha_dropout_backward(const gml_reference_place *p)
{
    mask_backward(p, alpha_scale(p->layer->arguments[0]));
}

static void pass_forward(const gml_reference_place *p)
{
    memcpy(p->y, p->x, p->rows * p->layer->out * sizeof *p->y);
}

/* Box-Muller transform of each pair of the stream's numbers. */
static void noise_forward(const gml_reference_place *p)
{
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        size_t sample = i / p->layer->out, column = i % p->layer->out;
        double first = (number_of(p->layer, sample, column / 2 * 2) + 0.5) / 4294967296.0;
        double second = (number_of(p->layer, sample, column / 2 * 2 + 1) + 0.5) / 4294967296.0;
        double radius = sqrt(-2 * log(first)), angle = 2 * acos(-1.0) * second;
        p->y[i] = p->x[i] + p->layer->arguments[0] * radius * (column % 2 == 0 ? cos(angle) : sin(angle));
    }
}

/* ---- gates: y = a g(b) for x = [a b] ---- */

static void gate_forward(const gml_reference_place *p)
{
    const gml_reference_activation *gate = gml_reference_find_activation(p->layer->kind->gate);
    size_t out = p->layer->out;
    for (size_t i = 0; i < p->rows * out; i++) {
        const double *row = p->x + i / out * 2 * out;
        p->z[i] = row[out + i % out];
        p->y[i] = row[i % out] * gate->at(p->z[i], NULL).value;
    }
}

static void gate_backward(const gml_reference_place *p)
{
    const gml_reference_activation *gate = gml_reference_find_activation(p->layer->kind->gate);
    size_t out = p->layer->out;
    for (size_t i = 0; i < p->rows * out; i++) {
        const double *row = p->x + i / out * 2 * out;
        double *back = p->dx + i / out * 2 * out;
        double a = row[i % out], b = row[out + i % out];
        gml_reference_entry g = gate->at(b, NULL);
        back[i % out] += p->dy[i] * g.value;
        back[out + i % out] += p->dy[i] * a * g.slope;
    }
}

/* ---- the table ---- */

static const gml_reference_kind kinds[] = {
    {"dense", NULL, dense_forward, dense_backward, NULL, NULL, NULL},
    {"activation", NULL, activation_forward, activation_backward, NULL, NULL, NULL},
    {"dropout", NULL, dropout_forward, dropout_backward, pass_forward, pass_back, NULL},
    {"alpha_dropout", NULL, alpha_dropout_forward, alpha_dropout_backward, pass_forward, pass_back, NULL},
    {"gaussian_noise", NULL, noise_forward, pass_back, pass_forward, pass_back, NULL},
    {"batchnorm", NULL, gml_reference_batchnorm_forward, gml_reference_batchnorm_backward,
     gml_reference_batchnorm_predict, gml_reference_batchnorm_predict_back, NULL},
    {"layernorm", NULL, gml_reference_layernorm_forward, gml_reference_layernorm_backward, NULL, NULL, NULL},
    {"rmsnorm", NULL, gml_reference_rmsnorm_forward, gml_reference_rmsnorm_backward, NULL, NULL, NULL},
    {"weight_norm", NULL, gml_reference_weight_norm_forward, gml_reference_weight_norm_backward, NULL, NULL, NULL},
    {"scale", NULL, gml_reference_scale_forward, gml_reference_scale_backward, NULL, NULL, NULL},
    {"affine", NULL, gml_reference_scale_forward, gml_reference_scale_backward, NULL, NULL, NULL},
    {"embedding", NULL, gml_reference_embedding_forward, gml_reference_embedding_backward, NULL, NULL, NULL},
    {"pbld", NULL, gml_reference_pbld_forward, gml_reference_pbld_backward, NULL, NULL, NULL},
    {"plr", NULL, gml_reference_plr_forward, gml_reference_plr_backward, NULL, NULL, gml_reference_plr_piece},
    {"ple", NULL, gml_reference_ple_forward, gml_reference_ple_backward, NULL, NULL, gml_reference_ple_piece},
    {"members", NULL, gml_reference_members_forward, gml_reference_members_backward, NULL, NULL, NULL},
    {"average", NULL, gml_reference_average_forward, gml_reference_average_backward, NULL, NULL, NULL},
    {"residual", NULL, residual_forward, residual_backward, NULL, NULL, NULL},
    {"glu", "sigmoid", gate_forward, gate_backward, NULL, NULL, NULL},
    {"reglu", "relu", gate_forward, gate_backward, NULL, NULL, NULL},
    {"geglu", "gelu", gate_forward, gate_backward, NULL, NULL, NULL},
    {"swiglu", "silu", gate_forward, gate_backward, NULL, NULL, NULL},
};

const gml_reference_kind *gml_reference_find_kind(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    return NULL;
}

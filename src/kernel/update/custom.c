/* kernel/update/custom.c - custom optimizers: the function is called on a strip of parameters at a time, with gradients
 * scaled, clipped and regularised as for any optimizer. */
#include "kernel/update/map.h"

enum { STRIP = 256 };

/* Some parameters, their gradient and their state. */
typedef struct strip {
    size_t count;
    real *w;
    const real *g;
    real *state[GML_UPDATE_STATES]; /* null past the arrays in use */
} strip;

#ifdef GML_DOUBLE

static void run(const gml_custom_optimizer *custom, const gml_custom_step *step, const strip *s)
{
    custom->update(custom->user, step, s->count, s->w, s->g, s->state);
}

#else

static void widen(size_t count, const float *from, double *to)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (double)from[i];
    }
}

static void narrow(size_t count, const double *from, float *to)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = (float)from[i];
    }
}

/* Used if there is no function for float. */
static void run_wide(const gml_custom_optimizer *custom, const gml_custom_step *step, const strip *s)
{
    double w[STRIP], g[STRIP], kept[GML_UPDATE_STATES][STRIP];
    double *state[GML_UPDATE_STATES] = {NULL};
    widen(s->count, s->w, w);
    widen(s->count, s->g, g);
    for (size_t k = 0; k < custom->states; k++) {
        state[k] = kept[k];
        widen(s->count, s->state[k], kept[k]);
    }
    custom->update(custom->user, step, s->count, w, g, state);
    narrow(s->count, w, s->w);
    for (size_t k = 0; k < custom->states; k++) {
        narrow(s->count, kept[k], s->state[k]);
    }
}

static void run(const gml_custom_optimizer *custom, const gml_custom_step *step, const strip *s)
{
    if (custom->update_f32 != NULL) {
        custom->update_f32(custom->user, step, s->count, s->w, s->g, s->state);
    } else {
        run_wide(custom, step, s);
    }
}

#endif

static void update_all(const gml_update_call *call)
{
    const gml_custom_optimizer *custom = call->custom->optimizer;
    const gml_custom_step step = {
        .arguments = call->custom->arguments, .rate = call->scalars->rate, .number = call->scalars->number};
    real scale = (real)call->gradient_scale, clip = (real)call->clip, l2 = (real)call->l2;
    real keep = (real)(1 - call->decay), gradient[STRIP];
    for (size_t at = 0; at < call->count; at += STRIP) {
        strip s = {.count = call->count - at < STRIP ? call->count - at : STRIP};
        const real *g = (const real *)call->g + at;
        s.w = (real *)call->w + at;
        s.g = gradient;
        for (size_t i = 0; i < s.count; i++) {
            s.w[i] *= keep;
            gradient[i] = final_gradient(g[i], s.w[i], scale, clip, l2);
        }
        for (size_t k = 0; k < custom->states; k++) {
            s.state[k] = (real *)call->state[k] + at;
        }
        run(custom, &step, &s);
    }
}

const gml_optimizer_kernel GML_VARIANT(gml_custom_optimizer) = {.update = update_all};

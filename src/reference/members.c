/* reference/members.c - the ends of an ensemble in one network, as plain loops. */
#include "reference/layers.h"

/* Every member has the inputs. */
void gml_reference_members_forward(const gml_reference_place *p)
{
    const size_t in = p->layer->in, out = p->layer->out;
    for (size_t i = 0; i < p->rows * out; i++) {
        p->y[i] = p->x[i / out * in + i % in];
    }
}

void gml_reference_members_backward(const gml_reference_place *p)
{
    const size_t in = p->layer->in, out = p->layer->out;
    for (size_t i = 0; i < p->rows * out; i++) {
        p->dx[i / out * in + i % in] += p->dy[i];
    }
}

/* The mean over the members, output by output. */
void gml_reference_average_forward(const gml_reference_place *p)
{
    const size_t in = p->layer->in, out = p->layer->out;
    for (size_t i = 0; i < p->rows * out; i++) {
        double sum = 0;
        for (size_t j = i % out; j < in; j += out) {
            sum += p->x[i / out * in + j];
        }
        p->y[i] = sum / (double)p->layer->members;
    }
}

void gml_reference_average_backward(const gml_reference_place *p)
{
    const size_t in = p->layer->in, out = p->layer->out;
    for (size_t i = 0; i < p->rows * in; i++) {
        p->dx[i] += p->dy[i / in * out + i % out] / (double)p->layer->members;
    }
}

/* network/data_init.h - initialisation by data: a walk through the layers on a batch of samples, and the table of what
 * is done at each dense layer. */
#ifndef GML_NETWORK_DATA_INIT_H
#define GML_NETWORK_DATA_INIT_H

#include "layer/layer.h"
#include "network/network.h"

typedef struct gml_data_walk {
    gml_network *network;
    gml_call call; /* its entry is null: dense layers stay */
    uint64_t seed;
    const gml_activation_kernel *identity;
    size_t rows;
    void **values;  /* [layers + 1]: the inputs, then each layer's outputs, packed */
    double *column; /* [2 x widest]: statistics of columns */
    double *room;   /* [widest x the row's room]; null: it needs none */
} gml_data_walk;

typedef struct gml_data_init_row {
    gml_entry entry;
    size_t samples;                            /* of a data set that a recipe takes, at most */
    size_t (*room)(const gml_data_walk *walk); /* numbers of working memory for each unit; null: none */
    /* Sets the weights and biases of a dense layer. The values before it are there, and those after it may be used.
     * Errors: data. */
    gml_status (*set)(const gml_data_walk *walk, size_t layer);
} gml_data_init_row;

/* Reads a call of the table. Errors: name, argument. */
gml_status gml_data_init_read(gml_context *context, const char *text, gml_call *call);

/* True if a layer takes numbers from data (`fit` of its kind). */
bool gml_network_fits_to_data(const gml_network *network);

/* Computes the outputs of a dense layer before the activation, with the biases added or without them. */
void gml_data_walk_multiply(const gml_data_walk *walk, size_t layer, bool biased);

/* ---- the rows ---- */

gml_status gml_lsuv_set(const gml_data_walk *walk, size_t layer);     /* lsuv.c */
gml_status gml_per_unit_set(const gml_data_walk *walk, size_t layer); /* per_unit.c */
size_t gml_per_unit_room(const gml_data_walk *walk);

#endif

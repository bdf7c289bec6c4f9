/* data/labels.h - giving each distinct key a number: the classes of a dataset as they are met. */
#ifndef GML_DATA_LABELS_H
#define GML_DATA_LABELS_H

#include <stdbool.h>

#include "data/pile.h"

typedef struct gml_labels {
    gml_pile bytes;   /* all keys, one after another */
    gml_pile entries; /* where each key lies; label i is entry i */
    gml_pile slots;   /* a hash table of label + 1; 0: free */
    size_t count;
} gml_labels;

/* The label of a key; false if it has none. */
bool gml_labels_find(const gml_labels *labels, const void *key, size_t length, size_t *label);

/* The label of a key, which gets the next number if it has none. Errors: memory. */
gml_status gml_labels_add(gml_context *context, gml_labels *labels, const void *key, size_t length, size_t *label);

/* The key of a label below count. */
const void *gml_labels_key(const gml_labels *labels, size_t label, size_t *length);

typedef int (*gml_labels_compare)(const void *a, size_t a_length, const void *b, size_t b_length);

/* Fills order[0 .. count-1] with the labels in ascending order of their keys. */
void gml_labels_sort(const gml_labels *labels, gml_labels_compare compare, size_t *order);

/* Orders keys as text, byte by byte. */
int gml_labels_compare_text(const void *a, size_t a_length, const void *b, size_t b_length);

void gml_labels_clear(gml_context *context, gml_labels *labels);

#endif

/* data/target/labels.h - numbering distinct keys in the order of their first occurrence. */
#ifndef GML_DATA_LABELS_H
#define GML_DATA_LABELS_H

#include <stdbool.h>

#include "data/pile.h"

typedef struct gml_labels {
    gml_pile bytes;   /* all keys, concatenated */
    gml_pile entries; /* the place of each key; label i is entry i */
    gml_pile slots;   /* a hash table of label + 1; 0: free */
    size_t count;
} gml_labels;

/* Finds the label of a key; false if it has none. */
bool gml_labels_find(const gml_labels *labels, const void *key, size_t length, size_t *label);

/* Finds the label of a key; a new key gets the next number. Errors: memory. */
gml_status gml_labels_add(gml_context *context, gml_labels *labels, const void *key, size_t length, size_t *label);

/* Returns the key of a label below count. */
const void *gml_labels_key(const gml_labels *labels, size_t label, size_t *length);

typedef int (*gml_labels_compare)(const void *a, size_t a_length, const void *b, size_t b_length);

/* Fills order[0 .. count-1] with the labels in ascending order of their keys. */
void gml_labels_sort(const gml_labels *labels, gml_labels_compare compare, size_t *order);

/* Orders keys as text, byte by byte. */
int gml_labels_compare_text(const void *a, size_t a_length, const void *b, size_t b_length);

void gml_labels_clear(gml_context *context, gml_labels *labels);

#endif

/* store/load.h - reads networks from a file that is open: one, or the members of an ensemble. */
#ifndef GML_STORE_LOAD_H
#define GML_STORE_LOAD_H

#include "store/checkpoint.h"

/* A network that is being read. Begins with `file`, `texts` and contents.member set and all else 0. */
typedef struct gml_loader {
    gml_file *file;
    gml_member_texts texts;
    gml_spec spec;
    gml_contents contents;
    size_t tensor;   /* index of the next tensor */
    double *numbers; /* [contents.prepared] of the preparation */
    gml_network *network;
} gml_loader;

/* Reads the description and finds the contents, which gml_contents_check compares with the header next. Errors: data,
 * name, memory. */
gml_status gml_loader_begin(gml_loader *in);

/* Makes the network and reads its tensors, which come next in the file. Errors: data, memory. */
gml_status gml_loader_read(gml_loader *in);

/* Frees all that the loader has, also after failures. */
void gml_loader_end(gml_loader *in);

/* load_ensemble.c: reads an ensemble. Errors: data, name, memory. */
gml_status gml_load_ensemble(gml_file *file, gml_network **network);

#endif

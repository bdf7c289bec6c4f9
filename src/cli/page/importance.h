/* cli/page/importance.h - the section about which inputs matter: what its parts share. */
#ifndef GML_CLI_PAGE_IMPORTANCE_H
#define GML_CLI_PAGE_IMPORTANCE_H

#include "cli/explain/sample_set.h"
#include "cli/page/subject.h"

/* Samples spread over the data, with the attributions of what is predicted for them. */
typedef struct attributed {
    sample_set samples;
    double *values; /* [count x inputs] */
} attributed;

/* Writes permutation importances of the columns with the greatest attributions. Returns the exit code. */
int page_importance_columns(FILE *stream, const page_source *source, const attributed *by);

#endif

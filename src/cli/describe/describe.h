/* cli/describe/describe.h - what `gemmule describe` has found out about a table. */
#ifndef GML_CLI_DESCRIBE_H
#define GML_CLI_DESCRIBE_H

#include "cli/input/load.h"

/* What a column is for. */
typedef enum column_role { ROLE_NONE = 0, ROLE_INPUT, ROLE_TARGET, ROLE_WEIGHTS, ROLE_GROUPS } column_role;

typedef struct described_column {
    gml_table_column_view view;
    char name[32];    /* of a column without a name: "column 3" */
    column_role role; /* none if there is no dataset */
    size_t inputs;    /* of the first layer, with the default preparation; 0: not known */
} described_column;

typedef struct description {
    const char *path; /* as given */
    gml_table *table;
    gml_dataset *data;            /* null: it cannot be made */
    gml_preparation *preparation; /* or null */
    size_t count;
    described_column *columns; /* [count] */
} description;

static inline const char *described_name(const described_column *column)
{
    return column->view.name != NULL && column->view.name[0] != '\0' ? column->view.name : column->name;
}

/* Returns the name of the target, of several the list of names; null if there is none. */
const char *describe_target(const description *of);

/* Writes what a column becomes: "3 inputs", "target", "-". */
enum { ROLE_SIZE = 32 };
void describe_role(const described_column *column, char text[ROLE_SIZE]);

/* Print the description as text for people and as JSON. Return the exit code. */
int describe_text(const description *of);
int describe_json(const description *of);

#endif

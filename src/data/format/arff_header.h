/* data/format/arff_header.h - the header of an ARFF: its attributes. */
#ifndef GML_DATA_ARFF_HEADER_H
#define GML_DATA_ARFF_HEADER_H

#include "data/cells.h"
#include "data/format/arff_line.h"
#include "data/format/lines.h"

typedef enum gml_arff_type { GML_ARFF_NUMERIC = 0, GML_ARFF_NOMINAL, GML_ARFF_STRING, GML_ARFF_DATE } gml_arff_type;

typedef struct gml_arff_attribute {
    char *name;
    gml_arff_type type;
    gml_labels levels; /* of a nominal attribute: its values, as classes are named (data/target/class_name.h) */
    gml_pile cells;    /* f64 [levels.count]: the cell of each value; missing until the value occurs */
    char *pattern;     /* of a date (data/format/arff_date.h) */
} gml_arff_attribute;

typedef struct gml_arff_header {
    gml_context *context;
    const char *path;
    gml_pile attributes; /* gml_arff_attribute */
    gml_labels names;    /* of the attributes */
} gml_arff_header;

static inline size_t gml_arff_count(const gml_arff_header *header)
{
    return header->attributes.size / sizeof(gml_arff_attribute);
}

static inline gml_arff_attribute *gml_arff_attribute_at(const gml_arff_header *header, size_t index)
{
    return (gml_arff_attribute *)header->attributes.data + index;
}

/* Reads the lines up to @data. `header` begins with its context and path, and must be cleared, on failure too. Errors:
 * read, data (line in the message), memory. */
gml_status gml_arff_read_header(gml_lines *lines, gml_arff_header *header);

void gml_arff_header_clear(gml_arff_header *header);

/* Refuses the current line: "weather.arff: line 7: "x" complaint"; a null word is left out. Errors: data. */
gml_status gml_arff_refuse(const gml_arff_header *header, const gml_lines *lines, const gml_arff_word *word,
                           const char *complaint);

/* Returns the complaint about a fault in quotes. */
const char *gml_arff_fault(gml_arff_token token);

#endif

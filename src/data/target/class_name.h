/* data/target/class_name.h - the name of a class: the text of its cell. */
#ifndef GML_DATA_CLASS_NAME_H
#define GML_DATA_CLASS_NAME_H

#include "base/decimal.h"
#include "base/text.h"

typedef enum gml_cell_kind {
    GML_CELL_MISSING, /* empty or nan */
    GML_CELL_NUMBER,  /* a number below 2^53 in magnitude without leading zeros: named by its value */
    GML_CELL_CODE,    /* any other finite number, such as 007 or 9007199254740993: named by its text */
    GML_CELL_WORD     /* any other text, infinities included: named by its text */
} gml_cell_kind;

/* Returns the kind of a cell. `number` becomes the value of a number or a code. */
gml_cell_kind gml_cell_read(const char *text, size_t length, double *number);

/* The same for numbers written in another style. */
gml_cell_kind gml_cell_read_as(const char *text, size_t length, gml_decimal_style style, double *number);

/* Writes the name of the class of a GML_CELL_NUMBER: whole numbers in digits, others in the shortest form that reads
 * back as the same double. Cells of equal value have one name: 1, 1.0, +1 and 1e0 are "1", 0 and -0 are "0". */
void gml_class_name(double number, char name[GML_NUMBER_SIZE]);

/* Returns the class name of a cell that is not missing, and its length: its text or, of a GML_CELL_NUMBER, the name
 * written to `buffer`. */
const char *gml_class_key(gml_cell_kind kind, double number, const char *text, size_t *length,
                          char buffer[GML_NUMBER_SIZE]);

#endif
